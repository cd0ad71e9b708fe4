"""A template as an Excel workbook: drop-downs for what may be chosen, what each column means, lists on a hidden sheet.

Cells that hold words, dates and months are formatted as text, so that a spreadsheet turns none of them
into something else. The sheet to fill in comes empty; the examples stand on the sheet beside it.
"""

from __future__ import annotations

import io
from collections.abc import Sequence

from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from data.areas import AREAS
from data.measures import MEASURES
from data.templates import ZERO_RULE, Column, Template, choices, holds

ABOUT, LISTS = "About", "Lists"
LAST_ROW = 10_000
"""Rows that have drop-downs; more can be filled in without them."""
_HEADINGS = ("About this template", "What it means", "What to write", "Must it be filled?", "Example", "Another")
_MUST = PatternFill("solid", fgColor="D9E2EC")
_NUMBERS = ("whole", "decimal", "percent")


def as_xlsx(template: Template) -> bytes:
    """Return a template as a workbook (.xlsx) with one sheet to fill in."""
    book = Workbook()
    sheet = book.active
    sheet.title = template.name
    lists = book.create_sheet(LISTS)
    for place, column in enumerate(template.columns, start=1):
        _add_column(sheet, column, place=place, lists=lists)
    sheet.freeze_panes = "A2"
    _write_about(book.create_sheet(ABOUT), template)
    if lists.max_column == 1 and lists["A1"].value is None:
        book.remove(lists)
    else:
        lists.sheet_state = "hidden"
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def put(cell: Cell, text: str) -> None:
    """Write a text that no spreadsheet takes for a formula, whatever it begins with."""
    cell.value = text
    cell.data_type = "s"
    if text.startswith(("=", "+", "-", "@")):
        cell.quotePrefix = True


def entries(column: Column) -> tuple[str, ...]:
    """Return what can be chosen for a column from a list, nothing where it is filled in freely."""
    if column.kind in ("area", "force"):
        levels = ("police_force",) if column.kind == "force" else ("police_force", "district")
        named = {level: sorted(area.name for area in AREAS.values() if area.type == level) for level in levels}
        return tuple(dict.fromkeys(name for level in levels for name in named[level]))
    if column.kind == "measure":
        return tuple(measure.id for measure in MEASURES)
    return choices(column)


def _add_column(sheet: Worksheet, column: Column, *, place: int, lists: Worksheet) -> None:
    letter = get_column_letter(place)
    heading = sheet.cell(1, place)
    put(heading, column.name)
    heading.font = Font(bold=True)
    if column.required:
        heading.fill = _MUST
    heading.comment = Comment(f"{column.doc} Write {holds(column)}."[:1000], "Hue & Cry", width=320, height=180)
    width = sheet.column_dimensions[letter]
    width.width = max(14, len(column.name) + 3)
    if column.kind not in _NUMBERS:
        width.number_format = "@"
    rule = _rule(column, place=place, lists=lists)
    if rule is not None:
        rule.add(f"{letter}2:{letter}{LAST_ROW}")
        sheet.add_data_validation(rule)


def _rule(column: Column, *, place: int, lists: Worksheet) -> DataValidation | None:
    """Return what a cell may hold, as the spreadsheet itself can check it."""
    said = {"errorTitle": column.name, "error": f"Write {holds(column)}."[:220], "allow_blank": not column.required}
    if names := entries(column):
        letter = get_column_letter(place)
        first = lists.max_row == 1
        put(lists.cell(1, place), "Choices of this template" if first else column.name)
        for row, name in enumerate(names, start=2):
            put(lists.cell(row, place), name)
        free = column.kind in ("area", "force", "measure")
        return DataValidation(type="list", formula1=f"={LISTS}!${letter}$2:${letter}${len(names) + 1}", showErrorMessage=True,
                              errorStyle="warning" if free else "stop", **said)
    if column.kind == "whole":
        return DataValidation(type="whole", operator="greaterThanOrEqual", formula1="0", showErrorMessage=True, **said)
    if column.kind in ("percent", "decimal"):
        limits = {"operator": "between", "formula1": "0", "formula2": "100"} if column.kind == "percent" else {
            "operator": "greaterThanOrEqual", "formula1": "-1000000000"}
        return DataValidation(type="decimal", showErrorMessage=True, **limits, **said)
    return None


def _write_about(sheet: Worksheet, template: Template) -> None:
    rows: list[Sequence[str]] = [_HEADINGS]
    rows += [(column.name, column.doc, holds(column), "yes" if column.required else "no", *column.example)
             for column in template.columns]
    rows += [("", template.what, "", "", "", ""), ("", ZERO_RULE, "", "", "", "")]
    for place, row in enumerate(rows, start=1):
        for at, text in enumerate(row, start=1):
            cell = sheet.cell(place, at)
            put(cell, text)
            cell.alignment = Alignment(wrap_text=True, vertical="top")
            cell.number_format = "@"
            cell.font = Font(bold=place == 1)
    for letter, width in zip("ABCDEF", (22, 60, 60, 18, 24, 24), strict=True):
        sheet.column_dimensions[letter].width = width
    sheet.freeze_panes = "A2"
