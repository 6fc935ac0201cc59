"""一路走来: an issue as the resident sees it. Reads only; nothing here is personal.

The full view (own words and photos) is for whoever also knew the last four digits.
"""

from dataclasses import dataclass, field

from django.utils import timezone

from deliberation.choices import EventKind, PhotoStage, Route, Stage, State
from deliberation.foundation.consensus import MARK
from deliberation.models import Event, Issue, Notice, Photo
from stations.foundation.calendar import workdays_between

MOST_EVENTS = 200

# What the rings say, one sign a step; 议 where the four parties decide.
SIGNS = {
    Stage.RECEIVED: "报",
    Stage.ACCEPTED: "受",
    Stage.ROUTED: "定",
    Stage.HANDLED: "办",
    Stage.NOTICED: "示",
    Stage.RATED: "评",
    Stage.CLOSED: "销",
}
HEADINGS = {
    State.RECEIVED: ("收到了，", "等社区受理"),
    State.ACCEPTED: ("受理了，", "正在想办法"),
    State.DELIBERATING: ("等四方", "一起来商量"),
    State.HANDLING: ("定下来了，", "正在办"),
    State.STREET: ("已经报到", "街道去办"),
    State.DONE: ("办好了，", "马上公示"),
    State.NOTICED: ("办好了，", "等您评一评"),
    State.RATED: ("您评过了，", "谢谢"),
    State.CLOSED: ("办完了，", "谢谢您报来"),
    State.RETURNED: ("社区办不了，", "缘由在下面"),
    State.WITHDRAWN: ("您撤回了", "这件事"),
}
# The same for whoever reported what a neighbour had reported first, and rates.
NEIGHBOURS_HEADINGS = {
    State.NOTICED: ("办好了，", "已经公示"),
    State.RATED: ("办好了，", "邻居评过了"),
    State.WITHDRAWN: ("先报的邻居", "撤回了"),
}
# What is promised until the deadline of a state.
PROMISES = {
    State.RECEIVED: "{}前回您",
    State.ACCEPTED: "{}前定办法",
    State.DELIBERATING: "{}前商量",
    State.HANDLING: "{}前办好",
    State.STREET: "{}前街道答复",
    State.DONE: "{}前公示",
    State.NOTICED: "{}前评都行",
    State.RATED: "",
}
TITLES = {
    EventKind.SUBMITTED: "您报了这件事",
    EventKind.ACCEPTED: "受理了",
    EventKind.MERGED: "和邻居的并成一件",
    EventKind.TOOK_IN: "和邻居的并成一件",
    EventKind.ASKED: "想问问您",
    EventKind.REMARK: "您补充了情况",
    EventKind.NOTE: "社区说明",
    EventKind.REFERRED: "有进展",
    EventKind.RETURNED: "社区办不了",
    EventKind.WITHDRAWN: "您撤回了",
    EventKind.ROUTED: "定了办法",
    EventKind.UNDONE: "改了一下",
    EventKind.TO_STREET: "报到街道",
    EventKind.STREET_ANSWER: "街道答复了",
    EventKind.SENT_BACK: "街道请社区接着办",
    EventKind.ON_AGENDA: "排上了议事",
    EventKind.RESOLVED: "议事定下来了",
    EventKind.POSTPONED: "先缓一缓",
    EventKind.TASK: "派了活",
    EventKind.PROGRESS: "有进展",
    EventKind.FINISHED: "活干完了",
    EventKind.VERIFIED: "验收了",
    EventKind.DONE: "办好了",
    EventKind.NOTICED: "办好了，已经公示",
    EventKind.NOT_NOTICED: "办好了",
    EventKind.RATED: "您评过了",
    EventKind.REOPENED: "重新办",
    EventKind.CALLED_BACK: "回了您电话",
    EventKind.CLOSED: "办完了",
    EventKind.REINSPECTED: "回头看",
}
MARKS = {"同意": "agree", "附条件": "if", "反对": "against", "弃权": "abstain"}
# The four parties in the order of the table, as neighbours call them.
PARTIES = {
    "小区党组织": "党组织",
    "居民代表": "居民代表",
    "业主委员会": "业委会",
    "物业公司": "物业",
}
# Lines whose public words only repeat their title.
WORDLESS = {EventKind.SUBMITTED, EventKind.REMARK, EventKind.WITHDRAWN, EventKind.CALLED_BACK}
# Of an issue that took ours in, the lines between its own reporter and the community.
NOT_OURS = {
    EventKind.SUBMITTED,
    EventKind.ASKED,
    EventKind.REMARK,
    EventKind.WITHDRAWN,
    EventKind.RATED,
    EventKind.REOPENED,
    EventKind.CALLED_BACK,
    EventKind.TOOK_IN,
}


@dataclass
class Line:
    """One line of the resident's timeline."""

    at: object
    title: str
    words: str = ""
    kind: str = ""
    photos: list = field(default_factory=list)
    pair: object = None  # the notice whose before and after are shown
    parties: list = field(default_factory=list)  # (mark, party, stance)
    note: str = ""
    own_words: str = ""  # what the resident wrote; only in the full view


def final_target(issue):
    """Where the issue lives on: itself, or the one it was merged into, however often."""
    for _ in range(20):
        if issue.state != State.MERGED:
            break
        issue = Issue.objects.select_related("area", "reporter").get(pk=issue.merged_into_id)
    return issue


