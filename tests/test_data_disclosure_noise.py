"""The noise of a cell: its shape, what it depends on, and the secret that it is drawn with."""

from __future__ import annotations

import base64
import csv
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest
from scipy.stats import chisquare

from data import engine
from data.areas import AREAS, FORCES
from data.counts import COUNT_BY_ID, COUNTS
from data.disclosure import secret as secrets
from data.disclosure.attacks import Witnessed
from data.disclosure.noise import SIGMA, distribution, key_name, member_code, noise, table_key
from data.errors import PublishError
from data.model import DIMENSIONS, month_index
from data.release import Store
from tests import known
from tests.publishing import SECRET as SECRET_FILE
from tests.publishing import publish

KEY = bytes(range(32))
TODAY = date(2026, 11, 23)
ROOT = Path(__file__).parents[1]
MANY = 200_000
SAME_BY_CHANCE = float((distribution(SIGMA)[1] ** 2).sum())
GWENT, SURREY = "W15000002", "E23000031"


def draw(
    number: int = MANY, *, key: bytes = KEY, table: str = "responses/1", truth: int | np.ndarray = 3, area: str = SURREY,
    channel: str = "social", sigma: float = SIGMA,
) -> np.ndarray:
    """The noise of so many cells of one place and channel, a month each."""
    nowhere = np.zeros(number, dtype=np.intp)
    return noise(key, table=table, cells={"area": (area,), "channel": (channel,)}, at=[nowhere, nowhere],
                 periods=np.arange(number), truth=np.broadcast_to(np.asarray(truth, dtype=np.int64), number), sigma=sigma)


@pytest.mark.parametrize("sigma", [1.0, 2.5, 6.0])
@pytest.mark.parametrize("truth", [0, 1, 9, 7_137_731])
def test_noise_is_unbiased_and_has_the_stated_variance_and_shape(sigma: float, truth: int) -> None:
    found = draw(sigma=sigma, truth=truth)

    values, probabilities = distribution(sigma)
    assert abs(found.mean()) < 4 * sigma / np.sqrt(MANY)
    assert found.var() == pytest.approx(float(probabilities @ values**2), rel=0.02)
    seen = np.bincount(found - values[0], minlength=len(values))
    common = probabilities * MANY >= 5
    inside = np.append(seen[common], seen[~common].sum())
    wanted = np.append(probabilities[common], probabilities[~common].sum()) * MANY
    assert chisquare(inside, wanted * inside.sum() / wanted.sum()).pvalue > 1e-4


def test_noise_of_one_cell_over_all_truths_has_the_same_shape() -> None:
    found = noise(KEY, table="t", cells={"area": (SURREY,)}, at=[np.zeros(MANY, dtype=np.intp)],
                  periods=np.full(MANY, 24_300), truth=np.arange(MANY, dtype=np.int64))

    values, probabilities = distribution(SIGMA)
    seen = np.bincount(found - values[0], minlength=len(values))
    common = probabilities * MANY >= 5
    wanted = probabilities[common] * MANY
    assert chisquare(seen[common], wanted * seen[common].sum() / wanted.sum()).pvalue > 1e-4


def test_neighbouring_cells_and_truths_draw_independently() -> None:
    months, truths = draw(), draw(truth=np.arange(MANY))

    for found in (months, truths):
        assert abs(np.corrcoef(found[:-1], found[1:])[0, 1]) < 0.01


@pytest.mark.parametrize("other", [
    {"key": bytes(32)}, {"table": "responses/3"}, {"truth": 4}, {"area": GWENT}, {"channel": "phone"},
], ids=lambda changed: next(iter(changed)))
def test_noise_changes_with_key_table_truth_and_cell(other: Mapping[str, object]) -> None:
    one, two = draw(20_000), draw(20_000, **other)  # type: ignore[arg-type]

    assert (one == two).mean() == pytest.approx(SAME_BY_CHANCE, abs=0.01)


def test_noise_changes_with_the_month() -> None:
    found = draw(20_001)

    assert (found[1:] == found[:-1]).mean() == pytest.approx(SAME_BY_CHANCE, abs=0.01)


