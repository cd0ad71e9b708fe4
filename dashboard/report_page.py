"""What checking found, as one page to send to a colleague: no scripts, nothing from any other host.

Values stand in it as on the terminal: cut, and masked where they may be personal.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from html import escape
from pathlib import Path

from dashboard.reports import in_order
from data.errors import Defect, Report

LISTED = 2_000
"""Findings of one file that are listed; the rest are counted."""

_STYLE = """
:root { color-scheme: light dark; --ink: #14202B; --muted: #4A5762; --ground: #FFFFFF; --panel: #F4F6F8; --rule: #CBD3DA; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #EEF2F5; --muted: #B3BEC8; --ground: #11181F; --panel: #1A232C; --rule: #36424E; }
}
body { margin: 0 auto; padding: 24px 16px 64px; max-width: 1100px; color: var(--ink); background: var(--ground);
  font: 16px/1.5 system-ui, sans-serif; }
h1 { font-size: 32px; line-height: 1.2; margin: 0 0 8px; }
h2 { font-size: 24px; line-height: 1.2; margin: 40px 0 8px; overflow-wrap: anywhere; }
p { max-width: 70ch; margin: 0 0 16px; }
.muted { color: var(--muted); }
.wide { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: 14px; }
th, td { text-align: left; vertical-align: top; padding: 8px 16px 8px 0; border-bottom: 1px solid var(--rule);
  overflow-wrap: anywhere; }
th { white-space: nowrap; }
.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
td code { background: var(--panel); padding: 0 4px; font: 13px/1.5 ui-monospace, monospace; }
a { color: inherit; }
.error { font-weight: 600; }
.name { min-width: 10em; }
.value { min-width: 9em; }
@media (max-width: 720px) {
  table thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  table, table tbody, table tr { display: block; }
  table tr { padding: 8px 0; border-bottom: 1px solid var(--rule); }
  table th[scope=row] { display: block; padding: 2px 0; border: 0; white-space: normal; }
  table caption { display: block; text-align: left; }
  table td { display: grid; justify-items: start; grid-template-columns: 6em 1fr; padding: 2px 0; border: 0; text-align: left;
    white-space: normal; }
  table td::before { content: attr(data-head); color: var(--muted); }
  table td:empty { display: none; }
}
@media print { a { text-decoration: none; } }
"""
_FILES = (("File", ""), ("Read as", ""), ("Rows", "number"), ("Used", "number"), ("Errors", "number"), ("Warnings", "number"),
          ("Notes", "number"))
_FOUND = (("Line", "number"), ("Column", "name"), ("Value", "value"), ("What is found", ""), ("How to mend it", ""))
"""The columns of findings, each with its class; where the screen is narrow each finding is a block under its headings."""
_SEVERITIES = ("error", "warning", "note")
_WORDS = {"error": "Error", "warning": "Warning", "note": "Note"}


def as_page(reports: Sequence[Report], *, labels: Mapping[str, str], made: datetime) -> str:
    """Return the findings of all files as one HTML document; ``labels`` names sources by their ids."""
    reports = sorted(reports, key=lambda report: (not report.errors, report.file))
    wrong = sum(len(report.errors) for report in reports)
    files = _number(len(reports), "file")
    said = (f"{_number(wrong, 'error')} in {files}. Nothing can be published before the errors are mended; each row below "
            "says how." if wrong else f"No errors in {files}. Notes are there to be known, nothing has to be done.")
    rows = "".join(_summary(report, place=place, labels=labels) for place, report in enumerate(reports, start=1))
    parts = "".join(_file(report, place=place) for place, report in enumerate(reports, start=1) if report.defects)
    heads = _heads(*_FILES)
    return f"""<!DOCTYPE html>
<html lang="en-GB">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>Check of {escape(files)}: {escape(_number(wrong, "error"))}</title>
<style>{_STYLE}</style>
</head>
<body>
<h1>Check of {escape(files)}</h1>
<p>{escape(said)}</p>
<p class="muted">Hue &amp; Cry, {made:%d %B %Y, %H:%M}. Values that may be personal are shown by their first character and
length alone; long ones are cut. Lines count the headings as line 1.</p>
<div class="wide"><table role="table"><caption class="muted">Files</caption><thead role="rowgroup">{heads}</thead>
<tbody role="rowgroup">{rows}</tbody></table></div>
{parts}
</body>
</html>
"""


def write_page(path: Path, reports: Sequence[Report], *, labels: Mapping[str, str]) -> None:
    """Write the findings as one HTML file."""
    path.write_text(as_page(reports, labels=labels, made=datetime.now()), encoding="utf-8")


def _summary(report: Report, *, place: int, labels: Mapping[str, str]) -> str:
    name = escape(report.file)
    linked = f'<a href="#file-{place}">{name}</a>' if report.defects else name
    counts = [sum(defect.severity == severity for defect in report.defects) for severity in _SEVERITIES]
    read = escape(labels.get(report.source, report.source) or "not recognised")
    cells = (read, *(f"{count:,}" for count in (report.rows_in, report.rows_used, *counts)))
    return f'<tr role="row"><th scope="row" role="rowheader">{linked}</th>{_cells(_FILES[1:], cells)}</tr>'


def _file(report: Report, *, place: int) -> str:
    found = sorted(in_order(report.defects), key=lambda defect: _SEVERITIES.index(defect.severity))
    rows = "".join(map(_finding, found[:LISTED]))
    rest = len(found) - LISTED
    more = f"<p>... and {rest:,} more; <code>hue check --json</code> lists them all.</p>" if rest > 0 else ""
    heads = _heads(*_FOUND)
    return (f'<h2 id="file-{place}">{escape(report.file)}</h2><div class="wide"><table role="table">'
            f'<thead role="rowgroup">{heads}</thead><tbody role="rowgroup">{rows}</tbody></table></div>{more}')


def _finding(defect: Defect) -> str:
    line = f"{defect.line:,}" if defect.line else ""
    value = f"<code>{escape(defect.value)}</code>" if defect.value else ""
    found = f'<span><span class="{defect.severity}">{_WORDS[defect.severity]}:</span> {escape(defect.rule)}</span>'
    cells = _cells(_FOUND, (line, escape(defect.column), value, found, escape(defect.mend)))
    return f'<tr role="row">{cells}</tr>'


def _cells(heads: Sequence[tuple[str, str]], cells: Sequence[str]) -> str:
    return "".join(f'<td role="cell" data-head="{head}"{_class(kind)}>{cell}</td>'
                   for (head, kind), cell in zip(heads, cells, strict=True))


def _heads(*heads: tuple[str, str]) -> str:
    cells = "".join(f'<th scope="col" role="columnheader"{_class(kind)}>{name}</th>' for name, kind in heads)
    return f'<tr role="row">{cells}</tr>'


def _class(kind: str) -> str:
    return f' class="{kind}"' if kind else ""


def _number(count: int, what: str) -> str:
    return f"{count:,} {what}{'' if count == 1 else 's'}"
