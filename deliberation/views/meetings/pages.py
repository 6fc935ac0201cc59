"""The page of a meeting: its plan, the meeting room while it runs, its record afterwards.

Every act of a meeting answers with this page when it was refused, keeping what was typed.
"""

from django.shortcuts import redirect
from django.utils import timezone

from deliberation.access import HOLD_MEETING, VIEW_MEETINGS
from deliberation.choices import ItemState, MeetingState, Party, Presence, Responsible
from deliberation.forms.meetings import (
    AttendanceForm,
    DraftForm,
    ItemForm,
    MinutesForm,
    PlanTaskForm,
    PositionForm,
    ReasonForm,
    WhenAndWhereForm,
)
from deliberation.models import Issue, Meeting
from deliberation.services.chain import day
from deliberation.services.meetings import resolution_number, seats_of
from stations.access import can, requires
from stations.foundation.calendar import add_workdays
from stations.foundation.http import show
from stations.foundation.pages import key_from

from .council import council_of, outcome_of, rows_of, stances

TEMPLATES = {
    MeetingState.PLANNED: "deliberation/meeting_plan.html",
    MeetingState.RUNNING: "deliberation/meeting_room.html",
    MeetingState.ENDED: "deliberation/meeting_record.html",
    MeetingState.CANCELLED: "deliberation/meeting_record.html",
}
# Forms of the room that say themselves what was wrong.
ALWAYS_SHOWN = ("item_form", "attendance_form")
AT_OPEN_ITEM = ("position_form", "draft_form", "task_form", "postpone_form", "escalate_form")
MOST_WAITING = 30
USUAL_DAYS = 10


@requires(VIEW_MEETINGS, on=Meeting)
def meeting(request, meeting):
    """A meeting as it stands: planned, going on, over."""
    return meeting_page(request, meeting)


def laid_out(meeting):
    """The meeting as it is now, with all that its pages show."""
    return Meeting.objects.laid_out().get(pk=meeting.pk)


def meeting_page(request, meeting, *, item=None, **forms):
    """Show the page of the meeting's state; a refused form among `forms` makes it 422."""
    meeting = laid_out(meeting)
    may_hold = can(request.user, HOLD_MEETING, at=meeting.area)
    context = {
        "meeting": meeting,
        "may_hold": may_hold,
        "outcome": outcome_of(meeting),
        "off_item": forms.pop("off_item", None),
        **PAGES[meeting.state](request, meeting, item, may_hold, forms),
    }
    context["refusal"] = refusal_of(forms, has_place=context.get("has_place", ()))
    status = 422 if any(form.errors for form in forms.values()) else 200
    return show(request, TEMPLATES[meeting.state], context, status=status)


def refusal_of(forms, has_place):
    """What a service said no to, for the top of the page, unless the form stands on it."""
    return [
        sentence
        for name, form in forms.items()
        if name not in has_place
        for sentence in form.non_field_errors()
    ]


def plan(request, meeting, item, may_hold, forms):
    """Before: agenda, invitations, moving and cancelling."""
    local = timezone.localtime(meeting.starts_at)
    return {
        "has_place": ("item_form", "when_form", "cancel_form"),
        "rows": rows_of(meeting, seats_of(meeting.area)),
        "invitation": invitation(meeting),
        "waiting": waiting_for(meeting) if may_hold else [],
        "item_form": forms.get("item_form") or ItemForm(waiting=Issue.objects.none()),
        "when_form": forms.get("when_form")
        or WhenAndWhereForm(
            initial={
                "day": local.date(),
                "hour": local.time(),
                "place": meeting.place,
                "chair": meeting.chair,
            }
        ),
        "cancel_form": forms.get("cancel_form") or ReasonForm(),
        "off_form": forms.get("off_form") or ReasonForm(),
    }


def waiting_for(meeting):
    """Issues of the estate that could still come onto this agenda."""
    waiting = Issue.objects.filter(area=meeting.area).off_agenda()
    return list(waiting.order_by("due_at", "pk")[:MOST_WAITING])


