"""A release as if it had changed something of one before it, without publishing twice."""

from __future__ import annotations

from dataclasses import replace

from data.changes import Changed, Changes
from data.release import Release


def made_up_changes(release: Release) -> Release:
    """Return a release as if it had revised two published figures of the one before it."""
    told = Changes(older="2026-01-01-aaaaaaaaaaaa", older_created="2026-01-01", sources_added=(), sources_gone=(), vintages=(),
                   replaced=(), same=1, supply=(), corrections=(), changed=(Changed(
                       area_code="E23000031", field="recorded_crime", origin="published", revised=2, added=0, gone=0,
                       first_month="2026-01", last_month="2026-03"),))
    return replace(release, _kept={("changes",): (told,)})
