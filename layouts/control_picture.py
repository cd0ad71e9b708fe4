"""A control chart as a plain picture: points in order of time, the mean, the limits, special causes in their own shape."""

from __future__ import annotations

from collections.abc import Sequence

from data.statistics.control import ControlChart
from layouts.shapes.svg_writer import PAINT, SMALL, document, label, n

WIDTH, HEIGHT = 720, 260
LEFT, RIGHT, TOP, BOTTOM = 16, 150, 20, 34


def svg(chart: ControlChart, *, slug: str, title: str, description: str, names: Sequence[str]) -> str:
    """Return the picture of a chart of one segment; ``names`` stand under the points, empty ones under none."""
    limits = chart.segments[0]
    known = [point.value for point in chart.points if point.value is not None]
    low, high = min(limits.lower, *known), max(limits.upper, *known)
    across = (WIDTH - LEFT - RIGHT) / max(len(chart.points) - 1, 1)

    def at(value: float) -> float:
        return TOP + (high - value) / (high - low) * (HEIGHT - TOP - BOTTOM)

    end = WIDTH - RIGHT + 8
    lines = ((limits.upper, "upper limit", "6 4"), (limits.mean, "mean", ""), (limits.lower, "lower limit", "6 4"))
    body = [
        f'<path d="M{LEFT} {n(at(value))}H{end}" stroke="{PAINT["muted"]}" stroke-width="1.5"'
        f'{f" stroke-dasharray={dash!r}" if dash else ""}/>'.replace("'", '"')
        + label(f"{name} {value:.1f}", x=end + 6, y=at(value), paint="muted", size=SMALL)
        for value, name, dash in lines
    ]
    places = [(LEFT + across * place, point) for place, point in enumerate(chart.points)]
    path = "L".join(f"{n(x)} {n(at(point.value))}" for x, point in places if point.value is not None)
    body.append(f'<path d="M{path}" fill="none" stroke="{PAINT["accent"]}" stroke-width="2"/>')
    for (x, point), name in zip(places, names, strict=True):
        if point.value is not None:
            body.append(_point(x, at(point.value), special=bool(point.rules), says=f"{point.value:g}"))
        if name:
            body.append(label(name, x=x, y=HEIGHT - 12, anchor="middle", paint="muted", size=SMALL))
    return document(body, slug=slug, width=WIDTH, height=HEIGHT, title=title, description=description)


def _point(x: float, y: float, *, special: bool, says: str) -> str:
    """Return a point: a disc of common cause, a diamond of special cause."""
    told = f"<title>{says}{', special cause' if special else ''}</title>"
    if special:
        return (f'<path d="M{n(x)} {n(y - 8)}l8 8-8 8-8-8z" fill="{PAINT["s4"]}" stroke="{PAINT["ink"]}" '
                f'stroke-width="1.5">{told}</path>')
    return f'<circle cx="{n(x)}" cy="{n(y)}" r="4.5" fill="{PAINT["accent"]}">{told}</circle>'
