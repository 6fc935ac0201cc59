"""四方议事: lists, planning, the meeting room, paper."""

from .lists import meetings, resolutions
from .pages import meeting, meeting_ending
from .paper import meeting_minutes, meeting_notice, meeting_sheet
from .planning import (
    item_add,
    item_move,
    item_take_off,
    meeting_cancel,
    meeting_change,
    meeting_new,
    meeting_start,
)
from .room import (
    attendance_add,
    attendance_remove,
    item_draft,
    item_escalate,
    item_open,
    item_pass,
    item_position,
    item_postpone,
    item_task,
    meeting_end,
    planned_task_drop,
)

__all__ = [
    "attendance_add",
    "attendance_remove",
    "item_add",
    "item_draft",
    "item_escalate",
    "item_move",
    "item_open",
    "item_pass",
    "item_position",
    "item_postpone",
    "item_take_off",
    "item_task",
    "meeting",
    "meeting_cancel",
    "meeting_change",
    "meeting_end",
    "meeting_ending",
    "meeting_minutes",
    "meeting_new",
    "meeting_notice",
    "meeting_sheet",
    "meeting_start",
    "meetings",
    "planned_task_drop",
    "resolutions",
]
