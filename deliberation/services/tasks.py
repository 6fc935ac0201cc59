"""任务: handed out, reported on, finished with photos, verified by somebody else."""

from django.db import transaction
from django.utils import timezone

from deliberation.choices import EventKind, PhotoStage, Responsible, SolvedAt, State, TaskState
from deliberation.models import Task
from deliberation.services.chain import (
    check_public,
    day,
    locked,
    log,
    move,
    refuse,
    round_began,
    said_already,
)
from deliberation.services.intake import add_photos
from stations.services.duties import end_duty, start_duty

LEVEL_OF = {
    Responsible.COMMUNITY: SolvedAt.COMMUNITY,
    Responsible.STREET: SolvedAt.STREET,
}
VERIFY_DAYS = 2


def _locked_task(task):
    """The task and its issue, issue first: every act takes locks in this order."""
    issue = locked(task.issue)
    row = Task.objects.select_for_update(of=("self",)).get(pk=task.pk)
    row.issue = issue
    if row.resolution_id and row.resolution.passed_at is None:
        refuse("决议还没有通过，这项任务还没派出去。")
    return row


def _start(task):
    start_duty(
        "deliberation.do_task",
        on=task,
        title=task.title,
        subtitle=f"{task.issue.area} · {task.who} · {task.issue.number} {task.issue.title}",
        holder=task.user,
        until=task.due_at,
    )


@transaction.atomic
def create_task(
    *, issue, by, title, responsible, due_at, person="", user=None, resolution=None, quiet=False
):
    """派任务: who does what by when. `quiet` leaves the timeline to the act that calls."""
    issue = locked(issue)
    if issue.state != (State.DELIBERATING if resolution else State.HANDLING):
        refuse("这件事现在不在办理中，不能派任务。")
    if due_at <= timezone.now():
        refuse("期限要在今天以后。")
    task = Task.objects.create(
        issue=issue,
        resolution=resolution,
        title=title,
        responsible=responsible,
        person=person,
        user=user,
        due_at=due_at,
        created_by=by,
    )
    if issue.state == State.HANDLING:
        _start(task)
        if issue.due_at is None or due_at > issue.due_at:
            issue.due_at = due_at
            issue.save(update_fields=["due_at"])
    if not quiet:
        log(
            issue,
            EventKind.TASK,
            by=by,
            words=f"{title}：{task.who}，{day(due_at)}前",
            public=f"{title}，{task.get_responsible_display()}负责，{day(due_at)}前办好。",
            task=task.pk,
        )
    return task


def start_tasks(resolution):
    """A resolution was passed: the clocks of its tasks begin."""
    for task in resolution.tasks.select_related("issue__area").filter(state=TaskState.OPEN):
        _start(task)


@transaction.atomic
def report_progress(*, task, by, words, photos=(), stage=PhotoStage.PROGRESS, is_public=True):
    """Say how far it is, with photos of before or on the way."""
    task = _locked_task(task)
    if task.state != TaskState.OPEN:
        refuse("这项任务不在办了。")
    if is_public:
        check_public(words, issue=task.issue)
    if event := said_already(task.issue, EventKind.PROGRESS, by=by, words=words):
        return event
    event = log(
        task.issue,
        EventKind.PROGRESS,
        by=by,
        words=f"{task.title}：{words}",
        public=words if is_public else "",
        task=task.pk,
    )
    add_photos(task.issue, photos, stage=stage, event=event, task=task)
    return event


@transaction.atomic
def finish_task(*, task, by, words, photos=()):
    """办完: photos of "now"; somebody else has to see it before it counts."""
    task = _locked_task(task)
    if task.state != TaskState.OPEN:
        refuse("这项任务已经报过办完了。")
    check_public(words, issue=task.issue)
    task.state = TaskState.FINISHED
    task.finished_at, task.finished_by = timezone.now(), by
    task.save()
    end_duty("deliberation.do_task", on=task)
    verification = start_duty(
        "deliberation.verify_task",
        on=task,
        title=task.title,
        subtitle=f"{task.issue.area} · {task.who}说办完了 · {task.issue.number}",
    )
    if not task.issue.tasks.filter(state=TaskState.OPEN).exists():
        task.issue.due_at = max(task.issue.due_at, verification.until)
        task.issue.save(update_fields=["due_at"])
    event = log(
        task.issue,
        EventKind.FINISHED,
        by=by,
        words=f"{task.title}：{words}",
        public=f"{task.title}：{words}",
        task=task.pk,
    )
    add_photos(task.issue, photos, stage=PhotoStage.AFTER, event=event, task=task)
    return task


