"""Street-level records from the API of data.police.uk, as JSON (method ``crimes-street`` and ``crimes-no-location``).

An answer holds the records of a circle or of an area that somebody drew, and does not name their force, so it is no
figure of a force. What ``hue fetch police-uk`` writes is: it asks for every neighbourhood of a force and for the
records without a place, and writes the force beside them (``{"force": ..., "month": ..., "crimes": [...]}``, each record
as it came). Coordinates are texts, ``location`` and ``outcome_status`` may be null. Normalised as the bulk files
(``data.sources.police_uk``); without codes of small areas, records are placed by their point.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

import numpy as np
import pandas as pd

from data.areas import TRANSPORT_POLICE, find_area
from data.cells import Fault, Terms
from data.checks import LISTED, Findings, check_table, same_rows
from data.errors import Defect
from data.sources.base import Loaded, Source
from data.sources.placing import points_of
from data.sources.police_uk import Records, counted
from data.sources.reading import Table
from data.templates import Column, Template

CRIME_TYPES: Mapping[str, str] = {
    "anti-social-behaviour": "anti-social behaviour", "bicycle-theft": "bicycle theft", "burglary": "burglary",
    "criminal-damage-arson": "criminal damage and arson", "drugs": "drugs", "other-crime": "other crime",
    "other-theft": "other theft", "possession-of-weapons": "possession of weapons", "public-order": "public order",
    "robbery": "robbery", "shoplifting": "shoplifting", "theft-from-the-person": "theft from the person",
    "vehicle-crime": "vehicle crime", "violent-crime": "violence and sexual offences",
}
"""The API's names of the 14 types of police.uk."""
CRIMES = Template(
    "police.uk API, street-level records", "One entry for each record.",
    (
        Column("category", "list", True, True, "One of the 14 types of police.uk.", allowed=tuple(CRIME_TYPES)),
        Column("month", "month", True, True, "Month of the record."),
        Column("id", "text", True, True, "Number of the record, in the API alone."),
        Column("location_type", "text", False, True, "Force, or BTP for the British Transport Police."),
        Column("location_longitude", "text", False, True, "Of a point near by."),
        Column("location_latitude", "text", False, True, "Of a point near by."),
        Column("force", "text", False, True, "The force that hue fetch asked for."),
    ),
)
COLUMNS = ("category", "persistent_id", "location_type", "location_subtype", "month", "id")


def load(table: Table, *, source: Source, terms: Terms) -> Loaded:
    """Count the records of one force that ``hue fetch`` wrote; of any other answer, only check them."""
    checked = check_table(table, template=CRIMES, terms=terms, source=source.id, strict=False,
                          rows=(_force_known, _once, _of_the_force))
    frame, report = checked.frame, checked.report
    if "force" not in table.names:
        note = Defect(file=table.file, severity="note", rows=len(frame), rule=(
            "Read and checked; it feeds no figure: such an answer covers a circle or an area of the asker's choice, not "
            "a whole force."), mend="'hue fetch police-uk' fetches the records of a whole force.")
        frame, report = frame.iloc[:0], replace(report, defects=(*report.defects, note))
        used = report.rows_used
        empty = counted(_records(frame), source=source, terms=terms, report=report)
        return replace(empty, report=replace(empty.report, rows_used=used))
    return counted(_records(frame), source=source, terms=terms, report=report)


def _records(frame: pd.DataFrame) -> Records:
    force = frame["force"].astype("str") if "force" in frame else pd.Series("", index=frame.index)
    rows = pd.DataFrame({
        "area_code": pd.Series("", index=frame.index, dtype="str"),
        "force_code": force.map(lambda text: find_area(text, type="police_force") or "").astype("str"),
        "crime_type": frame["category"].astype("str").map(CRIME_TYPES).astype("str"), "month": frame["month"],
    }, index=frame.index)
    names = ("location_longitude", "location_latitude")
    points = points_of(*(frame[name] for name in names)) if set(names) <= set(frame) else np.full((len(frame), 2), np.nan)
    return Records(rows, points, np.zeros(len(frame), dtype=bool))


def _force_known(frame: pd.DataFrame) -> Iterable[Findings]:
    if "force" not in frame:
        return
    wrong = frame["force"].astype("str").map(lambda text: find_area(text, type="police_force") is None).to_numpy(dtype=bool)
    if wrong.any():
        values = [str(value) for value in frame.loc[wrong, "force"].iloc[:LISTED]]
        yield Findings(frame.index[wrong].to_numpy(), "force", values, [
            Fault(f"'{value}' is not a police force that we know.", "Fetch the file again with hue fetch police-uk.")
            for value in values])


def _once(frame: pd.DataFrame) -> Iterable[Findings]:
    """Find records that stand twice: two areas asked for may touch."""
    for findings in same_rows(frame, key=("id",), what="record"):
        fault = Fault("The same record stands in an earlier entry; it counts once.", "Nothing to do.", severity="warning",
                      left_out=True)
        yield replace(findings, faults=[fault] * len(findings.faults))


def _of_the_force(frame: pd.DataFrame) -> Iterable[Findings]:
    """Find records of the British Transport Police among those of a force: one force's area is no figure of it."""
    if "force" not in frame or "location_type" not in frame:
        return
    own = frame["force"].astype("str").map(lambda text: find_area(text, type="police_force")) == TRANSPORT_POLICE
    wrong = ((frame["location_type"].astype("str") == TRANSPORT_POLICE) & ~own).to_numpy(dtype=bool)
    if wrong.any():
        fault = Fault("The record is one of the British Transport Police, of which the file holds only a part.",
                      "Nothing to do: its bulk file holds them all.", severity="warning", left_out=True)
        places = frame.index[wrong].to_numpy()
        yield Findings(places, "location_type", [TRANSPORT_POLICE] * min(len(places), LISTED), [fault] * min(len(places), LISTED))

