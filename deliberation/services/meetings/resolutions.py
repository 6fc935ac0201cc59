"""表态与决议: what each party says to an item, and how the item ends."""

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from deliberation.choices import EventKind, ItemState, Party, Stance, State, TaskState
from deliberation.foundation.consensus import judge
from deliberation.models import Position, Resolution
from deliberation.services.agenda import end_item, escalate
from deliberation.services.chain import check_public, day, locked, log, move, put, refuse
from deliberation.services.tasks import create_task, start_tasks
from stations.foundation.calendar import add_workdays
from stations.services.acts import record

from .sitting import open_item_of

MORE_DAYS = 10


@transaction.atomic
def state_position(*, item, by, party, stance, words=""):
    """表态: what a party says. Said again it replaces; a condition keeps its number."""
    item = open_item_of(item)
    if party not in item.meeting.attendances.values_list("party", flat=True):
        refuse(f"{Party(party).label}还没有人到会，先签到。")
    if stance == Stance.IF and not words.strip():
        refuse("附条件要写明条件是什么。")
    known = item.positions.filter(party=party).first()
    number = known.condition_number if known else None
    if stance == Stance.IF and number is None:
        number = (item.positions.aggregate(n=Max("condition_number"))["n"] or 0) + 1
    if known and (known.stance, known.words) == (stance, words.strip()):
        return known  # the page saves by itself; only what changed is an act
    position, _ = Position.objects.update_or_create(
        item=item,
        party=party,
        defaults={
            "stance": stance,
            "words": words.strip(),
            "condition_number": number if stance == Stance.IF else None,
        },
    )
    record("deliberation.state_position", on=item, by=by, party=party, stance=stance)
    return position


@transaction.atomic
def draft_resolution(*, item, by, text, seen=None):
    """Write the resolution while the parties talk; saved as often as one likes.

    `seen` is `saved_at` of the version the writer had on the screen ("" for none): two
    recorders do not overwrite each other unawares. None: write over whatever is there.
    """
    item = open_item_of(item)
    text = text.replace("\r\n", "\n")
    known = getattr(item, "resolution", None)
    if known and known.text == text:
        return known  # saved already: the version others have on the screen stays the same
    _check_seen(known, text, seen)
    resolution, _ = Resolution.objects.update_or_create(
        item=item, defaults={"text": text, "number": resolution_number(item)}
    )
    return resolution


def _check_seen(resolution, text, seen):
    if seen is None or resolution is None or resolution.text in ("", text):
        return
    if resolution.saved_at.isoformat() != seen:
        refuse("刚才有人在另一台设备上改过决议，先看一眼再存。")


def resolution_number(item):
    """The number of a resolution: 锦江议〔2026〕12-2 号 (meeting 12 of the year, item 2)."""
    meeting = item.meeting
    return f"{meeting.short_area}议〔{meeting.year}〕{meeting.number}-{item.order} 号"


def verdict_on(item):
    """What the rule of the table says of this item now."""
    positions = list(item.positions.all())
    required = item.meeting.required_parties
    text = item.resolution.text if hasattr(item, "resolution") else ""
    return judge(
        required=required,
        labels={party: party.label for party in Party},
        present={attendance.party for attendance in item.meeting.attendances.all()},
        stances={position.party: position.stance for position in positions},
        conditions=[p.condition_number for p in positions if p.condition_number],
        text=text,
    )


@transaction.atomic
def plan_task(*, item, by, title, responsible, due_at, person="", user=None):
    """A task that the resolution will hand out; its clock begins when it is passed."""
    item = open_item_of(item)
    if item.issue is None:
        refuse("这一项没有对应的诉求，任务请写进决议里。")
    resolution, _ = Resolution.objects.get_or_create(
        item=item, defaults={"number": resolution_number(item)}
    )
    return create_task(
        issue=item.issue,
        by=by,
        title=title,
        responsible=responsible,
        due_at=due_at,
        person=person,
        user=user,
        resolution=resolution,
        quiet=True,
    )


@transaction.atomic
def drop_planned_task(*, task, by):
    """A task planned by mistake, before the resolution is passed."""
    if task.resolution is None or task.resolution.passed_at:
        refuse("决议已经通过，任务要取消请到任务页。")
    open_item_of(task.resolution.item)
    task.state = TaskState.CANCELLED
    task.save(update_fields=["state"])
    record("deliberation.drop_planned_task", on=task, by=by)
    return task


@transaction.atomic
def pass_resolution(*, item, by, text=None, seen=None):
    """通过决议: only when the rule of the table holds; then its tasks set out.

    With `text`, what stands on the screen is saved first, so nothing unseen is passed.
    """
    if text is not None:
        draft_resolution(item=item, by=by, text=text, seen=seen)
    item = open_item_of(item)
    verdict = verdict_on(item)
    if not verdict.may_pass:
        refuse(verdict.sentence)
    resolution = item.resolution
    check_public(resolution.text, issue=item.issue)
    resolution.passed_at = timezone.now()
    resolution.save()
    end_item(item, by, ItemState.RESOLVED)
    record("deliberation.pass_resolution", on=item, by=by)
    if item.issue is None:
        return resolution
    issue = locked(item.issue)
    tasks = list(resolution.tasks.exclude(state=TaskState.CANCELLED))
    if not tasks:
        refuse("决议要有人去办：至少派一项任务。")
    move(issue, State.HANDLING, at=State.DELIBERATING, until=max(task.due_at for task in tasks))
    issue.save()
    start_tasks(resolution)
    stances = {p.get_party_display(): p.get_stance_display() for p in item.positions.all()}
    log(
        issue,
        EventKind.RESOLVED,
        by=by,
        words=resolution.text,
        public=resolution.text,
        number=resolution.number,
        positions=stances,
        tasks=[task.pk for task in tasks],
    )
    return resolution


@transaction.atomic
def postpone_item(*, item, by, reason):
    """缓议: not settled today; the issue waits for the next meeting with a new clock."""
    item = open_item_of(item)
    check_public(reason, issue=item.issue)
    end_item(item, by, ItemState.POSTPONED, reason)
    record("deliberation.postpone_item", on=item, by=by)
    if item.issue:
        issue = locked(item.issue)
        put(issue, State.DELIBERATING, until=add_workdays(timezone.now(), MORE_DAYS))
        issue.save()
        log(
            issue,
            EventKind.POSTPONED,
            by=by,
            words=reason,
            public=f"四方商量过，先缓一缓：{reason}。{day(issue.due_at)}前再议。",
        )
    return item


@transaction.atomic
def escalate_item(*, item, by, reason):
    """报街道: the table cannot settle it."""
    item = open_item_of(item)
    end_item(item, by, ItemState.ESCALATED, reason)
    record("deliberation.escalate_item", on=item, by=by)
    if item.issue:
        escalate(item.issue, by, reason)
    return item
