"""The page of findings: complete, escaped, masked, without scripts, from no other host."""

from __future__ import annotations

import re
from datetime import date, datetime
from html.parser import HTMLParser
from pathlib import Path

import pytest

from dashboard.report_page import LISTED, as_page
from data.errors import Defect, Report
from data.sources.registry import SOURCE_BY_ID, check_folder

FIXTURES = Path(__file__).parent / "fixtures"
MADE = datetime(2026, 11, 23, 9, 30)
LABELS = {source.id: source.label for source in SOURCE_BY_ID.values()}
HOSTILE = '<script src="https://example.org/x.js">alert(1)</script>" onload=x &amp; ＜'


class Page(HTMLParser):
    """What stands in a page: its tags with their attributes, and its texts."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.said: list[str] = []
        self.open: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in ("meta",):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.said.append(data)


def page(*reports: Report) -> Page:
    return Page(as_page(reports, labels=LABELS, made=MADE))


def test_page_lists_every_finding_of_every_file_and_how_to_mend_it() -> None:
    reports = check_folder([FIXTURES / "defects"], today=date(2026, 11, 23))
    said = "".join(page(*reports).said)

    assert "31 errors in 3 files" in said and "Engagement by month, area, channel and age group" in said
    for report in reports:
        assert report.file in said
        for defect in report.defects:
            assert defect.rule in said and defect.mend in said and defect.value in said
    assert "23 November 2026, 09:30" in said


def test_page_is_whole_and_loads_nothing() -> None:
    found = page(Report(HOSTILE, "x", 2, 1, (Defect(file="a", line=2, column=HOSTILE, value=HOSTILE, rule=HOSTILE, mend=HOSTILE),)))

    assert found.open == [] and HOSTILE in found.said
    assert not {tag for tag, _ in found.tags} & {"script", "img", "link", "iframe", "form", "object", "svg"}
    assert all((attributes.get("href") or "#").startswith("#") for _, attributes in found.tags)
    assert not any(name.startswith("on") for _, attributes in found.tags for name in attributes)
    policy = next(attributes for tag, attributes in found.tags if attributes.get("http-equiv"))
    assert policy["content"] == "default-src 'none'; style-src 'unsafe-inline'"
    text = as_page((), labels={}, made=MADE)
    assert not re.search(r"url\(|@import|https?:", text)


def test_page_masks_and_cuts_values_as_the_terminal_does(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(
        "month,area_code,channel,age_group,reach\n2026-09,Surrey,ask Mr Smith,18-24,5\n"
        f"2026-09,Surrey,{'long' * 50},18-24,5\n", encoding="utf-8")

    said = "".join(page(*check_folder([tmp_path], today=date(2026, 11, 23))).said)

    assert "Smith" not in said and "a… (12 characters)" in said
    assert "long" * 20 in said and "long" * 21 not in said


def test_page_counts_what_it_does_not_list() -> None:
    many = tuple(Defect(file="a", line=line, rule="Wrong.") for line in range(LISTED + 5))

    said = "".join(page(Report("a", "", LISTED + 5, 0, many)).said)

    assert "and 5 more" in said and f"{LISTED + 5:,} errors" in said


@pytest.mark.parametrize("reports", [(), (Report("a.csv", "house_calls", 1, 1),)])
def test_page_without_findings_says_so(reports: tuple[Report, ...]) -> None:
    assert "No errors in" in "".join(page(*reports).said)


def test_every_cell_carries_its_heading_for_narrow_screens() -> None:
    defect = Defect(file="a.csv", line=2, column="month", value="Sep-26", rule="It is none.", mend="Write 2026-09.")
    page = Page(as_page([Report("a.csv", "house_appeals", 1, 0, (defect,))], labels=LABELS, made=MADE))
    heads = [about["data-head"] for tag, about in page.tags if tag == "td"]

    assert heads == ["Read as", "Rows", "Used", "Errors", "Warnings", "Notes",
                     "Line", "Column", "Value", "What is found", "How to mend it"]
