"""The account of what a publish gives away: computed again, and its bounds tried out row by row."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from datetime import date
from math import exp, log, sqrt
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.special import logsumexp
from scipy.stats import norm

from data import engine
from data import publish as publishing
from data.count import Count
from data.counts import COUNTS
from data.disclosure.account import BUDGET, CASES, DELTA, WHO, account, epsilon, spend
from data.disclosure.attacks import Witnessed
from data.disclosure.noise import SIGMA, distribution
from data.disclosure.tables import TABLE_BY_ID
from data.errors import PublishError
from data.model import month_index
from data.periods import first_day
from data.release import Store
from tests import known
from tests.publishing import publish
from tests.test_data_registries import ROWS, SECRET

PROTECTED = [count for count in COUNTS if count.policy == "protected"]
TODAY = date(2026, 11, 23)
FORCES = ("E23000031", "E07000209", "W15000002")
FIRST, MONTHS = month_index("2024-01"), 15
Rows = Mapping[str, pd.DataFrame]

CELLS = {"response": 33, "outcome": 29, "message": 20, "report": 8, "offence": 4}
"""Cells that one contact changes, added up by hand over the tables of the counts that it stands in.

Of a response: 11 as a response, 7 graded, 3 by where it was seen. As the only one of its appeal 2 more of first responses, 3
of useful ones, 3 of times, 4 of the ladder; beside others the first are 4 and the ladder's 2; beside other useful ones
4 and, of times, 6."""


def test_account_is_that_of_plain_arithmetic() -> None:
    found = {entry.who: entry for entry in account(PROTECTED)}

    for who, cells in CELLS.items():
        rho = cells / 12.5
        assert (found[who].cells, found[who].rho) == (cells, round(rho, 4)), who
        assert found[who].epsilon == round(rho + 2 * sqrt(rho * log(1_000_000)), 2)
        assert found[who].what == WHO[who]
    assert set(found) == set(CELLS) == set(WHO)


def test_every_account_lies_within_the_budget() -> None:
    assert max(CELLS.values()) / (2 * SIGMA**2) <= BUDGET == 3.0
    assert spend(PROTECTED)["budget_rho"] == BUDGET


@pytest.mark.parametrize(("rho", "delta", "wanted"), [(0.5, 1e-6, 5.756), (2.64, 1e-6, 14.719), (1.0, 1e-9, 10.104), (0.0, 1e-6, 0.0)])
def test_epsilon_follows_its_formula(rho: float, delta: float, wanted: float) -> None:
    assert epsilon(rho, delta=delta) == pytest.approx(wanted, abs=1e-3)


@pytest.mark.parametrize("cells", [1, 4, 20, 33])
def test_epsilon_bounds_what_the_noise_of_so_many_cells_gives_away(cells: int) -> None:
    """The exact loss of a Gaussian mechanism (Balle and Wang 2018) lies below the account's."""
    mu = sqrt(cells) / SIGMA
    loss = epsilon(cells / (2 * SIGMA**2))

    assert norm.cdf(mu / 2 - loss / mu) - exp(loss) * norm.cdf(-mu / 2 - loss / mu) <= DELTA


def test_one_cell_gives_away_no_more_than_its_share_of_the_account() -> None:
    """Renyi divergence of several orders, between two distributions that lie one apart."""
    _, probabilities = distribution(SIGMA)
    one, two = np.log(probabilities[1:]), np.log(probabilities[:-1])
    for order in (1.5, 2, 5, 10):
        divergence = logsumexp(order * one + (1 - order) * two) / (order - 1)
        assert divergence <= order / (2 * SIGMA**2) * (1 + 1e-6)


def test_more_noise_and_fewer_tables_cost_less() -> None:
    dear, cheap = (account(PROTECTED, sigma=sigma)[0].rho for sigma in (2.5, 5.0))
    assert dear == 4 * cheap
    assert account(PROTECTED[:1])[0].cells == len(PROTECTED[0].tables)
    assert account(()) == () and spend(())["accounts"] == []


