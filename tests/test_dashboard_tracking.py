"""Keys by which others follow readers: every address answers as it does without them, and no other key is dropped."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

import pytest
from dash import Dash
from hypothesis import given
from hypothesis import strategies as st

from dashboard.app import create_app
from dashboard.settings import Settings
from dashboard.tracking import follows, of_reader, unfollowed
from data.selection import MULTIPLE, SINGLE
from tests.addresses import CLAIM, addresses

FOLLOWED = "fbclid=IwAR0x&utm_source=news%20letter&UTM_Campaign=a&gclid="


@pytest.fixture(scope="module")
def app(release_home: Path) -> Dash:
    return create_app(Settings(home=release_home))


def one_of_each(app: Dash) -> Iterator[str]:
    """Yield the first address of every route, and every page."""
    seen: set[str] = set()
    for path in addresses(app, areas=("E23000031",)):
        adapter = app.server.url_map.bind("localhost")
        rule = str(adapter.match(path, return_rule=True)[0])
        if rule not in seen or "." not in path and "<path:" in rule:
            seen.add(rule)
            yield path


def test_every_address_answers_as_without_them(app: Dash) -> None:
    client, asked = app.server.test_client(), 0
    for path in one_of_each(app):
        plain, followed = client.get(path), client.get(f"{path}?{FOLLOWED}")
        assert (followed.status_code, followed.data) == (plain.status_code, plain.data), path
        assert plain.status_code == 200 or path == CLAIM, path
        asked += 1
    assert asked > 60


def test_filters_beside_them_are_read_and_wrong_ones_are_still_told(app: Dash) -> None:
    client = app.server.test_client()
    chosen = "measure=E3&area=E23000031"

    assert client.get(f"/?{FOLLOWED}&{chosen}").data == client.get(f"/?{chosen}").data
    assert client.get(f"/charts/trend.json?{chosen}&{FOLLOWED}").data == client.get(f"/charts/trend.json?{chosen}").data
    assert client.get(f"/charts/trend.json?{FOLLOWED}&colour=red").get_json()["field"] == "colour"
    url = "http://localhost/charts/map?measure=R1"
    embedded = client.get(f"/oembed?{urlencode({'url': f'{url}&{FOLLOWED}'})}")
    assert embedded.status_code == 200 and embedded.data == client.get(f"/oembed?{urlencode({'url': url})}").data


def test_no_filter_of_ours_is_one_of_them() -> None:
    assert not [key for key in (*SINGLE, *MULTIPLE, "q", "size", "theme", "value", "field", "by", "page", "url") if follows(key)]


@given(st.lists(st.tuples(st.text(st.characters(codec="ascii", categories=("L", "N")), max_size=8), st.text(max_size=5)), max_size=6))
def test_what_a_reader_chose_stays_byte_for_byte(pairs: list[tuple[str, str]]) -> None:
    kept = [(key, value) for key, value in pairs if not follows(key)]

    assert unfollowed(urlencode(kept)) == urlencode(kept)
    assert unfollowed("&".join(filter(None, (urlencode(kept), FOLLOWED)))) == urlencode(kept)
    assert of_reader({**dict(kept), "fbclid": "x"}) == dict(kept)
