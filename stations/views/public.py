"""What everybody may read: the portal's front, an estate's front door, the privacy page, and
the QR codes on the doors with their posters."""

from django.conf import settings
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_GET

from stations.access import PRINT_POSTERS, public, requires
from stations.choices import Level
from stations.foundation.qr import qr_svg
from stations.models import Area, Building, Entrance, Station
from stations.registries import followed_here, front_page

MOST_FOUND = 30
MOST_LISTED = 60  # estates on one page; beyond that people go street by street
PER_SHEET = (1, 2, 4, 8)


@public("门户首页，居民从这里找到自己的小区")
@require_GET
def front(request):
    """Choose an estate. Whoever works here is taken to their own first page instead."""
    if request.user.is_authenticated:
        return redirect("stations:home")
    asked = request.GET.get("q", "").replace("\x00", "").strip()[:30]
    at = Area.objects.filter(code=request.GET.get("at", "").replace("\x00", "")[:20]).first()
    estates, below = _estates_to_choose(asked, at)
    context = {"asked": asked, "at": at, "groups": _by_community(estates), "below": below}
    return render(request, "stations/front_portal.html", context)


def _estates_to_choose(asked, at):
    """(estates, places to go down into): few estates are listed at once, many by street."""
    estates = Area.objects.estates().select_related("parent__parent")
    if asked:
        return list(estates.filter(name__icontains=asked)[:MOST_FOUND]), []
    if at:
        estates = estates.under(at)
    found = list(estates[: MOST_LISTED + 1])
    if len(found) <= MOST_LISTED:
        # Paths are text: as keys the first street made stands first.
        return sorted(found, key=lambda e: (e.parent.parent_id, e.parent_id, e.pk)), []
    below = Area.objects.filter(parent=at, level__lt=Level.ESTATE)
    while len(rows := list(below[:200])) == 1:
        below = Area.objects.filter(parent=rows[0], level__lt=Level.ESTATE)
    return ([], rows) if rows else (found[:MOST_LISTED], [])


def _by_community(estates):
    """Estates under their community, in the order of the tree."""
    groups = {}
    for estate in estates:
        groups.setdefault(estate.parent, []).append(estate)
    return [
        {"community": community, "street": community and community.parent, "estates": rows}
        for community, rows in groups.items()
    ]


@public("小区首页谁都能看")
@require_GET
def estate(request, code):
    """The estate's front door: the station's lamp, 报个事, 查进度, and what the apps contribute."""
    area = get_object_or_404(Area, code=code, level=Level.ESTATE)
    blocks = [block for block in (part.run(area) for part in front_page) if block]
    context = {
        "estate": area,
        "parents": [place for place in area.lineage() if Level.DISTRICT < place.level < area.level],
        "station": Station.objects.nearest_to(area),
        "today": timezone.localdate(),
        "mine": [row for part in followed_here for row in part.run(request, area)],
        "blocks": [block for block in blocks if not block.aside],
        "beside": [block for block in blocks if block.aside],
    }
    return render(request, "stations/front_door.html", context)


@public("居民看自己的信息怎么保护")
@require_GET
def privacy(request):
    """怎么保护您的信息, in plain words."""
    return render(request, "stations/front_privacy.html")


@public("扫门上的二维码")
@require_GET
def scanned(request, code):
    """A QR code on a door: on to the report form with the place filled in. Sets no cookie."""
    entrance = Entrance.objects.select_related("building__area").filter(code=code).first()
    building = Building.objects.select_related("area").filter(code=code).first()
    found = entrance or building
    if found:
        form = reverse("deliberation:report", args=[found.area.code])
        return redirect(f"{form}?{urlencode({'at': code})}")
    area = get_object_or_404(Area, code=code, level=Level.ESTATE)
    return redirect("deliberation:report", area.code)


@requires(PRINT_POSTERS)
@require_GET
def posters(request):
    """二维码: choose an estate and a building; the sheet opens ready to print."""
    estates = list(_estates_of(request.user)[:200])
    chosen = next((area for area in estates if area.code == request.GET.get("estate")), None)
    if chosen is None and len(estates) == 1:
        chosen = estates[0]
    context = {
        "estates": estates,
        "chosen": chosen,
        "buildings": Building.objects.filter(area=chosen) if chosen else [],
        "per_sheet": PER_SHEET,
    }
    return render(request, "stations/posters.html", context)


@requires(PRINT_POSTERS)
@require_GET
def poster_sheet(request):
    """The posters of an estate's entrances, of one building, or the estate's own, on A4."""
    if not _asked(request, "estate"):
        return redirect("stations:posters")
    area = _estates_of(request.user).filter(code=_asked(request, "estate")).first()
    if area is None:
        raise Http404
    per = int(_asked(request, "per")) if _asked(request, "per") in map(str, PER_SHEET) else 1
    signs = _signs(area, _asked(request, "building"))
    context = {
        "estate": area,
        "station": Station.objects.nearest_to(area),
        "per": per,
        "sheets": [signs[at : at + per] for at in range(0, len(signs), per)],
        "count": len(signs),
    }
    return render(request, "stations/posters_sheet.html", context)


def _asked(request, name):
    return request.GET.get(name, "").replace("\x00", "")[:30]


def _estates_of(user):
    """Estates where this person may print posters."""
    return Area.objects.visible_to(user, PRINT_POSTERS.roles).estates()


def _signs(area, asked):
    """One sign per door: its code as a QR, and its plate. "" is every entrance of the estate,
    "estate" the one for gates and notice boards, else the code of a building."""
    if asked == "estate":
        return [_sign(area.code, str(area))]
    entrances = Entrance.objects.filter(building__area=area).select_related("building")
    if asked:
        entrances = entrances.filter(building__code=asked)
    entrances = entrances.order_by("building__number", "number")
    signs = [_sign(e.code, str(e), building=e.building, entrance=e) for e in entrances]
    if not signs:  # a building whose entrances nobody has entered yet
        buildings = Building.objects.filter(area=area)
        rows = buildings.filter(code=asked) if asked else buildings
        signs = [_sign(b.code, str(b), building=b) for b in rows]
    return signs


def _sign(code, hangs, *, building=None, entrance=None):
    link = f"{settings.SITE_ADDRESS}/q/{code}/"
    return {
        "hangs": hangs,
        "building": building,
        "entrance": entrance,
        "link": link,
        "qr": qr_svg(link, title=f"{hangs}的二维码"),
    }
