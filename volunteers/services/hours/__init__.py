"""时数: hours nobody can buy. Opened by a service, a slot or the volunteer; two other people say
that it took place; three days on show; then they count, and are never edited again."""

from .attempts import SamePerson, attempts_recorded
from .confirming import confirm_as_served, confirm_as_station, confirm_for_team
from .counting import BATCH, count_hours, reverse_hours
from .deciding import decide_hours, object_hours
from .duty_keys import CONFIRM_DUTY, DECIDE_DUTY
from .opening import open_hour, report_hours

__all__ = [
    "BATCH",
    "CONFIRM_DUTY",
    "DECIDE_DUTY",
    "SamePerson",
    "attempts_recorded",
    "confirm_as_served",
    "confirm_as_station",
    "confirm_for_team",
    "count_hours",
    "decide_hours",
    "object_hours",
    "open_hour",
    "report_hours",
    "reverse_hours",
]
