"""In the meeting room: who came, what each party says, how each item ends.

Every act redirects to the room; the page takes the parts it needs out of it with htmx, so
what is swapped in is what a reload would show.
"""

from django.contrib import messages
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from deliberation.access import HOLD_MEETING
from deliberation.forms.meetings import (
    AttendanceForm,
    DraftForm,
    MinutesForm,
    PlanTaskForm,
    PositionForm,
    ReasonForm,
)
from deliberation.foundation.consensus import with_condition
from deliberation.models import AgendaItem, Attendance, Meeting, Task
from deliberation.services import meetings as service
from stations.access import requires
from stations.forms import NothingAsked
from stations.foundation.http import carry_out
from stations.foundation.pages import key_from

from .pages import ending_page, meeting_page


def room_of(item, anchor=""):
    """Back to the room, to this item."""
    url = f"{reverse('deliberation:meeting', args=[item.meeting_id])}?item={item.pk}"
    return redirect(f"{url}#{anchor}" if anchor else url)


@requires(HOLD_MEETING, on=Meeting)
@require_POST
def attendance_add(request, meeting):
    """签到."""
    form = AttendanceForm(request.POST)
    if carry_out(form, service.mark_attendance, meeting=meeting, by=request.user) is None:
        return meeting_page(request, meeting, attendance_form=form)
    return redirect(back_to(request, meeting))


def back_to(request, meeting):
    """The meeting's page, at the item that was shown."""
    item = key_from(request.POST.get("item"))
    return f"{meeting.get_absolute_url()}?item={item}" if item else meeting.get_absolute_url()


@requires(HOLD_MEETING, on=Attendance)
@require_POST
def attendance_remove(request, attendance):
    """点错了：这个人没有到."""
    meeting, form = attendance.meeting, NothingAsked(request.POST)
    taken = carry_out(form, service.take_back_attendance, attendance=attendance, by=request.user)
    if taken is None:
        return meeting_page(request, meeting, refused=form)
    return redirect(back_to(request, meeting))


@requires(HOLD_MEETING, on=AgendaItem)
@require_POST
def item_open(request, item):
    """现在议这一项."""
    form = NothingAsked(request.POST)
    if carry_out(form, service.open_item, item=item, by=request.user) is None:
        return meeting_page(request, item.meeting, item=item, refused=form)
    return room_of(item)


@requires(HOLD_MEETING, on=AgendaItem)
@require_POST
def item_position(request, item):
    """表态."""
    form = PositionForm(request.POST, auto_id=f"id_{request.POST.get('party', '')[:20]}_%s")
    if carry_out(form, service.state_position, item=item, by=request.user) is None:
        return meeting_page(request, item.meeting, item=item, position_form=form)
    return room_of(item, f"stand-{form.cleaned_data['party']}")


@requires(HOLD_MEETING, on=AgendaItem)
@require_POST
def item_draft(request, item):
    """写决议; with `insert`, a party's condition becomes a clause."""
    data = request.POST.copy()
    number = key_from(data.get("insert"))
    condition = item.positions.filter(condition_number=number).first() if number else None
    if condition:
        data["text"] = with_condition(data.get("text", ""), condition.words, number)
    form = DraftForm(data)
    if carry_out(form, service.draft_resolution, item=item, by=request.user) is None:
        return meeting_page(request, item.meeting, item=item, draft_form=form)
    return room_of(item, "draft")


@requires(HOLD_MEETING, on=AgendaItem)
@require_POST
def item_pass(request, item):
    """宣读并通过决议."""
    form = DraftForm(request.POST)
    resolution = carry_out(form, service.pass_resolution, item=item, by=request.user)
    if resolution is None:
        return meeting_page(request, item.meeting, item=item, draft_form=form)
    messages.success(request, f"决议 {resolution.number}通过了。")
    return room_of(item)


@requires(HOLD_MEETING, on=AgendaItem)
@require_POST
def item_postpone(request, item):
    """放一放，下次再议."""
    form = ReasonForm(request.POST, auto_id="id_postpone_%s")
    if carry_out(form, service.postpone_item, item=item, by=request.user) is None:
        return meeting_page(request, item.meeting, item=item, postpone_form=form)
    messages.success(request, f"“{item.title}”先放一放，排到下一次。")
    return redirect(item.meeting)


@requires(HOLD_MEETING, on=AgendaItem)
@require_POST
def item_escalate(request, item):
    """报街道."""
    form = ReasonForm(request.POST, auto_id="id_escalate_%s")
    if carry_out(form, service.escalate_item, item=item, by=request.user) is None:
        return meeting_page(request, item.meeting, item=item, escalate_form=form)
    messages.success(request, f"“{item.title}”报给街道了。")
    return redirect(item.meeting)


@requires(HOLD_MEETING, on=AgendaItem)
@require_POST
def item_task(request, item):
    """加一项任务."""
    form = PlanTaskForm(request.POST)
    if carry_out(form, service.plan_task, item=item, by=request.user) is None:
        return meeting_page(request, item.meeting, item=item, task_form=form)
    return room_of(item, "handed")


@requires(HOLD_MEETING, on=Task)
@require_POST
def planned_task_drop(request, task):
    """不要这项任务了."""
    form = NothingAsked(request.POST)
    if task.resolution is None:
        return redirect(task)
    item = task.resolution.item
    if carry_out(form, service.drop_planned_task, task=task, by=request.user) is None:
        return meeting_page(request, item.meeting, item=item, refused=form)
    return room_of(item, "handed")


@requires(HOLD_MEETING, on=Meeting)
@require_POST
def meeting_end(request, meeting):
    """散会, or only keep what was written so far."""
    form = MinutesForm(request.POST)
    keeps = "keep" in request.POST
    act = service.keep_minutes if keeps else service.end_meeting
    if carry_out(form, act, meeting=meeting, by=request.user) is None:
        return ending_page(request, meeting, form)
    messages.success(request, "先存着了，会接着开。" if keeps else "散会了，纪要可以打印。")
    return redirect(meeting)