@pytest.mark.parametrize("budget", [0.1, 2.63])
def test_a_budget_that_is_passed_stops_and_says_whose(budget: float) -> None:
    with pytest.raises(PublishError, match=r"one contact about an appeal a privacy loss of 2\.64.*Nothing is published"):
        spend(PROTECTED, budget=budget)
    assert spend(PROTECTED, budget=2.64)


def test_a_publish_over_the_budget_leaves_the_old_release_served(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    known.write(tmp_path / "force", number=14)
    first = publish(tmp_path / "home", folders=[tmp_path / "force"], today=TODAY).release
    monkeypatch.setattr(publishing, "spend", lambda counts: spend(counts, budget=1.0))
    known.write(tmp_path / "force", number=14, seed=2)

    with pytest.raises(PublishError, match="Nothing is published"):
        publish(tmp_path / "home", folders=[tmp_path / "force"], today=TODAY)

    store = Store(tmp_path / "home")
    assert store.current_id() == first and store.ids() == [first] and store.verify(first) == []


def test_manifest_states_the_account_of_its_tables(tmp_path: Path) -> None:
    known.write(tmp_path / "force", number=14)
    publish(tmp_path / "home", folders=[tmp_path / "force"], today=TODAY)
    stated = Store(tmp_path / "home").current().manifest["privacy"]

    held = [count for count in PROTECTED if count.id in stated["tables"]]
    assert {count.id for count in PROTECTED} - {count.id for count in held} == {"useful_times_by_channel"}, "no whole year here"
    assert {entry["who"]: entry["cells"] for entry in stated["accounts"]} == {**CELLS, "response": CELLS["response"] - 1}
    assert stated["sigma"] == SIGMA and stated["delta"] == DELTA and stated["budget_rho"] == BUDGET
    assert stated["tables"] == {count.id: list(count.tables) for count in held}
    assert len(stated["key"]) == 12


# What a single contact changes, tried out


def base() -> dict[str, pd.DataFrame]:
    """So many rows that who supplied what does not depend on any single one."""
    rng = random.Random(3)
    crimes, found = ("burglary", "homicide", "missing person", "robbery"), []
    for month in range(FIRST, FIRST + MONTHS):
        for area in FORCES:
            for _ in range(6):
                day = first_day(month).toordinal() + rng.randrange(28)
                found.append({
                    "appeal_id": f"P-{len(found)}", "area_code": area, "crime_type": rng.choice(crimes), "month": month,
                    "published_minute": day * 1440 + rng.randrange(1440), "timed": rng.random() < 0.8,
                    "offence_day": float(day - rng.choice((0, 1, 3, 7, 20, 90, 400))), "persons_sought": 3.0,
                    "closed": False, "closed_month": None, "public_outcome": ""})
    appeals = pd.DataFrame(found)
    responses, outcomes = [], []
    for appeal in found:
        for _ in range(rng.choice((2, 4, 6, 9))):
            after = rng.choice((10, 400, 2000, 9000, 30_000, 60_000, 200_000))
            minute = appeal["published_minute"] + rng.randrange(after) + 1
            responses.append({
                "appeal_id": appeal["appeal_id"], "received_minute": minute, "timed": rng.random() < 0.9,
                "month": _month(minute // 1440), "channel": rng.choice(known.CAME_BY),
                "seen_channel": rng.choice(("x", "facebook", "unknown")), "age_group": rng.choice((*known.AGES, "under 25")),
                "grading": rng.choice(known.GRADINGS)})
        for _ in range(rng.choice((1, 2, 3))):
            day = appeal["published_minute"] // 1440 + rng.choice((0, 3, 40, 179, 180, 300, 364, 365))
            outcomes.append({
                "appeal_id": appeal["appeal_id"], "outcome": rng.choice(("identified", "located", "arrested", "charged", "other")),
                "day": day, "month": _month(day), "persons": rng.choice((1.0, 2.0, np.nan)),
                "attribution": rng.choice(known.ATTRIBUTIONS)})
    return {"appeals": appeals, "responses": pd.DataFrame(responses), "outcomes": pd.DataFrame(outcomes),
            "responses_counted": _counted(rng), "engagement": _engagement(rng)}


def _month(day: int) -> int:
    found = date.fromordinal(day)
    return found.year * 12 + found.month - 1


def _counted(rng: random.Random) -> pd.DataFrame:
    rows = [{"month": month, "area_code": "E23000020", "channel": channel, "seen_channel": "x", "age_group": age,
             "crime_type": "burglary", "grading": rng.choice(known.GRADINGS), "responses": float(rng.choice((1, 4, 9, 60)))}
            for month in range(FIRST, FIRST + MONTHS) for channel in ("x", "web_form") for age in ("18-24", "65+")]
    return pd.DataFrame(rows)


def _engagement(rng: random.Random) -> pd.DataFrame:
    rows = []
    for month in range(FIRST, FIRST + MONTHS):
        for area in FORCES:
            for channel in ("x", "facebook", "web_form", "phone_999"):
                bands = [rng.choice((0, 1, 2, 5)) for _ in range(4)]
                messages = sum(bands) + rng.choice((1, 3, 8))
                rows.append({**{name: np.nan for name in ROWS["engagement"]}, "month": month, "area_code": area, "channel": channel,
                             "age_group": rng.choice(("unknown", "18-24")), "messages_in": float(messages),
                             **dict(zip(known.BANDS, map(float, bands), strict=True)),
                             "reports_created": float(rng.choice((1, 2, 7)))})
    return pd.DataFrame(rows)


def _without(rows: Rows, kind: str, place: int) -> dict[str, pd.DataFrame]:
    return {**rows, kind: rows[kind].drop(index=rows[kind].index[place])}


def _one_less(rows: Rows, kind: str, place: int, *columns: str) -> dict[str, pd.DataFrame]:
    table = rows[kind].copy()
    for column in columns:
        table.loc[table.index[place], column] -= 1
    return {**rows, kind: table}


def _one_response(rows: Rows, rng: random.Random) -> dict[str, pd.DataFrame]:
    if rng.random() < 0.2:
        return _one_less(rows, "responses_counted", rng.randrange(len(rows["responses_counted"])), "responses")
    return _without(rows, "responses", rng.randrange(len(rows["responses"])))


def _one_outcome(rows: Rows, rng: random.Random) -> dict[str, pd.DataFrame]:
    place = rng.randrange(len(rows["outcomes"]))
    if rows["outcomes"]["persons"].iloc[place] == 2:
        return _one_less(rows, "outcomes", place, "persons")
    return _without(rows, "outcomes", place)


def _one_message(rows: Rows, rng: random.Random) -> dict[str, pd.DataFrame]:
    place = rng.randrange(len(rows["engagement"]))
    row = rows["engagement"].iloc[place]
    bands = [name for name in known.BANDS if row[name] > 0]
    answered = row["messages_in"] == sum(row[name] for name in known.BANDS) or (bands and rng.random() < 0.7)
    return _one_less(rows, "engagement", place, "messages_in", *([rng.choice(bands)] if answered else []))


def _one_report(rows: Rows, rng: random.Random) -> dict[str, pd.DataFrame]:
    return _one_less(rows, "engagement", rng.randrange(len(rows["engagement"])), "reports_created")


def _one_offence(rows: Rows, rng: random.Random) -> dict[str, pd.DataFrame]:
    appeals = rows["appeals"].copy()
    appeals.loc[appeals.index[rng.randrange(len(appeals))], "offence_day"] = np.nan
    return {**rows, "appeals": appeals}


LESS: Mapping[str, Callable[[Rows, random.Random], dict[str, pd.DataFrame]]] = {
    "response": _one_response, "outcome": _one_outcome, "message": _one_message, "report": _one_report, "offence": _one_offence,
}


def tables_of(rows: Rows, *, who: str) -> dict[tuple[str, str], Witnessed]:
    counts = tuple(count for count in PROTECTED if who in count.changes)
    found: list[Witnessed] = []
    list(engine.aggregate(rows, counts=counts, secret=SECRET, sigma=0, witness=found))
    return {(item.count.id, item.table.id): item for item in found}


@pytest.mark.parametrize("who", WHO)
def test_no_single_contact_changes_more_cells_than_the_account_says(who: str) -> None:
    rows, rng = base(), random.Random(who)
    before = tables_of(rows, who=who)
    most: dict[str, int] = {}
    for _ in range(8):
        after = tables_of(LESS[who](rows, rng), who=who)
        assert set(after) == set(before)
        for key, item in before.items():
            assert item.made.leaves == after[key].made.leaves
            assert (item.made.exists == after[key].made.exists).all(), "which cells exist must not depend on a contact"
            change = np.abs(after[key].made.values - item.made.values)
            assert change.max() <= 1, key
            assert change.sum() <= item.count.changes[who], key
            most[key[0]] = max(most.get(key[0], 0), int(change.sum()))

    assert set(most) == {count.id for count in PROTECTED if who in count.changes}
    assert sum(most.values()) > 0


def _alone(kind: str) -> tuple[tuple[int, str], ...]:
    """The responses of one appeal, as days after it and grading, the first of which is taken away."""
    return {
        "the only one": ((2, "useful"),), "the only one, not useful": ((2, "other"),),
        "the first, and the only useful one": ((2, "useful"), (10, "other")),
        "after others, and the only useful one": ((20, "useful"), (1, "other")),
        "the first of several useful ones": ((2, "useful"), (40, "useful")),
        "the first through its channel": ((9, "useful"), (2, "useful")),
        "useful too late": ((100, "useful"), (10, "other")),
        "too late, after nothing": ((100, "useful"),),
        "the only useful one before a late one": ((2, "useful"), (200, "useful")),
        "the first, before a late one": ((2, "other"), (200, "other")),
    }[kind]


@pytest.mark.parametrize("kind", [
    "the only one", "the only one, not useful", "the first, and the only useful one", "after others, and the only useful one",
    "the first of several useful ones", "the first through its channel", "useful too late", "too late, after nothing",
    "the only useful one before a late one", "the first, before a late one"])
def test_no_response_changes_more_cells_in_all_than_the_account_says(kind: str) -> None:
    """Whatever stands beside it: all tables of all counts together."""
    rows = base()
    appeal = {**rows["appeals"].iloc[0].to_dict(), "appeal_id": "P-alone"}
    rows["appeals"] = pd.concat([rows["appeals"], pd.DataFrame([appeal])], ignore_index=True)
    like = rows["responses"].iloc[0].to_dict()
    own = []
    for days, grading in _alone(kind):
        minute = int(appeal["published_minute"]) + days * 1440 + 5
        own.append({**like, "appeal_id": "P-alone", "received_minute": minute, "timed": True, "month": _month(minute // 1440),
                    "channel": "phone_101", "seen_channel": "x", "grading": grading})
    rows["responses"] = pd.concat([pd.DataFrame(own), rows["responses"]], ignore_index=True)
    before, after = tables_of(rows, who="response"), tables_of(_without(rows, "responses", 0), who="response")

    changed = sum(int(np.abs(after[key].made.values - item.made.values).sum()) for key, item in before.items())
    assert 0 < changed <= CELLS["response"]


def test_every_case_of_a_contact_is_told_for_a_count_that_tells_any() -> None:
    for count in PROTECTED:
        for who, cells in count.changes_when.items():
            assert len(cells) == len(CASES[who]) and max(cells) == count.changes[who]


def test_every_kind_of_contact_that_a_count_is_made_of_stands_in_its_account() -> None:
    """Whatever is taken away, a count that changes has an account for it."""
    rows, rng = base(), random.Random(8)
    for who, less in LESS.items():
        one = less(rows, rng)
        without: list[Count] = [count for count in PROTECTED if who not in count.changes]
        for count in without:
            made = []
            for data in (rows, one):
                found: list[Witnessed] = []
                list(engine.aggregate(data, counts=(count,), secret=SECRET, sigma=0, witness=found))
                made.append(found)
            for before, after in zip(*made, strict=True):
                assert (before.made.values == after.made.values).all(), (who, count.id)


def test_tables_that_the_account_counts_are_those_that_are_published() -> None:
    rows = base()
    for who in WHO:
        for count_id, table in tables_of(rows, who=who):
            assert table in TABLE_BY_ID
            assert table in next(count for count in PROTECTED if count.id == count_id).tables
