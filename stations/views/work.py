"""后台活计: what the portal does behind the pages, for whoever keeps it running."""

from datetime import timedelta

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from stations.access import VIEW_WORK, requires
from stations.choices import WorkState
from stations.foundation.http import show
from stations.foundation.pages import key_from, page, page_urls
from stations.foundation.work import kinds
from stations.models import Work
from stations.services.work import revive
from stations.views.frame import capped

RUNNING_SHOWN = 20
SLOW = timedelta(minutes=2)  # unfinished longer than this: somebody should look


@require_GET
@requires(VIEW_WORK)
def work(request):
    """Dead rows first, then what runs, then how much waits and for how long."""
    rows = Work.objects.visible_to(request.user)
    dead = rows.dead().order_by("-pk")
    if before := key_from(request.GET.get("after")):
        dead = dead.filter(pk__lt=before)
    found, older = page(dead)
    running = rows.filter(state=WorkState.RUNNING).order_by("lease_until")
    oldest = rows.due().order_by("run_after").first()
    waiting = rows.filter(state=WorkState.WAITING)
    counts = [words or "0" for words in capped(waiting, running, rows.dead())]
    first_url, older_url = page_urls(request, before=before, older=older)
    context = {
        "dead": [described(row) for row in found],
        "first_url": first_url,
        "older_url": older_url,
        "running": [described(row) for row in running[:RUNNING_SHOWN]],
        "waiting_count": counts[0],
        "running_count": counts[1],
        "dead_count": counts[2],
        "oldest": oldest,
        "is_slow": oldest is not None and timezone.now() - oldest.run_after > SLOW,
    }
    return show(request, "stations/work.html", context)


@require_POST
@requires(VIEW_WORK)
def revive_work(request, pk):
    """再试一次: after somebody looked at the cause."""
    row = get_object_or_404(Work.objects.visible_to(request.user), pk=pk)
    try:
        revive(work=row, by=request.user)
    except ValidationError as refusal:
        messages.error(request, refusal.messages[0])
    else:
        messages.success(request, f"“{label(row.kind)}”重新排上队了。")
    return redirect("stations:work")


def described(row):
    """A row without its arguments: they hold keys of people and matters."""
    return {"row": row, "label": label(row.kind)}


def label(kind):
    return kinds[kind].label if kind in kinds else kind
