"""What lies round and between the houses: hills, water, roads, walls, lanes, pond, station."""

from __future__ import annotations

import math
import random

from .ink import Ink, arc, number, path, smooth, spline
from .layout import Layout


def hills(layout: Layout, pen: Ink) -> str:
    """Three ranges in the north, fainter the further away."""
    out = []
    wide = layout.width
    for n, (y, amp, count) in enumerate([(52, 40, 8), (64, 30, 10), (80, 20, 13)], 1):
        chance = random.Random(layout.seed + n)
        turn = chance.uniform(0, 9)
        count = round(count * wide / 900)
        ridge = [(-20.0, float(y))]
        for k in range(1, count):
            x = k * (wide + 60) / count - 10 + chance.uniform(-18, 18)
            lift = amp * abs(math.sin(k * 1.7 + turn)) * chance.uniform(0.5, 1)
            ridge.append((x, y - lift - chance.uniform(0, 6)))
        ridge.append((wide + 20.0, float(y)))
        curve = spline(ridge, 6)
        foot = path([*curve, (wide + 20, 90), (-20, 90)]) + "Z"
        line = path([p for p in curve if -4 < p[0] < wide + 4])
        out.append(f'<path class="hill-{n}" d="{foot}"/>')
        out.append(f'<path class="l1" d="{line}" opacity=".38"/>')
    return "".join(out)


def side(layout: Layout, pen: Ink, what: str, *, is_west: bool) -> str:
    """What lies beyond the western or the eastern wall."""
    if what == "river":
        return _river(layout, pen, is_west=is_west)
    return _side_road(layout, pen, is_west=is_west)


