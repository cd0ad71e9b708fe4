"""Feeds as Atom (RFC 4287), with the standard library."""

from __future__ import annotations

from uuid import NAMESPACE_URL, uuid5
from xml.etree import ElementTree

from dash import html

from layouts.document import render
from layouts.feeds import Entry, Feed
from layouts.shell import NAME, OGL

SPACE = "http://www.w3.org/2005/Atom"
MEDIA_TYPE = "application/atom+xml"
_FAMILY = "hue-and-cry/"
"""What the names of all entries have in common, so that no other program makes the same ones."""


def written(feed: Feed, *, base: str) -> bytes:
    """Return a feed as an XML document; ``base`` is the address of this site, without a slash at its end.

    Ids are made of what an entry is about, not of the host: they stay where the site moves.
    """
    root = ElementTree.Element("feed", {"xmlns": SPACE, "xml:lang": "en-GB"})
    _text(root, "id", name_of(feed.address))
    _text(root, "title", feed.title)
    _text(root, "subtitle", feed.subtitle)
    _text(root, "updated", feed.updated)
    _text(root, "rights", f"Open Government Licence v3.0, {OGL}")
    _text(ElementTree.SubElement(root, "author"), "name", NAME)
    _link(root, rel="self", href=f"{base}{feed.address}", media_type=MEDIA_TYPE)
    _link(root, rel="alternate", href=f"{base}{feed.page}", media_type="text/html")
    for entry in feed.entries:
        _entry(root, entry, base=base)
    ElementTree.indent(root)
    document: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return document


def name_of(key: str) -> str:
    """Return the id of a feed or of an entry: the same for the same key, for ever."""
    return f"urn:uuid:{uuid5(NAMESPACE_URL, _FAMILY + key)}"


def _entry(root: ElementTree.Element, entry: Entry, *, base: str) -> None:
    part = ElementTree.SubElement(root, "entry")
    _text(part, "id", name_of(entry.key))
    _text(part, "title", entry.title)
    _text(part, "updated", entry.updated)
    _link(part, rel="alternate", href=f"{base}{entry.address}", media_type="text/html")
    _text(part, "content", render(html.Ul([html.Li(line) for line in entry.lines])), type="html")


def _text(part: ElementTree.Element, tag: str, text: str, **attributes: str) -> None:
    ElementTree.SubElement(part, tag, attributes).text = text


def _link(part: ElementTree.Element, *, rel: str, href: str, media_type: str) -> None:
    ElementTree.SubElement(part, "link", {"rel": rel, "type": media_type, "href": href})
