"""楼栋图: the front of a building, home by home."""

from functools import lru_cache
from urllib.parse import urlencode

from django.templatetags.static import static
from django.utils.html import format_html_join
from django.views.decorators.http import require_GET

from residents_map.access import VIEW_MAP, VISIT
from residents_map.foundation.drawing import draw_front
from residents_map.models import Pledge
from residents_map.services.due_visits import due_visits
from residents_map.services.elevation import elevation_of, entrance_name
from stations.access import can, requires
from stations.foundation.http import show
from stations.foundation.pages import key_from
from stations.models import Building

PAGE = "residents_map/building.html"
MOST = 3  # shapes that fit into a home


@requires(VIEW_MAP, on=Building)
@require_GET
def building(request, building):
    """One house as one sees it from the street: entrances, floors, homes."""
    front = elevation_of(building, request.user)
    kind = next((one for one in front.kinds if one.key == request.GET.get("kind")), None)
    cell = chosen_cell(front, request.GET.get("home"))
    dress(front, kind, cell)
    drawing = draw_front(building.code, len(front.floors), len(front.staircases))
    visits = due_visits(building.area, building=building) if cell is None else []
    context = {
        "building": building,
        "area": building.area,
        "front": front,
        "drawing": drawing,
        "kind": kind,
        "chips": chips(front, kind, cell),
        "chosen": cell,
        "entrance": entrance_name(cell.home.entrance) if cell else "",
        "shown": cell.home.entrance_id if cell else first_shown(front, kind),
        "is_empty": front.lived_in == 0,
        "lead": Pledge.objects.current().filter(building=building, role="building").first(),
        "may_visit": can(request.user, VISIT, at=building.area),
        "visits": visits,
        "visits_more": max(front.due - len(visits), 0) if cell is None else 0,
        "size": size_of(front),
    }
    return show(request, PAGE, context, part="home-panel")


def size_of(front):
    """How small the homes have to be drawn so that the whole house is seen at once."""
    floors, doors = len(front.floors), sum(stair.columns for stair in front.staircases)
    high = "is-high" if floors > 24 else "is-tall" if floors > 18 else ""
    return f"{high} {'is-wide' if doors > 9 else ''}".strip()


def chosen_cell(front, text):
    """The home of the address, if it is one of this building."""
    key = key_from(text)
    for stair in front.staircases:
        for _, cells in stair.floors:
            for cell in cells:
                if cell and key and cell.home.pk == key:
                    return cell
    return None


def dress(front, kind, chosen):
    """How each home is drawn, said once for the page: four hundred of them are one template."""
    before = f"?kind={kind.key}&home=" if kind else "?home="
    for stair in front.staircases:
        for _, cells in stair.floors:
            for cell in filter(None, cells):
                classes = ["h"]
                classes += ["is-vac"] * (cell.household is None)
                classes += ["is-hit"] * (kind is not None and kind in cell.kinds)
                classes += ["is-sel"] * (cell is chosen)
                classes += ["is-3"] * (len(cell.kinds) > 2)
                cell.classes = " ".join(classes)
                cell.href = f"{before}{cell.home.pk}"
                cell.signs = signs(tuple((one.icon, one.colour) for one in cell.kinds[:MOST]))


@lru_cache(maxsize=512)
def signs(kinds):
    """The shapes of some kinds as SVG; many homes have the same."""
    sprite = static("img/icons.svg")
    return format_html_join(
        "",
        '<svg class="shape c-{}"><use href="{}#{}"/></svg>',
        ((colour, sprite, icon) for icon, colour in kinds),
    )


def first_shown(front, kind):
    """The entrance a phone shows first: the one with most of what was chosen, or most due."""

    def weight(stair):
        cells = [cell for _, row in stair.floors for cell in row if cell]
        if kind:
            return sum(kind in cell.kinds for cell in cells)
        return (
            sum(bool(cell.event) for cell in cells),
            sum(cell.due[1] == "late" for cell in cells),
        )

    most = max(front.staircases, key=weight, default=None)
    return most.entrance.pk if most else None


def chips(front, kind, cell):
    """The kinds as a legend that filters; the one that is chosen leads back to all."""
    kept = {"home": cell.home.pk} if cell else {}
    return [
        {
            "kind": one,
            "people": front.people.get(one.key, 0),
            "homes": front.homes.get(one.key, 0),
            "on": one == kind,
            "url": "?" + urlencode(kept if one == kind else {"kind": one.key, **kept}),
        }
        for one in front.kinds
    ]
