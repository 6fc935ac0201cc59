"""定办法: straight away, before the four parties, or up to the street and back."""

from django.db import transaction
from django.utils import timezone

from deliberation.choices import EventKind, Route, SolvedAt, State
from deliberation.services.agenda import add_item, locked_meeting, locked_off_agenda
from deliberation.services.chain import check_public, day, locked, log, move
from deliberation.services.tasks import create_task, drop_tasks

from .undoing import clock_of


@transaction.atomic
def route_directly(*, issue, by, title, responsible, due_at, person="", user=None):
    """直接办: make one task of it and hand it out."""
    issue = locked(issue)
    before = clock_of(issue)
    move(issue, State.HANDLING, at=State.ACCEPTED, until=due_at)
    issue.route = Route.DIRECT
    issue.save()
    task = create_task(
        issue=issue,
        by=by,
        title=title,
        responsible=responsible,
        due_at=due_at,
        person=person,
        user=user,
        quiet=True,
    )
    log(
        issue,
        EventKind.ROUTED,
        by=by,
        words=f"直接办：{task.who}，{day(due_at)}前",
        public=f"交给{task.get_responsible_display()}去办，{day(due_at)}前办好。",
        task=task.pk,
        **before,
    )
    return issue


@transaction.atomic
def put_before_parties(*, issue, by, meeting=None, question=""):
    """提请四方议事: it concerns many. With `meeting` it goes onto that agenda at once."""
    if meeting is not None:
        locked_meeting(meeting)  # meeting before issue, as every act at the table does
    issue = locked(issue)
    before = clock_of(issue)
    move(issue, State.DELIBERATING)
    issue.route = Route.PARTIES
    issue.save()
    words = "提请四方议事"
    public = "这是大家的事，要请四方一起商量。"
    item = None
    if meeting is not None:
        item = add_item(meeting=meeting, by=by, issue=issue, title=question, quiet=True)
        words = f"提请四方议事，{day(meeting.starts_at)}上会"
        public = f"{day(meeting.starts_at)}请四方一起商量，欢迎旁听。"
    log(
        issue,
        EventKind.ROUTED,
        by=by,
        words=words,
        public=public,
        item=item.pk if item else None,
        **before,
    )
    return issue


@transaction.atomic
def pass_to_street(*, issue, by, reason):
    """报街道: the community cannot do it alone; the street answers or sends it back."""
    issue = locked_off_agenda(issue, by=by, reason="报街道")
    before = clock_of(issue)
    move(issue, State.STREET)
    drop_tasks(issue)  # the street decides what is done now, and by whom
    issue.route = Route.STREET
    issue.save()
    log(
        issue,
        EventKind.TO_STREET,
        by=by,
        words=reason,
        public=f"社区办不了，已报街道，{day(issue.due_at)}前答复。",
        **before,
    )
    return issue


@transaction.atomic
def answer_from_street(*, issue, by, words, is_solved):
    """The street answers: it solved the matter itself, or says how the community shall."""
    issue = locked(issue)
    check_public(words, issue=issue)
    if is_solved:
        move(issue, State.DONE, at=State.STREET)
        issue.finished_at = timezone.now()
        issue.is_solved = True
        issue.solved_at_level = SolvedAt.STREET
        public = f"街道办好了：{words}"
    else:
        move(issue, State.ACCEPTED, at=State.STREET)
        public = f"街道答复：{words}"
    issue.save()
    log(issue, EventKind.STREET_ANSWER, by=by, words=words, public=public)
    return issue


@transaction.atomic
def send_back_from_street(*, issue, by, reason):
    """街道退回: the community can do it after all, and is told why."""
    issue = locked(issue)
    move(issue, State.ACCEPTED, at=State.STREET)
    issue.save()
    log(
        issue,
        EventKind.SENT_BACK,
        by=by,
        words=reason,
        public=f"街道请社区接着办，{day(issue.due_at)}前定办法。",
    )
    return issue