def test_noise_depends_on_neither_the_order_of_cells_nor_on_the_members_beside_them() -> None:
    rng = np.random.default_rng(5)
    ages = ("under 25", "25-44", "45-64", "65+", "unknown")
    at, places = rng.integers(0, 45, 3000), rng.integers(0, 5, 3000)
    periods, truth = rng.integers(24_000, 24_036, 3000), rng.integers(0, 30, 3000)
    first = noise(KEY, table="t", cells={"area": FORCES, "age_group": ages}, at=[at, places], periods=periods, truth=truth)

    order = rng.permutation(3000)
    moved = noise(KEY, table="t", cells={"area": FORCES, "age_group": ages}, at=[at[order], places[order]],
                  periods=periods[order], truth=truth[order])
    some = np.flatnonzero((at == 7) & (places == 2))
    alone = noise(KEY, table="t", cells={"area": ("nowhere", FORCES[7]), "age_group": ("45-64",)},
                  at=[np.ones(len(some), dtype=np.intp), np.zeros(len(some), dtype=np.intp)], periods=periods[some], truth=truth[some])

    assert (moved == first[order]).all()
    assert len(some) and (alone == first[some]).all()


def test_noise_is_the_same_in_another_process() -> None:
    code = ("import sys; sys.path.insert(0, '.'); from tests.test_data_disclosure_noise import draw; "
            "print(draw(500, truth=6).tolist())")

    said = [subprocess.run([sys.executable, "-c", code], env={**os.environ, "PYTHONHASHSEED": seed}, cwd=ROOT, check=True,
                           capture_output=True, text=True).stdout for seed in ("1",)]

    assert [json.loads(line) for line in said] == [draw(500, truth=6).tolist()]


def test_every_axis_of_every_protected_count_fits_into_the_cipher() -> None:
    for count in COUNTS:
        if count.policy == "protected":
            assert 16 + 4 * len(count.dimensions) <= 32, count.id
    assert all(len(code.encode()) <= 16 for code in AREAS)
    axes = {"area": ("E",), **{f"a{number}": ("x",) for number in range(5)}}
    with pytest.raises(ValueError, match="more axes"):
        noise(KEY, table="t", cells=axes, at=[np.zeros(1, dtype=np.intp)] * 6, periods=np.zeros(1, dtype=np.int64),
              truth=np.zeros(1, dtype=np.int64))


@pytest.mark.parametrize("dimension", DIMENSIONS.values(), ids=lambda dimension: dimension.id)
def test_member_codes_do_not_collide_within_a_dimension(dimension) -> None:
    members = {*dimension.by_id, *(f"{group.id}, as supplied" for group in dimension.groups), ""}

    assert len({member_code(member) for member in members}) == len(members)
    assert {len(member_code(member)) for member in members} == {4}


# Cells of a publish


@pytest.fixture(scope="module")
def rows(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("known")
    known.write(folder, end="2026-09", number=23)
    return folder


@pytest.fixture(scope="module")
def witnessed(rows: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, str], Witnessed]:
    """Every table of a small delivery with its truth."""
    from data.inputs import gather

    found: list[Witnessed] = []
    inputs = gather(tmp_path_factory.mktemp("home"), folders=[rows], today=TODAY)
    list(engine.aggregate(inputs.tables(), secret=KEY, witness=found))
    return {(item.count.id, item.table.id): item for item in found}


def test_cells_of_nothing_are_perturbed_as_the_others_are(witnessed: Mapping[tuple[str, str], Witnessed]) -> None:
    nothing = np.concatenate([item.made.values[item.made.exists & (item.made.truth == 0)]
                              for (count, table), item in witnessed.items() if "age" in table or "crime" in table])

    assert len(nothing) > 3000 and abs(nothing.mean()) < 0.2
    assert nothing.var() == pytest.approx(SIGMA**2, rel=0.1)


def test_noise_of_every_table_has_the_stated_shape(witnessed: Mapping[tuple[str, str], Witnessed]) -> None:
    found = np.concatenate([(item.made.values - item.made.truth)[item.made.exists] for (count, _), item in witnessed.items()
                            if not COUNT_BY_ID[count].same_as])

    assert abs(found.mean()) < 5 * SIGMA / np.sqrt(len(found) / 2)
    assert found.var() == pytest.approx(SIGMA**2, rel=0.05)


def test_a_cell_that_was_not_supplied_does_not_exist(witnessed: Mapping[tuple[str, str], Witnessed]) -> None:
    for item in witnessed.values():
        if item.table.areas == "force":
            held = {code for code, there in zip(item.made.leaves["area"], item.made.exists, strict=True) if there.any()}
            assert held == set(known.FORCES)
        assert (item.made.values[~item.made.exists] == 0).all()
    quarter = witnessed["responses", "force-channel-quarter"]
    first = month_index("2024-11")
    ends = {quarter.first + month for month in np.flatnonzero(quarter.made.exists.any(axis=tuple(range(quarter.made.exists.ndim - 1))))}
    assert ends == {end for end in range(first, first + 23) if (end + 1) % 3 == 0 and end - 2 >= first}


def _category(item: Witnessed, name: str) -> tuple[np.ndarray, np.ndarray]:
    axis = list(item.made.leaves).index("category")
    place = item.made.leaves["category"].index(name)
    return item.made.values.take(place, axis=axis), item.made.truth.take(place, axis=axis)


