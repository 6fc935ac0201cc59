"""Where everything stands on a plan that nobody has drawn yet.

The houses stand in rows from the gate in the south, numbered to and fro as people walk; beside
the main road is room for the station, and in larger estates for a pond.
"""

from __future__ import annotations

import math
import random
from dataclasses import dataclass, field

from .ink import Point, seed_of

NORTH = 84  # the wall begins below the hills
SOUTH = 68  # from the foot of the first row to the wall
DENSE_FROM = 6  # so many columns leave no room for the small counts
DEPTH = 11  # how far roof and side wall lean to the right and up


@dataclass(frozen=True)
class House:
    """A building as the plan needs it. `box` is where somebody has put it: x, y, width, height."""

    key: int
    number: int
    floors: int
    entrances: int
    box: tuple[float, float, float, float] | None = None


@dataclass(frozen=True)
class Spot:
    """Where a house stands: the left end of its foot, its width, its height."""

    x: float
    y: float
    width: float
    height: float

    @property
    def middle(self) -> float:
        return self.x + self.width / 2

    @property
    def top(self) -> float:
        return self.y - self.height


@dataclass
class Layout:
    """The whole plan in its own units."""

    width: int
    height: int
    seed: int
    wall: tuple[float, float, float, float]  # left, top, right, bottom
    road_x: float
    lanes: list[tuple[list[Point], float]] = field(default_factory=list)
    spots: dict[int, Spot] = field(default_factory=dict)
    station: Point | None = None
    square: Point | None = None
    pond: Point | None = None
    gardens: list[Point] = field(default_factory=list)
    west: str = "river"
    east: str = "road"
    is_dense: bool = False


def house_width(entrances: int) -> float:
    """Wider with every entrance."""
    return 36 + 34 * min(max(entrances, 1), 5)


def house_height(floors: int) -> float:
    """Higher with every floor; the tallest house stays in its row."""
    return min(26 + 1.72 * min(max(floors, 1), 34), 84)


def columns_for(count: int) -> int:
    """How many houses stand side by side, so that the plan is a little wider than high."""
    if count <= 2:
        return 2
    return max(3, math.ceil(math.sqrt(count)))


def lay_out(code: str, houses: list[House]) -> Layout:
    """Place every house, the station, the lanes and the gate."""
    seed = seed_of("plan", code)
    chance = random.Random(seed)
    wanted = len(houses) + (2 if len(houses) >= 5 else 1)
    columns = columns_for(wanted)
    rows = max(1, math.ceil(wanted / columns))
    is_dense = columns >= DENSE_FROM
    head = 22 + max((house_height(house.floors) for house in houses), default=40)
    pitch = head + (46 if is_dense else 63)
    width = max(900, 130 + columns * (132 if is_dense else 182))
    left, right = 60, width - 68
    bottom = round(NORTH + 12 + head + (rows - 1) * pitch + SOUTH)
    west, east = chance.choice([("river", "road"), ("road", "river")])
    half = columns // 2
    road_x = round(left + (right - left) * half / columns)
    layout = Layout(
        width=width,
        height=bottom + 80,
        seed=seed,
        wall=(left, NORTH, right, bottom),
        road_x=road_x,
        west=west,
        east=east,
        is_dense=is_dense,
    )
    feet = [bottom - SOUTH - row * pitch for row in range(rows)]  # from the south
    slots = [
        [_slot_middle(layout, columns, half, column) for column in range(columns)]
        for _ in range(rows)
    ]
    taken = _features(layout, rows, half, feet, slots, big=len(houses) >= 5)
    free = _places(rows, columns, taken)
    _put_houses(layout, houses, free, feet, slots, chance)
    _put_lanes(layout, feet, pitch)
    return layout


def _slot_middle(layout, columns, half, column):
    left, _, right, _ = layout.wall
    if column < half:
        start, end, count, at = left + 24, layout.road_x - 14, half, column
    else:
        start, end, count, at = layout.road_x + 14, right - 24, columns - half, column - half
    return start + (end - start) * (at + 0.5) / count


def _features(layout, rows, half, feet, slots, *, big):
    """Station and pond stand beside the main road; (row, column) of both."""
    row = min(1, rows - 1)
    taken = {(row, half)}
    middle = slots[row][half]
    layout.station = (middle - (38 if layout.is_dense else 22), feet[row] - 2)
    layout.square = (layout.road_x + (0 if layout.is_dense else 16), feet[row] + 2)
    if big and rows > 1:
        pond_row = 2 if rows > 2 else 0
        taken.add((pond_row, half))
        layout.pond = (slots[pond_row][half], feet[pond_row] - 30)
    return taken


def _places(rows, columns, taken):
    """Free places in the order of numbers: to and fro from the gate."""
    order = []
    for row in range(rows):
        across = range(columns) if row % 2 == 0 else range(columns - 1, -1, -1)
        order += [(row, column) for column in across if (row, column) not in taken]
    return order


def _put_houses(layout, houses, free, feet, slots, chance):
    ordered = sorted(houses, key=lambda house: house.number)
    # What is left over becomes gardens, spread over the estate instead of an empty last row.
    spare = len(free) - len(ordered)
    holes = {int((n + 0.5) * len(free) / spare) for n in range(spare)}
    layout.gardens = [
        (slots[row][column], feet[row] - 30) for n, (row, column) in enumerate(free) if n in holes
    ]
    places = [place for n, place in enumerate(free) if n not in holes]
    for house, (row, column) in zip(ordered, places, strict=True):
        if house.box:
            x, y, width, height = house.box
            layout.spots[house.key] = Spot(x, y + height, max(width, 44), max(height, 30))
            continue
        width = min(house_width(house.entrances), 100 if layout.is_dense else 172)
        middle = slots[row][column] + chance.uniform(-4, 4)
        layout.spots[house.key] = Spot(
            round(middle - width / 2 - 5, 1),
            round(feet[row] + chance.uniform(-2, 2), 1),
            width,
            round(house_height(house.floors)),
        )


def _put_lanes(layout, feet, pitch):
    left, _, right, bottom = layout.wall
    chance = random.Random(layout.seed + 1)
    west, east, road = left + 28, right - 28, layout.road_x
    across = [foot + (34 if layout.is_dense else 51) for foot in feet[1:]]

    def sway(x, y):
        return (x + chance.uniform(-2, 2), y + chance.uniform(-2, 2))

    for y in across:
        steps = [west + (east - west) * n / 4 for n in range(5)]
        layout.lanes.append(([sway(x, y) for x in steps], 12))
    if len(across) > 1:
        for x in (west, east):
            layout.lanes.append(([sway(x, y) for y in across], 12))
    head = across[0] if across else feet[0] + 8
    layout.lanes.append(([(road, bottom + 20), sway(road, bottom - 40), (road, head)], 22))
    if across:
        square = layout.square
        layout.lanes.append(([(road, head), sway(road + 2, head - 22), square], 18))
    if len(across) > 1:
        square, far = layout.square, across[-1]
        steps = [square, (road - 10, square[1] - 50)]
        y = across[1]
        while y > far + 1:
            steps += [(road - 6, y), (road - 14, y - pitch / 2)]
            y -= pitch
        layout.lanes.append(([*steps, (road - 6, far)], 12))
