"""会前: convene a meeting, fill its agenda, invite the parties."""

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from deliberation.choices import EventKind, Forum, ItemState, MeetingState, State, TaskState
from deliberation.models import AgendaItem, Meeting
from deliberation.services.chain import day, locked, log, move, refuse
from stations.foundation.calendar import add_workdays
from stations.services.acts import record
from stations.services.duties import end_duty, start_duty

MOST_ITEMS = 12
ON_THE_TABLE = (ItemState.WAITING, ItemState.OPEN)


def locked_meeting(meeting):
    """The meeting as it is now, held until the act is done."""
    return Meeting.objects.select_for_update(of=("self",)).select_related("area").get(pk=meeting.pk)


@transaction.atomic
def convene_meeting(*, area, by, starts_at, place, chair, forum=Forum.FOUR, issues=()):
    """召集: set time and place and put waiting issues on the agenda."""
    if starts_at <= timezone.now():
        refuse("开会时间要在现在以后。")
    year = timezone.localtime(starts_at).year
    # The area's row serialises two people convening at once, so numbers have no gap.
    type(area).objects.select_for_update().get(pk=area.pk)
    if Meeting.objects.coming().filter(area=area, forum=forum, starts_at=starts_at).exists():
        refuse("这个时间已经召集过一次会了，看看会议列表。")
    last = Meeting.objects.filter(area=area, forum=forum, year=year).aggregate(n=Max("number"))
    meeting = Meeting.objects.create(
        area=area,
        forum=forum,
        year=year,
        number=(last["n"] or 0) + 1,
        starts_at=starts_at,
        place=place,
        chair=chair,
        recorder=by,
    )
    _start_duty(meeting)
    record("deliberation.convene_meeting", on=meeting, by=by)
    for issue in issues:
        add_item(meeting=meeting, by=by, issue=issue)
    return meeting


def _start_duty(meeting):
    start_duty(
        "deliberation.hold_meeting",
        on=meeting,
        title=f"开会并记下决议：{meeting}",
        subtitle=f"{day(meeting.starts_at)} {timezone.localtime(meeting.starts_at):%H:%M} · "
        f"{meeting.place}",
        until=add_workdays(meeting.starts_at, 1),
    )


@transaction.atomic
def change_meeting(*, meeting, by, starts_at, place, chair):
    """Move a planned meeting to another time or place."""
    meeting = locked_meeting(meeting)
    if meeting.state != MeetingState.PLANNED:
        refuse("会已经开了，不能再改时间地点。")
    if starts_at <= timezone.now():
        refuse("开会时间要在现在以后。")
    meeting.starts_at, meeting.place, meeting.chair = starts_at, place, chair
    meeting.save()
    end_duty("deliberation.hold_meeting", on=meeting)
    _start_duty(meeting)
    record("deliberation.change_meeting", on=meeting, by=by)
    for item in meeting.items.filter(issue__isnull=False, state=ItemState.WAITING):
        log(
            item.issue,
            EventKind.ON_AGENDA,
            by=by,
            words=f"会议改到{day(starts_at)}",
            public=f"会议改到{day(starts_at)} {timezone.localtime(starts_at):%H:%M}，{place}。",
        )
    return meeting


@transaction.atomic
def cancel_meeting(*, meeting, by, reason):
    """取消会议: waiting issues go back to wait for another one."""
    meeting = locked_meeting(meeting)
    if meeting.state != MeetingState.PLANNED:
        refuse("会已经开了，不能取消。")
    meeting.state = MeetingState.CANCELLED
    meeting.words = reason
    meeting.save()
    end_duty("deliberation.hold_meeting", on=meeting)
    for item in meeting.items.filter(state=ItemState.WAITING):
        item.state, item.reason = ItemState.WITHDRAWN, reason
        item.save()
        if item.issue:
            log(
                item.issue,
                EventKind.POSTPONED,
                by=by,
                words=f"会议取消：{reason}",
                public="会议取消了，排到下一次。",
            )
    record("deliberation.cancel_meeting", on=meeting, by=by)
    return meeting


