"""民情图: the plan of an estate, coloured by what one asks for."""

from urllib.parse import urlencode

from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_GET

from residents_map.access import (
    DRAW_PLAN,
    EXPORT_LEDGER,
    IMPORT_LEDGER,
    VIEW_MAP,
    VIEW_SUMS,
    VISIT,
)
from residents_map.foundation.drawing import ring
from residents_map.models import Household, Pledge
from residents_map.services import plan_words
from residents_map.services.due_visits import due_visits
from residents_map.services.layers import VISITS, layers_of, per_hundred, ramp_of
from residents_map.services.plans import sheet_of
from residents_map.views.plan_sheet import names_on, placed_for_page
from stations.access import can, requires
from stations.choices import COMMUNITY_STAFF, Level
from stations.foundation.http import show
from stations.foundation.pages import key_from
from stations.models import Area, EstatePlan

PAGE = "residents_map/plan.html"
LAST = "map_estate"  # in the session: the estate that was opened last
FIRST = "alone"  # what the plan shows before anything is chosen


@requires(VIEW_MAP)
@require_GET
def estate_map(request):
    """民情图 of the menu: the estate that was opened last, or the one with most households."""
    estates = estates_of(request.user)
    if not estates:
        return show(request, "residents_map/map_empty.html", {})
    last = request.session.get(LAST)
    if last not in {estate.pk for estate in estates}:
        here = Household.objects.current().visible_to(request.user)
        areas = list(here.order_by().values_list("area_id", flat=True).distinct())
        with_people = [estate for estate in estates if estate.pk in areas]
        last = max(with_people or estates, key=lambda estate: (estate.home_count, -estate.pk)).pk
    return redirect("residents_map:plan", pk=last)


def estates_of(user):
    """The estates whose residents this person may see."""
    return list(Area.objects.visible_to(user, COMMUNITY_STAFF).estates().order_by("path"))


@requires(VIEW_MAP, on=Area)
@require_GET
def plan(request, area):
    """One estate: who lives where, at one look."""
    if area.level != Level.ESTATE:
        raise Http404
    if request.session.get(LAST) != area.pk:
        request.session[LAST] = area.pk
    return show(request, PAGE, plan_context(request, area), part="plan-panel")


def plan_context(request, area):
    """Everything the page shows."""
    sheet = sheet_of(area)
    layers = layers_of(area, request.user)
    by_key = {layer.key: layer for layer in layers}
    is_empty = not Household.objects.current().filter(area=area).exists()
    chosen = by_key.get(request.GET.get("kind"), by_key.get(FIRST, layers[0]))
    is_rate = request.GET.get("per") == "100"
    building = chosen_building(request.GET.get("building"), sheet, chosen, by_key[VISITS])
    ramps = {layer.key: ramps_of(layer, sheet.homes) for layer in layers}
    houses = placed_for_page(sheet, layers, chosen, ramps[chosen.key][is_rate], building)
    return {
        "area": area,
        "estates": estates_of(request.user),
        "sheet": sheet,
        "is_empty": is_empty,
        "layers": legend(layers, chosen, building, is_rate),
        "chosen": chosen,
        "is_rate": is_rate,
        "ramp": ramps[chosen.key][is_rate],
        "houses": houses,
        "doors": sorted(houses, key=lambda house: house.one.number),
        "has_urgent": bool(by_key[VISITS].urgent),
        "table": [
            {"one": one, "numbers": [layer.at(one.pk) for layer in layers]} for one in sheet.placed
        ],
        "ring": ring(),
        "names": names_on(sheet),
        "data": data_of(layers, ramps, chosen, is_rate),
        "may_draw": can(request.user, DRAW_PLAN, at=area),
        "may_visit": can(request.user, VISIT, at=area),
        "may_import": can(request.user, IMPORT_LEDGER, at=area),
        "may_export": can(request.user, EXPORT_LEDGER, at=area),
        "may_sums": can(request.user, VIEW_SUMS, at=area),
        "modes": [
            (label, link(chosen, building, rate), rate == is_rate)
            for label, rate in (("人数", False), ("每百户", True))
        ],
        **panel(request, area, sheet, layers, chosen, building, by_key[VISITS]),
    }


def chosen_building(text, sheet, chosen, visits):
    """The building of the address, else the one that burns most."""
    key = key_from(text)
    found = next((one for one in sheet.placed if one.pk == key), None)
    return found or plan_words.burning(sheet.placed, chosen, visits)


def ramps_of(layer, homes):
    """(by number, by hundred homes): colours and words of both."""
    return (ramp_of(layer.counts), ramp_of(per_hundred(layer.counts, homes), digits=1))


def link(layer, building, is_rate, **more):
    """The plan with this chosen, as a query string."""
    query = {"kind": layer.key}
    if is_rate:
        query["per"] = "100"
    if building:
        query["building"] = building.pk
    return "?" + urlencode(query | more)


def legend(layers, chosen, building, is_rate):
    """The chips: kinds of people, then what else can be seen."""
    return [
        {
            "layer": layer,
            "url": link(layer, building, is_rate),
            "on": layer is chosen,
        }
        for layer in layers
    ]


def data_of(layers, ramps, chosen, is_rate):
    """What plan.js needs to recolour the plan without asking again."""

    def told(ramp):
        return {"s": ramp.classes, "n": ramp.shown, "ramp": ramp.labels}

    return {
        "on": chosen.key,
        "per": is_rate,
        "layers": {
            layer.key: {
                "name": layer.label,
                "unit": layer.unit,
                "icon": layer.icon,
                "colour": layer.colour,
                "parts": layer.words,
                "by": [told(ramp) for ramp in ramps[layer.key]],
            }
            for layer in layers
        },
    }


def panel(request, area, sheet, layers, chosen, building, visits):
    """What stands beside the plan: one building in words and figures, and who is due."""
    only_here = request.GET.get("list") == "building" and building is not None
    here = building.building if building else None
    count = len(sheet.placed)
    rows = due_visits(area, building=here if only_here else None)
    due = visits.at(here.pk) if only_here else visits.total
    words = {}
    if here:
        words = {one.key: plan_words.sentence(one, here.pk, count) for one in layers}
    lead = Pledge.objects.current().filter(building=here, role="building").first() if here else None
    return {
        "building": building,
        "lead": lead,
        "sentence": words.get(chosen.key),
        "sentences": {key: [said.before, said.figure, said.after] for key, said in words.items()},
        "due_words": plan_words.due_sentence(visits, here.pk) if here else None,
        "rows": plan_words.rows(layers, here.pk, count) if here else [],
        "others": [
            {"layer": one, "here": one.at(here.pk), "url": one.url(here)}
            for one in layers
            if here and one.url and one.at(here.pk)
        ],
        "rented": next((one.at(here.pk) for one in layers if here and one.key == "rentals"), 0),
        "visits": rows,
        "visits_total": visits.total,
        "visits_here": visits.at(here.pk) if here else 0,
        "visits_more": max(due - len(rows), 0),
        "only_here": only_here,
        "list_urls": [
            link(chosen, building, request.GET.get("per") == "100"),
            link(chosen, building, request.GET.get("per") == "100", list="building"),
        ],
    }


@requires(VIEW_MAP, on=Area)
@require_GET
def picture(request, area):
    """The picture somebody uploaded, for those who may see the map."""
    row = get_object_or_404(EstatePlan.objects.exclude(picture=""), area=area)
    try:
        file = row.picture.open("rb")
    except FileNotFoundError:
        raise Http404 from None
    response = FileResponse(file, content_type="image/jpeg")
    response["Content-Disposition"] = 'inline; filename="plan.jpg"'
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response
