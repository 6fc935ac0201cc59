"""责任区: a zone on the estate's plan, checked, and the plan it is drawn on."""

from dataclasses import dataclass, field

from stations.foundation.refusal import refuse
from stations.models import Building, EstatePlan

FEWEST, MOST = 3, 60  # corners
SMALLEST = 100  # square units
SIDE = 1000  # of a plan nobody has put up yet
COLUMNS = 4


@dataclass
class House:
    """A building on the sheet: the corners of its outline, and where its number stands."""

    building: Building
    outline: list

    @property
    def points(self):
        """The outline as an SVG polygon takes it."""
        return " ".join(f"{x:g},{y:g}" for x, y in self.outline)

    @property
    def middle(self):
        """{x, y} of where its number stands."""
        xs, ys = zip(*self.outline, strict=True)
        return {"x": round((min(xs) + max(xs)) / 2), "y": round((min(ys) + max(ys)) / 2)}


@dataclass
class Sheet:
    """The plan of an estate, with its houses; `is_sketch` where nobody has drawn them yet and they
    stand in rows by their number."""

    width: int
    height: int
    is_sketch: bool
    houses: list = field(default_factory=list)

    @property
    def grid(self):
        """Lines every hundred units, so that corners can be told by their numbers too."""
        step = 100 if max(self.width, self.height) <= 2000 else 500
        return {
            "x": list(range(step, self.width, step)),
            "y": list(range(step, self.height, step)),
        }

    @property
    def unit(self):
        """Sizes of words and lines that look the same on every plan: a fiftieth of its width."""
        return max(1, round(self.width / 50))


def size_of(area):
    """Width and height of an estate's plan in its own units."""
    plan = EstatePlan.objects.filter(area=area).first()
    return (plan.width, plan.height) if plan else (SIDE, SIDE)


def sheet_of(area):
    """The houses where they were drawn, else in rows by their number: two queries."""
    width, height = size_of(area)
    buildings = list(Building.objects.filter(area=area).order_by("number"))
    houses = [House(one, one.outline) for one in buildings if one.outline]
    if houses or not buildings:
        return Sheet(width, height, not houses, houses)
    rows = -(-len(buildings) // COLUMNS)
    wide, high = width / COLUMNS, height / rows
    for n, building in enumerate(buildings):
        left, top = n % COLUMNS * wide + wide * 0.18, n // COLUMNS * high + high * 0.28
        right, bottom = left + wide * 0.64, top + min(high * 0.44, wide * 0.4)
        corners = [[left, top], [right, top], [right, bottom], [left, bottom]]
        houses.append(House(building, [[round(x), round(y)] for x, y in corners]))
    return Sheet(width, height, True, houses)


def checked_zone(points, area):
    """The corners as whole numbers, or a refusal: 3 to 60, all of them on the plan, and
    something inside."""
    width, height = size_of(area)
    if not isinstance(points, list) or not all(is_point(point) for point in points):
        refuse("范围没有看懂，请重新画一遍。")
    points = [[round(x), round(y)] for x, y in points]
    if not FEWEST <= len(points) <= MOST:
        refuse(f"范围要有{FEWEST}到{MOST}个角，现在是{len(points)}个。")
    if any(not (0 <= x <= width and 0 <= y <= height) for x, y in points):
        refuse(f"有的角画到图外面去了，横的在0到{width}之间，竖的在0到{height}之间。")
    if area_of(points) < SMALLEST:
        refuse("范围太小了，几个角要围成一片。")
    return points


def is_point(point):
    """Whether this is [x, y] with numbers that a plan can have."""
    return (
        isinstance(point, list | tuple)
        and len(point) == 2
        and all(isinstance(n, int | float) and not isinstance(n, bool) for n in point)
        and all(-1e9 < n < 1e9 for n in point)
    )


def area_of(points):
    """The area inside the corners, in square units (the shoelace sum)."""
    pairs = zip(points, [*points[1:], points[0]], strict=True)
    return abs(sum(x * v - u * y for (x, y), (u, v) in pairs)) / 2
