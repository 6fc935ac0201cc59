"""Plain charts: a small line for a figure, a line chart with its names at the line ends."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from .svg import Number, spoken


def _figure(value: Number | None, digits: int = 0) -> str:
    """A number as people read it; nothing is a dash."""
    return "—" if value is None else f"{value:,.{digits}f}"


def _runs(points: Iterable[tuple[float, float] | None]) -> str:
    """A path through the points that breaks where a value is missing."""
    path, pen = [], "M"
    for point in points:
        if point is None:
            pen = "M"
            continue
        path.append(f"{pen}{point[0]:.1f} {point[1]:.1f}")
        pen = "L"
    return "".join(path)


def sparkline(
    values: Sequence[Number | None], *, digits: int = 1, hot: bool = False, label: str = ""
) -> SafeString:
    """A small line with its first and last value beside it. Without values: nothing."""
    known = [float(value) for value in values if value is not None]
    if not known:
        return mark_safe("")
    low, high = min(known), max(known)
    spread = max(high - low, 1e-9)
    left, right, top, bottom = 40.0, 144.0, 12.0, 44.0
    gap = (right - left) / max(len(values) - 1, 1)
    height = bottom - top if high - low > 1e-9 else 0

    def at(index: int, value: Number) -> tuple[float, float]:
        y = bottom - (float(value) - low) / spread * height if height else (top + bottom) / 2
        return left + gap * index, y

    points = [None if v is None else at(i, v) for i, v in enumerate(values)]
    start = next(p for p in points if p is not None)
    end = next(p for p in reversed(points) if p is not None)
    return format_html(
        '<svg class="spark {}" viewBox="0 0 190 56" width="190" height="56" {}>'
        '<path d="{}"/><text x="{}" y="{}" text-anchor="end">{}</text>'
        '<circle cx="{}" cy="{}" r="3.5"/><text class="last" x="{}" y="{}">{}</text></svg>',
        "hot" if hot else "",
        spoken(label),
        _runs(points),
        start[0] - 7,
        round(start[1] + 4.5, 1),
        _figure(known[0], digits),
        round(end[0], 1),
        round(end[1], 1),
        round(end[0] + 8, 1),
        round(end[1] + 4.5, 1),
        _figure(known[-1], digits),
    )


def nice_top(value: float) -> tuple[int, int]:
    """A round top for an axis that starts at 0, and the step between its lines."""
    if value <= 0:
        return 4, 1
    for size in (10**power for power in range(12)):
        for step in (size, 2 * size, 5 * size):
            if step * 4 >= value:
                return step * math.ceil(value / step), step
    return math.ceil(value), math.ceil(value)


@dataclass(frozen=True)
class Series:
    """One line of a chart: its name, its values, its tone ("", "done", "burn", "quiet")."""

    name: str
    values: Sequence[Number | None]
    tone: str = ""


def _apart(heights: Sequence[float], bottom: float, gap: float = 24) -> list[float]:
    """Where the names of line ends stand: beside them, but never on each other or the axis."""
    places: list[float] = []
    for y in heights:
        places.append(max(y + 5, places[-1] + gap) if places else y + 5)
    limit = bottom + 5
    for index in range(len(places) - 1, -1, -1):
        places[index] = min(places[index], limit)
        limit = places[index] - gap
    return [round(place, 1) for place in places]


def lines(
    series: Sequence[Series],
    labels: Sequence[str],
    *,
    label: str = "",
    between: str = "",
    width: int = 676,
    height: int = 262,
) -> SafeString:
    """A line chart from 0 with the names at the line ends; `between` names the area of two lines."""
    left, right, top, bottom = 36.0, width - 92.0, 16.0, height - 30.0
    peak = max((float(v) for s in series for v in s.values if v is not None), default=0.0)
    high, step = nice_top(peak)
    gap = (right - left) / max(len(labels) - 1, 1)

    def y_of(value: Number) -> float:
        return round(bottom - float(value) / high * (bottom - top), 1)

    def x_of(index: int) -> float:
        return round(left + gap * index, 1)

    grid = [
        (left, y_of(v), right, left - 8, y_of(v) + 4.5, _figure(v))
        for v in range(0, high + 1, step)
    ]
    every = max(math.ceil(len(labels) / 12), 1)
    # every second name steps back on a phone; the last always stays
    axis = [
        ("odd" if (len(labels) - 1 - i) // every % 2 else "", x_of(i), height - 8, text)
        for i, text in enumerate(labels)
        if (len(labels) - 1 - i) % every == 0
    ]
    parts = [
        format_html_join(
            "",
            '<path class="grid" d="M{} {}H{}"/><text x="{}" y="{}" text-anchor="end">{}</text>',
            grid,
        ),
        format_html_join("", '<text class="{}" x="{}" y="{}" text-anchor="middle">{}</text>', axis),
    ]
    if between and len(series) == 2 and all(v is not None for s in series for v in s.values):
        there = _runs((x_of(i), y_of(v)) for i, v in enumerate(series[0].values))
        back = _runs((x_of(i), y_of(v)) for i, v in reversed(list(enumerate(series[1].values))))
        parts.append(format_html('<path class="gap" d="{}Z"/>', there + "L" + back[1:]))
        low = min(float(v) for s in series for v in s.values)
        parts.append(
            format_html(
                '<text class="between" x="{}" y="{}" text-anchor="middle">{}</text>',
                (left + right) / 2,
                min(y_of(low) + 30, bottom - 12),
                between,
            )
        )
    parts += [
        format_html(
            '<path class="line tone-{}" d="{}"/>',
            s.tone,
            _runs(None if v is None else (x_of(i), y_of(v)) for i, v in enumerate(s.values)),
        )
        for s in series
    ]
    ends = sorted(
        ((y_of(s.values[-1]), s) for s in series if s.values and s.values[-1] is not None),
        key=lambda end: end[0],
    )
    for (y, s), words_y in zip(ends, _apart([y for y, _ in ends], bottom), strict=True):
        x = x_of(len(s.values) - 1)
        parts.append(
            format_html(
                '<circle class="dot tone-{}" cx="{}" cy="{}" r="4"/>'
                '<text class="name tone-{}" x="{}" y="{}">{} {}</text>',
                *(s.tone, x, y, s.tone, x + 11, words_y, s.name, _figure(s.values[-1])),
            )
        )
    return format_html(
        '<svg class="chart" viewBox="0 0 {} {}" {}>{}</svg>',
        width,
        height,
        spoken(label),
        format_html_join("", "{}", ((part,) for part in parts)),
    )
