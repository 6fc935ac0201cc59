"""An issue's way through its eight steps, and the clock of the present one."""

from django.utils import timezone

from deliberation.choices import EventKind, Stage, State
from deliberation.services.chain import day
from deliberation.services.closing import REINSPECT_DAYS
from stations.foundation import drawing
from stations.foundation.calendar import day_name, is_workday, workdays_between

# What has to be done by the deadline of each state.
BEFORE = {
    State.RECEIVED: "前受理",
    State.ACCEPTED: "前定下办法",
    State.DELIBERATING: "前上会商量",
    State.HANDLING: "前办好",
    State.STREET: "前街道答复",
    State.DONE: "前公示",
    State.NOTICED: "前请居民评",
    State.RATED: "前销号",
    State.CLOSED: "前回头看",
}
# The events that end a step of the way.
ENDS = {
    Stage.ACCEPTED: (EventKind.ACCEPTED,),
    Stage.ROUTED: (EventKind.ROUTED, EventKind.RESOLVED, EventKind.TO_STREET),
    Stage.HANDLED: (EventKind.DONE, EventKind.STREET_ANSWER),
    Stage.NOTICED: (EventKind.NOTICED, EventKind.NOT_NOTICED),
    Stage.RATED: (EventKind.RATED,),
    Stage.CLOSED: (EventKind.CLOSED,),
    Stage.REINSPECTED: (EventKind.REINSPECTED,),
}
COMING = {
    Stage.HANDLED: "定了办法就办",
    Stage.NOTICED: "办好后 3 日内",
    Stage.RATED: "居民来评",
    Stage.CLOSED: "书记确认",
    Stage.REINSPECTED: f"{REINSPECT_DAYS} 天后",
}


def way(issue, events):
    """The eight steps with what happened and what comes: newest events first."""
    at = {}
    for event in events:
        for stage, kinds in ENDS.items():
            if event.kind in kinds:
                at.setdefault(stage, event)
    ended = not issue.is_open and issue.state != State.CLOSED
    if issue.state == State.CLOSED and issue.reinspected_at:
        current = Stage.REINSPECTED + 1
    else:
        current = issue.stage
    steps = [
        {
            "label": Stage.RECEIVED.label,
            "state": "done",
            "when": moment(issue.created_at),
            "note": issue.get_channel_display(),
        }
    ]
    for stage in list(Stage)[1:]:
        event = at.get(stage)
        if stage == current and ended:
            step = {"label": issue.get_state_display(), "state": "done", "when": "", "note": ""}
        elif stage == current:
            late = issue.due_at and issue.due_at < timezone.now()
            step = {
                "label": stage.label,
                "state": "now late" if late else "now",
                "when": f"{day(issue.due_at)}前" if issue.due_at else "",
                "note": countdown(issue),
            }
        elif stage < current:
            skipped = event is None or event.kind == EventKind.NOT_NOTICED
            step = {
                "label": stage.label,
                "state": "skip" if skipped else "done",
                "when": moment(event.at) if event else "免了",
                "note": "只告诉本人" if event and skipped else note_of(stage, event, issue),
            }
        else:
            step = {
                "label": stage.label,
                "state": "later",
                "when": "" if ended else COMING.get(stage, ""),
                "note": "",
            }
        steps.append(step)
    return steps


def note_of(stage, event, issue):
    """The small line under a step that is done."""
    if event is None:
        return ""
    if stage == Stage.ACCEPTED:
        return f"{event.actor}，用 {spent(event.at - issue.created_at)}"
    if stage == Stage.ROUTED:
        return issue.get_route_display()
    if stage == Stage.HANDLED:
        return f"在{issue.get_solved_at_level_display()}解决" if issue.solved_at_level else ""
    if stage == Stage.RATED:
        return event.words.split("。")[0]
    return event.actor


def moment(at):
    local = timezone.localtime(at)
    return f"{local:%-m月%-d日 %-H:%M}"


def spent(time):
    """How long something took, in words: 20 分钟, 6 小时, 3 天."""
    minutes = max(1, int(time.total_seconds() // 60))
    if minutes < 60:
        return f"{minutes} 分钟"
    return f"{minutes // 60} 小时" if minutes < 48 * 60 else f"{minutes // 1440} 天"


def countdown(issue):
    """还有 3 个工作日, 今天到期, 超 1 个工作日."""
    if issue.due_at is None:
        return ""
    left = workdays_between(timezone.localdate(), timezone.localdate(issue.due_at))
    if issue.due_at < timezone.now():
        return f"超 {-left} 个工作日" if left else "今天刚超期"
    return f"还有 {left} 个工作日" if left else "今天到期"


def clock(issue):
    """{title, left, unit, late, days} of the present step, or None when nothing is due."""
    if issue.due_at is None or (issue.state == State.CLOSED and issue.reinspected_at):
        return None
    today, due = timezone.localdate(), timezone.localdate(issue.due_at)
    left = workdays_between(today, due)
    late = issue.due_at < timezone.now()
    before = "前等居民回话" if issue.asked_back else BEFORE.get(issue.state, "前办好")
    if left:
        unit = "个工作日已超" if late else "个工作日，今天不算"
    else:
        unit = "刚超期" if late else "到期"
    return {
        "title": f"{day(issue.due_at)} {timezone.localtime(issue.due_at):%H:%M} {before}",
        "left": abs(left) or "今天",
        "unit": unit,
        "late": late,
        "days": drawing.clock_days(
            received=timezone.localdate(issue.stage_since),
            due=due,
            today=today,
            works=is_workday,
            holiday=day_name,
            begun="收到" if issue.state == State.RECEIVED else "起算",
        ),
    }
