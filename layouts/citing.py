"""A figure with its source, to copy: the sentence, plainly and as Harvard and BibTeX want it.

Every citation names the release, so that whoever follows it finds the same figures.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from datetime import date

from data.periods import MONTH_NAMES, day_label, day_words
from layouts.embed import chart_of, held
from layouts.reading import sentence_of, sources_of
from layouts.shell import NAME
from layouts.view import View
from layouts.words import ABOUT, initial, marks_explained, subject

_LATEX: Mapping[str, str] = {
    "\\": r"\textbackslash{}", "{": r"\textbraceleft{}", "}": r"\textbraceright{}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}",
    "<": r"\textless{}", ">": r"\textgreater{}", "|": r"\textbar{}", "\N{MINUS SIGN}": "$-$",
    **{character: f"\\{character}" for character in "&%$#_"},
}
_RANGE = re.compile(r"[\d%] \([^()]+ to [^()]+\)")
"""An interval as sentences write it, behind its value; ages stand in brackets behind words and marks."""


def citations(view: View, *, base: str, today: date) -> dict[str, str]:
    """Return the citations of what a chart's page shows by their names; ``base`` is the public address of the site."""
    chart, release = chart_of(view), view.release
    answer = view.answers[chart.slug]
    word = "Illustrative figures, no fact about any place: " if view.illustrative else ""
    title = f"{word}{chart.title}. {initial(subject(answer))}"
    sources = "; ".join(f"{source['publisher']}, {source['label']} ({source['vintage']})" for source in sources_of(answer, release=release))
    address = f"{base}{held(view).address(f'/charts/{chart.slug}')}"
    said = f"{initial(subject(answer))}. {sentence_of(chart, answer)}"
    explained = "".join(f"{note} " for note in marks_explained(answer) if _stands_in(said, note))
    made = release.published[:10]
    source = f"Source: {sources}. " if sources else ""
    return {
        "Sentence with its source": f"{word}{said} {explained}{source}{NAME}, release {release.id}, "
                                    f"{day_words(made)}. {address}",
        "Harvard": f"{NAME} ({made[:4]}) ‘{title}’. Release {release.id}. {source}Available at: {address} "
                   f"(Accessed: {day_label(today)}).",
        "BibTeX": _bibtex(_key(chart.slug, view), title=title, made=made, note=f"Release {release.id}. {source}".strip(), address=address, today=today),
    }


def _stands_in(said: str, note: str) -> bool:
    """Whether a sentence holds what a note explains: whoever pastes the sentence leaves the notes behind."""
    if note.startswith("["):
        return note[:note.index("]") + 1] in said
    return "about " in said if note == ABOUT else bool(_RANGE.search(said))


def _key(slug: str, view: View) -> str:
    """Return what an entry is called: another one for each choice and release, as one document may cite several."""
    return f"hue-and-cry-{slug}-{hashlib.sha256(held(view).query_string().encode()).hexdigest()[:8]}"


def _bibtex(key: str, *, title: str, made: str, note: str, address: str, today: date) -> str:
    """Return an entry for BibTeX and biblatex; the address stays as it is, as their field ``url`` takes it letter by letter."""
    fields = {"author": f"{{{latex(NAME)}}}", "title": f"{{{latex(title)}}}", "year": made[:4],
              "note": latex(note), "url": address, "urldate": today.isoformat()}
    lines = ",\n".join(f"  {name} = {{{text}}}" for name, text in fields.items())
    return f"@misc{{{key},\n{lines},\n  month = {MONTH_NAMES[int(made[5:7]) - 1][:3].lower()}\n}}"


def latex(text: str) -> str:
    """Return text as LaTeX prints it letter by letter."""
    return "".join(_LATEX.get(character, character) for character in text)
