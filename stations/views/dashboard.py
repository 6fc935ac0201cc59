"""看板 and 大屏: an area's figures, each leading to its cases for whoever may open them."""

from django.http import QueryDict
from django.shortcuts import redirect
from django.utils import timezone

from stations.access import MAKE_REPORTS, VIEW_FIGURES, can, requires
from stations.foundation import drawing
from stations.foundation.counts import Count
from stations.foundation.http import show
from stations.foundation.periods import PERIODS, period_of, twelve_weeks
from stations.models import Area
from stations.registries import done_lately, indicators, rates
from stations.services.dashboard import in_order, picture_of
from stations.services.digests import digests_of
from stations.services.figures import counted_at, is_behind, read
from stations.services.reports import REPORTED
from stations.services.situation import level_words, situation

MOST_PLACES = 10  # rows the wall has room for
MOST_DONE = 3
MOST_BURNING = 4  # rows beside the chart


@requires(VIEW_FIGURES)
def home(request):
    """The figures of the area where the user is posted; the highest one of several."""
    area = next(
        posting.area
        for posting in request.user.current_postings()
        if posting.role in VIEW_FIGURES.roles
    )
    return redirect("stations:area_dashboard", pk=area.pk)


@requires(VIEW_FIGURES, on=Area)
def dashboard(request, area):
    """An area's dashboard; period and order of the places live in the address."""
    today = timezone.localdate()
    period = period_of(request.GET.get("period"), today)

    def opens(permission, at):
        return can(request.user, permission, at=at)

    picture = picture_of(area, period, today=today, opens=opens)
    places, order = in_order(picture.children, request.GET.get("sort", ""))
    context = {
        "area": area,
        "picture": picture,
        "digests": digests_of(area, period, opens=opens),
        "places": places,
        "columns": columns(request, order),
        "burn": late_first(places)[:MOST_BURNING],
        "periods": [
            (make(today), address(request, period=key), key == period.key)
            for key, make in PERIODS.items()
        ],
        "sentence": situation(picture),
        "chart": chart(picture.weeks),
        "level_words": level_words(picture.splits.get("shares")),
        "above": above(request.user, area),
        "may_report": can(request.user, MAKE_REPORTS, at=area) and area.level in REPORTED,
    } | counted()
    return show(request, "stations/dashboard.html", context)


@requires(VIEW_FIGURES, on=Area)
def wall(request, area):
    """大屏: the same figures for a screen in the hall; no links, no person's name."""
    now = timezone.localtime()
    period = twelve_weeks(now.date())
    picture = picture_of(area, period, today=now.date())
    places = late_first(picture.children)
    context = {
        "area": area,
        "now": now,
        "weekday": "一二三四五六日"[now.weekday()],
        "picture": picture,
        "digests": [one for one in digests_of(area, period) if one.is_any],
        "received_today": received_today(area, now.date()),
        "rates": picture.here.rates[:3],
        "places": places[:MOST_PLACES],
        "more_places": len(places) - MOST_PLACES,
        "most_open": max((place.open.number for place in places), default=0),
        "kinds": picture.splits["bars"].bars[:MOST_PLACES] if not places else [],
        "done": [row for source in done_lately for row in source.run(area, MOST_DONE)][:MOST_DONE],
    } | counted()
    return show(request, "stations/wall.html", context, part="wall")


def received_today(area, today):
    """What came in since midnight."""
    key = indicators.at("received").key
    return Count(read([area.pk], [key], today, today).get((area.pk, key, ""), 0))


def late_first(places):
    """The places where most is overdue stand first."""
    return sorted(places, key=lambda p: (-p.overdue.number, -p.open.number, p.name))


def counted():
    """When the figures were counted, and whether something newer waits."""
    return {"counted_at": counted_at(), "is_behind": is_behind()}


def above(user, area):
    """The areas above that the user may see too, highest first. One query."""
    mine = [p.area.path for p in user.current_postings() if p.role in VIEW_FIGURES.roles]
    return [
        one
        for one in area.lineage()
        if one.pk != area.pk and any(one.path.startswith(path) for path in mine)
    ]


def address(request, **changes):
    """This page with another period or order; nothing else of the address is kept."""
    query = QueryDict(mutable=True)
    for name in ("period", "sort"):
        if value := changes.get(name, request.GET.get(name, "")):
            query[name] = value[:20]
    return f"?{query.urlencode()}" if query else request.path


def columns(request, order):
    """Heads of the table of places: label, link that sorts by it, and how it is sorted now."""
    heads = [("received", "收到"), ("homes", "每千户")]
    heads += [(rate.key, rate.label) for rate in rates]
    heads += [("open", "在办"), ("overdue", "超期")]
    known = order.removeprefix("-")
    return {
        key: {
            "label": label,
            "url": address(request, sort=key if order == f"-{key}" else f"-{key}") + "#places",
            "aria": ("descending" if order.startswith("-") else "ascending")
            if key == known
            else "none",
        }
        for key, label in heads
    }


def chart(weeks):
    """The two lines of the last weeks. What lies between them has no answer yet."""
    received = [week.received.number for week in weeks]
    finished = [week.finished.number for week in weeks]
    left = sum(received) - sum(finished)
    return drawing.lines(
        [drawing.Series("收到", received), drawing.Series("办结", finished, "done")],
        [week.label for week in weeks],
        label=f"近 12 周每周收到与办结，收到 {sum(received)} 件，办结 {sum(finished)} 件",
        between=f"两线之间是还没办完的，12 周一共 {left:,} 件" if left else "",
    )