def test_cells_of_one_truth_in_two_counts_carry_the_same_noise(witnessed: Mapping[tuple[str, str], Witnessed]) -> None:
    compared = 0
    for count in COUNTS:
        for category, (other, theirs) in count.same_as.items():
            for table in set(count.tables) & set(COUNT_BY_ID[other].tables):
                one, two = witnessed.get((count.id, table)), witnessed.get((other, table))
                if one is None or two is None:
                    continue
                mine = _category(one, category) if category else (one.made.values, one.made.truth)
                others = _category(two, theirs) if theirs else (two.made.values, two.made.truth)
                there = one.made.exists if not category else one.made.exists.take(0, axis=list(one.made.leaves).index("category"))
                start = one.first - two.first
                span = slice(max(start, 0), max(start, 0) + there.shape[-1])
                same = there & (mine[1] == others[1][..., span])
                assert (mine[0] == others[0][..., span])[same].all(), (count.id, table)
                compared += int(same.sum())
    assert compared > 300


def test_a_country_of_one_force_is_that_force_and_a_group_of_one_channel_is_that_channel(
    witnessed: Mapping[tuple[str, str], Witnessed],
) -> None:
    force, country = witnessed["messages", "force-channel-month"].made, witnessed["messages", "country-channel-month"].made
    mine = force.values[FORCES.index(GWENT), force.leaves["channel"].index("online")]
    wales = country.values[country.leaves["area"].index("W92000004"), country.leaves["channel"].index("web_form")]
    england = country.values[country.leaves["area"].index("E92000001"), country.leaves["channel"].index("web_form")]

    assert (mine == wales).all()
    assert (england != wales).mean() > 0.7
    crimes = [witnessed["responses", f"{level}-crime-quarter"].made for level in ("force", "country")]
    for crime in ("burglary", "violence"):
        one, two = (made.values[at, made.leaves["crime_type"].index(crime)] if crime in made.leaves["crime_type"] else None
                    for made, at in zip(crimes, (FORCES.index(GWENT), 1), strict=True))
        assert two is None or (one == two).all()


def test_a_wide_band_as_supplied_shares_no_noise_with_the_band_of_all() -> None:
    months = range(month_index("2020-01"), month_index("2026-01"))
    responses = pd.DataFrame({
        "month": np.array(months, dtype=np.int64), "area_code": GWENT, "channel": "web_form", "seen_channel": "x",
        "age_group": "65+", "crime_type": "burglary", "grading": "useful", "responses": 40.0})
    found: list[Witnessed] = []
    list(engine.aggregate({"responses_counted": responses}, counts=(COUNT_BY_ID["responses"],), secret=KEY, witness=found))
    made = {item.table.id: item.made for item in found}

    wide = made["force-age-quarter"].values[FORCES.index(GWENT), 3]
    alone = made["country-age-quarter"].values[1, made["country-age-quarter"].leaves["age_group"].index("65+")]
    ends = np.flatnonzero(wide)
    assert len(ends) == 24 and (wide[ends] == alone[ends]).mean() < 0.5


# Two releases


def cells_of(home: Path, name: str) -> dict[tuple[object, ...], int]:
    found: dict[tuple[object, ...], int] = {}
    for path in (home / "releases" / name / "counts").rglob("*.parquet"):
        if path.parent.name == "counts":
            continue
        table = pq.read_table(path).to_pydict()
        *keys, values = table.values()
        found |= {(path.parent.name, path.stem, *key): value for *key, value in zip(*keys, values, strict=True)}
    return found


