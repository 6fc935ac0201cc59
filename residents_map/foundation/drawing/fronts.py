"""The front of a house, drawn round a grid of homes that may be of any size.

Three pictures: the roof above, the wall behind the homes, the ground below. Each is stretched
to its place; strokes keep their width.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

from .ink import Ink, arc, path, seed_of

WIDE = 1000


@dataclass(frozen=True)
class Front:
    """Roof, wall and ground of one house as SVG text (the inside of the elements)."""

    roof: str
    wall: str
    ground: str
    ring: str


@lru_cache(maxsize=64)
def draw_front(code: str, floors: int, entrances: int) -> Front:
    """The front of the house with this code."""
    pen = Ink(seed_of("front", code))
    return Front(_roof(pen, floors, entrances), _wall(pen), _ground(pen, entrances), _ring())


def _roof(pen, floors, entrances):
    """1000 × 60: eaves at the foot, lift houses on top, an aerial."""
    out = ['<path class="slate" d="M2 60L20 46H980L998 60z"/>']
    if floors >= 7:
        for n in range(entrances):
            x = WIDE * (n + 0.5) / entrances
            half = pen.chance.uniform(26, 38)
            corners = [(x - half, 46), (x - half, 22), (x + half, 22), (x + half, 46)]
            out.append(f'<path class="sheet" d="{path(corners)}z"/>')
            out.append(f'<path class="ik" d="{pen.brush(corners, 1.8, 0.5, 12)}"/>')
    x = WIDE * pen.chance.uniform(0.64, 0.9)
    strokes = [
        pen.brush([(-4, 59), (1004, 59)], 2.6, 0.8, 26),
        pen.brush([(-2, 60), (20, 46)], 2, 0.4, 8),
        pen.brush([(1002, 60), (980, 46)], 2, 0.4, 8),
        pen.brush([(18, 46), (982, 46)], 2, 0.7, 26),
        pen.brush([(x, 46), (x, 8)], 1.5, 0.2, 9),
        pen.brush([(x - 11, 14), (x + 11, 14)], 1.3, 0.3, 9),
        pen.brush([(x - 7, 22), (x + 7, 22)], 1.3, 0.3, 9),
    ]
    return "".join(out) + f'<path class="ik" d="{"".join(strokes)}"/>'


def _wall(pen):
    """1000 × 1000, stretched over the homes: the plaster with its stains."""
    stains = "".join(
        f'<path class="stain" d="{pen.blob(x, y, rx, ry, 10, 0.22)}"/>'
        for x, y, rx, ry in (
            (260, 280, 210, 140),
            (690, 620, 230, 220),
            (880, 200, 110, 120),
            (140, 800, 150, 110),
        )
    )
    return f'<path class="plaster" d="M3 0H997V1000H3z"/>{stains}'


def _ground(pen, entrances):
    """1000 × 40: grass, and bushes between the doors."""
    green = "M-14 14C150 10 560 20 1014 13V34C760 46 300 28 -14 40z"
    out = [f'<path class="lawn" d="{green}"/>']
    for n in range(entrances):
        middle = WIDE * (n + 0.5) / entrances
        room = WIDE / entrances / 2
        for side in (-1, 1):
            x = middle + side * (38 + pen.chance.uniform(0, 12))
            while abs(x - middle) < room - 16:
                if pen.chance.random() < 0.72:
                    out.append(_bush(pen, x))
                x += side * pen.chance.uniform(19, 32)
    out.append(f'<path class="ik" d="{pen.brush([(-8, 15), (1008, 14)], 2.6, 0.9, 26)}"/>')
    return "".join(out)


def _bush(pen, x):
    shade = pen.chance.randint(1, 4)
    rx, ry = pen.chance.uniform(11, 15), pen.chance.uniform(8, 11)
    rim = pen.line(arc(x, 7, rx, ry, math.pi, math.pi + 2.9, 8), 1.2, 5)
    return (
        f'<path class="leaf-{shade}" d="{pen.blob(x, 7, rx, ry, 8, 0.16)}"/>'
        f'<path class="l1" d="{rim}"/>'
    )


@lru_cache(maxsize=1)
def _ring():
    """The red brush circle round a home: 120 × 60."""
    pen = Ink(3)
    points = []
    for n in range(41):
        angle = -2.5 + n * 6.9 / 40
        x = 60 + math.cos(angle) * 56 * (1 + 0.02 * math.sin(angle * 2))
        points.append((x, 30 + math.sin(angle) * 25))
    return pen.brush(points, 3.4, 1.2, 8, 0, 0.25)
