"""HTML elements as Dash sends them to a browser: plain dictionaries, made at almost no cost.

A component of ``dash.html`` checks its arguments each time that it is made, and is walked once more
to be sent: together half a millisecond of a filter change. A test checks these elements instead.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Element = dict[str, Any]
"""One element: ``type``, ``namespace`` and ``props``, its children among them."""

NAMESPACE = "dash_html_components"


def _maker(kind: str) -> Callable[..., Element]:
    def make(children: Any = None, **props: Any) -> Element:
        return {"props": {"children": children, **props}, "type": kind, "namespace": NAMESPACE}

    return make


A = _maker("A")
Dd = _maker("Dd")
Details = _maker("Details")
Div = _maker("Div")
Dt = _maker("Dt")
H2 = _maker("H2")
Li = _maker("Li")
P = _maker("P")
Section = _maker("Section")
Span = _maker("Span")
Strong = _maker("Strong")
Summary = _maker("Summary")
Ul = _maker("Ul")
