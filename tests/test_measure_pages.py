"""The pages that explain: every measure, who supplied what, and the methods, over the registries and the release."""

from __future__ import annotations

import csv
import io
import re
from html import unescape
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest
from flask.testing import FlaskClient

from dashboard.app import create_app
from dashboard.routes.measures import listed
from dashboard.settings import Settings
from data import coverage
from data.counts import COUNT_BY_ID, COUNTS
from data.disclosure.tables import TABLE_BY_ID
from data.measures import MEASURE_BY_ID, MEASURES, Measure
from data.model import month_index, month_text
from data.periods import month_label, window_label
from data.release import Release
from data.selection import Selection
from data.statistics.simulated import simulated
from data.summary import summarise
from layouts import describing
from layouts.pages.coverage import fields_of
from layouts.pages.measures import GROUPS
from layouts.pages.methods import formula
from layouts.pages.texts import TEXT_PAGES
from layouts.words import coverage_words
from tests.totals import total

FACTS = ("Numerator", "Denominator", "Unit", "Direction", "Can be split by", "Periods", "Places", "Policy", "Interval",
         "Smallest base", "Follow-up", "Limits", "Breaks", "Who it is for", "Last reviewed")
PATHS = ("/measures", "/measures/A6", "/measures/C3", "/data/coverage", "/data/coverage?field=pas_trust", "/methods")


@pytest.fixture(scope="module")
def client(release_home: Path) -> FlaskClient:
    return create_app(Settings(home=release_home)).server.test_client()


def name(item: object) -> str:
    return getattr(item, "id", "") or getattr(item, "path", "")


