"""What is said of a claim: its verdict in words, the figure that it was judged by, and where that comes from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from data.claims import Basis, Judgement
from data.periods import day_words, window_label
from data.release import Release
from data.remarks import Correction
from data.selection import Selection
from layouts.charts import CHART_BY_SLUG, Chart, ask
from layouts.numbers import bare, bounded, shown
from layouts.shell import NAME
from layouts.words import initial, subject

HEADS: Mapping[tuple[str, str], str] = {
    ("supported", "published figure"): "Supported: it is the published figure",
    ("supported", "within uncertainty"): "Supported: within the uncertainty of the figure",
    ("outdated", ""): "Outdated: the figure has been revised",
    ("not supported", ""): "Not supported by the published figure",
    ("cannot be judged", ""): "Cannot be judged",
}
"""What stands above a judgement, by verdict and grade."""
RULES: tuple[tuple[str, str], ...] = (
    ("Supported", "The claimed number is the published figure, rounded as the claim is; or it lies within the figure’s 95% interval, and the "
                  "answer says which of the two. A whole number that ends in noughts may be rounded to them, but for its first two "
                  "digits: 2,400 stands for 2,350 to 2,450. A percentage is never taken to be rounded that far."),
    ("Outdated", "It was so in an earlier release that is still held, and is not now: the answer names that release, and the "
                 "correction where one was published."),
    ("Not supported", "The figure is another one. Where it has no 95% interval, no other number than the figure itself is supported."),
    ("Cannot be judged", "There is no figure of exactly what is claimed; or it is too small to show, and then no number is judged, "
                         "whatever it is; or it is illustrative, and illustrative figures support nothing."),
)
"""How a claim is judged, in words."""
CARD = "size=card"
"""The size of pictures that are passed on."""
_CHARTS = ("trend", "funnel", "category", "age", "map")
"""The charts that may show a claim's figure among others, the best one first."""


def head(found: Judgement) -> str:
    """Return the verdict as a heading."""
    return HEADS[found.verdict, found.grade]


def sentences(found: Judgement) -> list[str]:
    """Return what the figures say, what that makes of the claim, and what else must be known."""
    claimed, figure = found.claim.number.text, found.figure
    if figure.lacks:
        return [f"{initial(subject(figure.answer))}.", figure.lacks]
    said = [f"{initial(subject(figure.answer))}: {shown(_row(figure))}."]
    if found.grade == "published figure":
        said.append(f"“{claimed}” is this figure{'' if _as_shown(found) else ', rounded'}.")
    elif found.grade:
        said.append(f"“{claimed}” is not the figure itself, but lies within its 95% interval: the figure does not speak against it.")
    elif found.earlier is not None:
        older = found.earlier.release
        said.append(f"“{claimed}” is not this figure. It held in the release of {day_words(older.published[:10])} ({older.id}): "
                    f"{shown(_row(found.earlier))}.")
        said += [correction(each) for each in found.corrections]
    else:
        said.append(f"“{claimed}” is neither this figure nor within its 95% interval." if bounded(_row(figure)) else
                    f"“{claimed}” is not this figure, which has no interval.")
    if not found.grade and found.claim.number.share and found.claim.measure.unit == "percent":
        said.append(f"“{claimed}” was read as {claimed}%. A share is claimed in per cent here: 12%, not 0.12.")
    marks = _row(figure).status.split()
    if "p" in marks:
        said.append("The figure is provisional and will change.")
    if "r" in marks:
        said.append("The figure, or a part of it, was revised: it differs from the release before.")
    return said


def _as_shown(found: Judgement) -> bool:
    """Whether a claim gives the figure with no fewer digits than the site does."""
    digits = bare(_row(found.figure)).replace(",", "").replace("\N{MINUS SIGN}", "-").removeprefix("+")
    return float(digits) == found.claim.number.value or found.claim.number.value == _row(found.figure).value


def _row(basis: Basis) -> Any:
    assert basis.row is not None  # a basis that lacks nothing has one
    return basis.row


def correction(each: Correction) -> str:
    """Return a published correction in a line."""
    return f"Corrected on {day_words(each.date)}: {each.what} {each.why}"


def source_line(record: Mapping[str, Any], release: Release) -> str:
    """Return where a figure comes from, to be copied with it: source, vintage, release."""
    return (f"Source: {record['source'].removesuffix('.')} ({record['vintage']}). {NAME}, release {release.id}, published "
            f"{day_words(release.published[:10])}.")


def pinned(selection: Selection, release: Release) -> Selection:
    """Return a selection that names its release, so that its address never shows another one."""
    return Selection(**{**vars(selection), "release": release.id})


def chart_of(found: Judgement) -> tuple[Chart, Selection] | None:
    """Return the chart that shows the figure among others, with its selection; ``None`` where there is no figure to show."""
    figure = found.figure
    if figure.lacks:
        return None
    for slug in _CHARTS:
        chart = CHART_BY_SLUG[slug]
        selection = figure.answer.asked.without("from", "to") if "period" in chart.by else figure.answer.asked
        answer = ask(figure.release, selection, chart=chart)
        values = [row.value for row in answer.frame.of("main") if row.value is not None]
        if not answer.reason and answer.origin != "illustrative" and len(values) > 1 and _row(figure).value in values:
            return chart, pinned(selection, figure.release)
    return None


def as_data(found: Judgement) -> dict[str, Any]:
    """Return a judgement for programs."""
    claim, figure = found.claim, found.figure
    drawn = chart_of(found)
    illustrative = "illustrative" in (figure.answer.origin, figure.record.get("origin"))
    return {
        "verdict": found.verdict, "grade": found.grade or None, "says": " ".join([f"{head(found)}.", *sentences(found)]),
        "reason": figure.lacks or None,
        "claim": {"text": claim.number.text, "value": claim.number.value, "stands_for": {
            "lower": claim.number.value - claim.number.half, "upper": claim.number.value + claim.number.half},
            "asked": claim.selection.without("release").query_string()},
        "figure": None if illustrative else figure.record or None,
        "period": None if figure.row is None else window_label((figure.row.start, figure.row.end)),
        "earlier": found.earlier.record if found.earlier else None,
        "corrections": [vars(each) for each in found.corrections],
        "source": None if illustrative or not figure.record else source_line(figure.record, figure.release),
        "release": figure.release.id, "published": figure.release.published,
        "chart": drawn[1].address(f"/charts/{drawn[0].slug}") if drawn else None,
        "picture": f"{drawn[1].address(f'/charts/{drawn[0].slug}.png')}&{CARD}" if drawn else None,
    }
