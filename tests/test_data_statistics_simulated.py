"""The committed simulations are what the statistics give today, and the words about them are true."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from scipy import stats

from data.statistics import control
from data.statistics.intervals import wilson
from data.statistics.simulate import (
    BASES,
    DRAWS,
    POINTS,
    SHARES,
    SIGMA,
    discrete_gaussian,
    run,
    write,
)
from data.statistics.simulated import FILE, simulated


def test_committed_findings_agree_with_a_small_fresh_simulation() -> None:
    fresh = list(run(draws=600, seed=7))

    assert [finding.id for finding in fresh] == list(simulated())
    for finding in fresh:
        kept = simulated()[finding.id]
        assert finding.what == kept.what and kept.draws == DRAWS
        spread = (kept.share * (1 - kept.share) / 600 + kept.error**2 + 1 / 600**2) ** 0.5
        assert abs(finding.share - kept.share) < 4.5 * spread, finding.id


@pytest.mark.parametrize("base", BASES)
@pytest.mark.parametrize("share", SHARES)
def test_simulated_coverage_of_wilson_is_the_exact_one(base: int, share: float) -> None:
    lower, upper = wilson(np.arange(base + 1), denominator=base)
    exact = stats.binom.pmf(np.arange(base + 1), base, share)[(lower <= share) & (share <= upper)].sum()
    finding = simulated()[f"wilson.{base}.{share}"]

    assert abs(finding.share - exact) < 4.5 * finding.error


def test_findings_bear_out_what_pages_and_docstrings_say() -> None:
    share = {id_: finding.share for id_, finding in simulated().items()}

    assert 0.25 < share["xmr.36"] < 0.35 and "About 3 in 10 charts of 36 points" in (control.__doc__ or "")
    assert share["xmr.24"] < share["xmr.36"] and all(f"xmr.{points}" in share for points in POINTS)
    assert share["xmr.36.rolling"] > 0.98
    assert all(value > 0.91 for id_, value in share.items() if id_.startswith(("wilson", "poisson")))
    assert all(value > 0.95 for id_, value in share.items() if id_.startswith("protected"))
    assert all(value < 0.94 for id_, value in share.items() if id_.startswith("unprotected"))
    assert all(value < 0.06 for id_, value in share.items()
               if id_.startswith(("years.share", "years.protected", "years.count")))


def test_discrete_gaussian_noise_is_whole_unbiased_and_of_the_stated_variance() -> None:
    noise = discrete_gaussian(np.random.default_rng(1), sigma=SIGMA, size=40_000, cells=4)

    assert noise.dtype.kind == "i"
    assert noise.mean() == pytest.approx(0, abs=0.1) and noise.std() == pytest.approx(2 * SIGMA, rel=0.02)


def test_writing_gives_the_same_file_each_time(tmp_path: Path) -> None:
    write(tmp_path / "one.json", draws=20)
    write(tmp_path / "two.json", draws=20)

    assert (tmp_path / "one.json").read_text() == (tmp_path / "two.json").read_text()
    assert list(json.loads(FILE.read_text())) == ["seed", "sigma", "findings"]