class Outline(HTMLParser):
    """The levels of the headings, the links, and what loads anything, of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.headings: list[int] = []
        self.links: list[str] = []
        self.loaded: list[str] = []
        self.ids: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        if re.fullmatch(r"h[1-6]", tag):
            self.headings.append(int(tag[1]))
        if tag == "a" and values.get("href"):
            self.links.append(values["href"] or "")
        if tag in ("script", "img", "iframe", "link") and (values.get("src") or values.get("href")):
            self.loaded.append(values.get("src") or values.get("href") or "")
        if values.get("id"):
            self.ids.append(values["id"] or "")


# The pages of the measures


@pytest.mark.parametrize("measure", [each for each in MEASURES if COUNT_BY_ID[each.numerator].policy == "protected"], ids=name)
def test_the_months_that_a_page_tells_of_are_whole_periods(measure: Measure, client: FlaskClient, release: Release) -> None:
    found = re.search(r"figures, ([^.]*)\. Made up", unescape(client.get(f"/measures/{measure.id}").text))
    told = release.manifest["counts"][measure.numerator]["coverage"]
    step = next(iter(release.cube(measure.numerator).tables.values())).step
    first = month_index(told["first_month"]) - step + 1
    assert found and found[1] == window_label((first, month_index(told["last_month"])))
    assert (month_index(told["last_month"]) + 1 - first) % step == 0


@pytest.mark.parametrize("measure", MEASURES, ids=name)
def test_every_measure_has_a_page_with_every_part_of_its_definition(client: FlaskClient, measure: Measure) -> None:
    answer = client.get(f"/measures/{measure.id}")
    said = dict(re.findall(r"<dt>(.*?)</dt><dd>(.*?)</dd>", answer.text))

    assert answer.status_code == 200
    assert f"<h1>{measure.label}</h1>" in unescape(answer.text)
    assert tuple(said) == FACTS
    assert all(re.sub("<[^>]+>", "", text).strip() for text in said.values())
    for text in (measure.definition, *measure.limits):
        assert text in unescape(answer.text)
    assert month_label(month_index(measure.reviewed)) in said["Last reviewed"]
    assert ("Protected." in said["Policy"]) == measure.protected


@pytest.mark.parametrize("measure", MEASURES, ids=name)
def test_the_page_of_a_measure_says_what_the_release_holds_of_it(client: FlaskClient, release: Release, measure: Measure) -> None:
    text = unescape(client.get(f"/measures/{measure.id}").text)
    held = release.origin(measure) is not None

    assert ("This release holds no figures for it." in text) != held
    assert (f'href="/?measure={measure.id}"' in text) == (held and not measure.context)
    for source in release.sources(measure) if held else ():
        assert source["label"] in text
    for table in (table for count in measure.counts for table in COUNT_BY_ID[count].tables):
        assert f"<li>{describing.table_words(TABLE_BY_ID[table])}</li>" in text
    assert bool(describing.tables(measure)) == ("Tables that it is published in" in text) == measure.protected
    assert measure.context or held == (".csv?" in text)


def test_the_list_holds_every_measure_once_in_its_group(client: FlaskClient) -> None:
    text = client.get("/measures").text
    parts = re.split(r'<h2 id="(\w+)">', text)[1:]
    found = {key: re.findall(r'href="/measures/([A-Z0-9a-z]+)"', part) for key, part in zip(parts[::2], parts[1::2], strict=True)}

    assert list(found) == list(GROUPS)
    assert {key: [m.id for m in MEASURES if m.group == key] for key in GROUPS} == found
    assert {measure.group for measure in MEASURES} == set(GROUPS)


def test_measures_json_holds_every_measure_as_it_is_registered(client: FlaskClient, release: Release) -> None:
    given = client.get("/measures.json").json

    assert given == {"release": release.id, "measures": listed(release)}
    for entry in given["measures"]:
        measure = MEASURE_BY_ID[entry["id"]]
        assert (entry["definition"], entry["unit"], entry["policy"]) == (measure.definition, measure.unit, measure.policy)
        assert client.get(entry["page"]).status_code == 200


@pytest.mark.parametrize("path", ["/measures/ZZ", "/measures/", "/measures/a6", "/methods/x", "/data/coverage.json"])
def test_what_is_no_page_is_404_and_names_the_lists(client: FlaskClient, path: str) -> None:
    answer = client.get(path)

    assert answer.status_code == 404
    assert 'href="/measures"' in answer.text


# True of all pages that explain


@pytest.mark.parametrize("path", PATHS)
def test_links_answer_headings_are_in_order_and_nothing_comes_from_elsewhere(client: FlaskClient, path: str) -> None:
    text = client.get(path).text
    page = Outline(text)

    assert page.headings[0] == 1 and page.headings.count(1) == 1
    assert all(later <= earlier + 1 for earlier, later in zip(page.headings, page.headings[1:], strict=False))
    assert len(page.ids) == len(set(page.ids))
    assert all(address.startswith(("/", "data:")) for address in page.loaded) and "<script" not in text
    for address in dict.fromkeys(page.links):
        if address.startswith("#"):
            assert address[1:] in page.ids
        elif not address.startswith("http"):
            where, _, part = address.partition("#")
            answer = client.get(where)
            assert answer.status_code == 200, address
            assert not part or f'id="{part}"' in answer.text, address


@pytest.mark.parametrize("path", [*PATHS, "/measures.json", "/data/coverage.csv?field=reach"])
def test_pages_that_explain_have_an_etag_and_stay_the_same(client: FlaskClient, path: str) -> None:
    first, second = client.get(path), client.get(path)

    assert first.headers["ETag"] and first.data == second.data and "Set-Cookie" not in first.headers
    assert client.get(path, headers={"If-None-Match": first.headers["ETag"]}).status_code == 304


@pytest.mark.parametrize("page", TEXT_PAGES, ids=name)
def test_every_page_of_words_has_a_title_and_a_sentence_for_search_engines(page: object) -> None:
    assert page.title and page.says.endswith(".")  # type: ignore[attr-defined]


def test_header_footer_help_and_cards_lead_to_the_pages(client: FlaskClient) -> None:
    text = client.get("/?measure=A6&channel=facebook&area=E23000031").text

    for address in ("/measures", "/methods", "/data/coverage", "/measures/A6", "/methods#protection"):
        assert f'href="{address}"' in text
    for note in re.findall(r"<li>To protect the people counted.*?</li>", text):
        assert 'href="/methods#protection"' in note
    for address in ("/measures", "/methods", "/data/coverage"):
        assert f'href="{address}"' in client.get("/help").text


# Published figures of calls


def test_999_figures_stand_as_published_without_base_or_interval(release: Release) -> None:
    row = total(release, measure="C1")
    avon = total(release, measure="C1", area="E23000036")

    assert (row.area_code, row.value, row.denominator, row.lower, row.status) == ("K02000001", 71, None, None, "u")
    assert (month_text(row.start), month_text(row.end)) == ("2021-11", "2022-04")
    assert avon.value == 90
    assert total(release, measure="C2").value == 16.1
    assert total(release, measure="C2", area="S23000009").value == 10.1


def test_measures_that_only_a_force_can_supply_have_no_figures(release: Release) -> None:
    assert {"C1F", "C2F", "C2N"} <= {measure.id for measure in MEASURES if release.origin(measure) is None}


def test_reach_of_unknown_age_is_a_share_of_the_gross_reach(release: Release) -> None:
    share, reach = total(release, measure="Q3", area="E23000031"), total(release, measure="E3", area="E23000031")
    unknown = total(release, measure="E3", area="E23000031", age_group="unknown")

    assert (share.numerator, share.denominator) == (unknown.value, reach.value)
    assert share.value == pytest.approx(100 * unknown.value / reach.value, abs=1e-3)  # type: ignore[operator]


# Coverage


def test_states_tell_late_from_missing_and_from_not_yet_collected() -> None:
    given = np.array([[0, 1, 0, 1, 1], [1, 1, 1, 0, 0], [0, 0, 0, 0, 0], [1, 1, 1, 1, 1]], dtype=bool)
    found = coverage.Coverage("reach", ("E23000031", "E23000032", "E23000020", "E23000036"), (0, 1, 2, 3, 4),
                              coverage.states_of(given))

    assert found.runs(0) == [("not collected", 0, 0), ("supplied", 1, 1), ("not supplied", 2, 2), ("supplied", 3, 4)]
    assert found.runs(1) == [("supplied", 0, 2), ("late", 3, 4)]
    assert found.runs(2) == [("not supplied", 0, 4)]
    assert found.supplied() == (11, 19) and found.supplied(month=0) == (2, 3)


def test_nobody_is_late_for_months_that_nobody_has_supplied() -> None:
    assert coverage.states_of(np.array([[1, 0], [1, 0]], dtype=bool)).tolist() == [[0, 2], [0, 2]]


def test_every_published_count_has_its_coverage_in_the_release(release: Release) -> None:
    held = release.manifest["counts"]

    assert fields_of(release) and set(fields_of(release)) == {
        count.id for count in COUNTS if count.id in held and not count.derived and count.areas != "none"}
    for field in fields_of(release):
        found = coverage.read(release.folder, field=field)
        assert found is not None
        assert found.numbers() == held[field]["coverage"]["states"]
        assert sum(found.numbers().values()) == len(found.areas) * len(found.months)
        assert (found.states[:, -1] == 0).any() and (found.states[:, 0] == 0).any()


@pytest.mark.parametrize("field", ["appeals", "reach", "recorded_crime", "pas_trust", "responses", "messages"])
def test_coverage_says_supplied_where_the_cubes_do(release: Release, field: str) -> None:
    found, cube = coverage.read(release.folder, field=field), release.cube(field)
    assert found is not None and cube is not None
    for line, area in enumerate(found.areas):
        for place, month in enumerate(found.months):
            given = area in cube.supplying and cube.supplying[area][month - cube.first]
            assert (found.state(line, place) == "supplied") == given, (area, month_text(month))


@pytest.mark.parametrize("measure", [measure for measure in MEASURES if measure.protected and not measure.not_whole], ids=name)
def test_totals_of_protected_measures_say_how_many_forces_supplied(release: Release, measure: Measure) -> None:
    summary = summarise(release, Selection(measure=measure.id))
    head, words = coverage_words(summary.coverage, total=summary.total)

    assert re.fullmatch(r"\d+ of 43 forces", head) and words
    assert summary.coverage is not None
    # Months of which the tables of forces tell nothing are nobody's gap.
    assert len([gap for _, gap in summary.coverage.gaps if gap]) < summary.coverage.expected


def test_total_of_the_united_kingdom_counts_all_its_forces(release: Release) -> None:
    summary = summarise(release, Selection(measure="C1"))

    assert coverage_words(summary.coverage, total=summary.total)[0] == "6 of 45 forces"


@pytest.mark.parametrize("field", ["appeals", "pas_trust", "calls_999_in_10s", "responses"])
def test_picture_table_and_file_of_coverage_agree(client: FlaskClient, release: Release, field: str) -> None:
    found = coverage.read(release.folder, field=field)
    assert found is not None
    text = unescape(client.get(f"/data/coverage?field={field}").text)
    rows = list(csv.DictReader(io.StringIO(client.get(f"/data/coverage.csv?field={field}").text)))
    drawn = re.findall(r"<title>([^<]+): (supplied|late|not supplied|not collected), [^<]+</title>", text)

    assert {state: sum(row["state"] == state for row in rows) for state in coverage.STATES} == found.numbers()
    assert len(drawn) == sum(len(found.runs(line)) for line in range(len(found.areas)))
    cells = re.findall(r'<th scope="row">[^<]+</th>' + r'<td class="number">(\d+)</td>' * 4, text)
    assert [sum(int(cell[place]) for cell in cells) for place in range(4)] == list(found.numbers().values())


def test_the_file_of_every_field_holds_the_stored_coverage(client: FlaskClient, release: Release) -> None:
    rows = list(csv.DictReader(io.StringIO(client.get("/data/coverage.csv").text)))
    stored = pq.read_table(release.folder / coverage.FILE).to_pylist()

    key = ("field", "area_code", "month", "state")
    assert sorted(tuple(row[part] for part in key) for row in rows) == sorted(
        (row["field"], row["area_code"], month_text(row["month"]), row["state"]) for row in stored)


def test_coverage_of_illustrative_figures_says_so_everywhere(client: FlaskClient) -> None:
    made_up, real = client.get("/data/coverage?field=reach"), client.get("/data/coverage?field=pas_trust")

    assert "noindex" in made_up.text and "Illustrative figures. " in made_up.text and "<caption>Illustrative" in made_up.text
    assert re.search(r"<svg.*?Illustrative figures.*?</svg>", made_up.text, re.DOTALL)
    assert "noindex" not in real.text
    assert 'filename="illustrative-' in client.get("/data/coverage.csv?field=reach").headers["Content-Disposition"]


def test_the_choice_of_a_field_needs_no_script(client: FlaskClient) -> None:
    text = client.get("/data/coverage?field=pas_trust").text
    form = re.search(r"<form.*?</form>", text, re.DOTALL)

    assert form and 'method="get"' in form.group(0) and 'action="/data/coverage"' in form.group(0)
    assert re.findall(r'<option selected="selected" value="(\w+)"', form.group(0)) == ["pas_trust"]
    for field in re.findall(r'<option[^>]* value="(\w+)"', form.group(0)):
        assert client.get(f"/data/coverage?field={field}").status_code == 200


@pytest.mark.parametrize("query", ["field=nothing", "field=reach&field=appeals", "colour=red", "field=" + "x" * 900])
def test_a_wrong_field_is_a_notice_on_the_page_and_400_from_the_file(client: FlaskClient, query: str) -> None:
    page, file = client.get(f"/data/coverage?{query}"), client.get(f"/data/coverage.csv?{query}")

    assert page.status_code == 200 and "That address could not be read in full" in page.text
    assert file.status_code == 400 and file.json is not None and file.json["field"] in ("field", "colour")


def test_a_release_without_coverage_says_so(release: Release) -> None:
    from layouts.pages.coverage import coverage_page

    counts = {key: {**count, "coverage": {}} for key, count in release.manifest["counts"].items()}
    older = Release(release.id, release.folder, {**release.manifest, "counts": counts})

    assert "before coverage was kept" in str(coverage_page(older, {}).body)


# Methods


def test_methods_hold_the_golden_numbers_the_account_and_the_simulated_rates(client: FlaskClient, release: Release) -> None:
    text = unescape(client.get("/methods").text)
    found = simulated()

    for golden in ("14% to 40%", "runs to 24%", "58% to 64%", "52.75", "5.273", "38.72", "66.78", "41% to 79%", "30% to 90%",
                   "3.0 points", "3.7 points"):
        assert golden in text
    privacy = release.manifest["privacy"]
    for entry in privacy["accounts"]:
        assert f"{entry['rho']:.2f}" in text and f"{entry['epsilon']:.1f}" in text
    assert f"The budget is {privacy['budget_rho']:g}" in text
    for key in ("xmr.36", "xmr.36.latest", "wilson.50.0.2", "protected.1.200.0.1", "unprotected.1.200.0.1"):
        assert f"{found[key].share:.1%} of {found[key].draws:,} draws" in text
    assert text.count('<svg xmlns') == 2 and "special cause" in text
    assert text.count("published as") and "about 3 in 10" in text
    assert "That its true number changed can then be told: by the mark [r]" in text
    assert "The account of one release does not cover this." in text


def test_formulas_are_those_of_the_modules_or_the_page_fails() -> None:
    from data.statistics.intervals import protected_range

    assert formula(protected_range, "Return half the width", "sqrt(cells).") == (
        "Half the width of the 95% protection range of a sum: 1.96 σ √(cells).")
    with pytest.raises(LookupError):
        formula(protected_range, "Return twice the width", "sqrt(cells).")


def test_methods_are_written_in_short_sentences(client: FlaskClient) -> None:
    text = client.get("/methods").text
    words = " ".join(re.findall(r"<(?:p|li)>([^<]+)</(?:p|li)>", re.sub(r'<div class="formula">.*?</div>', "", text)))
    lengths = [len(sentence.split()) for sentence in re.split(r"(?<=[.?!:]) ", unescape(words)) if sentence.strip()]

    assert sum(lengths) / len(lengths) < 17
