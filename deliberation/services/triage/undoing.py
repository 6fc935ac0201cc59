"""撤销: a few minutes to take the last act back, and the clock as it stood before."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from deliberation.choices import ALLOWED_BACK, UNDO_MINUTES, EventKind, ItemState, State
from deliberation.services.agenda import locked_off_agenda
from deliberation.services.chain import current_duty, log, put, refuse
from deliberation.services.tasks import drop_tasks


def clock_of(issue):
    """What undoing needs: the state and the clock as they were."""
    duty = current_duty(issue)
    return {
        "was": issue.state,
        "responded": issue.responded_at is not None,
        "since": duty.since.isoformat() if duty else None,
        "until": duty.until.isoformat() if duty else None,
    }


def undoable_event(issue, user):
    """The issue's last event, if this user did it just now and it can be taken back."""
    event = issue.events.order_by("-at", "-pk").first()
    return event if event and is_undoable(event, issue, user) else None


def is_undoable(event, issue, user):
    """Whether this last event of the issue is the user's own, fresh, and can be taken back."""
    return (
        event.by_id == user.pk
        and event.at > timezone.now() - timedelta(minutes=UNDO_MINUTES)
        and event.data.get("was") in ALLOWED_BACK.get(issue.state, ())
    )


@transaction.atomic
def undo_last_act(*, issue, by):
    """撤销: take a slip back within ten minutes, as long as nothing came after it."""
    if issue.agenda_items.filter(state=ItemState.OPEN).exists():
        refuse("会上正在议这件事，不能撤销了。")
    issue = locked_off_agenda(issue, by=by, reason="撤销")
    event = undoable_event(issue, by)
    if event is None:
        refuse("这一步不能撤销了：过了十分钟，或者后面又办了别的。")
    drop_tasks(issue)
    since, until = event.data.get("since"), event.data.get("until")
    put(
        issue,
        event.data["was"],
        since=datetime.fromisoformat(since) if since else None,
        until=datetime.fromisoformat(until) if until else None,
    )
    if issue.state == State.RECEIVED and not event.data.get("responded"):
        issue.responded_at = None
    if event.kind == EventKind.RETURNED:
        issue.finished_at = None
    issue.route = ""
    issue.save()
    log(
        issue,
        EventKind.UNDONE,
        by=by,
        words=f"撤销“{event.get_kind_display()}”",
        public="刚才那一步点错了，已经改回来。",
    )
    return issue
