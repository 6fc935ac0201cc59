"""三张清单: needs, resources and services side by side; what is missing and what is left over."""

from itertools import chain, islice

from django.utils import timezone
from django.views.decorators.http import require_GET

from stations.access import can, requires
from stations.choices import Level
from stations.foundation.http import show
from stations.foundation.keyset import page
from stations.foundation.pages import key_from
from stations.models import Area
from volunteers.access import KEEP_LISTS, VIEW
from volunteers.choices import Help, MatchState, NeedState, Sort
from volunteers.models import Match, Need, Resource
from volunteers.services.balance import added_up, balances_by_place, places_of_street, tell_fits
from volunteers.services.matching import suggest_for, suggest_for_open_needs
from volunteers.services.need_orders import outcomes_of_needs

TABS = {"needs": "需求", "resources": "资源", "services": "服务"}
FEW, MANY = 8, 25
MOST_PLACES, MOST_FITS, MOST_ROWS = 400, 100, 200
NEEDS = Need.objects.select_related("area")
RESOURCES = Resource.objects.select_related("area", "partner", "volunteer__user")
MATCHES = Match.objects.select_related("need", "resource", "area")


def places(request):
    """The street, communities and estates one may look at, in the order of the tree."""
    areas = Area.objects.visible_to(request.user, VIEW.roles)
    return list(areas.filter(level__gte=Level.STREET).order_by("path")[:MOST_PLACES])


def tops(areas):
    """Those of these places that lie in no other of them: the whole of what one may look at."""
    found = []
    for one in areas:
        if not any(one.path.startswith(top.path) for top in found):
            found.append(one)
    return found


def chosen(request, areas):
    """{area, sort, help, all}: what the address asks for; what is strange is not asked."""
    get = request.GET
    area = next((one for one in areas if one.pk == key_from(get.get("area"))), None)
    return {
        "area": area,
        "sort": get.get("sort") if get.get("sort") in Sort.values else "",
        "help": get.get("help") if get.get("help") in Help.values else "",
        "everything": get.get("all") == "1",
    }


def columns(request, asked):
    """The rows of the three lists that the conditions leave: {tab: (rows, load)}."""
    needs = Need.objects.visible_to(request.user)
    resources = Resource.objects.visible_to(request.user)
    services = Match.objects.visible_to(request.user)
    if asked["area"]:
        here = {"area__path__startswith": asked["area"].path}
        needs, resources, services = (rows.filter(**here) for rows in (needs, resources, services))
    for key in ("sort", "help"):
        if asked[key]:
            needs, resources = (rows.filter(**{key: asked[key]}) for rows in (needs, resources))
            services = services.filter(**{f"need__{key}": asked[key]})
    if not asked["everything"]:
        needs = needs.exclude(state__in=[NeedState.MET, NeedState.CLOSED])
        resources = resources.current()
        services = services.exclude(state__in=[MatchState.RATED, MatchState.DECLINED])
    return {
        "needs": (needs, NEEDS),
        "resources": (resources, RESOURCES),
        "services": (services, MATCHES),
    }


@requires(VIEW)
@require_GET
def lists(request):
    """All three side by side, the latest of each; one list alone goes on page by page."""
    areas = places(request)
    asked = chosen(request, areas)
    tab = request.GET.get("tab")
    tab = tab if tab in TABS else ""
    shown = {
        key: page(rows, request.GET if tab else {}, by="-pk", size=MANY if tab else FEW, load=load)
        for key, (rows, load) in columns(request, asked).items()
        if not tab or key == tab
    }
    needs = shown["needs"].rows if "needs" in shown else []
    with_suggestions(request.user, needs)
    context = {
        **asked,
        "areas": areas,
        "shown": shown,
        **nav(request, tab=tab),
        "links": shown[tab].links(request.GET) if tab else {},
        "query": request.GET.urlencode(),
        "sorts": Sort.choices,
        "helps": Help.choices,
        "today": timezone.localdate(),
        "may_keep": can(request.user, KEEP_LISTS),
    }
    return show(request, "volunteers/lists.html", context)


def with_suggestions(user, needs):
    """Each open need with the resource that fits it best, all in one query."""
    found = suggest_for([need for need in needs if need.state == NeedState.OPEN], 1)
    orders = outcomes_of_needs(needs)
    for need in needs:
        need.best = next(iter(found.get(need.pk, ())), None)
        need.order = next(iter(orders.get(need.pk, ())), None)
        need.may_match = can(user, KEEP_LISTS, at=need.area)


def address(request, **changed):
    """The same conditions with something changed; pages begin anew."""
    query = request.GET.copy()
    for key in ("after", "before"):
        query.pop(key, None)
    for key, value in changed.items():
        query.pop(key, None)
        if value:
            query[key] = value
    return f"?{query.urlencode()}"


@requires(VIEW)
@require_GET
def fits(request):
    """能对上的: every open need that something fits, with what fits it best, longest waiting
    first; so many of them, and the conditions lead to the others."""
    areas = places(request)
    asked = chosen(request, areas)
    best = fitting(asked, areas)
    needs = NEEDS.in_bulk([pk for pk, _ in best[:MOST_FITS]])
    orders = outcomes_of_needs(needs.values())
    rows = []
    for pk, (one, *_) in best[:MOST_FITS]:
        need = needs[pk]
        need.best, need.order = one, next(iter(orders.get(pk, ())), None)
        need.may_match = can(request.user, KEEP_LISTS, at=need.area)
        rows.append(need)
    context = {
        **asked,
        **nav(request, room="fits"),
        "areas": areas,
        "rows": rows,
        "most": MOST_FITS,
        "has_more": len(best) > MOST_FITS,
        "sorts": Sort.choices,
        "helps": Help.choices,
        "query": request.GET.urlencode(),
    }
    return show(request, "volunteers/fits.html", context)


def fitting(asked, areas):
    """[(need key, [Suggested])] of the chosen place, or of everything one may look at: one query
    for a street, a community or an estate. One more than is shown tells whether there are more."""
    found = chain.from_iterable(
        suggest_for_open_needs(area, 1, sort=asked["sort"], help=asked["help"])
        for area in ([asked["area"]] if asked["area"] else tops(areas))
    )
    return list(islice(found, MOST_FITS + 1))


def nav(request, *, tab="", room=""):
    """What the row of lists says: each with the conditions that are set."""
    return {
        "tab": tab,
        "room": room,
        "tabs": [
            (key, label, address(request, tab=key), key == tab) for key, label in TABS.items()
        ],
        "whole": address(request, tab=""),
    }


@requires(VIEW)
@require_GET
def balance(request):
    """缺什么、多什么 of the whole street or of one community: by sort and help, what is wanted
    against what is left; of a street also how each community stands."""
    areas = [one for one in places(request) if one.level <= Level.COMMUNITY]
    wanted = key_from(request.GET.get("area"))
    area = next((one for one in areas if one.pk == wanted), None) or next(iter(areas), None)
    balances = balances_by_place(area) if area else {}
    below = [one for one in areas if area and one != area and one.path.startswith(area.path)]
    rows = added_up(balances)
    if rows:
        tell_fits(rows, area)
    context = {
        **nav(request, room="balance"),
        "areas": areas,
        "area": area,
        "rows": rows[:MOST_ROWS],
        "more": max(0, len(rows) - MOST_ROWS),
        "communities": places_of_street(balances, below),
    }
    return show(request, "volunteers/balance.html", context)
