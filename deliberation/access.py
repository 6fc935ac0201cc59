"""Who may do what with issues, meetings, tasks and notices."""

from deliberation.choices import EventKind
from stations.choices import COMMUNITY_STAFF, STAFF, Role
from stations.registries import permissions, verbs

SECRETARIES = frozenset({Role.SECRETARY})
OFFICERS = frozenset({Role.OFFICER})

VIEW_ISSUES = permissions.declare("deliberation.view_issues", label="看诉求", roles=STAFF)
ENTER_ISSUE = permissions.declare(
    "deliberation.enter_issue", label="代报一件", roles=COMMUNITY_STAFF
)
TRIAGE_ISSUE = permissions.declare(
    "deliberation.triage_issue", label="受理、改、并、问、退、定办法", roles=COMMUNITY_STAFF
)
NOTE_ISSUE = permissions.declare("deliberation.note_issue", label="记一笔", roles=STAFF)
REVEAL_PHONE = permissions.declare(
    "deliberation.reveal_phone", label="看报事人电话", roles=COMMUNITY_STAFF
)
READ_REPORTER = permissions.declare(
    "deliberation.read_reporter", label="看报事人是谁", roles=COMMUNITY_STAFF
)
ANSWER_ISSUE = permissions.declare(
    "deliberation.answer_issue", label="街道答复或退回", roles=OFFICERS
)
VIEW_MEETINGS = permissions.declare("deliberation.view_meetings", label="看会议", roles=STAFF)
HOLD_MEETING = permissions.declare(
    "deliberation.hold_meeting", label="召集会议、记录、通过决议", roles=COMMUNITY_STAFF
)
VIEW_TASKS = permissions.declare("deliberation.view_tasks", label="看任务", roles=STAFF)
DO_TASK = permissions.declare("deliberation.do_task", label="派任务、记进展、报办完", roles=STAFF)
VERIFY_TASK = permissions.declare("deliberation.verify_task", label="验收任务", roles=STAFF)
VIEW_NOTICES = permissions.declare("deliberation.view_notices", label="看公示", roles=STAFF)
PUBLISH_NOTICE = permissions.declare(
    "deliberation.publish_notice", label="公示和撤下", roles=COMMUNITY_STAFF
)
CALL_BACK = permissions.declare("deliberation.call_back", label="回访", roles=COMMUNITY_STAFF)
CLOSE_ISSUE = permissions.declare("deliberation.close_issue", label="销号", roles=SECRETARIES)
WAIVE_LINK = permissions.declare("deliberation.waive_link", label="免一环", roles=SECRETARIES)
REINSPECT = permissions.declare("deliberation.reinspect", label="回头看", roles=COMMUNITY_STAFF)

# The words of the act log: every line of a timeline, and what leaves none there.
for kind in EventKind:
    verbs.declare(f"deliberation.{kind}", label=kind.label)
for key, label in {
    "convene_meeting": "召集会议",
    "change_meeting": "改会议时间地点",
    "cancel_meeting": "取消会议",
    "start_meeting": "开会",
    "end_meeting": "散会",
    "keep_minutes": "存会议纪要",
    "add_item": "议题上会",
    "take_off_item": "撤下议题",
    "move_item": "调议题先后",
    "open_item": "开始议一项",
    "mark_attendance": "记到场",
    "take_back_attendance": "改到场",
    "state_position": "记表态",
    "drop_planned_task": "去掉拟派任务",
    "pass_resolution": "通过决议",
    "postpone_item": "记下缓议",
    "escalate_item": "议题报街道",
    "erase_contact": "到期删掉联系方式",
}.items():
    verbs.declare(f"deliberation.{key}", label=label)
verbs.declare("deliberation.reveal_phone", label="看报事人电话", is_look=True)
verbs.declare("deliberation.export_issues", label="导出诉求", is_look=True)
