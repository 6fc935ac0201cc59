"""Trees where there is room: round ones, ginkgos, firs and willows."""

from __future__ import annotations

import math
import random
from itertools import pairwise

from .ink import Ink, Point, arc, number, path
from .layout import DEPTH, Layout

MOST = 120


def plant(layout: Layout) -> str:
    """Every tree of the plan, those in the back first."""
    chance = random.Random(layout.seed + 7)
    pen = Ink(layout.seed + 8)
    trees = _along_the_walls(layout, chance) + _in_the_gardens(layout, chance)
    trees += _anywhere(layout, chance, [place[:2] for place in trees])
    trees.sort(key=lambda tree: tree[1])
    return "".join(_tree(pen, chance, *tree) for tree in trees)


def _along_the_walls(layout, chance):
    left, _, right, bottom = layout.wall
    out = []
    x = left + 4
    while x < right - 6:
        if abs(x - layout.road_x) > 58:
            at = (x + chance.uniform(-5, 5), bottom + 17 + chance.uniform(-1, 1))
            out.append((*at, chance.random() * 0.7))
        x += 34
    x = left + (right - left) * 0.72
    while x < right - 10:
        at = (x + chance.uniform(-8, 8), bottom + 80 + chance.uniform(-3, 3))
        out.append((*at, chance.random() * 0.7))
        x += 40
    return out


def _in_the_gardens(layout, chance):
    out = []
    if layout.pond:
        x, y = layout.pond
        out += [(x - 78, y + 34, 0.2), (x + 72, y + 36, 0.97), (x + 80, y + 16, 0.95)]
        out += [(x + 74, y - 12, 0.98), (x - 70, y - 26, 0.6)]
    for x, y in layout.gardens:
        for n in range(9):
            angle = n * 0.7 + chance.uniform(-0.2, 0.2)
            far = 26 + 46 * (n % 3) / 2
            at = (x + math.cos(angle) * far, y + 4 + math.sin(angle) * far * 0.5)
            out.append((*at, chance.random()))
    return out


def _anywhere(layout, chance, taken):
    left, top, right, bottom = layout.wall
    boxes = _boxes(layout)
    room = (right - left) * (bottom - top)
    wanted = min(MOST, int(room / 4600))
    out = []
    for _ in range(wanted * 40):
        if len(out) >= wanted:
            break
        x, y = chance.uniform(left + 12, right - 10), chance.uniform(top + 24, bottom - 4)
        inside = any(a - 3 < x < c + 3 and b - 2 < y < d + 27 for a, b, c, d in boxes)
        if inside or _on_a_lane(layout, x, y - 4):
            continue
        if all(math.hypot(x - u, (y - v) * 1.2) > 17 for u, v in taken):
            taken.append((x, y))
            out.append((x, y, chance.random()))
    return out


def _boxes(layout):
    """What trees keep away from: houses with their words, the station, the pond, the gate."""
    under = 26 if layout.is_dense else 44
    reach = 60 if layout.is_dense else 90
    boxes = [
        (
            min(s.x - 6, s.middle - reach),
            s.top - DEPTH - 14,
            max(s.x + s.width + DEPTH + 4, s.middle + reach),
            s.y + under,
        )
        for s in layout.spots.values()
    ]
    if layout.station:
        x, y = layout.station
        boxes.append((x - 16, y - 104, x + 104, y + 26))
    if layout.square:
        x, y = layout.square
        boxes.append((x - 46, y - 28, x + 46, y + 28))
    if layout.pond:
        x, y = layout.pond
        boxes.append((x - 84, y - 88, x + 90, y + 44))
    bottom = layout.wall[3]
    boxes.append((layout.road_x - 54, bottom - 40, layout.road_x + 54, bottom + 30))
    return boxes


def _on_a_lane(layout, x: float, y: float, margin: float = 6) -> bool:
    for points, width in layout.lanes:
        for (ax, ay), (bx, by) in pairwise(points):
            length = (bx - ax) ** 2 + (by - ay) ** 2 or 1
            part = max(0, min(1, ((x - ax) * (bx - ax) + (y - ay) * (by - ay)) / length))
            away = math.hypot(x - ax - part * (bx - ax), y - ay - part * (by - ay))
            if away < width / 2 + margin:
                return True
    return False


def _tree(pen: Ink, chance, x: float, y: float, sort: float) -> str:
    size = chance.uniform(0.85, 1.2)
    if sort < 0.56:
        return _crown(pen, chance, (x, y), size, f"leaf-{chance.randint(1, 4)}", 8.5, 8, 13)
    if sort < 0.76:
        return _crown(pen, chance, (x, y), size, f"ginkgo-{chance.randint(1, 3)}", 8, 9, 14)
    if sort < 0.92:
        return _fir((x, y), size)
    return _willow(pen, (x, y), size)


def _crown(pen, chance, at: Point, size, colour, rx, ry, lift):
    x, y = at
    rx, ry, middle = rx * size, ry * size, y - lift * size
    start = chance.uniform(2.2, 3)
    rim = pen.line(arc(x, middle, rx, ry, start, start + 4.6, 11), 1.1, 5)
    return (
        f'<path class="{colour}" d="{pen.blob(x, middle, rx, ry, 8, 0.14)}"/>'
        f'<path class="l1" d="{rim}M{number(x)} {number(y)}V{number(y - 9 * size)}"/>'
    )


def _fir(at: Point, size):
    x, y = at
    high, half = 22 * size, 7 * size
    rim = [(x - half, y - 3), (x, y - high), (x + half, y - 3)]
    twig = [(x - 4 * size, y - 9 * size), (x, y - 12 * size), (x + 4 * size, y - 9 * size)]
    return (
        f'<path class="fir" d="{path(rim)}Z"/>'
        f'<path class="l1" d="{path(rim)}{path(twig)}M{number(x)} {number(y)}v-4"/>'
    )


def _willow(pen, at: Point, size):
    x, y = at
    twigs = "".join(
        f"M{number(x + q * size * 0.8)} {number(y - 18 * size)}"
        f"q{number(q * 0.5)} 7 {number(q * 0.35)} 14"
        for q in (-8, -4, 0, 4, 8)
    )
    return (
        f'<path class="willow" d="{pen.blob(x, y - 15 * size, 11 * size, 8 * size, 8, 0.12)}"/>'
        f'<path class="l1" d="{twigs}M{number(x)} {number(y)}V{number(y - 12 * size)}"/>'
    )