def invitation(meeting):
    """The words to paste into the parties' chat group. Nobody's personal data."""
    matters = "；".join(f"{n}、{item.title}" for n, item in enumerate(meeting.agenda, start=1))
    when = f"{day(meeting.starts_at)} {timezone.localtime(meeting.starts_at):%H:%M}"
    return (
        f"请参加{meeting}：{when}，{meeting.place}，{meeting.chair}主持。"
        f"议题：{matters or '待定'}。来不了的请早说，可以视频参会。"
    )


def room(request, meeting, item, may_hold, forms):
    """During: one item on the table."""
    items = meeting.agenda
    open_item = next((one for one in items if one.state == ItemState.OPEN), None)
    wanted = item.pk if item is not None else key_from(request.GET.get("item"))
    shown = next((one for one in items if one.pk == wanted), None) or open_item
    shown = shown or next((one for one in items if one.state == ItemState.WAITING), None)
    shown = shown or (items[-1] if items else None)
    seats = seats_of(meeting.area)
    at = items.index(shown) if shown else 0
    is_open = shown is not None and shown.state == ItemState.OPEN and may_hold
    context = {
        "has_place": ALWAYS_SHOWN + (AT_OPEN_ITEM if is_open else ()),
        "items": items,
        "item": shown,
        "open_item": open_item,
        "previous": items[at - 1] if shown and at else None,
        "following": items[at + 1] if shown and at + 1 < len(items) else None,
        "is_open": is_open,
        "left_open": [one for one in items if one.state in (ItemState.OPEN, ItemState.WAITING)],
        "waiting": waiting_for(meeting) if may_hold else [],
        "item_form": forms.get("item_form") or ItemForm(waiting=Issue.objects.none()),
        "attendance_form": forms.get("attendance_form") or AttendanceForm(),
        "rows": rows_of(meeting, seats),
        "parties": Party.choices,
        "presences": Presence.choices,
        "now": timezone.now(),
    }
    return context | (table(request, meeting, shown, seats, forms) if shown else {})


def table(request, meeting, item, seats, forms):
    """The item on the table: rows with their forms, the draft, the tasks."""
    council = council_of(meeting, item, seats)
    refused = forms.get("position_form")
    for row in council.rows:
        mine = refused is not None and refused.data.get("party") == row.party
        row.form = (
            refused
            if mine
            else PositionForm(
                auto_id=f"id_{row.party}_%s",
                initial={"party": row.party, "stance": row.stance, "words": row.words},
            )
        )
    resolution = council.resolution
    return {
        "council": council,
        "number": resolution_number(item),
        "stances": stances(),
        "topic": item.issue.get_category_display() if item.issue else "议题",
        "draft_form": forms.get("draft_form")
        or DraftForm(
            initial={
                "text": resolution.text if resolution else "",
                "seen": resolution.saved_at.isoformat() if resolution else "",
            }
        ),
        "task_form": forms.get("task_form")
        or PlanTaskForm(
            initial={"due_at": timezone.localdate(add_workdays(timezone.now(), USUAL_DAYS))}
        ),
        "responsibles": Responsible.choices,
        "postpone_form": forms.get("postpone_form") or ReasonForm(auto_id="id_postpone_%s"),
        "escalate_form": forms.get("escalate_form") or ReasonForm(auto_id="id_escalate_%s"),
    }


def record(request, meeting, item, may_hold, forms):
    """After: what was settled, with links to the issues and tasks."""
    seats = {}
    return {
        "rows": rows_of(meeting, seats),
        "councils": [council_of(meeting, item, seats) for item in meeting.agenda],
    }


PAGES = {
    MeetingState.PLANNED: plan,
    MeetingState.RUNNING: room,
    MeetingState.ENDED: record,
    MeetingState.CANCELLED: record,
}


@requires(HOLD_MEETING, on=Meeting)
def meeting_ending(request, meeting):
    """The page before the end: what was settled, what was not reached, who listened."""
    return ending_page(request, meeting)


def ending_page(request, meeting, form=None):
    """Show the end of a meeting that runs; any other has its own page."""
    meeting = laid_out(meeting)
    if form is None and meeting.state != MeetingState.RUNNING:
        return redirect(meeting)
    context = {
        "meeting": meeting,
        "councils": [council_of(meeting, item, {}) for item in meeting.agenda],
        "form": form
        or MinutesForm(initial={"listeners": meeting.listeners, "words": meeting.words}),
    }
    return show(request, "deliberation/meeting_ending.html", context)
