"""A chart as a picture that can travel alone: title, figure, words, source, status, vintage, release and address in one SVG.

It has four sizes: as high as it needs to be (``1x``, and ``2x`` with twice the pixels), a card for links and a square.
A card and a square leave out what there is no room for: notes first, what marks mean next, then sentences from the last.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from data.query import Answer
from data.release import Release
from layouts.charts import Chart
from layouts.components import MODELLED, ORIGINS
from layouts.lettering import FAMILY, lettered
from layouts.picture_layout import NO_FIGURES, Figure, Size, Words, laid
from layouts.reading import BROKEN, known_of, sentence_of, source_of, sources_of
from layouts.shapes import SHAPES
from layouts.shapes.svg_writer import escape, n
from layouts.shell import NAME, SUBTITLE
from layouts.theme import FONT, LIGHT
from layouts.words import marks_explained, subtitle

_PAINT = re.compile(r"var\(--[\w-]+,([^()]+)\)")
_UNSEEN = re.compile(r'(fill|stroke)="transparent"')


def picture(
    chart: Chart, answer: Answer, *, release: Release, selected: Sequence[str], size: Size, address: str
) -> str:
    """Return a chart as a whole SVG file, in plain colours and in characters that its fonts have.

    ``selected`` are the areas that a map outlines, ``address`` is where the chart lives. The same arguments always give the
    same text.
    """
    words = words_of(chart, answer, release=release, address=address)
    height, body = laid(words, Figure(chart, answer, selected), size=size)
    about = " ".join(_ended(text) for text in (words.subtitle, words.status, words.sentence or answer.reason, *words.foot) if text)
    text = (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{size.width * size.zoom}" height="{n(height * size.zoom)}" '
        f'viewBox="0 0 {size.width} {n(height)}" font-family="{escape(FAMILY)}" role="img" '
        f'aria-labelledby="picture-title picture-about"><title id="picture-title">{escape(words.title)}</title>'
        f'<desc id="picture-about">{escape(about)}</desc><rect width="{size.width}" height="{n(height)}" fill="{LIGHT["ground"]}"/>'
        f'{"".join(body)}</svg>\n'
    )
    return standing_alone(text)


def standing_alone(svg: str) -> str:
    """Return an SVG of ours as every program reads it: in plain colours, and in characters that its fonts have."""
    return lettered(_UNSEEN.sub(r'\1="#000" \1-opacity="0"', _PAINT.sub(r"\1", svg)).replace(escape(FONT), escape(FAMILY)))


def words_of(chart: Chart, answer: Answer, *, release: Release, address: str) -> Words:
    """Return what a picture of a chart says around its figure."""
    marks = marks_explained(answer)
    keyed = [item.text for item in SHAPES[chart.shape].legend(answer, chart=chart)] if not answer.reason else []
    notes = dict.fromkeys(note for note in known_of(chart, answer) if note not in marks and not _on_break(note, answer, keyed))
    credit = " ".join(_ended(text) for text in _credits(answer, release=release))
    foot = (f"{source_of(chart, answer, release=release)}{f' Credit: {credit}' if credit else ''}".strip(),
            f"{NAME}: {SUBTITLE}. Release {release.id}.")
    return Words(
        title=chart.title, subtitle=subtitle(answer), status=status_of(answer),
        sentence="" if answer.reason else sentence_of(chart, answer), notes=tuple(notes), marks=tuple(marks),
        foot=tuple(text for text in foot if text), address=address)


def _on_break(note: str, answer: Answer, keyed: Sequence[str]) -> bool:
    """Whether a note tells of a break that the key tells of as well, or that no line is drawn to show."""
    return note.endswith(BROKEN) and (bool(answer.reason) or any(text.endswith(note.removesuffix(BROKEN)) for text in keyed))


def _credits(answer: Answer, *, release: Release) -> list[str]:
    """Return whom the figures come from: of surveys, whose credit stands at each figure, those of the figures shown."""
    found = dict.fromkeys(source["credit"].removeprefix("Source: ") for source in sources_of(answer, release=release))
    asked = (release.surveyed.get((row.measure, row.area_code, row.age_group, row.category, row.end)) for row in answer.frame)
    surveys = dict.fromkeys(one.source for one in asked if one is not None)
    return [text for text in found if not text.startswith("As named")] + list(surveys)


def status_of(answer: Answer) -> str:
    """Return what kind of figures an answer holds, in words."""
    if answer.origin is None or not answer.frame:
        return NO_FIGURES
    name, meaning = ORIGINS[answer.origin]
    said = f"{name} figures" if answer.origin == "published" else f"{name} figures: {meaning[0].lower()}{meaning[1:]}"
    if answer.measure.kind == "modelled":
        return f"{_ended(said)} {MODELLED[0]}: {MODELLED[1][0].lower()}{MODELLED[1][1:]}"
    return said


def _ended(text: str) -> str:
    return text if text.endswith((".", "!", "?")) else f"{text}."
