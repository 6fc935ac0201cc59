"""受理与分派: what a worker does with an issue before anybody sets out."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Sum
from django.utils import timezone

from deliberation.choices import (
    ALLOWED_BACK,
    UNDO_MINUTES,
    EventKind,
    ItemState,
    Route,
    SolvedAt,
    State,
)
from deliberation.models import Issue
from deliberation.services.agenda import (
    add_item,
    leave_agenda,
    locked_meeting,
    locked_off_agenda,
)
from deliberation.services.chain import (
    check_public,
    current_duty,
    day,
    locked,
    log,
    move,
    put,
    refuse,
    said_already,
    start_issue_duty,
)
from deliberation.services.intake import PHONE_FIELD, add_photos, phone_of, search_vector
from deliberation.services.tasks import create_task, drop_tasks
from stations.services.acts import record
from stations.services.duties import end_duty

MOST_MERGED = 50  # at once; all their numbers stand in one line of the timeline


@transaction.atomic
def accept_issue(*, issue, by, reply=""):
    """受理: take the issue on, within one working day. `reply` is read by the resident."""
    issue = locked(issue)
    check_public(reply, issue=issue)
    before = _clock(issue)
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
def merge_issues(*, issue, others, by):
    """并案: take others of the same estate into this one; their residents follow this one."""
    pks = sorted({issue.pk, *(other.pk for other in others)})
    if len(pks) > MOST_MERGED:
        refuse(f"一次最多并 {MOST_MERGED} 件，请分几次。")
    leave_agenda([pk for pk in pks if pk != issue.pk], by=by, reason="并案")
    rows = {
        row.pk: row
        for row in Issue.objects.select_for_update(of=("self",))
        .select_related("area")
        .filter(pk__in=pks)
        .order_by("pk")
    }
    target = rows.pop(issue.pk)
    if not target.is_open:
        refuse("这件事已经结束，不能再并别的进来。")
    if not rows:
        refuse("勾选至少一件要并进来的。")
    for other in rows.values():
        if other.area_id != target.area_id:
            refuse("只能把同一个小区的事并在一起。")
        move(other, State.MERGED)
        other.merged_into = target
        other.responded_at = other.responded_at or timezone.now()
        other.save()
        log(
            other,
            EventKind.MERGED,
            by=by,
            words=f"并入 {target.number}",
            public="和邻居报的同一件事并在一起办，进展请往下看。",
            into=target.pk,
        )
    households = sum(other.households for other in rows.values())
    target.me_too_count += households
    target.save(update_fields=["me_too_count"])
    numbers = "、".join(other.number for other in rows.values())
    log(
        target,
        EventKind.TOOK_IN,
        by=by,
        words=f"并入 {numbers}",
        public=f"和邻居报的 {len(rows)} 件并在一起，一共 {target.households} 户遇到。",
        taken=[other.pk for other in rows.values()],
    )
    return target


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
    before = _clock(issue)
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
def route_directly(*, issue, by, title, responsible, due_at, person="", user=None):
    """直接办: make one task of it and hand it out."""
    issue = locked(issue)
    before = _clock(issue)
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
    before = _clock(issue)
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
    before = _clock(issue)
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


def _clock(issue):
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


@transaction.atomic
def reveal_phone(*, issue, by, reason):
    """Show the reporter's phone in the clear: an act with a reason that is recorded."""
    number = phone_of(issue.reporter)
    record("deliberation.reveal_phone", on=issue, by=by, reason=reason, field=PHONE_FIELD)
    return number


def households_by_entrance(issue):
    """[(entrance or None, households)]: who met it too, for the bars beside the issue."""
    from deliberation.models import MeToo

    rows = (
        MeToo.objects.filter(issue=issue)
        .values_list("entrance__building__number", "entrance__number")
        .annotate(n=Sum(1))
        .order_by("-n")
    )
    return [
        (f"{building}栋{entrance}单元" if building else "没说哪一栋", n)
        for building, entrance, n in rows
    ]
