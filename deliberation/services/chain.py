"""The chain itself: how an issue changes its state, its clock and its timeline.

Every act goes through `locked`, `move` and `log`; no other place writes `state`.
"""

from datetime import timedelta

from django.db.models import Q
from django.utils import timezone

from deliberation.choices import ALLOWED, OPEN_STATES, EventKind, State
from deliberation.models import Event, Issue
from stations.foundation.redaction import find_personal
from stations.foundation.refusal import refuse
from stations.models import Duty
from stations.services.acts import RESIDENT, record
from stations.services.duties import end_duty, start_duty
from stations.services.figures import mark_stale

# The duty that runs while an issue waits in a state. Tasks bring their own.
DUTY_OF = {
    State.RECEIVED: "deliberation.accept",
    State.ACCEPTED: "deliberation.route",
    State.DELIBERATING: "deliberation.hear",
    State.STREET: "deliberation.answer",
    State.DONE: "deliberation.notice",
    State.NOTICED: "deliberation.rating",
    State.RATED: "deliberation.close",
    State.CLOSED: "deliberation.reinspect",
}
PRESSED_TWICE = timedelta(minutes=10)
STATE_DUTIES = tuple(DUTY_OF.values()) + ("deliberation.ask",)


def locked(issue):
    """The issue as it is now, held until the act is done: nobody overwrites another."""
    rows = Issue.objects.unindexed().select_for_update(of=("self",))
    return rows.select_related("area").get(pk=issue.pk)


def check_public(words, *, issue=None):
    """Refuse words for the public that hold somebody's personal data."""
    names = []
    if issue is not None and hasattr(issue, "reporter") and len(issue.reporter.name) > 1:
        names = [issue.reporter.name]
    found = find_personal(words, names=names)
    if found:
        what = "、".join(dict.fromkeys(f"{one.label}“{one.text}”" for one in found))
        refuse(f"公开的话里有{what}，请去掉再发。")


def move(issue, state, *, at=None, until=None, since=None):
    """Change the state along the table of allowed changes and set the clock of the new one.

    `at` is the state an act belongs to, where the table leads to `state` from others too.
    """
    if state not in ALLOWED[issue.state] or at not in (None, issue.state):
        refuse(f"这件事现在是“{issue.get_state_display()}”，不能这样办。刷新页面看看。")
    put(issue, state, until=until, since=since)


def put(issue, state, *, until=None, since=None):
    """Set the state without asking the table; only `move` and undoing come here."""
    for kind in STATE_DUTIES:
        if kind == DUTY_OF.get(issue.state) or kind == "deliberation.ask":
            end_duty(kind, on=issue)
    issue.state = state
    issue.asked_back = False
    issue.stage_since = since or timezone.now()
    if kind := DUTY_OF.get(state):
        duty = start_issue_duty(kind, issue, until=until, since=since)
        issue.due_at = duty.until
    elif until:
        issue.due_at = until
    if state not in OPEN_STATES and state != State.CLOSED:
        issue.due_at = None


def start_issue_duty(kind, issue, **clock):
    """Start a duty on an issue, titled as people know it."""
    return start_duty(
        kind,
        on=issue,
        title=issue.title,
        subtitle=f"{issue.area} · {issue.where} · {issue.get_category_display()} · {issue.number}",
        **clock,
    )


def round_began(issue):
    """When the present round began: at the report, or when the issue was last opened again.

    What was done before counts for the round before: it did not solve the matter.
    """
    if not issue.reopened_count:
        return issue.created_at
    again = Q(kind=EventKind.REOPENED) | Q(kind=EventKind.REINSPECTED, data__held=False)
    event = issue.events.filter(again).order_by("-at", "-pk").first()
    return event.at if event else issue.created_at


def current_duty(issue):
    """The open duty of the issue's state, or None."""
    return Duty.objects.open().filter(kind__in=STATE_DUTIES, object_id=issue.pk).first()


def log(issue, kind, *, by=None, actor="", words="", public="", at=None, **data):
    """Add a line to the timeline and to the act log, and mark the figures stale.

    `words` are for staff; `public`, when given, for the resident: whoever calls has
    checked it with `check_public` or wrote it from fixed words.
    """
    who = actor or (str(by) if by else RESIDENT)
    event = Event.objects.create(
        issue=issue,
        at=at or timezone.now(),
        kind=kind,
        by=by,
        actor=who,
        words=words,
        public_words=public,
        data=data,
    )
    record(f"deliberation.{kind}", on=issue, by=by, actor=who)
    mark_stale(area=issue.area, day=issue.received_on)
    return event


def said_already(issue, kind, *, by, words):
    """The line that the same person wrote with the same words a moment ago, or None.

    A button pressed twice, or a form sent again from the history, is said once.
    """
    lately = timezone.now() - PRESSED_TWICE
    said = issue.events.filter(kind=kind, by=by, words=words, at__gte=lately)
    return said.order_by("-pk").first()


def day(moment):
    """A date as people say it: 11月26日 周四."""
    local = timezone.localtime(moment)
    return f"{local:%-m月%-d日} 周{'一二三四五六日'[local.weekday()]}"
