"""What the search box finds of the map: plans, houses and doors. People are found by the map's own
search alone, which limits and writes down who looked; it is handed the words."""

from django.core.exceptions import ValidationError
from django.urls import reverse

from residents_map.access import VIEW_MAP
from residents_map.foundation.sheets.addresses import house_of, parse
from residents_map.services.search import homes_of, is_room, understand
from stations.models import Area, Building
from stations.models.area import places_of
from stations.registries import Found, finders, own_searches


@finders.register(
    "residents_map.homes",
    label="门牌",
    icon="door",
    permission=VIEW_MAP,
    hint="3栋1502、3-2-1502，或者只写1502",
    order=20,
)
def homes(user, sought, most):
    """By address (3栋1502, 3-2-1502) or by the number on the door: where it is, not who lives
    there. Opening it is a look that is written down."""
    if not sought.parts:
        return []
    address = None if sought.text.isdigit() else parse(sought.text)
    if address is None and is_room(sought.text):
        address = (None, None, sought.text.removesuffix("室").upper())
    if address is None:
        return []
    return [
        Found(
            title=str(home),
            text=home.area.name,
            url=reverse("residents_map:home", args=[home.pk]),
        )
        for home in homes_of(places_of(user, VIEW_MAP.roles), address)[:most]
    ]


@finders.register(
    "residents_map.buildings", label="楼栋", icon="building", permission=VIEW_MAP, order=22
)
def buildings(user, sought, most):
    """By its number: 3栋, 三号楼, 3栋2单元."""
    house = house_of(sought.text) if sought.parts else None
    if house is None:
        return []
    rows = Building.objects.filter(area__in=places_of(user, VIEW_MAP.roles), number=house)
    return [
        Found(
            title=f"{building.area} {building}",
            text=f"{building.floors}层",
            url=reverse("residents_map:building", args=[building.pk]),
        )
        for building in rows.select_related("area").order_by("area__path")[:most]
    ]


@finders.register("residents_map.plans", label="民情图", icon="map-2", permission=VIEW_MAP, order=6)
def plans(user, sought, most):
    """The plan of an estate, by its name."""
    rows = Area.objects.visible_to(user, VIEW_MAP.roles).estates().filter(sought.held_by("name"))
    return [
        Found(title=area.name, text="平面图", url=reverse("residents_map:plan", args=[area.pk]))
        for area in rows.order_by("path")[:most]
    ]


def is_understood(sought):
    """Whether the map's search knows what to do with these words."""
    try:
        understand(sought.text)
    except ValidationError:
        return False
    return True


own_searches.declare(
    "residents_map.people",
    label="在住户里找",
    words="按姓名、拼音首字母、电话、身份证号找住户。找人要留记录。",
    icon="users",
    permission=VIEW_MAP,
    url_name="residents_map:search",
    fits=is_understood,
)