@transaction.atomic
def add_item(*, meeting, by, issue=None, title="", quiet=False):
    """上议程: a waiting issue, or a matter of its own."""
    meeting = locked_meeting(meeting)
    if meeting.is_over:
        refuse("会已经散了，不能再加议题。")
    if meeting.items.exclude(state=ItemState.WITHDRAWN).count() >= MOST_ITEMS:
        refuse(f"一次会最多议 {MOST_ITEMS} 项，请放到下一次。")
    if issue is not None:
        issue = locked(issue)
        if issue.area_id != meeting.area_id:
            refuse("只能议本小区的事。")
        if issue.state != State.DELIBERATING:
            refuse("这件事还没有提请议事。")
        if issue.agenda_items.filter(state__in=ON_THE_TABLE).exists():
            refuse("这件事已经在一次会的议程上了。")
    elif not title.strip():
        refuse("写上议什么。")
    last = meeting.items.aggregate(n=Max("order"))["n"] or 0
    item = AgendaItem.objects.create(
        meeting=meeting,
        issue=issue,
        order=last + 1,
        title=(title or issue.title)[:60],
    )
    if issue is not None and not quiet:
        log(
            issue,
            EventKind.ON_AGENDA,
            by=by,
            words=f"{day(meeting.starts_at)}上会：{item.title}",
            public=f"{day(meeting.starts_at)} {timezone.localtime(meeting.starts_at):%H:%M} "
            f"在{meeting.place}请四方一起商量，欢迎旁听。",
            item=item.pk,
        )
    record("deliberation.add_item", on=item, by=by)
    return item


@transaction.atomic
def take_off_item(*, item, by, reason):
    """撤下议题: the issue waits for another meeting."""
    locked_meeting(item.meeting)
    item.refresh_from_db()
    if item.state != ItemState.WAITING:
        refuse("这一项已经议过了。")
    end_item(item, by, ItemState.WITHDRAWN, reason)
    if item.issue:
        log(
            item.issue,
            EventKind.POSTPONED,
            by=by,
            words=f"从议程撤下：{reason}",
            public="这次会不议这件事了，排到下一次。",
        )
    record("deliberation.take_off_item", on=item, by=by)
    return item


@transaction.atomic
def move_item(*, item, by, up):
    """调顺序: before the meeting, one place up or down. At the end of the list: nothing."""
    meeting = locked_meeting(item.meeting)
    if meeting.state != MeetingState.PLANNED:
        refuse("会已经开了，不能再调顺序，点哪一项就议哪一项。")
    items = list(meeting.items.on_agenda())
    if item not in items:
        refuse("这一项已经撤下了。")
    at = items.index(item)
    to = at - 1 if up else at + 1
    if 0 <= to < len(items):
        items[at], items[to] = items[to], items[at]
    number_items(items)
    record("deliberation.move_item", on=item, by=by)
    return items


def number_items(items):
    """Number these items 1, 2, 3 as they stand."""
    for order, item in enumerate(items, start=1):
        if item.order != order:
            item.order = order
            item.save(update_fields=["order"])


def turn_to(item):
    """This is the item on the table now."""
    item.state = ItemState.OPEN
    item.opened_at = timezone.now()
    item.save(update_fields=["state", "opened_at"])


def end_item(item, by, state, reason=""):
    """Close an item; from the one on the table the meeting turns to the next that waits.

    Ending in anything but a resolution, its planned tasks never set out.
    """
    was_open = item.state == ItemState.OPEN
    if state != ItemState.RESOLVED:
        _drop_draft(item, by)
    item.state, item.reason = state, reason
    item.ended_at = timezone.now()
    item.save()
    following = item.meeting.items.filter(state=ItemState.WAITING).first() if was_open else None
    if following:
        turn_to(following)


def _drop_draft(item, by):
    if hasattr(item, "resolution"):
        for task in item.resolution.tasks.filter(state=TaskState.OPEN):
            task.state = TaskState.CANCELLED
            task.save(update_fields=["state"])
            record("deliberation.drop_planned_task", on=task, by=by)


def leave_agenda(issues, *, by, reason):
    """These issues go another way than the table. Before they are locked: meetings come first."""
    items = AgendaItem.objects.filter(issue__in=issues, state__in=ON_THE_TABLE)
    for item in items.select_related("meeting").order_by("meeting", "pk"):
        locked_meeting(item.meeting)
        item.refresh_from_db()
        if item.state in ON_THE_TABLE:
            end_item(item, by, ItemState.WITHDRAWN, reason)


def locked_off_agenda(issue, *, by, reason):
    """The issue, held like `locked`, taken off the agenda it is on."""
    leave_agenda([issue], by=by, reason=reason)
    issue = locked(issue)
    if issue.agenda_items.filter(state__in=ON_THE_TABLE).exists():
        refuse("刚才有人把这件事排上了议程，刷新页面看看。")
    return issue


def escalate(issue, by, reason):
    """The table could not settle it: the street is asked."""
    issue = locked(issue)
    move(issue, State.STREET)
    issue.route = "street"
    issue.save()
    log(
        issue,
        EventKind.TO_STREET,
        by=by,
        words=reason,
        public=f"四方没有谈拢，已报街道，{day(issue.due_at)}前答复。",
    )
    return issue
