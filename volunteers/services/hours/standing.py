"""Where an hour stands, in words and in drawing: who said so, in which capacity, what is missing."""

from dataclasses import dataclass
from datetime import datetime

from volunteers.choices import ConfirmedAs, HourSource, HourState

from .confirming import names_of_leaders


@dataclass(frozen=True)
class Side:
    """One of the two confirmations."""

    label: str
    who: str = ""
    capacity: str = ""
    at: datetime | None = None
    missing: str = ""


def standing(hour):
    """ "等队长吴秀英确认", "公示到11月25日": one sentence, no query if the people are loaded."""
    if hour.state == HourState.REPORTED:
        missing = [side.missing for side in confirmations(hour) if side.missing]
        return "，".join(missing)
    return {
        HourState.SHOWN: "两边都确认了，公示中",
        HourState.HELD: "等书记看",
        HourState.COUNTED: "冲销" if hour.reverses_id else "已计入",
        HourState.REFUSED: "不算",
    }[hour.state]


def confirmations(hour):
    """The team's side and the other one. Of somebody helped no name, only that they said so."""
    return team_side(hour), other_side(hour)


def team_side(hour):
    if not hour.lead_at:
        return Side("队里", missing=f"等{names_of_leaders(hour)}确认")
    leads = hour.team and hour.lead_by_id in [
        person.user_id for person in (hour.team.leader, hour.team.deputy) if person
    ]
    capacity = "队长" if leads else "书记代队里"
    return Side("队里", str(hour.lead_by), capacity, hour.lead_at)


def other_side(hour):
    if not hour.other_at:
        is_own = hour.source == HourSource.CLOCK and hour.order_id
        missing = "等服务对象或者服务站确认" if is_own else "等服务站确认"
        return Side("另一边", missing=missing)
    if hour.other_as == ConfirmedAs.SERVED:
        return Side("另一边", "服务对象", "凭手机尾号", hour.other_at)
    return Side("另一边", str(hour.other_by), "服务站", hour.other_at)
