"""The charts: a measure, a shape and a breakdown each; every surface is derived from its entry here.

A new chart is one entry. Slugs are permanent: they stand in addresses that others have written down.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from data.areas import AREAS
from data.frame import Frame, area_label
from data.measures import MEASURE_BY_ID
from data.pairs import set_against
from data.query import Answer, Note, answer
from data.release import Release
from data.selection import MULTIPLE, Selection
from data.similar import similar_to
from data.targets import target_of

PERIOD_FILTERS = ("from", "to")
CONTROL = "control"
"""The shape that judges periods against limits and a target."""
PERFORMANCE = "/performance"
APPEALS = "/appeals"
ATTITUDES = "/attitudes"


_ASKED = ("category", "age_group")
_APART = ("category", "compare")
"""What charts of surveys leave out: they show all answers, each by itself."""


@dataclass(frozen=True, kw_only=True)
class Chart:
    """What is drawn and how it is split. ``measure`` empty: it follows the selection."""

    slug: str
    title: str
    shape: str
    by: tuple[str, ...]
    says: str
    """One sentence on what the chart shows and for whom, for the list of charts and its own page."""
    measure: str = ""
    beside: str = ""
    about: tuple[str, ...] = ()
    """Ids of the measures beside which a page shows it, where it has a measure of its own; empty: beside all."""
    ignores: tuple[str, ...] = ()
    wide: bool = False
    height: int = 360
    similar: bool = False
    """Whether it shows one force and those like it alone."""
    widens: bool = False
    """Whether everywhere stands for places that have no figure of their own, and a note says so."""
    against: str = ""
    """The measure of the other axis, where it sets two beside each other."""
    page: str = "/"
    """The page that it stands on, beside its own."""
    notes: tuple[str, ...] = field(default=())
    """Said where places are chosen."""
    method: str = ""
    """How its intervals are made, where another chart shows the same shares with others."""

    @property
    def filters(self) -> tuple[str, ...]:
        """The keys of the query that change the chart."""
        keys = ("measure", *MULTIPLE, *PERIOD_FILTERS, "grain", "compare", "rebase", "origin", "release")
        unused = set(self.ignores) | ({"measure"} if self.measure else set())
        unused |= set() if "period" in self.by else {"grain"}
        unused |= {"compare"} if "area" in self.by else set()
        unused |= set() if self.shape == CONTROL else {"rebase"}
        return tuple(key for key in keys if key not in unused)


CHARTS: tuple[Chart, ...] = (
    Chart(
        slug="map", title="Where: the map", shape="choropleth", by=("area",), ignores=("area", "compare"),
        height=520,
        says="The measure in every police force, or borough of London, for the chosen period.",
        notes=("The map shows every place; the chosen ones are outlined.",),
    ),
    Chart(
        slug="tiles", title="Where: every place at the same size", shape="tiles", by=("area",),
        ignores=("area", "compare"), height=520,
        says="The same figures with one square for each place, so that small ones are seen as well as large ones.",
    ),
    Chart(
        slug="trend", title="Through time", shape="lines", by=("channel_group", "period"), wide=True, height=360,
        says="The measure through time by channel group; one group opens into its channels.",
    ),
    Chart(
        slug="age", title="By age group, beside the residents", shape="bars", by=("age_group",), beside="N1",
        height=380, says="The measure in each age group, beside the age group's share of the residents.",
    ),
    Chart(
        slug="channel", title="By channel", shape="bars", by=("channel",), height=380,
        says="The measure on each channel.",
    ),
    Chart(
        slug="channel-age", title="Which ages on which channel", shape="heatmap", by=("channel", "age_group"),
        ignores=("compare",), wide=True, height=420, says="The measure for each age group on each channel.",
    ),
    Chart(
        slug="crime-type", title="By crime type", shape="bars", by=("crime_type",), height=480,
        says="The measure for each type of crime.",
    ),
    Chart(
        slug="category", title="By category", shape="bars", by=("category",), height=380,
        says="The measure in each of its categories: offence groups, themes, time limits, attribution.",
    ),
    Chart(
        slug="ladder", title="What came of the appeals", shape="bars", by=("category",), measure="L1",
        about=tuple(f"A{number}" for number in range(1, 19)), ignores=("category",), wide=True, height=420,
        says="The outcome ladder: appeals with a response, useful information, an identification, an arrest, a charge, and "
             "the outcomes that the appeal brought about.",
        method="Identifications, arrests and charges are counted whoever brought them about, so that a later rung may hold more appeals than "
               "an earlier one.",
    ),
    Chart(
        slug="answer-time", title="How fast messages are answered", shape="bars", by=("category",), measure="E9",
        about=("E7", "E8", "E10", "E11", "E12"), ignores=("category",), height=300,
        says="Messages answered by a person within 1, 4 and 24 hours.",
    ),
    Chart(
        slug="control", title="Signals and limits through time", shape=CONTROL, by=("period",), ignores=("compare",),
        wide=True, height=400, page=PERFORMANCE,
        says="The measure in one place through time, with the limits between which it moves by itself, its signals and "
             "its target: a control chart.",
    ),
    Chart(
        slug="useful-time", title="How soon useful information comes", shape="bars", by=("category",), measure="A13",
        ignores=("category",), height=300, page=APPEALS,
        says="Appeals whose first useful information came within 24 hours, 7 days and 28 days.",
        method="Each bar is a share of appeals with the interval of a share; at the same time a curve has a Kaplan-Meier interval, "
               "which may end a little elsewhere.",
    ),
    Chart(
        slug="useful-reach", title="What works: useful responses by where the appeal was seen", shape="bars",
        by=("channel",), measure="A18", ignores=("category",), height=420, page=APPEALS,
        says="Useful responses per 10,000 accounts reached, by the channel on which the appeal was seen.",
    ),
    Chart(
        slug="useful-curve-channel", title="How soon, by the channel it comes through", shape="curves",
        by=("channel_group", "time"), measure="A13C", ignores=("category",), wide=True, height=560, page=APPEALS,
        says="The share of appeals with useful information through each channel group, by the time since they were first published, "
             "with the number of appeals still without.",
    ),
    Chart(
        slug="useful-curve-crime", title="How soon, by crime group", shape="curves", by=("crime_group", "time"),
        measure="A13", ignores=("category",), wide=True, height=880, page=APPEALS,
        says="The share of appeals with useful information in each crime group, by the time since they were first published, with "
             "the number of appeals still without.",
    ),
    Chart(
        slug="response-channel", title="Through which channel responses come in", shape="bars", by=("channel",), measure="A3",
        ignores=("category",), wide=True, height=420, page=APPEALS,
        says="Responses to appeals by the channel through which they came in; the hotline and Crimestoppers are channels of "
             "their own.",
    ),
    Chart(
        slug="response-channel-age", title="Which ages answer through which channel", shape="heatmap",
        by=("channel", "age_group"), measure="A3", ignores=("compare", "category"), wide=True, height=460, page=APPEALS,
        says="Responses to appeals by the channel through which they came in and the age group of who came forward.",
    ),
    Chart(
        slug="appeal-crime", title="What the appeals are about", shape="bars", by=("crime_type",), measure="A1",
        ignores=("category",), height=480, page=APPEALS, says="Appeals issued, for each type of crime.",
    ),
    Chart(
        slug="useful-crime", title="Useful information by crime type", shape="bars", by=("crime_type",), measure="A7",
        ignores=("category",), height=480, page=APPEALS,
        says="Appeals with useful information, per 100 appeals on each type of crime.",
    ),
    Chart(
        slug="funnel", title="Places by size, within limits", shape="funnel", by=("area",), ignores=("area", "compare"),
        wide=True, height=420, page=PERFORMANCE,
        says="Every police force by the measure and the number that it rests on, with the limits between which places of that "
             "size lie by chance: a funnel plot.",
    ),
    Chart(
        slug="use-channel", title="Who would use which channel", shape="answers", by=_ASKED, measure="S1", ignores=_APART,
        widens=True, height=300, page=ATTITUDES,
        says="People who say that they would use a channel to reach the police, by age group, each survey with its date.",
    ),
    Chart(
        slug="share-data", title="Who would share what", shape="answers", by=_ASKED, measure="S2", ignores=_APART,
        widens=True, height=300, page=ATTITUDES,
        says="People who say that they would share personal data for security, by whom they would share it with and age group, "
             "each survey with its date.",
    ),
    Chart(
        slug="would-report", title="Who would report what", shape="answers", by=_ASKED, measure="S4", ignores=_APART, widens=True, wide=True,
        height=640, page=ATTITUDES,
        says="People who say that they would report a crime, by crime and age group, each survey with its date.",
    ),
    Chart(
        slug="confidence", title="Confidence through time", shape="lines", by=("category", "period"), measure="S3",
        ignores=_APART, widens=True, wide=True, height=340, page=ATTITUDES,
        says="Confidence in the police through time, each time that a question was asked: of the published surveys the Crime Survey "
             "for England and Wales.",
    ),
    Chart(
        slug="channel-reach", title="Whom channels can reach at most (modelled)", shape="reach", by=("age_group",),
        measure="E15", beside="N1", ignores=_APART, wide=True, height=420, page=ATTITUDES,
        says="A model: the share of an area’s residents in each age group whom the chosen channels can reach at most, where a reach by "
             "age is published, who is left out, and the age group’s share of the residents.",
    ),
    *(
        Chart(
            slug=slug, title=title, shape="scatter", by=("area",), measure=measure, against="B2",
            ignores=("area", "compare", "category"), height=440, page=ATTITUDES,
            says=f"{says} in each borough of London, beside the engagement that the police’s account there drew in the same twelve "
                 "months. It shows whether the two go together, not whether one brings the other about.",
        )
        for slug, title, measure, says in (
            ("trust-engagement", "Trust beside engagement", "P7", "People who trust the Metropolitan Police"),
            ("informed-engagement", "Feeling informed beside engagement", "P3", "People who feel informed about what the police do"),
        )
    ),
    *(
        Chart(
            slug=slug, title=title, shape="lines", by=("channel_group", "period"), measure=measure, ignores=("category",),
            height=360, page=ATTITUDES,
            says=f"{says} in the boroughs of London through time, twelve months at a time, broken where the survey changed.",
        )
        for slug, title, measure, says in (
            ("london-good-job", "London: police do a good job", "P1", "People who say that the police do a good job"),
            ("london-trust", "London: trust", "P7", "People who trust the Metropolitan Police"),
            ("london-informed", "London: informed about local policing", "P3", "People who feel informed about what the police do"),
            ("london-contact", "London: knows how to make contact", "P2", "People who know how to contact the ward officer"),
        )
    ),
    Chart(
        slug="similar", title="Beside similar forces", shape="ranks", by=("area",), ignores=("area", "compare"), similar=True,
        wide=True, height=360, page=PERFORMANCE,
        says="One police force beside those that are like it, with intervals and with the ranks that each may have by chance.",
    ),
)

CHART_BY_SLUG: Mapping[str, Chart] = {chart.slug: chart for chart in CHARTS}


Asked = dict[tuple[object, ...], Answer]


def ask(release: Release, selection: Selection, *, chart: Chart, asked: Asked | None = None) -> Answer:
    """Return the answer that every surface of a chart is made from.

    ``asked`` keeps the answers of a page, so that charts that ask the same question share one.
    """
    kept: Asked = {} if asked is None else asked
    key = (chart.by, chart.measure, chart.ignores, chart.beside, chart.widens, chart.against)
    if key not in kept:
        kept[key] = _asked(release, selection, chart=chart)
    found = kept[key]
    if chart.similar and found.frame:
        return _among_similar(release, found, chosen=selection.area)
    if chart.shape == CONTROL and found.frame:
        areas, month = found.answered.area or (found.measure.whole,), found.frame.rows[-1].end
        return replace(found, target=target_of(release.targets, measure=found.measure.id, areas=areas, month=month))
    return found


def _asked(release: Release, selection: Selection, *, chart: Chart) -> Answer:
    """Answer a chart; what does not depend on the chosen places is kept with the release."""
    def one(selection: Selection) -> Answer:
        return answer(release, selection, by=chart.by, measure=chart.measure, ignores=chart.ignores, beside=chart.beside)

    if not (chart.against or chart.widens):
        return one(selection)
    everywhere = selection.without("area", "rebase", *chart.ignores)
    key = (chart.by, chart.measure, chart.against, everywhere.query_string())
    if chart.against:
        found = release.once(("against", *key), lambda: set_against(
            release, everywhere, measure=chart.measure, against=chart.against, ignores=chart.ignores))
        chosen = tuple(code for code in selection.area if any(row.area_code == code for row in found.frame))
        return replace(found, asked=replace(found.asked, area=chosen)) if chosen else found
    cube = release.cube(MEASURE_BY_ID[chart.measure].numerator)
    if selection.area and (cube is None or any(cube.holds("area", code) for code in selection.area)):
        return one(selection)
    return release.once(("everywhere", *key, bool(selection.area)), lambda: _widened(one(everywhere), wider=bool(selection.area)))


def _widened(found: Answer, *, wider: bool) -> Answer:
    """Return the answer for everywhere; where places were chosen it says that it stands for them."""
    if not wider or found.reason:
        return found
    told = f"{found.label} was not asked in the chosen places; shown for {area_label(found.measure.whole)} as a whole."
    return replace(found, notes=(Note("area", told), *found.notes))


def _among_similar(release: Release, found: Answer, *, chosen: tuple[str, ...]) -> Answer:
    """Return an answer by area with one force and those like it alone, or why there is none."""
    forces = [code for code in chosen if AREAS[code].type == "police_force"]
    if len(forces) != 1 or len(chosen) != 1:
        return replace(found, frame=Frame(), reason="Choose one police force to see it beside similar ones.")
    like = similar_to(release, forces[0])
    if not like.codes:
        return replace(found, frame=Frame(), reason=like.why_none(forces[0]))
    rows = tuple(row for row in found.frame if row.area_code in (*forces, *like.codes))
    if not rows:
        return replace(found, frame=Frame(), reason=f"{found.label} is not published for police forces.")
    return replace(found, frame=Frame(rows), notes=(*found.notes, Note("similar", like.says)))
