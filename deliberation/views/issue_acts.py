"""The acts upon an issue: one row each. The page offers them, an address carries them out."""

from collections.abc import Callable
from dataclasses import dataclass, field

from django import forms

from deliberation import access
from deliberation.choices import State
from deliberation.forms import closing as closing_forms
from deliberation.forms import issues as issue_forms
from deliberation.forms import triage as triage_forms
from deliberation.services import agenda, closing, tasks, triage
from deliberation.services.chain import day
from stations.registries import Permission

MANY_HOUSEHOLDS = 10  # from here on the four parties are proposed first


def plainly(words):
    """The sentence after an act that says the same each time."""
    return lambda issue: words


def with_date(words):
    """A sentence with the issue's new deadline: 已受理，11月26日 周四前定办法。"""
    return lambda issue: words.format(day(issue.due_at))


def after_reinspection(issue):
    if issue.state == State.CLOSED:
        return "回头看过了，没有反弹。"
    return f"重新办，{day(issue.due_at)}前定办法。"


@dataclass(frozen=True, kw_only=True)
class IssueAct:
    """What a person can do with an issue.

    `said` makes the sentence afterwards from the issue; `fields` are those shown, when the
    form has others that stand elsewhere on the page; `undoable` offers to take it back.
    """

    key: str
    label: str
    icon: str
    permission: Permission
    form: type[forms.Form]
    service: Callable
    said: Callable
    hint: str = ""
    button: str = ""
    undoable: bool = False
    fields: tuple = field(default=())

    @property
    def button_label(self):
        return self.button or self.label


