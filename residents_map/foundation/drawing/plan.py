"""The whole plan, drawn once for a set of houses and kept."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

from . import scenery, trees
from .houses import HouseDrawing, draw_house
from .ink import Ink
from .layout import House, Layout, lay_out

KEPT = 24  # estates; a drawing is some 80 kB of text


@dataclass(frozen=True)
class PlanDrawing:
    """Everything of the plan that does not change with the counts."""

    layout: Layout
    behind: str
    houses: dict[int, HouseDrawing]
    ring: str  # the red brush circle round (0, 0), 100 wide and 100 high each way


@lru_cache(maxsize=KEPT)
def draw_plan(code: str, houses: tuple[House, ...]) -> PlanDrawing:
    """The plan of the estate with this code. The same houses are drawn the same way."""
    layout = lay_out(code, list(houses))
    pen = Ink(layout.seed)
    behind = [
        scenery.hills(layout, pen),
        scenery.ground(layout, pen),
        scenery.side(layout, pen, layout.west, is_west=True),
        scenery.side(layout, pen, layout.east, is_west=False),
        scenery.outer_road(layout, pen),
        scenery.lanes(layout, pen),
        scenery.square(layout, pen) if layout.square else "",
        scenery.pond(layout, pen) if layout.pond else "",
        trees.plant(layout),
        scenery.station(layout, pen) if layout.station else "",
        scenery.gate(layout, pen),
        scenery.compass(layout, pen),
    ]
    drawn = {
        house.key: draw_house(Ink(layout.seed + house.number), house, layout.spots[house.key])
        for house in houses
    }
    return PlanDrawing(layout, "".join(behind), drawn, ring())


@lru_cache(maxsize=1)
def ring() -> str:
    """The one sign for "chosen": a circle in red, begun and ended by the same brush."""
    pen = Ink(3)
    points = []
    for n in range(47):
        angle = -2.3 + n * 6.75 / 46
        x, y = math.cos(angle) * 100 * (1 + 0.03 * math.sin(angle * 2)), math.sin(angle) * 100
        if n > 38:
            x, y = x + n * 0.16, y - (n - 38) * 1.4
        points.append((x, y))
    return pen.brush(points, 4.6, 2, 20, 0, 0.25)
