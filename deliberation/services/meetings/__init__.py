"""会上: who came, what each party says, and how each item ends."""

from .resolutions import (
    draft_resolution,
    drop_planned_task,
    escalate_item,
    pass_resolution,
    plan_task,
    postpone_item,
    resolution_number,
    state_position,
    verdict_on,
)
from .sitting import (
    end_meeting,
    keep_minutes,
    mark_attendance,
    meetings_with_room,
    open_item,
    seats_of,
    start_meeting,
    take_back_attendance,
)

__all__ = [
    "draft_resolution",
    "drop_planned_task",
    "end_meeting",
    "escalate_item",
    "keep_minutes",
    "mark_attendance",
    "meetings_with_room",
    "open_item",
    "pass_resolution",
    "plan_task",
    "postpone_item",
    "resolution_number",
    "seats_of",
    "start_meeting",
    "state_position",
    "take_back_attendance",
    "verdict_on",
]
