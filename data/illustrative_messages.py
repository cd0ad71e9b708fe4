"""Illustrative messages: what people wrote to the police or called about, how soon it was answered, and comments."""

from __future__ import annotations

import numpy as np
import pandas as pd

from data.assumptions import (
    AGES, CHANNELS, COMMENTS_CLASSIFIED, COMMENTS_NEGATIVE, COMMENTS_POSITIVE, MESSAGES, MONTHS, SEASON,
)
from data.illustrative_world import World, force_factors, noise

_BANDS = ("answered_1h", "answered_1_4h", "answered_4_24h", "answered_later")


def with_messages(world: World, *, engagement: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Return ``engagement`` with messages, answers, reports and classified comments, and rows of forms and phones.

    Forms, chat and phones have neither followers nor publications, and tell no ages.
    """
    table = pd.concat([engagement, _forms_and_phones(world)], ignore_index=True)
    each = np.array([about.each for about in MESSAGES])[table["place"]]
    size = np.where(np.isnan(table["audience"]), world.residents[table["force"]], table["audience"])
    factors = force_factors(world, rng=rng)[table["force"]]
    season = np.sqrt(np.array(SEASON)[world.months % 12])[table["month"]]
    messages = rng.poisson(each * size * factors * season * noise((len(table),), spread=0.08, rng=rng))
    answered = np.array([(*about.answered, 1 - sum(about.answered)) for about in MESSAGES])[table["place"]]
    bands = rng.multinomial(messages, np.clip(answered, 0, 1))[:, : len(_BANDS)]
    reports = rng.binomial(messages, np.array([about.reports for about in MESSAGES])[table["place"]])
    return table.assign(
        messages_in=messages, **dict(zip(_BANDS, bands.T, strict=True)), reports_created=reports,
        **_classified(table["comments"].to_numpy(), rng=rng))


def _forms_and_phones(world: World) -> pd.DataFrame:
    """Return a row for each month, force and channel without followers, for the age that is unknown."""
    first, last = len(CHANNELS), len(MESSAGES)
    kept = np.broadcast_to(world.supplied[:, :, None], (len(world.forces), MONTHS, last - first))
    force, month, place = np.nonzero(kept)
    return pd.DataFrame({"month": month, "force": force, "place": place + first, "age": len(AGES) - 1})


def _classified(comments: np.ndarray, *, rng: np.random.Generator) -> dict[str, np.ndarray]:
    """Return positive, negative and classified comments, not supplied where comments are not."""
    told = ~np.isnan(comments)
    classified = rng.binomial(np.where(told, comments, 0).astype(np.int64), COMMENTS_CLASSIFIED)
    shares = (COMMENTS_POSITIVE, COMMENTS_NEGATIVE, 1 - COMMENTS_POSITIVE - COMMENTS_NEGATIVE)
    positive, negative, _ = rng.multinomial(classified, shares).T
    return {name: np.where(told, values, np.nan)
            for name, values in (("positive", positive), ("negative", negative), ("classified", classified))}
