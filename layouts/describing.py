"""What is said of a measure: every part of its definition in plain words, from its entry in the registry.

The page of a measure and the list of all of them are made of these; nothing is written twice.
"""

from __future__ import annotations

from collections.abc import Mapping

from data.areas import AREAS
from data.counts import COUNT_BY_ID
from data.disclosure.noise import SIGMA
from data.disclosure.tables import TABLE_BY_ID, Table
from data.frame import listed, member_label
from data.measures import UNIT_LABELS, Measure
from data.model import ALL, DIMENSIONS, month_index
from data.periods import month_label
from data.release import Release
from data.statistics.intervals import protected_range, threshold

GRAIN_WORDS: Mapping[str, str] = {
    "month": "month", "quarter": "quarter", "year": "calendar year", "rolling_year": "twelve months, rolling",
}
DIRECTIONS: Mapping[str, str] = {
    "higher": "A higher value is better.", "lower": "A lower value is better.",
    "neither": "Neither a higher nor a lower value is better by itself.",
}
_WIDTHS: Mapping[tuple[str, str], str] = {
    ("channel", "wide"): "channel group", ("channel", "narrow"): "channel",
    ("age_group", "wide"): "wide age band", ("age_group", "narrow"): "age group",
    ("crime_type", "wide"): "crime group", ("crime_type", "narrow"): "crime type",
}
_PERIODS: Mapping[int, str] = {1: "month", 3: "quarter", 12: "year"}
_AREAS: Mapping[str, str] = {"force": "police force", "country": "country", "district": "district"}


def plural(number: int, noun: str) -> str:
    """Return a number with its noun: ``1 area``, ``12 areas``."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def numerator(measure: Measure) -> str:
    """Return what stands above the line, with the members that it counts."""
    return _counted(measure.numerator, measure.numerator_only)


def denominator(measure: Measure) -> str:
    """Return what stands below the line, with the members that it counts, or that nothing does."""
    if measure.kind == "survey":
        return "The weighted number of people asked, where it is published: each figure has its own"
    if measure.kind == "published":
        return "Not published: the source gives the finished value alone."
    if not measure.denominator:
        return "None: this is a plain count."
    if measure.kind == "modelled":
        return f"{_counted(measure.denominator, measure.denominator_only)}, to whom the share above is applied"
    if measure.kind == "gap":
        return (f"{_counted(measure.denominator, measure.denominator_only)}. The value is one share less the other: the age "
                "group's share of what stands above, less its share of the residents.")
    return _counted(measure.denominator, measure.denominator_only)


def _counted(count: str, only: Mapping[str, tuple[str, ...]]) -> str:
    parts = [_members(name, members) for name, members in only.items()]
    return COUNT_BY_ID[count].label + (f" ({'; '.join(parts)})" if parts else "")


def _members(name: str, members: tuple[str, ...]) -> str:
    label = DIMENSIONS[name].label.lower()
    if members == (ALL,):
        return f"every {label} together" if name != "category" else "all of them together"
    names = listed([f"“{member_label(name, member)}”" for member in members])
    return f"{label} {names} alone" if name != "category" else f"{names} alone"


def unit(measure: Measure) -> str:
    """Return the unit, and that a share is not more than a whole."""
    return UNIT_LABELS[measure.unit] if measure.unit != "percent" else "per cent (%)"


def dimensions(measure: Measure) -> str:
    """Return what the measure can be filtered and split by."""
    names = ["area", "period", *(DIMENSIONS[name].label.lower() for name in measure.dimensions if name != "category")]
    if "category" in measure.dimensions:
        names.append(measure.category_label.lower())
    said = f"{listed(names)}.".capitalize()
    if measure.categories:
        members = [member_label("category", member) for member in measure.categories]
        chosen = member_label("category", measure.category)
        said += f" {measure.category_label}: {listed(members)}; “{chosen}” where none is chosen."
    return said


def grains(measure: Measure) -> str:
    """Return the periods that it is given for."""
    if measure.stands_alone:
        return f"{measure.stands_alone} months together, as they were published."
    return f"{listed([GRAIN_WORDS[grain] for grain in measure.grains])}.".capitalize()


def places(measure: Measure, release: Release) -> str:
    """Return the levels of places that it has, and what stands for everywhere."""
    whole = AREAS[measure.whole].name
    if measure.level == "london_borough":
        return f"The 32 boroughs of London that the {whole} serves, and all of them together."
    cube = release.cube(measure.numerator)
    districts = cube is not None and any(AREAS[code].type == "district" for code in cube.axes["area"])
    return f"Police forces{', districts' if districts else ''} and countries; {whole} stands for everywhere."


def policy(measure: Measure, *, sigma: float = SIGMA) -> str:
    """Return whether it is open or protected, and what that means for its figures."""
    if not measure.protected:
        return ("Open. It counts nobody who came forward or was found. Its figures are exact, in every combination "
                "that its source supplied.")
    half, least = float(protected_range(1, sigma=sigma)), float(threshold(1, sigma=sigma))
    return (f"Protected. It rests on people who came forward or were found, so every published cell was changed once by "
            f"random noise. A figure made of one cell lies within {half:.0f} of the truth 95 times in 100, and one under "
            f"{least:.0f} is not shown. It is published in the tables below and in no others.")


def minimum_base(measure: Measure) -> str:
    """Return the base under which no value is shown."""
    if not measure.minimum_base:
        return "None: no base stands under it."
    return f"{measure.minimum_base}. Where the denominator is smaller no value is shown, and the mark is [c]."


def follow_up(measure: Measure) -> str:
    """Return how long an appeal is followed."""
    if not measure.follow_up:
        return "None: a figure stands at the month in which the thing itself happened."
    return (f"{measure.follow_up} days. A figure stands at the month in which its appeal was first published, and holds what "
            f"came within {measure.follow_up} days. Younger appeals are marked [p] and stay out of totals.")


def interval(measure: Measure) -> str:
    """Return the interval that its values carry, or why they carry none."""
    if measure.protected:
        return "95%. It holds chance and the noise together." if measure.denominator else "95%. It holds the noise."
    if measure.interval == "share":
        return "95%, Wilson’s interval of a share."
    if measure.interval == "rate":
        return "95%, Byar’s interval of a rate; exact under 10."
    if measure.kind == "survey":
        return "95%, the margin of a survey, on a base of at least 50; none where the base is not published."
    if measure.kind == "modelled":
        return "None of chance. Of several channels the range runs from the least to the most that is possible."
    if measure.kind == "published":
        return "None: the number behind the figure is not published."
    return "None: these are complete counts of accounts and posts, not a sample."


def tables(measure: Measure) -> list[str]:
    """Return the tables that its protected counts are published in, in words; empty for an open measure."""
    ids = dict.fromkeys(name for count in measure.counts for name in COUNT_BY_ID[count].tables)
    return [table_words(TABLE_BY_ID[name]) for name in ids]


def table_words(table: Table) -> str:
    """Return a table of the closed set in words: ``Police force by channel group, each quarter``."""
    by = [_WIDTHS[name, width] for name, width in table.dimensions.items()]
    split = f" by {listed(by)}" if by else ""
    return f"{_AREAS[table.areas]}{split}, each {_PERIODS[table.step]}".capitalize()


def reviewed(measure: Measure) -> str:
    """Return the month in which the definition was last gone over."""
    return f"{month_label(month_index(measure.reviewed))}."


def breaks(measure: Measure) -> list[str]:
    """Return the months from which figures cannot be compared with those before, each with its reason."""
    return [f"{month_label(month_index(month))}: {why}" for month, why in measure.breaks]
