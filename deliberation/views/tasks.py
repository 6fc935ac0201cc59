"""任务: the list, one task, and what people do with it."""

from django.contrib import messages
from django.db.models import Q
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from deliberation.access import DO_TASK, VERIFY_TASK, VIEW_TASKS
from deliberation.choices import PhotoStage, TaskState
from deliberation.forms.tasks import CancelForm, FinishForm, ProgressForm, ReasonForm, VerifyForm
from deliberation.models import Task
from deliberation.services import tasks as acts
from deliberation.services.reading import told_to
from stations.access import can, requires
from stations.foundation.calendar import day_name, is_workday
from stations.foundation.drawing import clock_days, left_words
from stations.foundation.http import carry_out, show
from stations.foundation.pages import key_from, page, page_urls

# The views of the list: key, label, whether finished ones (newest first) are shown.
VIEWS = {
    "all": "在办的",
    "mine": "我的",
    "verify": "待验收",
    "overdue": "超期",
    "done": "办完的",
}


@require_GET
@requires(VIEW_TASKS)
def task_list(request):
    """Tasks of one's places; the view lives in the URL."""
    view = request.GET.get("view", "")
    view = view if view in VIEWS else "all"
    rows = rows_of(view, request.user)
    after = key_from(request.GET.get("after"))
    if after:
        rows = behind(rows, after, newest_first=view == "done")
    found, older = page(rows.select_related("issue__area", "user"))
    first_url, older_url = page_urls(request, before=after, older=older)
    context = {
        "views": VIEWS,
        "view": view,
        "rows": found,
        "first_url": first_url,
        "older_url": older_url,
    }
    return show(request, "deliberation/task_list.html", context)


def rows_of(view, user):
    """The rows of a view, in its order."""
    rows = Task.objects.visible_to(user).handed_out()
    if view == "done":
        return rows.exclude(state__in=(TaskState.OPEN, TaskState.FINISHED)).order_by("-pk")
    if view == "verify":
        rows = rows.filter(state=TaskState.FINISHED)
    elif view == "overdue":
        rows = rows.overdue()
    else:
        rows = rows.open()
    if view == "mine":
        rows = rows.filter(Q(user=user) | Q(created_by=user))
    return rows.order_by("due_at", "pk")


def behind(rows, pk, *, newest_first):
    """The rows behind the one with this key; an unknown key begins at the first row."""
    if newest_first:
        return rows.filter(pk__lt=pk)
    last = Task.objects.filter(pk=pk).values_list("due_at", flat=True).first()
    if last is None:
        return rows
    return rows.filter(Q(due_at__gt=last) | Q(due_at=last, pk__gt=pk))


@require_GET
@requires(VIEW_TASKS, on=Task)
def task_page(request, task):
    """One task: what, who, until when, what happened, and what can be done now."""
    return show_task(request, task)


def show_task(request, task, **bound):
    """The page with every form it may need; `bound` holds the one that was refused."""
    now = timezone.now()
    user = request.user
    may_do = can(user, DO_TASK, at=task.area)
    may_verify = can(user, VERIFY_TASK, at=task.area)
    is_open, is_finished = task.state == TaskState.OPEN, task.state == TaskState.FINISHED
    forms = {
        "progress": ProgressForm(prefix="progress") if is_open and may_do else None,
        "finish": FinishForm(prefix="finish") if is_open and may_do else None,
        "verify": VerifyForm(prefix="verify") if is_finished and may_verify else None,
        "refuse": ReasonForm(prefix="refuse") if is_finished and may_verify else None,
        "cancel": CancelForm(prefix="cancel") if (is_open or is_finished) and may_do else None,
    } | bound
    photos = list(task.photos.all())
    context = {
        "task": task,
        "issue": task.issue,
        "told": told_to(user, task.issue),
        "forms": forms,
        "is_open": is_open,
        "is_finished": is_finished,
        "finished_it": is_finished and task.finished_by_id == user.pk,
        "left": left_words(task.due_at, now),
        "days": days_of(task, now),
        "before_photos": [p for p in photos if p.stage == PhotoStage.BEFORE],
        "after_photos": [p for p in photos if p.stage == PhotoStage.AFTER],
        "events": timeline(task),
        "refused": next(iter(bound), ""),
        "draft_done": request.GET.get("done") if request.GET.get("done") in forms else "",
    }
    return show(request, "deliberation/task_page.html", context, status=422 if bound else 200)


def days_of(task, now):
    """The clock of a task, from the day it was handed out."""
    return clock_days(
        received=timezone.localdate(task.created_at),
        due=timezone.localdate(task.due_at),
        today=timezone.localdate(now),
        works=is_workday,
        holiday=day_name,
        begun="派出",
    )


def timeline(task):
    """What happened to this task, newest first: the issue's events that name it."""
    return (
        task.issue.events.filter(data__task=task.pk)
        .select_related("by")
        .prefetch_related("photos")
        .order_by("-at", "-pk")[:200]
    )


def act(request, task, *, name, form, service, done):
    """Bind, call one service, go back to the task; a refusal stays on the page."""
    if carry_out(form, service, task=task, by=request.user) is None:
        return show_task(request, task, **{name: form})
    messages.success(request, done)
    return redirect(f"{task.get_absolute_url()}?done={name}")  # the kept draft may go


@require_POST
@requires(DO_TASK, on=Task)
def report_progress(request, task):
    """记进展."""
    form = ProgressForm(request.POST, request.FILES, prefix="progress")
    return act(
        request, task, name="progress", form=form, service=acts.report_progress, done="进展记下了。"
    )


@require_POST
@requires(DO_TASK, on=Task)
def finish_task(request, task):
    """报办完."""
    form = FinishForm(request.POST, request.FILES, prefix="finish")
    done = "报办完了，请另一个人来验收。"
    return act(request, task, name="finish", form=form, service=acts.finish_task, done=done)


@require_POST
@requires(VERIFY_TASK, on=Task)
def verify_task(request, task):
    """验收通过."""
    form = VerifyForm(request.POST, prefix="verify")
    done = "验收通过。"
    return act(request, task, name="verify", form=form, service=acts.verify_task, done=done)


@require_POST
@requires(VERIFY_TASK, on=Task)
def refuse_task(request, task):
    """没通过验收."""
    form = ReasonForm(request.POST, prefix="refuse")
    done = "退回去接着办，多给两个工作日。"
    return act(request, task, name="refuse", form=form, service=acts.refuse_task, done=done)


@require_POST
@requires(DO_TASK, on=Task)
def cancel_task(request, task):
    """取消任务."""
    form = CancelForm(request.POST, prefix="cancel")
    done = "任务取消了，原因记在经过里。"
    return act(request, task, name="cancel", form=form, service=acts.cancel_task, done=done)