def _river(layout, pen, *, is_west):
    high, wide = layout.height, layout.width
    steps = max(4, high // 140)
    bank = [
        (34 + (9 if n % 2 else -5) + pen.chance.uniform(-3, 3), 78 + (high - 78) * n / steps)
        for n in range(steps + 1)
    ]
    ripples = ""
    y = 120.0
    while y < high - 20:
        x = 6 + pen.chance.uniform(-4, 6)
        ripples += pen.line([(x - 6, y), (x + 13, y)], 1.6, 5)
        ripples += pen.line([(x, y + 5), (x + 18, y + 5)], 1.4, 5)
        y += pen.chance.uniform(38, 56)
    curve = spline(bank, 8)
    if not is_west:
        curve = [(wide - x, y) for x, y in curve]
    edge = -10 if is_west else wide + 10
    water = path([(edge, 78), *curve, (edge, high)]) + "Z"
    turned = "" if is_west else f' transform="matrix(-1 0 0 1 {wide} 0)"'
    return (
        f'<path class="water" d="{water}"/>'
        f'<path class="ik" d="{pen.brush(curve, 1.6, 1)}" opacity=".7"/>'
        f'<path class="l1" d="{ripples}" opacity=".42"{turned}/>'
    )


def _side_road(layout, pen, *, is_west):
    high, wide = layout.height, layout.width
    near, far = (38, -6) if is_west else (wide - 44, wide + 6)
    middle = (near + far) / 2
    bed = pen.shape([(near, 76), (far, 74), (far, high), (near, high)], 1.2, 40)
    foot = layout.wall[3] + 17
    return (
        f'<path class="road" d="{bed}"/>'
        f'<path class="ik" d="{pen.brush([(near, 76), (near - 2, high / 2), (near, foot)], 1.5, 1, 22)}'
        f'{pen.brush([(near, foot + 50), (near, high)], 1.4, 0.8, 18)}"/>'
        f'<path class="l1 dash" d="{pen.line([(middle, 88), (middle, high - 6)], 0.8, 30)}"/>'
    )


def outer_road(layout: Layout, pen: Ink) -> str:
    """The street before the gate."""
    bottom = layout.wall[3]
    top, foot = bottom + 20, bottom + 62
    first = 30 if layout.west != "road" else 0
    last = layout.width - 48 if layout.east == "road" else layout.width
    gate = layout.road_x
    bed = pen.shape(
        [
            (first - 4, top),
            (layout.width + 5, top - 2),
            (layout.width + 5, foot),
            (first - 6, foot + 2),
        ],
        0.8,
        60,
    )
    strokes = (
        pen.brush([(first, top), (gate / 2, top - 1), (gate - 17, top)], 1.5, 1, 22)
        + pen.brush([(gate + 17, top), (last, top - 2)], 1.5, 1, 22)
        + pen.brush([(first, foot), (layout.width / 2, foot - 1), (last, foot - 2)], 1.5, 1, 22)
    )
    middle = pen.line(
        [(first + 10, top + 24), (layout.width / 2, top + 23), (last - 6, top + 22)], 0.8, 30
    )
    return (
        f'<path class="road" d="{bed}"/><path class="ik" d="{strokes}"/>'
        f'<path class="l1 dash" d="{middle}"/>'
    )


def ground(layout: Layout, pen: Ink) -> str:
    """The green within the wall, and the wall with its gate."""
    left, top, right, bottom = layout.wall
    gate = layout.road_x
    lawn = pen.shape([(left, top), (right, top - 3), (right, bottom), (left - 3, bottom)], 2.5, 30)
    east = [
        (left, top),
        (left + 240, top - 3),
        (right, top - 3),
        (right + 1, (top + bottom) / 2),
        (right, bottom),
        (gate + 33, bottom + 1),
    ]
    west = [
        (gate - 33, bottom + 1),
        (left + 90, bottom),
        (left - 3, bottom + 1),
        (left - 1, (top + bottom) / 2),
        (left, top),
    ]
    inner = pen.line([(left + 4, top + 3), (right - 4, top), (right - 3, bottom - 4)], 0.6, 24)
    inner += pen.line([(left + 3, top + 3), (left + 1, bottom - 4)], 0.6, 24)
    return (
        f'<path class="lawn" d="{lawn}"/>'
        f'<path class="ik" d="{pen.brush(east, 2.4, 1.2, 18)}{pen.brush(west, 2.4, 1.2, 18)}"/>'
        f'<path class="l1" d="{inner}" opacity=".35"/>'
    )


def lanes(layout: Layout, pen: Ink) -> str:
    """Lanes as pale ribbons with a soft rim; the rims first, so that crossings stay open."""
    rims, beds = [], []
    for points, width in layout.lanes:
        curve = path(pen.wobble(spline(points, 6), 0.9, 18))
        cap = "butt" if width == 22 else "round"
        shared = f'd="{curve}" stroke-linecap="{cap}"'
        rims.append(f'<path class="lane-rim" {shared} stroke-width="{number(width + 2.2)}"/>')
        beds.append(f'<path class="lane" {shared} stroke-width="{width}"/>')
    return "".join(rims + beds)


def square(layout: Layout, pen: Ink) -> str:
    """The square before the station: the concentric circles of the house."""
    x, y = layout.square
    rings = ""
    size = 0.7 if layout.is_dense else 1
    for rx, ry in ((41 * size, 22 * size), (28 * size, 15 * size), (15 * size, 8 * size)):
        rings += pen.brush(arc(x, y, rx, ry, 0, math.tau, 36), 1.3, 0.5, 7)
    disc = path(arc(x, y, 41 * size, 22 * size, 0, math.tau, 30))
    return (
        f'<path class="lane-fill" d="{disc}Z"/><path class="ik" d="{rings}" opacity=".75"/>'
        f'<ellipse class="red" cx="{number(x)}" cy="{number(y)}" rx="6" ry="3.4"/>'
    )


def pond(layout: Layout, pen: Ink) -> str:
    """A pond with lotus leaves and a pavilion at its edge."""
    x, y = layout.pond
    around = [
        (-68, -4),
        (-52, -30),
        (-10, -40),
        (34, -32),
        (66, -14),
        (70, 10),
        (46, 34),
        (8, 40),
        (-18, 28),
        (-50, 32),
        (-70, 18),
    ]
    rim = [(x + dx * pen.chance.uniform(0.94, 1.04), y + dy) for dx, dy in around]
    inner = [(x + (px - x) * 0.8, y + (py - y) * 0.76) for px, py in rim]
    edge = pen.brush(spline([*rim, rim[0]], 5), 1.8, 0.9, 8)
    waves = "".join(
        pen.line([(x + dx - 9, y + dy), (x + dx + 9, y + dy)], 1.2, 5)
        for dx, dy in ((-18, -10), (14, 6), (42, -4), (-38, 10), (22, 24))
    )
    leaves = "".join(
        f'<ellipse class="lotus" cx="{number(x + dx)}" cy="{number(y + dy)}" rx="5.5" ry="3"/>'
        for dx, dy in ((52, 10), (44, 18), (-44, -16), (-35, -22))
    )
    return (
        f'<path class="water" d="{smooth(rim)}"/><path class="deep" d="{smooth(inner)}"/>'
        f'<path class="ik" d="{edge}"/><path class="l1" d="{waves}" opacity=".6"/>{leaves}'
        + _pavilion(pen, x - 2, y - 36)
    )


def _pavilion(pen, x, y):
    roof = (
        f"M{number(x - 22)} {number(y - 22)}Q{number(x - 8)} {number(y - 26)} {number(x)} {number(y - 40)}"
        f"Q{number(x + 8)} {number(y - 26)} {number(x + 22)} {number(y - 22)}"
        f"Q{number(x)} {number(y - 17)} {number(x - 22)} {number(y - 22)}Z"
    )
    strokes = "".join(
        [
            pen.brush(spline([(x - 24, y - 20), (x - 8, y - 26), (x, y - 41)], 5), 1.6, 0.3, 5),
            pen.brush(spline([(x + 24, y - 20), (x + 8, y - 26), (x, y - 41)], 5), 1.6, 0.3, 5),
            pen.brush(spline([(x - 24, y - 20), (x, y - 16), (x + 24, y - 20)], 5), 1.5, 0.3, 5),
            pen.brush([(x - 14, y - 17), (x - 14, y)], 1.4, 0.3, 6),
            pen.brush([(x + 14, y - 17), (x + 14, y)], 1.4, 0.3, 6),
            pen.brush([(x - 5, y - 17), (x - 5, y - 2)], 1.1, 0.3, 6),
            pen.brush([(x + 6, y - 17), (x + 6, y - 2)], 1.1, 0.3, 6),
            pen.brush([(x - 20, y), (x + 20, y)], 1.6, 0.4, 8),
        ]
    )
    return f'<path class="thatch" d="{roof}"/><path class="ik" d="{strokes}"/>'


def station(layout: Layout, pen: Ink) -> str:
    """The station with its flag."""
    x, y = layout.station
    n = number
    walls = f"M{n(x)} {n(y)}v-34h84v34z"
    roof = f"M{n(x - 9)} {n(y - 33)}q14 -4 20 -19h62q6 15 20 19z"
    strokes = "".join(
        [
            pen.brush([(x, y), (x, y - 33)], 1.6, 0.4, 10),
            pen.brush([(x + 84, y), (x + 84, y - 33)], 1.6, 0.4, 10),
            pen.brush([(x - 5, y), (x + 89, y)], 2.2, 0.5, 12),
            pen.brush(
                spline([(x - 11, y - 32), (x + 4, y - 37), (x + 11, y - 53)], 5), 1.7, 0.3, 6
            ),
            pen.brush(
                spline([(x + 95, y - 32), (x + 80, y - 37), (x + 73, y - 53)], 5), 1.7, 0.3, 6
            ),
            pen.brush([(x + 9, y - 53), (x + 75, y - 53)], 2.2, 0.4, 12),
            pen.brush([(x - 10, y - 32), (x + 94, y - 32)], 1.6, 0.4, 12),
        ]
    )
    windows = "".join(
        f"M{n(x + at)} {n(y - 24)}h11v13h-11zM{n(x + at + 5.5)} {n(y - 24)}v13"
        for at in (8, 23, 51, 66)
    )
    pole = pen.brush([(x + 42, y - 53), (x + 42, y - 98)], 1.8, 0.3, 14)
    flag = f"M{n(x + 43)} {n(y - 97)}q10 -5 18 0t18 -1v21q-9 5 -18 1t-18 1z"
    return (
        f'<path class="sheet" d="{walls}"/><path class="slate" d="{roof}"/>'
        f'<path class="ik" d="{strokes}{pole}"/><path class="l1 pane" d="{windows}"/>'
        f'<path class="l1 wood" d="M{n(x + 37)} {n(y)}v-23h11v23"/><path class="red" d="{flag}"/>'
    )


def gate(layout: Layout, pen: Ink) -> str:
    """The gate in the south wall; its name stands under the roof."""
    x, y = layout.road_x, layout.wall[3] + 17
    n = number
    posts = f"M{n(x - 36)} {n(y)}v-30h9v30zM{n(x + 27)} {n(y)}v-30h9v30z"
    roof = f"M{n(x - 46)} {n(y - 29)}q16 -3 22 -15h48q6 12 22 15z"
    strokes = "".join(
        [
            *(pen.brush([(x + at, y), (x + at, y - 30)], 1.5, 0.3, 9) for at in (-36, -27, 27, 36)),
            pen.brush([(x - 47, y - 30), (x + 47, y - 30)], 1.8, 0.4, 10),
            pen.brush([(x - 26, y - 44), (x + 26, y - 44)], 1.9, 0.4, 10),
            pen.brush(
                spline([(x - 48, y - 30), (x - 32, y - 35), (x - 25, y - 44)], 4), 1.5, 0.2, 6
            ),
            pen.brush(
                spline([(x + 48, y - 30), (x + 32, y - 35), (x + 25, y - 44)], 4), 1.5, 0.2, 6
            ),
        ]
    )
    return (
        f'<path class="sheet" d="{posts}"/><path class="slate" d="{roof}"/>'
        f'<path class="ik" d="{strokes}"/>'
    )


def compass(layout: Layout, pen: Ink) -> str:
    """Which way is north."""
    x = layout.width - 104
    return (
        f'<path class="ik" d="{pen.brush([(x, 62), (x, 32)], 1.6, 0.3, 8)}'
        f'{pen.brush([(x - 5, 41), (x, 31), (x + 5, 41)], 1.5, 0.2, 5)}"/>'
    )
