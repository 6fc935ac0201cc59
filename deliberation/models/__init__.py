from .event import Event
from .issue import Issue
from .meeting import AgendaItem, Attendance, Meeting, Position, Resolution, Seat
from .notice import Notice
from .photo import Photo
from .rating import Rating, Waiver
from .reporter import MeToo, Reporter
from .task import Task
from .token import UsedToken

__all__ = [
    "AgendaItem",
    "Attendance",
    "Event",
    "Issue",
    "MeToo",
    "Meeting",
    "Notice",
    "Photo",
    "Position",
    "Rating",
    "Reporter",
    "Resolution",
    "Seat",
    "Task",
    "UsedToken",
    "Waiver",
]
