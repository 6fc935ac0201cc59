"""三张清单: needs, resources and services side by side; what is missing and what is left over."""

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
from volunteers.services.balance import balance_of
from volunteers.services.matching import suggest_for

TABS = {"needs": "需求", "resources": "资源", "services": "服务"}
FEW, MANY = 8, 25
NEEDS = Need.objects.select_related("area")
RESOURCES = Resource.objects.select_related("area", "partner", "volunteer__user")
MATCHES = Match.objects.select_related("need", "resource", "area")


def places(request):
    """The communities and estates one may look at, in the order of the tree: at most a street's."""
    areas = Area.objects.visible_to(request.user, VIEW.roles)
    return list(areas.filter(level__gte=Level.COMMUNITY)[:400])


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
        "tab": tab,
        "tabs": [
            (key, label, address(request, tab=key), key == tab) for key, label in TABS.items()
        ],
        "whole": address(request, tab=""),
        "links": shown[tab].links(request.GET) if tab else {},
        "sorts": Sort.choices,
        "helps": Help.choices,
        "today": timezone.localdate(),
        "may_keep": can(request.user, KEEP_LISTS),
    }
    return show(request, "volunteers/lists.html", context)


def with_suggestions(user, needs):
    """Each open need with the resource that fits it best, all in one query."""
    found = suggest_for([need for need in needs if need.state == NeedState.OPEN], 1)
    for need in needs:
        need.best = next(iter(found.get(need.pk, ())), None)
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
def balance(request):
    """缺什么、多什么 of one community: by sort and help, what is wanted against what is left."""
    communities = list(
        Area.objects.visible_to(request.user, VIEW.roles).filter(level=Level.COMMUNITY)[:100]
    )
    wanted = key_from(request.GET.get("area"))
    area = next((one for one in communities if one.pk == wanted), None)
    area = area or next(iter(communities), None)
    rows = balance_of(area) if area else []
    for row in rows:
        most = max(row.wanted, row.left)  # of its own: units differ from row to row
        row.wanted_width = bar(row.wanted, most)
        row.left_width = bar(row.left, most)
        row.from_x = 300 - row.wanted_width
    context = {"communities": communities, "area": area, "rows": rows}
    return show(request, "volunteers/balance.html", context)


def bar(number, most):
    """How long a bar is, of 300: something can always be seen."""
    return max(3, round(300 * number / most)) if number > 0 else 0
