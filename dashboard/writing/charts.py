"""Computes charts as shapes; `templates/charts.html` draws them as SVG, with a table below."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

WIDTH: Final = 640
HEIGHT: Final = 160
FOOT: Final = 18
"""The width and height of a chart, and the height of its labels, in units of the drawing."""
WIDEST: Final = 40
"""Maximum width of a column: a few columns should not fill the chart."""
_ROUND: Final = (1, 2, 5, 10)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One rectangle; `series` is the index of its series in the chart."""

    x: float
    y: float
    width: float
    height: float
    series: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """A text under the bars, centred."""

    x: float
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Bars:
    """Stacked bars over labels, with the value at the top of the scale."""

    bars: tuple[Bar, ...]
    labels: tuple[Label, ...]
    top: float
    width: int = WIDTH
    height: int = HEIGHT
    foot: int = FOOT


def bars(rows: Sequence[tuple[str, Sequence[float]]], most_labels: int = 8) -> Bars:
    """Returns a column for each row of a label and its values, stacked from the bottom up."""
    top = _top(max((sum(values) for _, values in rows), default=0))
    step = WIDTH / max(len(rows), 1)
    skip = -(-len(rows) // most_labels) or 1
    labels = [
        Label(x=round((at + 0.5) * step, 1), text=label)
        for at, (label, _) in enumerate(rows)
        if at % skip == 0
    ]
    columns = [_column(at * step, step, values, top) for at, (_, values) in enumerate(rows)]
    return Bars(bars=tuple(bar for each in columns for bar in each), labels=tuple(labels), top=top)


def _column(left: float, step: float, values: Sequence[float], top: float) -> list[Bar]:
    found, y = [], float(HEIGHT - FOOT)
    for series, value in enumerate(values):
        height = (HEIGHT - FOOT) * value / top
        y -= height
        width = round(min(step * 0.7, WIDEST), 1)
        x = round(left + (step - width) / 2, 1)
        rounded = {"x": x, "y": round(y, 1), "width": width, "height": round(height, 1)}
        found.append(Bar(**rounded, series=series))
    return [bar for bar in found if bar.height]


def _top(most: float) -> float:
    """Returns the round number at or above the largest sum."""
    scale = 1.0
    while scale * 10 < most:
        scale *= 10
    return next((each * scale for each in _ROUND if each * scale >= most), scale * 10)
