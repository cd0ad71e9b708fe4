"""KPI tiles, and what needs attention: each measure's latest period with the icons of its control chart.

An icon is a shape, a colour and a text; what it means stands beside it in words. Illustrative figures are in the tiles,
named as such, and never among what needs attention.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from urllib.parse import urlencode

from data.frame import area_label, member_label, run_label
from data.kpis import KPIS, Kpi
from data.measures import MEASURE_BY_ID
from data.periods import window_label
from data.selection import Selection
from data.statistics.control import RULES, Variation
from data.statistics.simulated import simulated
from layouts import elements as html
from layouts import vocabulary
from layouts.charts import PERFORMANCE
from layouts.elements import Element
from layouts.numbers import brief, interval, number, shown
from layouts.words import initial, joined

_SHAPES = {"high": "\N{BLACK UP-POINTING TRIANGLE}", "low": "\N{BLACK DOWN-POINTING TRIANGLE}", "": "~"}
_ASSURED = {"consistently meets": "\N{CHECK MARK}", "consistently misses": "\N{MULTIPLICATION SIGN}", "hit and miss": "?"}


def kpi_tiles(kpis: Sequence[Kpi], *, selection: Selection) -> list[Element]:
    """Return a tile for each KPI of a place."""
    return [_tile(kpi, selection=selection) for kpi in kpis]


def _tile(kpi: Kpi, *, selection: Selection) -> Element:
    measure, row = kpi.answer.measure, kpi.row
    assert row is not None  # held: `kpis_of` leaves out those without a value
    ends = interval(row)
    when = initial(window_label((row.start, row.end)))
    word = {"illustrative": " (illustrative)", "uploaded": ""}.get(kpi.answer.origin or "", "")
    return html.Div([
        html.Dt([html.A(_name(kpi), href=_address(kpi, selection)), word]),
        html.Dd([
            html.Div([html.Strong(brief(row), className="figure-value"), *icons(kpi)], className="judged"),
            html.Span(f"{when}; 95% interval {ends}." if ends else f"{when}."),
            html.Span(target_words(kpi)),
            html.Span(_change_words(kpi)),
        ]),
    ], className="tile", id=f"kpi-{measure.id}")


def _name(kpi: Kpi) -> str:
    """Return the measure's name, with the category that stands for it where it has several."""
    category = kpi.answer.measure.category
    return f"{kpi.answer.label}, {member_label('category', category).lower()}" if category else kpi.answer.label


def _address(kpi: Kpi, selection: Selection) -> str:
    """Return the page with this measure in place of the chosen one, in the same place and period."""
    return replace(selection, measure=kpi.answer.measure.id, grain="").address(PERFORMANCE)


def icons(kpi: Kpi) -> list[Element]:
    """Return the icons of variation and of assurance, none where there is no control chart."""
    found, assured = kpi.variation, kpi.assurance
    if found is None:
        return []
    kind = found.kind.replace(" ", "-")
    drawn = [_icon(_SHAPES[found.direction], f"variation {kind}", f"Variation: {vocabulary.special(found)}")]
    if assured is not None:
        drawn.append(_icon(_ASSURED[assured], f"assurance {assured.replace(' ', '-')}",
                           f"Target: {vocabulary.ASSURANCES[assured]}"))
    return drawn


def _icon(shape: str, kind: str, says: str) -> Element:
    return html.Span(html.Span(shape, **{"aria-hidden": "true"}), className=f"icon {kind}", role="img", title=says,
                     **{"aria-label": says})


def target_words(kpi: Kpi) -> str:
    """Return the target of a KPI and whether it will be met, or that none was supplied."""
    if kpi.target is None:
        return "No target supplied."
    unit = kpi.answer.measure.unit
    goal = f"Target {number(kpi.target.target, unit=unit, base=0 if kpi.target.target % 1 == 0 else None)}"
    return f"{goal}: {vocabulary.ASSURANCES[kpi.assurance]}." if kpi.assurance else f"{goal}."


def _change_words(kpi: Kpi) -> str:
    """Return the change on the period before, and whether it is a signal."""
    if kpi.variation is None:
        return f"Not judged: {kpi.refusal}"
    row, before = kpi.row, kpi.before
    assert row is not None and row.value is not None
    difference = "" if before is None or before.value is None else vocabulary.signed(
        row.value - before.value, unit=kpi.answer.measure.unit, base=row.denominator) + " on the period before: "
    if not kpi.variation.direction:
        return initial(f"{difference}no signal, {vocabulary.special(kpi.variation)}.")
    return initial(f"{difference}{_signalled(kpi.variation, kpi)}.")


