"""Where an hour stands, in words and in drawing: who said so, in which capacity, what is missing."""

from dataclasses import dataclass
from datetime import datetime

from volunteers.choices import ConfirmedAs, HourSource, HourState

from .confirming import names_of_leaders
from .who import secretary_may

OTHER = "服务对象或服务站"


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


def short(hour):
    """ "等队长、等服务站": the same for a row of a list, without names."""
    if hour.state != HourState.REPORTED:
        return standing(hour)
    missing = []
    if not hour.lead_at:
        missing.append("等书记" if secretary_may(hour) else "等队长")
    if not hour.other_at:
        missing.append("等服务对象或服务站" if knows_who_was_served(hour) else "等服务站")
    return "、".join(missing)


def knows_who_was_served(hour):
    """Whether somebody was helped who can say so themselves."""
    return hour.source == HourSource.CLOCK and bool(hour.order_id)


def confirmations(hour):
    """The team's side and the other one. Of somebody helped no name, only that they said so."""
    return team_side(hour), other_side(hour)


def team_side(hour):
    """Who spoke for the team and as what, or who still can."""
    if not hour.lead_at:
        return Side("队里", missing=f"等{names_of_leaders(hour)}确认")
    leads = hour.team and hour.lead_by_id in [
        person.user_id for person in (hour.team.leader, hour.team.deputy) if person
    ]
    capacity = "队长" if leads else "书记代队里"
    return Side("队里", str(hour.lead_by), capacity, hour.lead_at)


def other_side(hour):
    """Who spoke for the person served and as what, or who still can."""
    if not hour.other_at:
        known = knows_who_was_served(hour)
        return Side(OTHER, missing="等服务对象或者服务站确认" if known else "等服务站确认")
    if hour.other_as == ConfirmedAs.SERVED:
        return Side(OTHER, "服务对象", "凭手机尾号", hour.other_at)
    return Side(OTHER, str(hour.other_by), "服务站", hour.other_at)
