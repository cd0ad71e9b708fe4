"""Where the parts of a picture stand: words above and below, and the figure in the room that they leave."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from math import inf

from data.query import Answer
from layouts.charts import Chart
from layouts.lettering import Text, height_of, set_in
from layouts.picture_key import Key, drawn_key, key_of, written
from layouts.shapes import SHAPES
from layouts.shapes.awkward import EMPTY
from layouts.shapes.svg_writer import PAINT, escape, n


@dataclass(frozen=True, kw_only=True)
class Size:
    """One size of pictures: the pixels that it is drawn in, its type, how large its figure may be."""

    name: str
    says: str
    width: int
    height: int = 0
    """0: as high as it needs to be."""
    zoom: int = 1
    """Pixels of the file for one that is drawn."""
    edge: int
    title: int
    body: int
    small: int
    foot: int
    scales: tuple[float, float] = (1.0, 1.0)
    """How much larger than on a page a figure is drawn at most, and at least where words can be left out for it."""
    address: int = 3
    """Lines that the address may take."""


SIZES: tuple[Size, ...] = (
    Size(name="1x", says="768 pixels wide and as high as it needs to be, with all notes", width=768, edge=24, title=24, body=16,
         small=14, foot=13, address=6),
    Size(name="2x", says="the same with twice the pixels", width=768, zoom=2, edge=24, title=24, body=16, small=14, foot=13,
         address=6),
    Size(name="card", says="1200 by 630 pixels, for links", width=1200, height=630, edge=32, title=34, body=20, small=17, foot=15,
         scales=(1.5, 1.0), address=2),
    Size(name="square", says="1080 by 1080 pixels", width=1080, height=1080, edge=44, title=38, body=23, small=19, foot=17,
         scales=(1.6, 1.1)),
)
SIZE_BY_NAME: Mapping[str, Size] = {size.name: size for size in SIZES}

BESIDE = frozenset({"choropleth", "tiles"})
"""Shapes that are no wider than high: on a card their words stand beside them."""
NOTES = 24
"""Lines of notes that a picture holds."""
FEWEST = 0.66
"""Share of the height between head and foot that words leave to the figure at least, if they can be left out."""
NO_FIGURES = "No figures"
_STEP, _SMALLEST = 0.05, 0.5
_LEAST = 240.0
_SENTENCE = re.compile(r"(?<=[.!?]) (?=[A-Z“])")
_OPENING = re.compile(r'^<svg xmlns="[^"]+"')


@dataclass(frozen=True)
class Words:
    """What a picture says around its figure. ``marks`` are notes that tell what each mark in the figure means."""

    title: str
    subtitle: str
    status: str
    sentence: str
    notes: tuple[str, ...]
    marks: tuple[str, ...]
    foot: tuple[str, ...]
    address: str
    """Where the chart lives, with all filters."""


@dataclass(frozen=True)
class Figure:
    """What is drawn of an answer, at any size."""

    chart: Chart
    answer: Answer
    selected: Sequence[str]

    def drawn(self, width: float, height: float) -> str:
        """Return it in a box of so many pixels of its own."""
        # What an answer keeps of a drawing may follow from the drawing's height.
        return SHAPES[self.chart.shape].svg(replace(self.answer), chart=replace(self.chart, height=int(height)),
                                            selected=self.selected, width=int(width))

    def empty(self) -> bool:
        """Whether it shows no value, only why there is none."""
        return "data-key" not in self.drawn(720, self.chart.height)

    def heights(self, width: float) -> tuple[float, float]:
        """Return the least height in which it can be read, and the greatest that helps a reader."""
        own = SHAPES[self.chart.shape].heights
        return own(self.answer, chart=self.chart, width=width) if own else (_LEAST, inf)


def laid(words: Words, figure: Figure, *, size: Size) -> tuple[float, list[str]]:
    """Return the height of a picture and its parts as SVG."""
    room = size.width - 2 * size.edge
    empty = figure.empty()
    if empty:  # the figure says why, in the words of the sentence
        words = replace(words, status=NO_FIGURES, sentence="")
    head = [set_in(words.title, room=room, size=size.title, bold=True), set_in(words.subtitle, room=room, size=size.body, paint="muted"),
            set_in(words.status, room=room, size=size.small, bold=True)]
    foot = [*(set_in(text, room=room, size=size.foot, paint="muted") for text in words.foot), _address(words, room=room, size=size)]
    top, gap, head_gap = float(size.edge), size.body * 0.7, size.body * 0.2
    start = top + height_of(head, gap=head_gap) + gap
    if size.height:
        end = size.height - size.edge - height_of(foot, gap=2) - gap
        place = _beside if figure.chart.shape in BESIDE and size.width > size.height and not empty else _below
        body = place(words, figure, box=(size.edge, start, room, end - gap * 0.5 - start), size=size, empty=empty)
    else:
        body, end = _as_high_as_needed(words, figure, box=(size.edge, start, room, 0.0), size=size, empty=empty)
        end += gap
    rule = f'<path d="M{size.edge} {n(end)}H{n(size.width - size.edge)}" stroke="{PAINT["rule"]}"/>'
    parts = [*_stacked(head, x=size.edge, y=top, gap=head_gap), *body, rule,
             *_stacked(foot[:-1], x=size.edge, y=end + gap, gap=2)]
    low = end + gap + height_of(foot[:-1], gap=2) + 2
    parts.append(f'<a href="{escape(words.address)}">{"".join(written(foot[-1], x=size.edge, y=low))}</a>')
    return size.height or low + foot[-1].height + size.edge, parts


def _address(words: Words, *, room: float, size: Size) -> Text:
    """Return the address of the live chart; where its filters are too many for the picture, without them."""
    whole = set_in(words.address, room=room, size=size.foot, paint="accent", anywhere=True)
    if len(whole.lines) <= size.address:
        return whole
    return set_in(f"{words.address.partition('?')[0]} (with the choice that stands in the title)", room=room, size=size.foot, paint="accent")


def _stacked(texts: Sequence[Text], *, x: float, y: float, gap: float) -> list[str]:
    body: list[str] = []
    for text in texts:
        if text.lines:
            body += written(text, x=x, y=y)
            y += text.height + gap
    return body


Box = tuple[float, float, float, float]
"""Left, top, width and height in pixels."""


def _as_high_as_needed(words: Words, figure: Figure, *, box: Box, size: Size, empty: bool) -> tuple[list[str], float]:
    """Return figure, key, sentence and notes below each other, and where they end."""
    left, y, room, _ = box
    least, most = (EMPTY, EMPTY) if empty else figure.heights(room)
    height = min(max(figure.chart.height, least), max(most, least))
    body = [_nested(figure, left=left, top=y, scale=1.0, width=room, height=height)]
    y += height + size.body * 0.5
    key = _key(figure, room=room, size=size, empty=empty)
    body += drawn_key(key, x=left, y=y, slug=figure.chart.slug)
    y += key.height + size.body * 0.5 * bool(key.placed)
    texts = _texts(words, sentences=[words.sentence] if words.sentence else [], notes=[*words.notes, *words.marks], room=room, size=size)
    return body + _stacked(texts, x=left, y=y, gap=size.small * 0.35), y + height_of(texts, gap=size.small * 0.35)


def _key(figure: Figure, *, room: float, size: Size, empty: bool, below: bool = False) -> Key:
    items = [] if empty else SHAPES[figure.chart.shape].legend(figure.answer, chart=figure.chart)
    return key_of(items, room=room, size=size.small, below=below)


def _texts(words: Words, *, sentences: Sequence[str], notes: Sequence[str], room: float, size: Size) -> list[Text]:
    """Return sentences and notes as they are written; notes beyond ``NOTES`` lines are told of."""
    texts = [set_in(" ".join(sentences), room=room, size=size.body)] if sentences else []
    lines = 0
    for place, note in enumerate(notes):
        text = set_in(note, room=room, size=size.small, paint="muted")
        lines += len(text.lines)
        if lines > NOTES:
            more = len(notes) - place
            return [*texts, set_in(f"{more} more {'note stands' if more == 1 else 'notes stand'} at the address of the chart.", room=room,
                                   size=size.small, paint="muted")]
        texts.append(text)
    return texts


def _choices(words: Words, *, room: float, size: Size) -> Iterator[list[Text]]:
    """Yield what may be said beside a figure, from all of it to nothing: notes go first, then sentences from the last."""
    sentences = _SENTENCE.split(words.sentence) if words.sentence else []
    for notes in ([*words.notes, *words.marks], list(words.marks), []):
        yield _texts(words, sentences=sentences, notes=notes, room=room, size=size)
    for count in range(len(sentences) - 1, -1, -1):
        yield _texts(words, sentences=sentences[:count], notes=[], room=room, size=size)


def _below(words: Words, figure: Figure, *, box: Box, size: Size, empty: bool) -> list[str]:
    """Return figure, key, and as many words as leave room for both."""
    left, top, room, height = box
    key = _key(figure, room=room, size=size, empty=empty)
    gap = size.body * 0.5
    keyed = key.height + gap * bool(key.placed)
    needed = EMPTY * size.body / 16 if empty else max(FEWEST * height, figure.heights(room / size.scales[1])[0] * size.scales[1])
    texts: list[Text] = []
    for texts in _choices(words, room=room, size=size):
        said = height_of(texts, gap=size.small * 0.35) + gap * bool(texts)
        if height - keyed - said >= needed:
            break
    y = top + height - height_of(texts, gap=size.small * 0.35)
    scale, wide, high = _fitted(figure, width=room, height=y - gap * bool(texts) - keyed - top, size=size, empty=empty)
    under = top + high * scale + gap
    return [_nested(figure, left=left, top=top, scale=scale, width=wide, height=high),
            *drawn_key(key, x=left, y=under, slug=figure.chart.slug),
            *_stacked(texts, x=left, y=under + keyed, gap=size.small * 0.35)]


def _beside(words: Words, figure: Figure, *, box: Box, size: Size, empty: bool) -> list[str]:
    """Return the figure at the left; key and words at its right, as many as there is room for."""
    left, top, room, height = box
    wide = room * 0.5
    start, width = left + wide + size.edge, room - wide - size.edge
    key = _key(figure, room=width, size=size, empty=empty, below=True)
    gap = size.body * 0.7
    texts: list[Text] = []
    for texts in _choices(words, room=width, size=size):
        if key.height + gap + height_of(texts, gap=size.small * 0.35) <= height:
            break
    scale = size.scales[1]
    return [_nested(figure, left=left, top=top, scale=scale, width=wide / scale, height=height / scale),
            *drawn_key(key, x=start, y=top, slug=figure.chart.slug),
            *_stacked(texts, x=start, y=top + key.height + gap, gap=size.small * 0.35)]


def _fitted(figure: Figure, *, width: float, height: float, size: Size, empty: bool) -> tuple[float, float, float]:
    """Return the largest scale at which a figure can be read in a box, and its own width and height there."""
    if empty:
        scale = size.body / 16
        return scale, width / scale, min(EMPTY, height / scale)
    most, _ = size.scales
    scale = most
    for step in range(round((most - _SMALLEST) / _STEP) + 1):
        scale = most - _STEP * step
        least, useful = figure.heights(width / scale)
        if height / scale >= least:
            return scale, width / scale, min(height / scale, max(useful, least))
    return scale, width / scale, height / scale


def _nested(figure: Figure, *, left: float, top: float, scale: float, width: float, height: float) -> str:
    """Return the figure in its place, drawn ``scale`` times as large as in its own pixels."""
    wide, high = int(width), int(height)
    return _OPENING.sub(f'<svg x="{n(left)}" y="{n(top)}" width="{n(wide * scale)}" height="{n(high * scale)}" overflow="visible"',
                        figure.drawn(wide, high))