def steps_of(issue):
    """The rings of `drawing.ripple`: done in green, red what waits for the resident."""
    stages = [stage for stage in SIGNS if stage != Stage.NOTICED or issue.reporter.consent_public]
    waits_for_resident = issue.state == State.NOTICED or issue.asked_back
    is_over = issue.state in (State.RETURNED, State.WITHDRAWN)
    steps = []
    for stage in stages:
        if issue.state == State.CLOSED or stage < issue.stage:
            state = "done"
        elif stage == issue.stage and not is_over:
            state = "now" if waits_for_resident else "wait"
        else:
            state = "later"
        sign = "议" if stage == Stage.ROUTED and issue.route == Route.PARTIES else SIGNS[stage]
        steps.append({"sign": sign, "state": state, "label": stage.label})
    return steps


def said_of_steps(steps):
    """The rings in words, for who cannot see them."""
    done = sum(step["state"] == "done" for step in steps)
    now = next((step["label"] for step in steps if step["state"] in ("now", "wait")), "")
    return f"{len(steps)} 步走了 {done} 步" + (f"，现在是{now}" if now else "")


def heading_of(issue, *, of_neighbour=False):
    """Two short lines that say where it stands."""
    if of_neighbour and issue.state in NEIGHBOURS_HEADINGS:
        return NEIGHBOURS_HEADINGS[issue.state]
    return ("想请您", "补充几句") if issue.asked_back else HEADINGS[issue.state]


def _date(moment):
    return f"{timezone.localtime(moment):%-m月%-d日}"


def promise_of(issue):
    """Until when the present step is to be done, honest when it is late."""
    if not issue.due_at or not issue.is_open:
        return ""
    if issue.asked_back:
        return f"{_date(issue.due_at)}前回一句都行"
    promise = PROMISES[issue.state].format(_date(issue.due_at))
    if promise and issue.is_overdue and issue.state != State.NOTICED:
        return f"原定{promise}，晚了，正在催"
    return promise


def ease_of(issue):
    """How much earlier than promised it was finished, in words; or nothing."""
    if not issue.finished_at or issue.state in (State.RETURNED, State.WITHDRAWN):
        return ""
    early = workdays_between(issue.finished_at, issue.finish_by)
    return f"早了 {early} 个工作日" if early > 0 else ""


def timeline(issue, *, full=False):
    """The lines a resident may read, newest first; own words and photos only when `full`.

    A merged issue goes on with the public lines of the one it was merged into.
    """
    target = final_target(issue)
    events = _public_events(issue)
    if target.pk != issue.pk:
        events += [event for event in _public_events(target) if event.kind not in NOT_OURS]
        events.sort(key=lambda event: (event.at, event.pk), reverse=True)
    photos = _photos_by_event(events, issue, full=full)
    notices = Notice.objects.live().select_related("before", "after").filter(issue=target)
    by_pk = {notice.pk: notice for notice in notices}
    return [
        _line(event, photos, by_pk, full=full and event.issue_id == issue.pk) for event in events
    ]


def _public_events(issue):
    rows = Event.objects.filter(issue=issue).public().order_by("-at", "-pk")
    return list(rows[:MOST_EVENTS])


def _photos_by_event(events, issue, *, full):
    photos = {}
    for photo in Photo.objects.filter(event__in=[event.pk for event in events]):
        if photo.stage != PhotoStage.REPORT or (full and photo.issue_id == issue.pk):
            photos.setdefault(photo.event_id, []).append(photo)
    return photos


def _line(event, photos, notices, *, full):
    line = Line(
        at=event.at,
        kind=event.kind,
        title=TITLES.get(event.kind, event.get_kind_display()),
        words="" if event.kind in WORDLESS else event.public_words,
        photos=photos.get(event.pk, []),
    )
    for mark in "，：":  # words that begin by repeating the title
        line.words = line.words.removeprefix(f"{line.title}{mark}")
    if event.kind in (EventKind.SUBMITTED, EventKind.REMARK) and full:
        line.own_words = event.words
    if event.kind == EventKind.SUBMITTED and event.by_id:
        line.title = "社区替您报了这件事"
    if event.kind == EventKind.NOTICED:
        notice = notices.get(event.data.get("notice"))
        line.pair = notice if notice and (notice.before or notice.after) else None
    if event.kind == EventKind.RESOLVED:
        _say_what_was_settled(line, event.data.get("positions", {}))
    return line


def _say_what_was_settled(line, positions):
    """The clauses without the recorder's marks, and what each party said."""
    line.words = MARK.sub("", line.words)
    line.parties = [
        (MARKS.get(positions[party], "none"), short, positions[party])
        for party, short in PARTIES.items()
        if party in positions
    ]
    if "附条件" in positions.values():
        line.note = "提的条件都写进了决议。"


def may_see_photo(photo, issue, *, full):
    """Whether a photo belongs to what the holder of this issue's code may see: own photos in the
    full view, and those of lines that have words for the public."""
    if photo.stage == PhotoStage.REPORT:
        return full and photo.issue_id == issue.pk
    if photo.event is None or not photo.event.public_words:
        return False
    return photo.issue_id in (issue.pk, final_target(issue).pk)
