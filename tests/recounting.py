"""The cells that a protected table has to hold, counted from the rows in plain Python."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from data.counts import COUNT_BY_ID
from data.disclosure.tables import TABLE_BY_ID
from data.model import ALL
from tests import known_rows as known
from tests.known_rows import COUNTED, KENT

ENGAGED = ("messages", "reports", "answered", "contact_digital", "messages_reporting")
SUPPLIERS: Mapping[str, Sequence[str]] = {
    "responses": (*known.SINGLY, COUNTED), "rows": known.SINGLY, "outcomes": (*known.SINGLY, COUNTED),
    "offences": (*known.SINGLY, COUNTED),
}


def last_finished(last: str, *, days: int) -> int:
    """The last month whose appeals were all followed so long by the end of ``last``."""
    following = date(int(last[:4]) + (last[5:] == "12"), int(last[5:]) % 12 + 1, 1)
    month = known.index(last)
    while date(month // 12 + (month % 12 == 11), (month + 1) % 12 + 1, 1) + timedelta(days=days) > following:
        month -= 1
    return month


def supplied(rows: known.Rows, count_id: str) -> set[tuple[str, str, int]]:
    """Each force, channel (``all`` where they come together) and month that was supplied."""
    count = COUNT_BY_ID[count_id]
    if count_id in ENGAGED:
        column = {"answered": "answered_later", "reports": "reports_created", "messages_reporting": "reports_created"}.get(
            count_id, "messages_in")
        return {(row["area_code"], row["channel"], known.index(row["month"])) for row in rows.engagement if row[column]}
    found = {(force, ALL, known.index(month)) for force in SUPPLIERS[count.supply]
             for month in known.months(last=known.last_month_of(force))}
    if count.follow_up:
        done, own = (last_finished(last, days=count.follow_up) for last in (known.LAST, known.KENTS_LAST))
        assert own < done
        found = {(force, channel, month) for force, channel, month in found if force != KENT or month <= own}
    return found


def recount(rows: known.Rows, count_id: str, table_id: str) -> tuple[Counter[tuple[object, ...]], set[tuple[str, int]]]:
    """Return the cells of a table that hold anything, and the places and months at which it has cells at all."""
    table, given = TABLE_BY_ID[table_id], supplied(rows, count_id)
    held = [name for name in COUNT_BY_ID[count_id].dimensions if name in table.dimensions or name == "category"]
    cells: Counter[tuple[object, ...]] = Counter()
    for what, number in known.RECOUNT[count_id](rows):
        month, force = known.index(what["month"]), known.force_of(what["area"])
        channel = what["channel"] if count_id in ENGAGED else ALL
        if (force, channel, month) not in given:
            continue
        members = [what[name] if name == "category" or table.dimensions[name] == "narrow" else known.WIDE[name][what[name]]
                   for name in held]
        place = {"force": force, "country": known.country_of(force), "district": what["area"]}[table.areas]
        end = month + (-month - 1) % table.step
        cells[place, *members, end] += number
    there: set[tuple[str, int]] = set()
    for force, channel, month in given:
        whole = all((force, channel, month - back) in given for back in range(table.step))
        if (month + 1) % table.step == 0 and whole:
            there.add((known.country_of(force) if table.areas == "country" else force, month))
    return cells, there


def number(rows: known.Rows, count_id: str, **where: object) -> int:
    """How many of a count have these values; a tuple stands for any of its members."""
    return sum(value for what, value in known.RECOUNT[count_id](rows) if all(
        (what[name] in wanted if isinstance(wanted, (tuple, set)) else what[name] == wanted) for name, wanted in where.items()))


def span(start: int, end: int) -> set[str]:
    return {f"{month // 12:04d}-{month % 12 + 1:02d}" for month in range(start, end + 1)}