@transaction.atomic
def verify_task(*, task, by, words=""):
    """验收: by somebody other than who finished it. The last one makes the issue done."""
    task = _locked_task(task)
    if task.state != TaskState.FINISHED:
        refuse("这项任务还没有报办完，不能验收。")
    if task.finished_by_id == by.pk:
        refuse("自己报的办完，请另一个人来验收。")
    issue = task.issue
    task.state = TaskState.VERIFIED
    task.verified_at, task.verified_by = timezone.now(), by
    task.save()
    end_duty("deliberation.verify_task", on=task)
    log(
        issue,
        EventKind.VERIFIED,
        by=by,
        words=f"{task.title}：{words or '看过，办好了'}",
        task=task.pk,
    )
    if issue.state == State.HANDLING and not issue.tasks.open().exists():
        _finish_issue(issue, by)
    return task


def _verified_now(issue):
    """Tasks verified in this round: what an earlier one did was not enough."""
    return issue.tasks.filter(state=TaskState.VERIFIED, created_at__gte=round_began(issue))


def _finish_issue(issue, by):
    levels = set(_verified_now(issue).values_list("responsible", flat=True))
    highest = [LEVEL_OF[r] for r in (Responsible.STREET, Responsible.COMMUNITY) if r in levels]
    move(issue, State.DONE, at=State.HANDLING)
    issue.finished_at = timezone.now()
    issue.is_solved = True
    issue.solved_at_level = highest[0] if highest else SolvedAt.ESTATE
    issue.save()
    log(issue, EventKind.DONE, by=by, words="任务都验收了", public="办好了，社区看过现场。")


@transaction.atomic
def refuse_task(*, task, by, words):
    """没通过验收: say what is missing; the task goes on, two working days more."""
    from stations.foundation.calendar import add_workdays

    task = _locked_task(task)
    if task.state != TaskState.FINISHED:
        refuse("这项任务还没有报办完。")
    if task.finished_by_id == by.pk:
        refuse("自己报的办完，请另一个人来验收。")
    task.state = TaskState.OPEN
    task.finished_at = task.finished_by = None
    task.due_at = max(task.due_at, add_workdays(timezone.now(), VERIFY_DAYS))
    task.save()
    end_duty("deliberation.verify_task", on=task)
    _start(task)
    log(task.issue, EventKind.REFUSED, by=by, words=f"{task.title}：{words}", task=task.pk)
    return task


@transaction.atomic
def cancel_task(*, task, by, words):
    """取消任务: with a reason. The last open one cannot be cancelled unless one was verified."""
    task = _locked_task(task)
    if task.state not in (TaskState.OPEN, TaskState.FINISHED):
        refuse("这项任务已经结束了。")
    issue = task.issue
    others = issue.tasks.exclude(pk=task.pk)
    if (
        issue.state == State.HANDLING
        and not others.open().exists()
        and not _verified_now(issue).exists()
    ):
        refuse("这是最后一项任务，取消了这件事就没人办了。请先派一项新的。")
    task.state = TaskState.CANCELLED
    task.save()
    end_duty("deliberation.do_task", on=task)
    end_duty("deliberation.verify_task", on=task)
    log(issue, EventKind.CANCELLED, by=by, words=f"取消任务“{task.title}”：{words}", task=task.pk)
    if issue.state == State.HANDLING and not others.open().exists():
        _finish_issue(issue, by)
    return task


def drop_tasks(issue):
    """Nobody does these any more: the issue went another way, and its line says which."""
    for task in issue.tasks.open():
        task.state = TaskState.CANCELLED
        task.save(update_fields=["state"])
        end_duty("deliberation.do_task", on=task)
        end_duty("deliberation.verify_task", on=task)
