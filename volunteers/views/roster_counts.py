"""清点: three rounds of head-counts, building by building, as they come in; and for the wall."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from stations.access import requires
from stations.foundation.http import carry_out, show
from volunteers.access import RUN_ROSTER
from volunteers.choices import ROUNDS
from volunteers.forms.rosters import CountForm
from volunteers.models import Roster
from volunteers.services import head_counts as services

PAGE = "volunteers/roster_counts.html"


@requires(RUN_ROSTER, on=Roster)
@require_http_methods(["GET", "POST"])
def roster_counts(request, roster):
    """The table comes round by itself every ten seconds; the form beside it stays as it is."""
    form = CountForm(request.POST or None, roster=roster)
    if count := carry_out(form, services.head_count, roster=roster, by=request.user):
        messages.success(request, f"{count.building}记下了：{count.present}/{count.expected}。")
        return redirect("volunteers:roster_counts", pk=roster.pk)
    return show(request, PAGE, {"form": form} | live(roster), part="counts")


def live(roster):
    """What the table and the wall show now."""
    rows, totals = services.tallies(roster)
    return {
        "roster": roster,
        "rows": rows,
        "totals": totals,
        "rounds": ROUNDS,
        "next_round": roster.round + 1 if roster.round < max(ROUNDS) else None,
        "current": totals[roster.round - 1] if roster.round else None,
        "quiet": len(rows) - totals[roster.round - 1].told if roster.round else 0,
        "now": timezone.localtime(),
    }


@requires(RUN_ROSTER, on=Roster)
@require_GET
def roster_wall(request, roster):
    """The same for a screen in the hall: numbers of buildings, no names."""
    return show(request, "volunteers/roster_wall.html", live(roster), part="wall")


@requires(RUN_ROSTER, on=Roster)
@require_POST
def roster_round(request, roster):
    """开始下一轮."""
    try:
        roster = services.start_round(roster=roster, by=request.user)
        messages.success(request, f"第{'一二三'[roster.round - 1]}轮开始了，楼栋负责人可以报数了。")
    except ValidationError as refusal:
        messages.error(request, refusal.messages[0])
    return redirect("volunteers:roster_counts", pk=roster.pk)
