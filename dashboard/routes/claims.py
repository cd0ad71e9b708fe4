"""A claim judged, for programs: the same answer as its page."""

from __future__ import annotations

from flask import Flask, Response, request

from dashboard.routes.charts import Releases
from dashboard.routes.files import as_json, short_enough
from data.claims import judge, read_claim
from layouts.claiming import as_data
from layouts.pages.claim import PATH


def register(server: Flask, *, releases: Releases) -> None:
    """Serve ``/claim.json``."""

    def judged() -> Response:
        short_enough()
        claim = read_claim(request.args.to_dict(flat=False))
        return as_json(as_data(judge(releases(claim.selection.release), claim)))

    server.add_url_rule(f"{PATH}.json", endpoint="hue_claim_json", view_func=judged)
