"""What other sites and programs are told of a chart's page: card tags and where its oEmbed answer stands.

They name whole addresses, so the public address of the site is put in when a page is sent, never when it is made and kept.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import escape
from urllib.parse import quote

from flask import request

from data.selection import Selection
from layouts import embed
from layouts.reading import sentence_of
from layouts.shell import NAME, SUBTITLE
from layouts.view import View
from layouts.words import initial, subject

CARD_WIDTH, CARD_HEIGHT = 1200, 630
"""Pixels of the picture that stands in a card."""
OEMBED = "/oembed"
_HOST = re.compile(r"[A-Za-z0-9.-]+(:[0-9]+)?|\[[0-9A-Fa-f:.]+\](:[0-9]+)?")
FORMATS = {"json": "application/json+oembed", "xml": "text/xml+oembed"}


@dataclass(frozen=True, kw_only=True)
class Card:
    """What a link to a page is shown as elsewhere. ``address`` and ``image`` are paths of this site; illustrative figures have no
    image, no number in ``says`` and no oEmbed answer."""

    title: str
    says: str
    address: str
    image: str = ""
    alt: str = ""


def site_address(base_url: str) -> str:
    """Return the public address of this site: the one that is set, else the one that was asked, where that can be one."""
    return base_url or (f"{request.scheme}://{request.host}" if _HOST.fullmatch(request.host) else "")


def travels(view: View) -> bool:
    """Whether what a chart's page shows may stand as a fact elsewhere: it has figures, and none is illustrative."""
    answer = view.answers[embed.chart_of(view).slug]
    return bool(answer.frame) and answer.origin != "illustrative" and not view.illustrative


def image_address(view: View, *, selection: Selection) -> str:
    """Return the picture for cards of the figures that a view shows; ``selection`` names their release."""
    return f"{selection.address(f'/charts/{embed.chart_of(view).slug}.png')}&size=card"


def card_of(view: View) -> Card:
    """Return the card of a chart's page."""
    chart = embed.chart_of(view)
    answer, address = view.answers[chart.slug], view.selection.address(f"/charts/{chart.slug}")
    if not travels(view):
        return Card(title=f"{chart.title} \N{EN DASH} {NAME}", says=chart.says, address=address)
    says, title = f"{initial(subject(answer))}. {sentence_of(chart, answer)}", embed.title_of(view)
    return Card(title=title, says=says, address=address, image=image_address(view, selection=embed.held(view)),
                alt=f"{title}. {says}")


def tags(card: Card, *, base: str) -> list[str]:
    """Return the lines that a card has in the head of its page."""
    address = f"{base}{card.address}"
    told = {"og:type": "website", "og:site_name": f"{NAME}: {SUBTITLE}", "og:locale": "en_GB", "og:title": card.title,
            "og:description": card.says, "og:url": address}
    if card.image:
        told |= {"og:image": f"{base}{card.image}", "og:image:type": "image/png", "og:image:width": str(CARD_WIDTH),
                 "og:image:height": str(CARD_HEIGHT), "og:image:alt": card.alt}
    named = {"twitter:card": "summary_large_image" if card.image else "summary"}
    lines = [f'<meta property="{name}" content="{escape(text)}">' for name, text in told.items()]
    lines += [f'<meta name="{name}" content="{escape(text)}">' for name, text in named.items()]
    if card.image:
        lines += [f'<link rel="alternate" type="{kind}" title="{escape(card.title)}" href="{escape(oembed_address(address, base=base, form=form))}">'
                  for form, kind in FORMATS.items()]
    return lines


def oembed_address(address: str, *, base: str, form: str = "json") -> str:
    """Return where the oEmbed answer of a chart's whole address stands."""
    return f"{base}{OEMBED}?url={quote(address, safe='')}&format={form}"