def _signalled(found: Variation, kpi: Kpi) -> str:
    rules = [f"{RULES[signal.rule]}, {run_label(signal.rows)}" for signal in kpi.signals]
    return f"{vocabulary.special(found)} ({'; '.join(rules)})"


def attention(kpis: Sequence[Kpi], *, selection: Selection) -> list[Element]:
    """Return what needs attention in a place: signals of the latest periods and targets that are missed, worst first.

    How many signals chance alone would make stands beside it, and what could not be judged.
    """
    real = [kpi for kpi in kpis if kpi.answer.origin != "illustrative"]
    judged = [kpi for kpi in real if kpi.variation is not None]
    alarming = [kpi for kpi in judged if _alarms(kpi)]
    where = joined([area_label(code) for code in selection.area]) if selection.area else "all places together"
    said: list[Element] = [html.H2("What needs attention", id="attention-title"), html.P(_summary(len(alarming), len(judged), where))]
    if alarming:
        order = {"concerning": 0, "neither": 1, "improving": 2, "common cause": 3}
        alarming.sort(key=lambda kpi: order[kpi.variation.kind] if kpi.variation else 4)
        said.append(html.Ul([_alarm(kpi, selection) for kpi in alarming], className="alarms"))
    told = [*([_expected(len(judged))] if judged else []), *_unjudged(kpis, real, judged)]
    return [*said, *([html.Ul([html.Li(text) for text in told], className="notes")] if told else []), _follow(real, selection)]


def feed_address(areas: Sequence[str], *, measure: str = "") -> str:
    """Return the address of the feed of one KPI of the chosen places, without a measure of all of them."""
    pairs = [*([("measure", measure)] if measure else []), *(("area", code) for code in areas)]
    return f"{PERFORMANCE}.atom{f'?{urlencode(pairs)}' if pairs else ''}"


def _follow(kpis: Sequence[Kpi], selection: Selection) -> Element:
    """Return the feeds by which a reader hears of the next signal: of all, and of each KPI that is not illustrative."""
    links = [("every KPI", feed_address(selection.area)),
             *((_name(kpi), feed_address(selection.area, measure=kpi.answer.measure.id)) for kpi in kpis)]
    return html.P(["Follow as a feed (Atom):", *(
        html.A(text, href=address, **{"aria-label": f"Feed of signals: {text}"}) for text, address in links)], className="surfaces")


def _alarms(kpi: Kpi) -> bool:
    found = kpi.variation
    return (found is not None and bool(found.direction)) or kpi.assurance == "consistently misses"


def _summary(alarming: int, judged: int, where: str) -> str:
    if not judged:
        return f"No measure of {where} can be judged by the figures of this release."
    if not alarming:
        return f"Nothing: {judged} {'measure' if judged == 1 else 'measures'} of {where} judged, no signal in the latest period."
    return f"{alarming} of the {judged} measures of {where} that can be judged:"


def _alarm(kpi: Kpi, selection: Selection) -> Element:
    assert kpi.variation is not None and kpi.row is not None
    parts = [_signalled(kpi.variation, kpi)] if kpi.variation.direction else []
    if kpi.assurance == "consistently misses":
        parts.append(target_words(kpi).rstrip(".").lower())
    return html.Li([*icons(kpi), " ", html.A(_name(kpi), href=_address(kpi, selection)),
                    f" {shown(kpi.row)}: {'; '.join(parts)}."])


def _expected(judged: int) -> str:
    """Say how many of so many charts would signal in their latest period although nothing has changed."""
    share = simulated()["xmr.36.latest"].share
    return (f"False alarms to expect: where nothing has changed, {100 * share:.0f}% of charts of 36 periods are marked in their "
            f"latest one, so about {judged * share:.1f} of {judged} here by chance.")


def _unjudged(kpis: Sequence[Kpi], real: Sequence[Kpi], judged: Sequence[Kpi]) -> list[str]:
    """Say which KPIs were not judged, and why."""
    said = []
    refused = [kpi.answer.label for kpi in real if kpi not in judged]
    if refused:
        said.append(f"Not judged, because a control chart would mislead or has too few periods: {joined(refused)}.")
    made_up = len(kpis) - len(real)
    if made_up:
        said.append(f"{made_up} of the measures have illustrative figures only; they are never listed here.")
    absent = [MEASURE_BY_ID[name].label for name in KPIS if name not in {kpi.answer.measure.id for kpi in kpis}]
    if absent:
        said.append(f"Without figures for this choice: {joined(absent)}.")
    return said
