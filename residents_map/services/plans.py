"""小区平面图: where the houses stand, drawn by itself or on a picture, and the acts on it."""

from dataclasses import dataclass, field
from uuid import uuid4

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import Count

from residents_map.foundation.drawing import House, PlanDrawing, draw_plan
from stations.models import Area, Building, EstatePlan, Home, Place
from stations.services.acts import record

UNITS = 900  # a picture is shown so many units wide: words on it keep their size
MOST_CORNERS = 60
SMALLEST_SIDE = 12  # of an outline, in plan units


@dataclass
class Placed:
    """A building and where it stands on the sheet: its box, and its outline on a picture."""

    building: Building
    homes: int
    box: tuple | None = None  # x, y, width, height of what is seen; None: not drawn yet
    outline: list = field(default_factory=list)
    drawing: object = None  # its three coats, on the drawn plan

    @property
    def pk(self):
        return self.building.pk

    @property
    def number(self):
        return self.building.number

    @property
    def points(self):
        """The outline as the `points` of an SVG polygon."""
        return " ".join(f"{x:g},{y:g}" for x, y in self.outline)


@dataclass
class Sheet:
    """The plan of an estate, ready to be shown."""

    area: Area
    plan: EstatePlan | None
    width: int
    height: int
    placed: list
    drawing: PlanDrawing | None = None
    places: list = field(default_factory=list)

    @property
    def has_picture(self):
        return self.drawing is None

    @property
    def missing(self):
        """Buildings nobody has drawn on the picture yet."""
        return [one for one in self.placed if one.box is None]

    @property
    def homes(self):
        """{building id: number of homes}."""
        return {one.pk: one.homes for one in self.placed}


def sheet_of(area):
    """Where everything stands: four queries however many houses."""
    buildings = list(
        Building.objects.filter(area=area)
        .annotate(entrance_count=Count("entrances"))
        .order_by("number")
    )
    homes = dict(
        Home.objects.filter(entrance__building__area=area)
        .order_by()
        .values_list("entrance__building_id")
        .annotate(n=Count("pk"))
    )
    plan = EstatePlan.objects.filter(area=area).first()
    places = list(Place.objects.filter(area=area).values_list("name", flat=True)[:40])
    placed = [Placed(building, homes.get(building.pk, 0)) for building in buildings]
    if plan and plan.picture:
        return _on_the_picture(area, plan, placed, places)
    return _drawn(area, plan, placed, places)


def _on_the_picture(area, plan, placed, places):
    scale = UNITS / plan.width
    for one in placed:
        one.outline = [(round(x * scale, 1), round(y * scale, 1)) for x, y in one.building.outline]
        if one.outline:
            one.box = box_of(one.outline)
    return Sheet(area, plan, UNITS, round(plan.height * scale), placed, None, places)


def _drawn(area, plan, placed, places):
    drawing = draw_plan(area.code, tuple(_house(one, None) for one in placed))
    if plan and any(one.building.outline for one in placed):
        scale = drawing.layout.width / plan.width
        drawing = draw_plan(area.code, tuple(_house(one, scale) for one in placed))
    for one in placed:
        spot = drawing.layout.spots[one.pk]
        one.box = (spot.x, spot.top, spot.width, spot.height)
        one.drawing = drawing.houses[one.pk]
    layout = drawing.layout
    return Sheet(area, plan, layout.width, layout.height, placed, drawing, places)


def _house(one, scale):
    building = one.building
    box = None
    if scale and building.outline:
        box = tuple(round(value * scale, 1) for value in box_of(building.outline))
    return House(building.pk, building.number, building.floors, building.entrance_count, box)


def box_of(points):
    """x, y, width, height round some points."""
    across, down = [x for x, _ in points], [y for _, y in points]
    return (min(across), min(down), max(across) - min(across), max(down) - min(down))


def _locked_plan(area):
    """The plan of the estate, nobody else drawing meanwhile; a new one when there is none."""
    Area.objects.select_for_update(of=("self",)).get(pk=area.pk)
    return EstatePlan.objects.filter(area=area).first() or EstatePlan(area=area)


@transaction.atomic
def put_picture(*, area, by, picture):
    """Draw on this picture from now on (a `Remade` photo). Houses have to be drawn anew."""
    plan = _locked_plan(area)
    _forget_file(plan)
    plan.picture.save(f"{uuid4().hex}.jpg", ContentFile(picture.jpeg), save=False)
    plan.width, plan.height = picture.width, picture.height
    return _changed(plan, by)


@transaction.atomic
def drop_picture(*, area, by):
    """Go back to the plan that draws itself; every house stands where it stood."""
    plan = _locked_plan(area)
    _forget_file(plan)
    plan.picture = ""
    return _changed(plan, by)


def _forget_file(plan):
    """The old picture goes when the new state is certain."""
    if plan.picture:
        storage, name = plan.picture.storage, plan.picture.name
        transaction.on_commit(lambda: storage.delete(name))


def _changed(plan, by):
    plan.changed_by = by
    plan.save()
    Building.objects.filter(area=plan.area).exclude(outline=[]).update(outline=[])
    record("residents_map.draw_plan", on=plan.area, by=by)
    return plan


@transaction.atomic
def save_outlines(*, area, by, outlines, size, seen=""):
    """Write where the houses stand: `outlines` is {building id: [[x, y], …]} in units of `size`
    (width, height). Houses that are not in it are placed by the plan itself.

    `seen` is the mark of the plan that was drawn on; somebody else's newer lines are kept.
    """
    plan = _locked_plan(area)
    if seen != mark_of(plan):
        raise ValidationError("别人刚改过这张图。请先刷新，看看新的图再画。")
    if plan.picture:
        size = (plan.width, plan.height)
    plan.width, plan.height = (round(side) for side in size)
    buildings = {one.pk: one for one in Building.objects.filter(area=area)}
    if outlines.keys() - buildings.keys():
        raise ValidationError("有一栋楼已经不在这个小区了。请刷新后再画。")
    for key, building in buildings.items():
        building.outline = checked_outline(outlines.get(key, []), building, plan)
    Building.objects.bulk_update(buildings.values(), ["outline"])
    plan.changed_by = by
    plan.save()
    record("residents_map.draw_plan", on=area, by=by)
    return plan


def checked_outline(points, building, plan):
    """Whole numbers inside the sheet; refuses what is no house."""
    if not points:
        return []
    if not 3 <= len(points) <= MOST_CORNERS:
        raise ValidationError(f"{building}的轮廓要有3到{MOST_CORNERS}个角。")
    inside = [
        [min(max(round(x), 0), plan.width), min(max(round(y), 0), plan.height)] for x, y in points
    ]
    _, _, width, height = box_of(inside)
    if width < SMALLEST_SIDE or height < SMALLEST_SIDE:
        raise ValidationError(f"{building}画得太小，或者画到图外面去了，请画大一点。")
    return inside


def mark_of(plan):
    """What a drawing was begun on: changes with every change."""
    return plan.changed_at.isoformat() if plan and plan.pk else ""
