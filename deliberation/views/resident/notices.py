"""公示: what was done, for everybody to read, for at least fifteen days."""

from datetime import date

from django.db.models import Q
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from deliberation.models import Notice
from stations.access import public
from stations.models import Station
from stations.views.estates import estate_or_404

PAGE = 20


@public("小区公示谁都能看")
@require_GET
def public_notices(request, code):
    """The live notices of an estate, newest first, page by page."""
    estate = estate_or_404(code)
    notices = Notice.objects.live().filter(area=estate).select_related("before", "after")
    rows = list(_after(notices, request.GET.get("after", ""))[: PAGE + 1])
    last = rows[PAGE - 1] if len(rows) > PAGE else None
    context = {
        "estate": estate,
        "station": Station.objects.nearest_to(estate),
        "notices": rows[:PAGE],
        "older": f"?after={last.from_day:%Y%m%d}.{last.pk}" if last else "",
        "is_first": "after" not in request.GET,
    }
    return render(request, "deliberation/notice_public_list.html", context)


def _after(notices, mark):
    """Notices that come after the row a mark names; a strange mark is the first page."""
    day, _, pk = mark[:30].partition(".")
    try:
        last = date(int(day[:4]), int(day[4:6]), int(day[6:8]))
        number = int(pk)
    except ValueError:
        return notices
    return notices.filter(Q(from_day__lt=last) | Q(from_day=last, pk__lt=number))


@public("小区公示谁都能看")
@require_GET
def public_notice(request, pk):
    """One notice, as it also hangs on the board: it prints as a sheet."""
    live = Notice.objects.live().select_related("area__parent__parent", "before", "after")
    notice = get_object_or_404(live, pk=pk)
    context = {
        "notice": notice,
        "estate": notice.area,
        "station": Station.objects.nearest_to(notice.area),
    }
    return render(request, "deliberation/notice_public_page.html", context)
