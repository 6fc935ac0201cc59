"""What can be due in deliberation: declared once, shown on the desk, reminded, escalated."""

from deliberation.choices import MeetingState, State, TaskState
from deliberation.models import Issue, Meeting, Task
from stations.choices import Role
from stations.registries import Appointment, duties, schedule


def issue_url(pk):
    return f"/issues/{pk}/"


def task_url(pk):
    return f"/tasks/{pk}/"


def meeting_url(pk):
    return f"/meetings/{pk}/"


def issues_in(state, **more):
    """Ids of the issues in a state: what should have an open duty."""
    return lambda: Issue.objects.filter(state=state, **more).values_list("pk", flat=True)


def declare_issue_duty(key, *, label, verb, role, days, truth, order):
    duties.declare(
        f"deliberation.{key}",
        label=label,
        group="诉求",
        icon="message-report",
        verb=verb,
        role=role,
        days=days,
        url=issue_url,
        truth=truth,
        order=order,
    )


declare_issue_duty(
    "accept",
    label="受理",
    verb="受理",
    role=Role.WORKER,
    days=1,
    truth=issues_in(State.RECEIVED, asked_back=False),
    order=10,
)
declare_issue_duty(
    "ask",
    label="等居民回话",
    verb="问问居民",
    role=Role.WORKER,
    days=5,
    truth=lambda: Issue.objects.filter(asked_back=True).values_list("pk", flat=True),
    order=15,
)
declare_issue_duty(
    "route",
    label="定办法",
    verb="定办法",
    role=Role.WORKER,
    days=3,
    truth=issues_in(State.ACCEPTED, asked_back=False),
    order=20,
)
declare_issue_duty(
    "hear",
    label="上会商量",
    verb="安排上会",
    role=Role.WORKER,
    days=10,
    truth=issues_in(State.DELIBERATING),
    order=30,
)
declare_issue_duty(
    "answer",
    label="街道答复",
    verb="答复",
    role=Role.OFFICER,
    days=5,
    truth=issues_in(State.STREET),
    order=40,
)
declare_issue_duty(
    "notice",
    label="公示结果",
    verb="公示",
    role=Role.WORKER,
    days=3,
    truth=issues_in(State.DONE),
    order=50,
)
declare_issue_duty(
    "rating",
    label="请居民评议",
    verb="请居民评",
    role=Role.WORKER,
    days=7,
    truth=issues_in(State.NOTICED),
    order=60,
)
declare_issue_duty(
    "call_back",
    label="差评回访",
    verb="回电话",
    role=Role.WORKER,
    days=1,
    truth=lambda: (
        Issue.objects.filter(call_back_since__isnull=False, called_back_at=None)
        .exclude(state=State.CLOSED)
        .values_list("pk", flat=True)
    ),
    order=5,
)
declare_issue_duty(
    "close",
    label="销号",
    verb="销号",
    role=Role.SECRETARY,
    days=3,
    truth=issues_in(State.RATED),
    order=70,
)
declare_issue_duty(
    "reinspect",
    label="回头看",
    verb="回头看",
    role=Role.WORKER,
    days=20,
    truth=issues_in(State.CLOSED, reinspected_at=None),
    order=80,
)

DO_TASK = duties.declare(
    "deliberation.do_task",
    label="办任务",
    group="任务",
    icon="clipboard-check",
    verb="办好",
    role=Role.WORKER,
    days=5,
    url=task_url,
    truth=lambda: Task.objects.filter(
        state=TaskState.OPEN, issue__state=State.HANDLING
    ).values_list("pk", flat=True),
    order=35,
)
VERIFY_TASK = duties.declare(
    "deliberation.verify_task",
    label="验收任务",
    group="任务",
    icon="clipboard-check",
    verb="验收",
    role=Role.WORKER,
    days=2,
    url=task_url,
    truth=lambda: Task.objects.filter(state=TaskState.FINISHED).values_list("pk", flat=True),
    order=45,
)
HOLD_MEETING = duties.declare(
    "deliberation.hold_meeting",
    label="开会",
    group="议事",
    icon="messages",
    verb="开会并记下决议",
    role=Role.WORKER,
    days=1,
    url=meeting_url,
    truth=lambda: Meeting.objects.filter(
        state__in=(MeetingState.PLANNED, MeetingState.RUNNING)
    ).values_list("pk", flat=True),
    order=25,
)


@schedule.register("deliberation.meetings", label="会议")
def meetings_of(user, day):
    """Meetings of that day in the person's places."""
    rows = Meeting.objects.visible_to(user).filter(
        starts_at__date=day, state__in=(MeetingState.PLANNED, MeetingState.RUNNING)
    )
    return [
        Appointment(at=row.starts_at, title=str(row), where=row.place, url=meeting_url(row.pk))
        for row in rows.select_related("area")[:20]
    ]
