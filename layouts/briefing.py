"""The briefing: a page of KPIs on paper, as Typst, from the very parts that the page shows.

What a reader of the page presses or opens is left out; what is shown, and that figures are illustrative, stands on every sheet.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from data.query import Answer
from layouts.charts import CHART_BY_SLUG, Chart
from layouts.components import banner, card_head, card_notes, chip_text, coverage, needs_attention, present, tiles
from layouts.elements import Element
from layouts.picture_key import drawn_key, key_of
from layouts.pictures import standing_alone
from layouts.reading import sentence_of, source_of
from layouts.shapes import SHAPES
from layouts.shapes.naming import description
from layouts.shapes.svg_writer import SIZE, n
from layouts.shell import NAME, SUBTITLE
from layouts.theme import LIGHT
from layouts.view import View
from layouts.words import status_sentence

WIDTH = 720
_LEFT_OUT = frozenset({"surfaces", "badge"})
"""Classes of what is of no use on paper, or stands there in another way."""
_ACROSS = 3

_STYLE = f"""
#set text(font: ("Open Sans", "DejaVu Sans Mono"), size: 9.5pt, fill: rgb("{LIGHT['ink']}"), lang: "en", region: "GB")
#set par(leading: 0.6em, spacing: 0.8em)
#set list(marker: [–], spacing: 0.5em)
#set block(spacing: 0.8em)
#show heading.where(level: 1): set text(size: 18pt)
#show heading.where(level: 2): set text(size: 13pt)
#show heading: set block(spacing: 1em)
#show link: set text(fill: rgb("{LIGHT['accent']}"))
"""


def briefing(view: View, *, base: str) -> str:
    """Return the Typst source of a page's briefing; ``base`` is the address of the site, before its paths."""
    address = base + view.selection.address(view.page.path)
    chosen = [chip_text(key, value) for key, value in view.selection.pairs() if key not in ("measure", "release")]
    stated = [f"{view.page.title}: {view.measure.label}", *(chosen or ["Every place and month"]), f"Release {view.release.id}"]
    warned = [_text("Illustrative figures: made up, no fact about any place.")] if view.illustrative else []
    head = "".join(["#text(size: 8pt)[", *(f"#strong[{line}]\\ " for line in warned), _text(f"{NAME}. {'. '.join(stated)}."), "]"])
    foot = f'#text(size: 8pt)[{_text(address)} #h(1fr) #context [#counter(page).display("1 of 1", both: true)]]'
    put = partial(_set, base=base)
    return "\n".join([
        f"#set document(title: {_quoted(f'{view.page.title} – {NAME}: {SUBTITLE}')})",
        f'#set page(paper: "a4", margin: (x: 18mm, top: 26mm, bottom: 20mm), header: [{head}], footer: [{foot}])',
        _STYLE,
        f"#heading(level: 1)[{_text(view.page.heading or view.page.title)}]",
        f"#text(size: 12pt)[{_text(status_sentence(view.summary.total))}]\n",
        *(put(part) for part in (*banner(view), *needs_attention(view))),
        _tiles(tiles(view), base=base),
        *(put(part) for part in coverage(view)),
        f"This page lives at {_link(address, _text(address))}.\n",
        *(_card(CHART_BY_SLUG[slug], view, base=base) for slug in view.page.charts if present(CHART_BY_SLUG[slug], view)),
    ])


def _tiles(found: Sequence[Element], *, base: str) -> str:
    boxes = ",\n".join(f"block(breakable: false)[{_set(tile, base=base)}]" for tile in found)
    return f"#v(1em)\n#grid(columns: (1fr,) * {_ACROSS}, gutter: 14pt,\n{boxes})\n#v(1em)\n" if found else ""


def _card(chart: Chart, view: View, *, base: str) -> str:
    """Return a chart on one sheet: title, figure, key, sentence, notes, source."""
    answer = view.answers[chart.slug]
    notes = "".join(_set(note, base=base) for note in card_notes(chart, view))
    return "\n".join([
        "#block(breakable: false)[",
        f"#heading(level: 2)[{_text(chart.title)}]",
        *(_set(part, base=base) for part in card_head(answer)),
        f'#image(bytes({_quoted(_figure(chart, answer, selected=view.outlined))}), format: "svg", width: 100%, '
        f"alt: {_quoted(description(answer, chart=chart, by=chart.by))})",
        f"#text(size: 11pt)[{_text(sentence_of(chart, answer))}]\n",
        "]",
        notes, f"#text(size: 8.5pt)[{_text(source_of(chart, answer, release=view.release))}]\n",
    ])


def _figure(chart: Chart, answer: Answer, *, selected: Sequence[str]) -> str:
    """Return a figure with its key below it."""
    shape = SHAPES[chart.shape]
    key = key_of(shape.legend(answer, chart=chart) if not answer.reason else [], room=WIDTH, size=SIZE)
    drawn = shape.svg(answer, chart=chart, selected=selected, width=WIDTH)
    placed = drawn.replace("<svg ", f'<svg width="{WIDTH}" height="{chart.height}" ', 1)
    return standing_alone("".join([
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {n(chart.height + SIZE + key.height)}">', placed,
        *drawn_key(key, x=0, y=chart.height + SIZE / 2, slug=chart.slug), "</svg>"]))


def _set(tree: Any, *, base: str) -> str:
    """Return a part of a page as Typst. Raises ``KeyError`` for an element that it does not know."""
    if tree is None:
        return ""
    if isinstance(tree, (list, tuple)):
        return "".join(_set(child, base=base) for child in tree)
    if not isinstance(tree, Mapping):
        return _text(str(tree))
    props = tree["props"]
    if _LEFT_OUT & set(str(props.get("className", "")).split()):
        return ""
    inside = _set(props["children"], base=base)
    if tree["type"] == "A":
        return _link(props["href"] if "://" in props["href"] else base + props["href"], inside)
    if props.get("className") == "figure-value":
        return f"#text(size: 14pt, weight: 700)[{inside}]"
    return _ELEMENTS[tree["type"]].format(inside)


_ELEMENTS: Mapping[str, str] = {
    "Dd": "{}", "Details": "{}", "Div": "{}\n\n", "Dt": "#strong[{}]\n\n", "H2": "#heading(level: 2)[{}]\n", "Li": "#list[{}]\n",
    "P": "{}\n\n", "Section": "{}\n\n", "Span": "{} ", "Strong": "#strong[{}]", "Ul": "{}\n",
}


def _link(address: str, inside: str) -> str:
    return f"#link({_quoted(address)})[{inside}]"


def _text(text: str) -> str:
    """Return words that mean nothing but themselves."""
    return f"#{_quoted(text)};" if text else ""


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'