def test_a_later_release_keeps_every_cell_that_was_not_revised(rows: Path, tmp_path: Path) -> None:
    first = publish(tmp_path / "home", folders=[rows], today=TODAY).release
    later = tmp_path / "later"
    known.write(later, end="2026-10", number=24)
    engagement = list(csv.DictReader((later / "engagement.csv").read_text(encoding="utf-8").splitlines()))
    revised = next(row for row in engagement if row["month"] == "2025-05" and row["channel"] == "web_form"
                   and row["area_code"] == GWENT)
    revised["messages_in"] = str(int(revised["messages_in"]) + 1)
    with (later / "engagement.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(revised))
        writer.writeheader()
        writer.writerows(engagement)
    second = publish(tmp_path / "home", folders=[later], today=TODAY).release

    old, new = (cells_of(tmp_path / "home", name) for name in (first, second))
    mine = [key for key in old if key[0] in ("messages", "reports", "answered", "contact_digital")]
    changed = [key for key in mine if new.get(key) != old[key]]
    assert len(mine) > 3000 and set(mine) <= set(new)
    month, quarter, year = (month_index(text) for text in ("2025-05", "2025-06", "2025-12"))
    for key in changed:
        assert key[0] != "reports" and key[-1] in (month, quarter, year) and (GWENT in key or "W92000004" in key), key
    at = ("messages", "force-month", GWENT, month)
    assert at in changed
    unrevised = [key for key in old if key[:2] == ("responses", "force-month")]
    assert len(unrevised) == 3 * 23 and all(new[key] == old[key] for key in unrevised)


# The secret


def test_secret_is_made_once_for_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "private" / "secret.key"
    secrets.make(path)
    text = path.read_bytes()

    assert path.stat().st_mode & 0o777 == 0o600
    assert len(secrets.read(path)) == 32 and len(set(secrets.read(path))) > 8
    with pytest.raises(PublishError, match="There is a secret already"):
        secrets.make(path)
    assert path.read_bytes() == text
    other = tmp_path / "other.key"
    secrets.make(other)
    assert secrets.read(other) != secrets.read(path) and key_name(secrets.read(other)) != key_name(secrets.read(path))


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o644, 0o620, 0o601])
def test_secret_that_others_can_reach_is_refused(mode: int, tmp_path: Path) -> None:
    secrets.make(tmp_path / "s")
    (tmp_path / "s").chmod(mode)

    with pytest.raises(PublishError, match="chmod 600"):
        secrets.read(tmp_path / "s")


@pytest.mark.parametrize("text", ["", "\n", "5ec2", "z" * 64, "ab" * 31, "ab" * 33, "ab" * 32 + "c", "\x00" * 64, "é" * 32])
def test_damaged_secret_is_refused_and_not_shown(text: str, tmp_path: Path) -> None:
    (tmp_path / "s").write_text(text, encoding="utf-8")
    (tmp_path / "s").chmod(0o600)

    with pytest.raises(PublishError) as problem:
        secrets.read(tmp_path / "s")
    assert "damaged" in str(problem.value) or "cannot be read" in str(problem.value)
    assert not text.strip() or text.strip() not in str(problem.value)


def test_missing_secret_stops_a_publish_and_says_how_to_make_one(rows: Path, tmp_path: Path) -> None:
    with pytest.raises(PublishError, match="hue secret"):
        publish(tmp_path / "home", folders=[rows], today=TODAY, secret=tmp_path / "none")
    with pytest.raises(PublishError, match="hue secret"):
        secrets.read(tmp_path / "none")
    assert Store(tmp_path / "home").current_id() is None


def forms(key: bytes) -> Iterator[bytes]:
    """The ways in which a secret, or the key of a table, could stand somewhere."""
    for value in (key, *(table_key(key, table=table) for table in ("responses/1", "responses/force-month"))):
        yield value
        yield value.hex().encode()
        yield value.hex().upper().encode()
        yield base64.b64encode(value)
        yield base64.urlsafe_b64encode(value)
        yield str(list(value)).encode()


def hue(*arguments: str, home: Path) -> tuple[int, bytes, set[bytes]]:
    """Run the command line; return its code, all it wrote, and every argument list that others could see meanwhile."""
    code = "from dashboard.cli import main; main()"
    environment = {name: value for name, value in os.environ.items() if name != "HUE_SECRET"} | {"HUE_HOME": str(home)}
    seen: set[bytes] = set()
    with subprocess.Popen([sys.executable, "-c", code, *arguments], cwd=ROOT, env=environment, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT) as process:
        seen.add(Path(f"/proc/{process.pid}/cmdline").read_bytes())
        written, _ = process.communicate()
    return process.returncode, written, seen


def test_secret_stands_in_its_file_alone(tmp_path: Path) -> None:
    home, folder = tmp_path / "home", tmp_path / "force"
    known.write(folder, number=14, counted=(GWENT,))
    said = [hue(*line, home=home) for line in (
        ("secret", "--json"), ("secret",), ("publish", "--from", str(folder), "--json"), ("audit", "--json"),
        ("releases", "show", "--json"))]
    path = home / "private" / "secret.key"
    key = secrets.read(path)

    assert [code for code, _, _ in said] == [0, 3, 0, 0, 0]
    assert path.stat().st_mode & 0o777 == 0o600
    told = [written for _, written, _ in said] + [line for _, _, lines in said for line in lines]
    files = [file.read_bytes() for file in home.rglob("*") if file.is_file() and file != path]
    assert len(files) > 50
    for form in forms(key):
        assert not [text for text in (*told, *files) if form in text]


def test_tests_themselves_publish_with_a_secret_of_their_own() -> None:
    assert len(secrets.read(SECRET_FILE)) == 32
