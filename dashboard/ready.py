"""An embargoed release is made ready shortly before its time, so that the readers who wait for it do not wait again.

In every worker by itself, while it answers: nothing of the release is reachable before the clock says so.
"""

from __future__ import annotations

import threading
from datetime import timedelta

from flask import Flask

from data import kpis, similar
from data.errors import Unreadable
from data.release import Release, Store

LEAD = timedelta(minutes=2)


def register(server: Flask, *, store: Store) -> None:
    """Look at each request whether the time of a release is near."""
    begun: set[str] = set()

    def look() -> None:
        for name, held in store.embargoes().items():
            if name not in begun and held.until - store.now() <= LEAD:
                begun.add(name)
                threading.Thread(target=prepare, args=(store, name), daemon=True).start()

    server.before_request(look)


def prepare(store: Store, name: str) -> None:
    """Open a release that is not out yet; one that cannot be read says so to its readers at its time."""
    try:
        make_ready(store.unseen(name))
    except Unreadable:
        return


def make_ready(release: Release) -> None:
    """Open every cube of a release and make what most pages need of it."""
    release.open_all()
    kpis.make_ready(release)
    similar.make_ready(release)
