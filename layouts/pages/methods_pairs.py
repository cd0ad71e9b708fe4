"""What the page on methods says of two measures beside each other, and of the reach that is modelled."""

from __future__ import annotations

from collections.abc import Sequence

from dash import html
from dash.development.base_component import Component

from data.modelled import union
from data.statistics.association import FEWEST, Association, rank_correlation
from layouts.numbers import number

FEW = ((1, 3), (2, 1), (3, 2), (4, 6), (5, 4), (6, 7), (7, 5), (8, 9), (9, 12), (10, 8), (11, 10), (12, 11))
"""Twelve places of an example: their places in two orders that are nearly the same."""
MIXED = ((1, 7), (2, 2), (3, 11), (4, 5), (5, 12), (6, 1), (7, 9), (8, 4), (9, 10), (10, 3), (11, 8), (12, 6))
"""Twelve places whose two orders have little to do with each other."""


def words_of(pairs: Sequence[tuple[int, int]]) -> str:
    """Return the rank correlation of an example with its interval."""
    found = rank_correlation([one for one, _ in pairs], [other for _, other in pairs])
    assert isinstance(found, Association)
    value, lower, upper = (number(each, unit="ratio") for each in (found.value, found.lower, found.upper))
    return f"{value} ({lower} to {upper})"


def together() -> list[Component]:
    """Return how two measures of the same places are set beside each other, and what that cannot tell."""
    return [
        html.P("Some charts set two measures of the same places beside each other, for the same twelve months. The rank correlation "
               "tells whether the two orders of the places agree: 1 is the same order, 0 is no relation, \N{MINUS SIGN}1 the opposite."),
        html.P([html.Strong("For example: "), f"twelve places whose two orders nearly agree give {words_of(FEW)}. Twelve whose orders "
                f"have little in common give {words_of(MIXED)}. The second interval holds 0, so no relation is claimed."],
               className="example"),
        html.P(f"The coefficient is Spearman’s. Its interval is Fisher’s, with the variance of Bonett and Wright (2000). Under {FEWEST} "
               "places nothing is said. The interval holds chance among the places. It does not hold how sure each single figure is, "
               "which weakens any relation."),
        html.P("A relation is not a cause. Both may follow from something else, such as who lives in a place. Nor is it true of single "
               "people what is true of places."),
    ]


def modelled() -> list[Component]:
    """Return how the reach of several channels is modelled, and what is assumed."""
    chance, least, most = union([60.0, 30.0])
    return [
        html.P("How far channels can reach the people of an area is not counted by anybody. We model it from published shares of adults "
               "online, by age. A chart that does so is called modelled. It stands only for channels and ages with such a share."),
        html.P([html.Strong("For example: "), f"one channel reaches 60% of an age group, another 30%. Together they reach at least "
                f"{least:.0f}%, if the users of the second are all among those of the first. They reach at most {most:.0f}%, if nobody is on "
                f"both. If being on one says nothing of being on the other it is {chance:.0f}%."], className="example"),
        html.P("These are the bounds of Fréchet (1935): the largest share, and the sum but never over 100%. One channel alone has one value "
               "and no range."),
        html.P("Three things are assumed. The share of the United Kingdom holds in every area. It holds for every resident of the band, "
               "though it is one of adults online: so the value is a most, and those left out are a least. And everybody on a channel can "
               "be reached there."),
    ]
