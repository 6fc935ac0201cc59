"""受理: what a worker does first: take it on, ask, correct, remark, turn down."""

from django.db import transaction
from django.utils import timezone

from deliberation.choices import EventKind, State
from deliberation.services.chain import (
    check_public,
    current_duty,
    day,
    locked,
    log,
    move,
    refuse,
    said_already,
    start_issue_duty,
)
from deliberation.services.intake import PHONE_FIELD, add_photos, phone_of, search_vector
from stations.services.acts import record
from stations.services.duties import end_duty

from .undoing import clock_of


@transaction.atomic
def accept_issue(*, issue, by, reply=""):
    """受理: take the issue on, within one working day. `reply` is read by the resident."""
    issue = locked(issue)
    check_public(reply, issue=issue)
    before = clock_of(issue)
    move(issue, State.ACCEPTED, at=State.RECEIVED)
    issue.responded_at = issue.responded_at or timezone.now()
    issue.handler = issue.handler or by
    issue.save()
    log(
        issue,
        EventKind.ACCEPTED,
        by=by,
        words=reply,
        public=f"社区受理了，{day(issue.due_at)}前定办法。{reply}",
        **before,
    )
    return issue


@transaction.atomic
def correct_issue(
    *,
    issue,
    by,
    category,
    title,
    building=None,
    entrance=None,
    place=None,
    spot="",
    is_urgent=False,
):
    """Put category, title and place right, and find the issue under its new words."""
    issue = locked(issue)
    old = (issue.get_category_display(), issue.title, issue.where, issue.is_urgent)
    for one in (building, place, entrance.building if entrance else None):
        if one is not None and one.area_id != issue.area_id:
            refuse("这个地点不在这个小区，请重新选。")
    issue.category, issue.title, issue.spot = category, title, spot
    issue.entrance, issue.place, issue.is_urgent = entrance, place, is_urgent
    issue.building = entrance.building if entrance else building
    new = (issue.get_category_display(), issue.title, issue.where, issue.is_urgent)
    if old == new:
        return issue
    issue.search = search_vector(issue, name=issue.reporter.name)
    issue.save()
    changes = [f"“{a}”改为“{b}”" for a, b in zip(old[:3], new[:3], strict=True) if a != b]
    if old[3] != new[3]:
        changes.append("标为急件" if is_urgent else "不再是急件")
    log(issue, EventKind.CORRECTED, by=by, words="，".join(changes))
    return issue


@transaction.atomic
def ask_back(*, issue, by, question):
    """Ask the resident something; the clock rests until the answer, at most five days."""
    issue = locked(issue)
    if issue.state not in (State.RECEIVED, State.ACCEPTED):
        refuse("已经定了办法，要问居民请打电话。")
    check_public(question, issue=issue)
    if duty := current_duty(issue):
        end_duty(duty.kind, on=issue)
    issue.asked_back = True
    issue.responded_at = issue.responded_at or timezone.now()
    issue.due_at = start_issue_duty("deliberation.ask", issue).until
    issue.save()
    return log(issue, EventKind.ASKED, by=by, words=question, public=f"想请您补充：{question}")


@transaction.atomic
def add_note(*, issue, by, words, is_public=False, photos=()):
    """记一笔: a remark on the timeline; with `is_public` the resident reads it too."""
    issue = locked(issue)
    if is_public:
        check_public(words, issue=issue)
    if event := said_already(issue, EventKind.NOTE, by=by, words=words):
        return event
    event = log(
        issue,
        EventKind.NOTE,
        by=by,
        words=words,
        public=words if is_public else "",
    )
    add_photos(issue, photos, stage="progress", event=event)
    return event


@transaction.atomic
def return_issue(*, issue, by, reason):
    """不受理: with a reason the resident reads (for example: who is in charge instead)."""
    issue = locked(issue)
    check_public(reason, issue=issue)
    before = clock_of(issue)
    move(issue, State.RETURNED)
    now = timezone.now()
    issue.responded_at = issue.responded_at or now
    issue.finished_at = now
    issue.save()
    log(
        issue,
        EventKind.RETURNED,
        by=by,
        words=reason,
        public=f"这件事社区办不了：{reason}",
        **before,
    )
    return issue


@transaction.atomic
def reveal_phone(*, issue, by, reason):
    """Show the reporter's phone in the clear: an act with a reason that is recorded."""
    number = phone_of(issue.reporter)
    record("deliberation.reveal_phone", on=issue, by=by, reason=reason, field=PHONE_FIELD)
    return number
