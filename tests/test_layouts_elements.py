"""Elements are made unchecked; here each of them is held against the component of the same name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from dash import html
from dash.development.base_component import Component

from data.release import Release
from data.selection import Selection, read
from layouts import elements
from layouts.components import banner, cards, chips, offers, tiles
from layouts.elements import Element
from layouts.pages import EXPLORE
from layouts.view import View, look

CHOSEN = Selection(measure="A2", area=("E23000031", "E23000032"), channel=("x", "facebook"),
                   age_group=("18-24",), from_="2024-01", to="2025-12", grain="quarter", compare="K04000001")


@pytest.fixture(scope="module")
def views(release: Release) -> list[View]:
    chosen = (Selection(), CHOSEN, Selection(measure="P1", area=("E09000003",)), Selection(origin="published"))
    return [look(release, selection, page=EXPLORE, problem="One key was wrong.") for selection in chosen]


def every(tree: Any) -> Iterator[Element]:
    """Yield every element of a tree."""
    if isinstance(tree, (list, tuple)):
        for child in tree:
            yield from every(child)
    elif isinstance(tree, Mapping):
        yield dict(tree)
        yield from every(tree["props"]["children"])


def test_every_element_is_one_that_dash_knows_with_properties_that_it_takes(views: list[View]) -> None:
    found = [element for view in views for part in (banner, offers, tiles, chips, cards) for element in every(part(view))]

    assert {element["type"] for element in found} == {name for name in vars(elements) if name in html.__all__}
    for element in found:
        component = getattr(html, element["type"])(**element["props"])
        assert isinstance(component, Component) and component._namespace == element["namespace"]


def test_each_chip_leads_to_the_page_without_its_value(views: list[View]) -> None:
    links = [element["props"]["href"] for element in every(chips(views[1])) if element["type"] == "A"]
    addresses = [urlsplit(link) for link in links]
    without = [pair for pair in CHOSEN.pairs() if pair[0] != "measure"]

    assert {address.path for address in addresses} == {"/"}
    assert len(links) == len(without) + 1
    for address, left_out in zip(addresses, without, strict=False):
        assert read(parse_qs(address.query)).pairs() == [pair for pair in CHOSEN.pairs() if pair != left_out]
    assert read(parse_qs(addresses[-1].query)) == Selection(measure="A2")
