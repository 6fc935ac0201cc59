"""One house of the plan: paper, wash and ink."""

from __future__ import annotations

from dataclasses import dataclass

from .ink import Ink, number, path, smooth
from .layout import DEPTH, House, Spot


@dataclass(frozen=True)
class HouseDrawing:
    """A house in three coats. The wash takes the chosen colour, the rest never changes."""

    paper: str
    wash: str
    ink: str


def draw_house(pen: Ink, house: House, spot: Spot) -> HouseDrawing:
    """The front with its entrances, the side to the right, the flat roof."""
    x, y, wide, high, top = spot.x, spot.y, spot.width, spot.height, spot.top
    deep = DEPTH

    def near(value):
        return value + pen.chance.uniform(-1, 1)

    front = [
        (near(x), near(y)),
        (near(x), near(top)),
        (near(x + wide), near(top)),
        (near(x + wide), near(y)),
    ]
    side = [front[3], front[2], (x + wide + deep, top - deep), (x + wide + deep, y - deep + 2)]
    roof = [front[1], (x + deep, top - deep), side[2], front[2]]
    body = [
        (x, y),
        (x, top),
        (x + deep, top - deep),
        (x + wide + deep, top - deep),
        (x + wide + deep, y - deep),
        (x + wide, y),
    ]
    pool = smooth(
        [
            (x + 2, y - 3),
            (x + wide * 0.3, y - high * pen.chance.uniform(0.1, 0.3)),
            (x + wide * 0.62, y - high * pen.chance.uniform(0.06, 0.2)),
            (x + wide - 3, y - high * pen.chance.uniform(0.16, 0.34)),
            (x + wide - 1, y - 1),
            (x + wide * 0.5, y),
        ]
    )
    wash = (
        f'<path d="{path(front)}Z"/><path d="{path(side)}Z" opacity=".75"/>'
        f'<path d="{pool}" opacity=".32"/>'
    )
    return HouseDrawing(
        paper=f'<path class="sheet" d="{path(body)}Z"/>',
        wash=wash,
        ink=_windows(pen, house, spot)
        + _side(pen, spot)
        + _details(pen, house, spot)
        + f'<path class="ik" d="{_outline(pen, front, side, roof)}"/>',
    )


def _windows(pen, house, spot):
    rows = max(2, min(house.floors // 2, round(spot.height / 6)))
    lines = []
    for n in range(1, rows):
        y = spot.top + n * spot.height / rows
        lines.append(pen.line([(spot.x + 6, y), (spot.x + spot.width - 6, y)], 0.5, 40))
    return f'<path class="m-win" d="{"".join(lines)}"/>'


def _side(pen, spot):
    right, top = spot.x + spot.width, spot.top
    strokes = [
        pen.line([(right + 1, top + 8 + k), (right + DEPTH - 1, top + 8 + k - DEPTH)], 0.4, 6)
        for k in range(2, int(spot.height) - 6, 7)
    ]
    return f'<path class="l1" d="{"".join(strokes)}" opacity=".45"/>' if strokes else ""


def _details(pen, house, spot):
    """Lines between the entrances, the doors, the lift houses on the roof."""
    count = min(max(house.entrances, 1), 5)
    each = spot.width / count
    between = "".join(
        pen.brush([(spot.x + each * n, spot.top + 3), (spot.x + each * n, spot.y - 1)], 1, 0.5, 18)
        for n in range(1, count)
    )
    doors, boxes, edges = "", "", ""
    for n in range(count):
        middle = spot.x + each * (n + 0.5)
        doors += f"M{number(middle - 4)} {number(spot.y)}v-8q4 -3.5 8 0v8z"
        if house.floors >= 7:  # houses with a lift
            lift, foot = middle + DEPTH / 2, spot.top - DEPTH / 2 - 1
            boxes += f"M{number(lift - 7)} {number(foot)}v-8h13v8z"
            corners = [
                (lift - 7, foot),
                (lift - 7, foot - 8),
                (lift + 6, foot - 8),
                (lift + 6, foot),
            ]
            edges += pen.brush(corners, 1.1, 0.4, 6)
    out = f'<path class="ik" d="{between}" opacity=".45"/>' if between else ""
    if boxes:
        out += f'<path class="sheet" d="{boxes}"/><path class="ik" d="{edges}"/>'
    return out + f'<path class="m-door" d="{doors}"/>'


def _outline(pen, front, side, roof):
    foot_left, foot_right = front[0], front[3]
    return (
        pen.brush([front[0], front[1]], 1.8, 0.7, 14, 2)
        + pen.brush([front[1], front[2]], 1.7, 0.7, 16, 2)
        + pen.brush([front[2], front[3]], 1.9, 0.7, 14, 2)
        + pen.brush(
            [(foot_left[0] - 5, foot_left[1] + 0.5), (foot_right[0] + 4, foot_right[1] + 0.5)],
            2.2,
            0.6,
            16,
        )
        + pen.brush([roof[0], roof[1]], 1.4, 0.3, 8)
        + pen.brush([roof[1], roof[2]], 1.5, 0.7, 16, 2)
        + pen.brush([roof[3], roof[2]], 1.4, 0.3, 8)
        + pen.brush([roof[2], side[3]], 1.6, 0.7, 16)
        + pen.brush([side[3], side[0]], 1.5, 0.3, 8)
    )
