"""What a page of words, lists and plain pictures is: drawn on the server alone, without any script."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from dash.development.base_component import Component

from data.release import Release
from layouts.view import View

Query = Mapping[str, Sequence[str]]
"""The query of the request: every key with its values."""


@dataclass(frozen=True, kw_only=True)
class Content:
    """What stands on a page under its title, with the pictures that fill its places for them."""

    body: Sequence[Component]
    pictures: Mapping[str, str] = field(default_factory=dict)
    illustrative: bool = False
    """Whether it shows illustrative figures: search engines are then asked to leave the page out."""
    unlisted: bool = False
    """Whether search engines are asked to leave it out for another reason: it answers one reader's search."""
    view: View | None = None
    """The view whose charts stand on the page, where it has any."""
    feeds: Sequence[tuple[str, str]] = ()
    """The feeds that tell of it: title and address."""


@dataclass(frozen=True, kw_only=True)
class TextPage:
    """A page without filters of its own charts: its path, its title, and how its content is made."""

    path: str
    title: str
    says: str
    content: Callable[[Release, Query], Content]
    wide: bool = False
    kept: bool = False
    """Whether the finished page is kept for the next reader: for pages with many figures."""
    locates: bool = False
    """Whether a reader may have the browser fill in where they are."""
    selects: bool = False
    """Whether its address holds a selection, and so may name a release."""
    release: str = ""
    """The release that its path names; there is no such page where there is no such release."""