_ROWS = [
    IssueAct(
        key="accept",
        label="受理",
        icon="check",
        hint="一个工作日内",
        permission=access.TRIAGE_ISSUE,
        form=triage_forms.AcceptForm,
        service=triage.accept_issue,
        said=with_date("已受理，{}前定办法。"),
        undoable=True,
    ),
    IssueAct(
        key="ask",
        label="问问居民",
        icon="user-question",
        hint="时钟先停下",
        button="发给居民",
        permission=access.TRIAGE_ISSUE,
        form=triage_forms.AskForm,
        service=triage.ask_back,
        said=with_date("已请居民补充，{}前等回话。"),
    ),
    IssueAct(
        key="return",
        label="不受理",
        icon="arrow-back-up",
        hint="说清归谁管",
        button="回复居民，不受理",
        permission=access.TRIAGE_ISSUE,
        form=triage_forms.ReturnForm,
        service=triage.return_issue,
        said=plainly("已回复居民，不受理。"),
        undoable=True,
    ),
    IssueAct(
        key="correct",
        label="改类别、标题、地点",
        icon="edit",
        button="改好了",
        permission=access.TRIAGE_ISSUE,
        form=triage_forms.CorrectForm,
        service=triage.correct_issue,
        said=plainly("改好了。"),
    ),
    IssueAct(
        key="merge",
        label="并案",
        icon="git-merge",
        hint="别处报的同一件事",
        button="并进来",
        permission=access.TRIAGE_ISSUE,
        form=triage_forms.MergeForm,
        service=triage.merge_issues,
        said=lambda issue: f"并好了，一共 {issue.households} 户遇到。",
        fields=("number",),
    ),
    IssueAct(
        key="direct",
        label="直接办",
        icon="tool",
        hint="派给物业或自己",
        button="派出去",
        permission=access.TRIAGE_ISSUE,
        form=triage_forms.TaskForm,
        service=triage.route_directly,
        said=with_date("派出去了，{}前办好。"),
        undoable=True,
    ),
    IssueAct(
        key="parties",
        label="提请四方议事",
        icon="messages",
        hint="众人的事众人商量",
        permission=access.TRIAGE_ISSUE,
        form=triage_forms.PartiesForm,
        service=triage.put_before_parties,
        said=with_date("已提请四方议事，{}前上会。"),
        undoable=True,
    ),
    IssueAct(
        key="street",
        label="报街道",
        icon="arrow-up",
        hint="社区办不了",
        permission=access.TRIAGE_ISSUE,
        form=triage_forms.StreetForm,
        service=triage.pass_to_street,
        said=with_date("已报街道，{}前答复。"),
        undoable=True,
    ),
    IssueAct(
        key="answer",
        label="街道答复",
        icon="send",
        permission=access.ANSWER_ISSUE,
        form=triage_forms.AnswerForm,
        service=triage.answer_from_street,
        said=plainly("已答复，居民和社区都看得到。"),
    ),
    IssueAct(
        key="send-back",
        label="退回社区",
        icon="arrow-back-up",
        hint="社区自己能办",
        permission=access.ANSWER_ISSUE,
        form=triage_forms.SendBackForm,
        service=triage.send_back_from_street,
        said=with_date("已退回社区，{}前定办法。"),
    ),
    IssueAct(
        key="agenda",
        label="排上议程",
        icon="calendar-plus",
        permission=access.HOLD_MEETING,
        form=triage_forms.AgendaForm,
        service=agenda.add_item,
        said=plainly("排上议程了。"),
    ),
    IssueAct(
        key="task",
        label="再派一项任务",
        icon="plus",
        button="派出去",
        permission=access.DO_TASK,
        form=triage_forms.TaskForm,
        service=tasks.create_task,
        said=plainly("任务派出去了。"),
    ),
    IssueAct(
        key="skip-notice",
        label="不公示",
        icon="eye-off",
        button="办好了，只告诉报事的人",
        permission=access.PUBLISH_NOTICE,
        form=issue_forms.EmptyForm,
        service=closing.skip_notice,
        said=plainly("没有公示，已请报事的人评一评。"),
    ),
    IssueAct(
        key="call-back",
        label="记下回访",
        icon="phone",
        hint="评价低，一天内回电话",
        permission=access.CALL_BACK,
        form=closing_forms.CallBackForm,
        service=closing.record_call_back,
        said=plainly("回访记下了。"),
    ),
    IssueAct(
        key="waive",
        label="免一环",
        icon="gavel",
        hint="书记写明缘由",
        permission=access.WAIVE_LINK,
        form=closing_forms.WaiveForm,
        service=closing.waive_link,
        said=plainly("记下了，这一环免去。"),
    ),
    IssueAct(
        key="close",
        label="销号",
        icon="circle-check",
        permission=access.CLOSE_ISSUE,
        form=closing_forms.CloseForm,
        service=closing.close_issue,
        said=with_date("销号了，{}前回头看。"),
    ),
    IssueAct(
        key="reinspect",
        label="记下回头看",
        icon="history",
        permission=access.REINSPECT,
        form=closing_forms.ReinspectForm,
        service=closing.reinspect_issue,
        said=after_reinspection,
    ),
    IssueAct(
        key="note",
        label="记下",
        icon="note",
        permission=access.NOTE_ISSUE,
        form=issue_forms.NoteForm,
        service=triage.add_note,
        said=plainly("记下了。"),
    ),
    IssueAct(
        key="undo",
        label="撤销",
        icon="arrow-back-up",
        permission=access.TRIAGE_ISSUE,
        form=issue_forms.EmptyForm,
        service=triage.undo_last_act,
        said=lambda issue: f"撤销了，又回到“{issue.get_state_display()}”。",
    ),
]
ACTS = {act.key: act for act in _ROWS}

# What is offered in which state, the likeliest first.
OFFERED = {
    State.RECEIVED: ("accept", "ask", "correct", "merge", "return"),
    State.ACCEPTED: ("direct", "parties", "street", "ask", "correct", "merge", "return"),
    State.DELIBERATING: ("agenda", "street", "correct", "merge"),
    State.HANDLING: ("task", "street", "correct", "merge"),
    State.STREET: ("answer", "send-back"),
    State.DONE: ("skip-notice",),
    State.NOTICED: ("waive",),
    State.RATED: ("close", "waive"),
    State.CLOSED: ("reinspect",),
}


def offered_keys(issue, *, on_agenda, lacking):
    """The keys of the acts that this issue can take now, the proposed one first."""
    keys = list(OFFERED.get(issue.state, ()))
    if issue.state == State.ACCEPTED and issue.households >= MANY_HOUSEHOLDS:
        keys.remove("parties")
        keys.insert(0, "parties")
    drop = {
        "skip-notice": issue.reporter.consent_public,
        "agenda": on_agenda,
        "waive": not lacking,
        "reinspect": issue.reinspected_at is not None,
    }
    keys = [key for key in keys if not drop.get(key)]
    if issue.call_back_since and not issue.called_back_at and issue.state != State.CLOSED:
        keys.insert(0, "call-back")
    return keys
