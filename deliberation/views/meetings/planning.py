"""Before a meeting: convene it, fill its agenda, move it, cancel it, open it."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from deliberation.access import HOLD_MEETING
from deliberation.choices import Party
from deliberation.forms.meetings import (
    ConveneForm,
    ItemForm,
    ReasonForm,
    WhenAndWhereForm,
)
from deliberation.models import AgendaItem, Issue, Meeting, Seat
from deliberation.services import agenda
from deliberation.services import meetings as service
from deliberation.services.chain import day
from stations.access import requires
from stations.forms import NothingAsked
from stations.foundation.http import carry_out, show
from stations.foundation.pages import key_from
from stations.models import Area

from .pages import meeting_page

MOST_ESTATES = 200
MOST_WAITING = 60
PLACES = 8


@requires(HOLD_MEETING)
def meeting_new(request):
    """召集一次会: the estate first, then when, where, who and what."""
    issue = issue_asked_for(request)
    estates, estate = estates_of(request, issue)
    waiting = Issue.objects.filter(area=estate).off_agenda().order_by("due_at", "pk")
    form = ConveneForm(
        request.POST or None,
        waiting=waiting,
        initial={
            "issues": [issue.pk] if issue else [],
            "hour": "19:30",
            "chair": usual_chair(estate),
        },
    )
    if request.method == "POST":
        meeting = carry_out(form, agenda.convene_meeting, area=estate, by=request.user)
        if meeting:
            messages.success(request, f"会定在{day(meeting.starts_at)}，别忘了通知四方。")
            return redirect(meeting)
    context = {
        "form": form,
        "estate": estate,
        "estates": estates,
        "issue": issue,
        "waiting": list(waiting[:MOST_WAITING]),
        "chosen": {str(pk) for pk in form["issues"].value() or ()},
        **suggestions(estate),
    }
    return show(request, "deliberation/meeting_new.html", context)


def issue_asked_for(request):
    """The waiting issue this page was opened from, if it still waits."""
    pk = key_from(request.GET.get("issue"))
    if pk is None:
        return None
    return Issue.objects.visible_to(request.user).off_agenda().filter(pk=pk).first()


def estates_of(request, issue):
    """(estates where this person may convene, the chosen one)."""
    mine = Area.objects.visible_to(request.user, HOLD_MEETING.roles).estates()
    if issue and not mine.filter(pk=issue.area_id).exists():
        raise PermissionDenied
    estates = list(mine.order_by("name")[:MOST_ESTATES])
    wanted = key_from(request.GET.get("estate")) or (issue.area_id if issue else None)
    if wanted is None:
        wanted = longest_waiting(mine)
    estate = mine.filter(pk=wanted).first() if wanted else next(iter(estates), None)
    if estate is None:
        raise Http404
    return estates, estate


def longest_waiting(estates):
    """The estate whose issue waits longest for a meeting."""
    waiting = Issue.objects.filter(area__in=estates).off_agenda().order_by("due_at")
    return waiting.values_list("area_id", flat=True).first()


def usual_chair(estate):
    """Who led the last meeting, or the branch's representative."""
    last = Meeting.objects.filter(area=estate).values_list("chair", flat=True).first()
    if last:
        return last
    seat = Seat.objects.filter(area=estate, party=Party.BRANCH, until=None).first()
    return seat.name if seat else ""


def suggestions(estate):
    """Places and chairs of earlier meetings, so that nobody types them again."""
    last = Meeting.objects.filter(area=estate).values_list("place", "chair")[:40]
    seats = Seat.objects.filter(area=estate, until=None).values_list("name", flat=True)
    return {
        "places": list(dict.fromkeys(place for place, _ in last))[:PLACES],
        "chairs": list(dict.fromkeys([chair for _, chair in last] + list(seats)))[:PLACES],
    }


@requires(HOLD_MEETING, on=Meeting)
@require_POST
def meeting_change(request, meeting):
    """改时间地点."""
    form = WhenAndWhereForm(request.POST)
    changed = carry_out(form, agenda.change_meeting, meeting=meeting, by=request.user)
    if changed is None:
        return meeting_page(request, meeting, when_form=form)
    messages.success(request, f"改到{day(changed.starts_at)}，请再通知一遍。")
    return redirect(meeting)


@requires(HOLD_MEETING, on=Meeting)
@require_POST
def meeting_cancel(request, meeting):
    """取消会议."""
    form = ReasonForm(request.POST)
    if carry_out(form, agenda.cancel_meeting, meeting=meeting, by=request.user) is None:
        return meeting_page(request, meeting, cancel_form=form)
    messages.success(request, "会议取消了，议题回到待上会。")
    return redirect("deliberation:meetings")


@requires(HOLD_MEETING, on=Meeting)
@require_POST
def meeting_start(request, meeting):
    """开会."""
    form = NothingAsked(request.POST)
    if carry_out(form, service.start_meeting, meeting=meeting, by=request.user) is None:
        return meeting_page(request, meeting, refused=form)
    return redirect(meeting)


@requires(HOLD_MEETING, on=Meeting)
@require_POST
def item_add(request, meeting):
    """上议程."""
    waiting = Issue.objects.filter(area=meeting.area).off_agenda()
    form = ItemForm(request.POST, waiting=waiting)
    item = carry_out(form, agenda.add_item, meeting=meeting, by=request.user)
    if item is None:
        return meeting_page(request, meeting, item_form=form)
    messages.success(request, f"“{item.title}”上了议程。")
    return redirect(meeting)


@requires(HOLD_MEETING, on=AgendaItem)
@require_POST
def item_move(request, item):
    """往前挪、往后挪."""
    form = NothingAsked(request.POST)
    up = request.POST.get("way") != "down"
    if carry_out(form, agenda.move_item, item=item, by=request.user, up=up) is None:
        return meeting_page(request, item.meeting, refused=form)
    return redirect(item.meeting)


@requires(HOLD_MEETING, on=AgendaItem)
@require_POST
def item_take_off(request, item):
    """撤下议题."""
    form = ReasonForm(request.POST)
    if carry_out(form, agenda.take_off_item, item=item, by=request.user) is None:
        return meeting_page(request, item.meeting, off_form=form, off_item=item.pk)
    messages.success(request, f"“{item.title}”撤下了，排到下一次。")
    return redirect(item.meeting)
