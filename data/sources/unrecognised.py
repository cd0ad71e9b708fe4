"""Tables of no known source: what is nearest to them, what looks personal in them, what they lie beside."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from data.errors import Defect
from data.personal import personal, row_shown, shown
from data.sources.base import Source, yearless
from data.sources.table import NEAR, Table, Unread
from data.templates import TEMPLATES


MOST_OF_IT = 0.6
"""The share of the columns of a published format from which on a file seems to be one of it."""


def unrecognised(table: Table, *, sources: Sequence[Source]) -> Unread:
    """Say what is missing for the nearest template, or for the format of a publisher where that is nearer."""
    names = set(table.names)
    formats = [source for source in sources if source.template is None]
    defects = [Defect(
        file=table.file, line=table.line, rule="The headings are those of no file that we know.", rows=0,
        mend=_nearest_format(names, formats=formats) or _nearest(names), value=_headings_shown(table.columns))]
    for heading, name in zip(table.columns, table.names, strict=True):
        if what := personal(name):
            defects.append(Defect(file=table.file, line=table.line, column=shown(heading), value=shown(heading), rows=0,
                                  rule=f"The column '{shown(heading)}' looks as if it held {what}.",
                                  mend="Remove the column: it must not be sent."))
    return Unread(table.file, tuple(defects), table.book, table.fits)


def beside(part: Unread, *, sources: Sequence[Source]) -> tuple[Defect, ...]:
    """Return the findings of a sheet that lies beside others of its workbook that were read as ``sources``.

    A sheet of notes is none to refuse a workbook for. In one of the house's templates a sheet that seems
    to be one too, or to hold personal data, is.
    """
    if not sources or (part.fits >= NEAR and any(source.template for source in sources)):
        return part.defects
    kept = [defect for defect in part.defects[1:] if any(source.template for source in sources)]
    first = part.defects[0]
    if first.severity == "note":
        return part.defects
    return (replace(first, severity="note", value="", rule="The sheet was not read: it is none of the tables that we know.",
                    mend="Nothing to do if it holds no figures."), *kept)


def _headings_shown(headings: Sequence[str]) -> str:
    """Return headings as they may be repeated: where one begins with a digit, they are rather a row of figures."""
    row = any(heading[:1].isdigit() for heading in headings)
    return row_shown(headings, separator=", ") if row else shown(", ".join(headings))


def _nearest_format(names: set[str], *, formats: Sequence[Source]) -> str:
    """Say what a file with these headings lacks of a publisher's format, nothing where a template is as near."""
    known = {yearless(name) for name in names}

    def share(columns: Sequence[str]) -> float:
        return len(known & set(map(yearless, columns))) / len(columns)

    nearest = max(formats, key=lambda source: share(source.columns))
    if share(nearest.columns) < max(MOST_OF_IT, *(share(template.required) + 1e-9 for template in TEMPLATES)):
        return ""
    missing = [name.replace("_", " ") for name in nearest.columns if yearless(name) not in known]
    return (f"Nearest is the format of “{nearest.label}” ({nearest.publisher}); the file lacks its {_columns(missing)}. "
            "Send it as it was downloaded, with the headings that it had.")


def _nearest(names: set[str]) -> str:
    """Say which templates exist, and what a file with these headings lacks of the nearest one."""
    shared = {template.name: len(names & {column.name for column in template.columns}) for template in TEMPLATES}
    nearest = max(TEMPLATES, key=lambda template: (
        shared[template.name], -len(set(template.required) - names)))
    if not shared[nearest.name]:
        needed = "; ".join(f"{template.name} ({', '.join(template.required)})" for template in TEMPLATES)
        return f"The templates and the columns that each needs are: {needed}. 'hue template engagement' prints one."
    listed = ", ".join(template.name for template in TEMPLATES)
    missing = [name for name in nearest.required if name not in names]
    return (f"The templates are {listed}. Nearest is '{nearest.name}'; the file lacks its {_columns(missing)}. "
            f"'hue template {nearest.name}' prints it.")


def _columns(names: Sequence[str]) -> str:
    return f"{'column' if len(names) == 1 else 'columns'} {', '.join(names)}"
