"""What a page says of its own address: the part of it that could not be read."""

from __future__ import annotations

from collections.abc import Collection

from data.frame import listed
from layouts import elements as html
from layouts.elements import Element
from layouts.words import joined


def unread(problem: str, *, kind: str = "callout") -> list[Element]:
    """Return the notice that an address could not be read in full, and why; nothing where it could."""
    return [html.P([html.Strong("That address could not be read in full. "), problem], className=kind)] if problem else []


def unknown(asked: Collection[str], *, keys: Collection[str]) -> str:
    """Return which keys of an address mean nothing on a page that takes ``keys``, in words; nothing where all are known."""
    names = [f"“{key[:60]}”" for key in asked if key not in keys]
    takes = f"It takes {listed(list(keys))}." if keys else "It takes none."
    return f"There is no filter called {joined(names)} on this page. {takes}" if names else ""
