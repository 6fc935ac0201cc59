"""The sign of the house as progress: small rings in lists, the cut ring, the large ripple."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from functools import lru_cache

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from .svg import spoken

SMALL_RINGS = 4  # more circles than this cannot be told apart in a table row


@lru_cache(maxsize=512, typed=True)  # few pictures, drawn in every row of every list
def rings(
    step: int, total: int, *, state: str = "now", size: int = 24, label: str = ""
) -> SafeString:
    """An issue's way as concentric circles: past ones dark, the present one coloured.

    `state`: "now" (blue), "burn" (red, overdue), "closed" (all green). In a table row at most
    four circles are drawn; longer ways are folded on them.
    """
    total = max(total, 1)
    step = min(max(step, 0), total)
    if size < 48 and total > SMALL_RINGS:
        step = math.ceil(step * SMALL_RINGS / total)
        total = SMALL_RINGS
    middle = size / 2
    reach = middle - 1.9
    core = size * 0.092
    gap = (reach - core) / max(total - 1, 1)
    circles = []
    for index in range(1, total + 1):
        kind = "past" if index < step or state == "closed" else "now" if index == step else "next"
        radius = core if index == 1 else core + gap * (index - 1)
        circles.append(("core " + kind if index == 1 else kind, middle, middle, round(radius, 1)))
    return format_html(
        '<svg class="rings {}" width="{}" height="{}" viewBox="0 0 {} {}" {}>{}</svg>',
        state,
        size,
        size,
        size,
        size,
        spoken(label),
        format_html_join("", '<circle class="{}" cx="{}" cy="{}" r="{}"/>', circles),
    )


def dial(done: int, total: int, *, waiting: bool = True, label: str = "") -> SafeString:
    """The sign of the house with its outer ring cut in `total` steps; `waiting` marks the next."""
    total = max(total, 1)
    gap = 8.0
    arcs = []
    for index in range(total):
        start = math.radians(index * 360 / total + gap / 2 - 90 + 1)
        end = math.radians((index + 1) * 360 / total - gap / 2 - 90 - 1)
        x1, y1 = 24 + 20 * math.cos(start), 24 + 20 * math.sin(start)
        x2, y2 = 24 + 20 * math.cos(end), 24 + 20 * math.sin(end)
        kind = "on" if index < done else "turn" if index == done and waiting else "off"
        path = f"M{x1:.1f} {y1:.1f}A20 20 0 {int(total == 1)} 1 {x2:.1f} {y2:.1f}"
        arcs.append((kind, path))
    return format_html(
        '<svg class="dial" viewBox="0 0 48 48" {}>{}'
        '<circle cx="24" cy="24" r="12.5"/><circle class="core" cx="24" cy="24" r="6"/></svg>',
        spoken(label),
        format_html_join("", '<path class="{}" d="{}"/>', arcs),
    )


def ripple(steps: Sequence[Mapping[str, str]], *, label: str = "") -> SafeString:
    """The large rings of the tracking page, spreading from the left edge.

    Each step has `sign` (one character) and `state`: "done", "now" (waits for the resident),
    "wait" (somebody else is at it) or "later".
    """
    first, last, middle = 29.0, 179.0, 132
    gap = (last - first) / max(len(steps) - 1, 1)
    circles, words = [], []
    for index, step in enumerate(steps):
        radius = round(first + gap * index, 1)
        circles.append((step["state"], radius))
        dot = 13 if step["state"] in ("now", "wait") else 11
        words.append((step["state"], radius, middle, dot, radius, middle + 6.2, step["sign"]))
    lines = format_html_join("", '<circle class="{}" cx="0" cy="132" r="{}"/>', reversed(circles))
    signs = format_html_join(
        "",
        '<g class="{}"><circle cx="{}" cy="{}" r="{}"/><text x="{}" y="{}">{}</text></g>',
        words,
    )
    return format_html(
        '<svg class="ripple-rings" viewBox="0 0 200 264" {}>'
        '<g class="lines">{}</g><g class="words">{}</g></svg>',
        spoken(label),
        lines,
        signs,
    )
