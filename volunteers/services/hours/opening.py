"""An hour begins: after a service, after a slot, or because the volunteer says so."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from stations.foundation.redaction import find_personal
from stations.foundation.refusal import refuse
from stations.services.acts import record
from stations.services.duties import start_duty
from volunteers.choices import HourSource, HourState, MemberState
from volunteers.messages import hours as messages
from volunteers.models import Hour, Membership, Volunteer
from volunteers.models.hour import LONGEST

from .duty_keys import CONFIRM_DUTY
from .who import is_verified

BACK_DAYS = 7
SHORTEST = 10  # minutes: what is shorter is not worth two people's confirmation
MINUTE = timedelta(minutes=1)
ASKS_STATION = (HourSource.SAID, HourSource.SLOT)  # nobody was helped who could say so


@transaction.atomic
def open_hour(
    *,
    volunteer,
    area,
    help,
    began_at,
    ended_at,
    source,
    team=None,
    words="",
    order=None,
    sign_up=None,
    minutes=None,
):
    """Somebody served: minutes wait for two confirmations. Refuses nobody; an order has one hour
    of each who went, a sign-up one, asked again it is the same.

    A service with a price opens none (None): 志愿服务 is 无偿 (志愿服务条例 第2条). Minutes are
    those between beginning and end, at least one and at most twelve hours.
    """
    known = known_hour(volunteer, order, sign_up)
    if known or (order is not None and order.price_fen):
        return known
    ended_at = max(ended_at, began_at + MINUTE)
    if minutes is None:
        minutes = int((ended_at - began_at) / MINUTE)
    hour = Hour.objects.create(
        volunteer=volunteer,
        area=area,
        team=team,
        order=order,
        sign_up=sign_up,
        source=source,
        help=help,
        words=words.strip()[:100],
        began_at=began_at,
        ended_at=ended_at,
        minutes=min(max(minutes, 1), LONGEST),
    )
    tell_whom_it_concerns(hour)
    return hour


def known_hour(volunteer, order, sign_up):
    """The hour that this volunteer's service has already, or None."""
    if order is not None:  # whoever went before them has an hour of their own
        return Hour.objects.filter(order=order, volunteer=volunteer).first()
    if sign_up is not None:
        return Hour.objects.filter(sign_up=sign_up).first()
    return None


def tell_whom_it_concerns(hour):
    """The team's leaders hear of it; the station has it among its duties, unless somebody was
    served who can say so themselves."""
    team = hour.team
    for leader in (team.leader, team.deputy) if team else ():
        if leader and leader.pk != hour.volunteer_id:
            messages.to_confirm(hour=hour, recipient_id=leader.user_id)
    if hour.source in ASKS_STATION:
        ask_station(hour, fresh=True)


def ask_station(hour, *, fresh=False):
    """The station confirms for the other side: among its duties."""
    start_duty(
        CONFIRM_DUTY,
        on=hour,
        title=f"确认时数：{hour}",
        subtitle=f"{hour.area} · {hour.volunteer} · {hour.get_source_display()}",
        fresh=fresh,
    )


@transaction.atomic
def report_hours(*, volunteer, help, began_at, minutes, words, area, team=None):
    """A volunteer says what they did, at most a week ago and at most twelve hours of it.

    Refuses who is not verified, what lies ahead, a team they are not in, the same said twice,
    and words that tell somebody's telephone or door.
    """
    rows = Volunteer.objects.select_for_update(of=("self",), no_key=True)
    volunteer = rows.get(pk=volunteer.pk)
    if not is_verified(volunteer.user):
        refuse("先当面核对一次身份：带上身份证到服务站，核对好了就能报时数。")
    ended_at = end_of_told(began_at, minutes)
    check_words(words)
    mine = Membership.objects.filter(volunteer=volunteer, state=MemberState.IN)
    if team and not mine.filter(team=team).exists():
        refuse("您不在这个队里，请重新选。")
    same = Hour.objects.filter(volunteer=volunteer, began_at=began_at, ended_at=ended_at)
    same = same.filter(reverses=None, reversed_by=None)  # what was taken back is told anew
    if same.exclude(state=HourState.REFUSED).exists():
        refuse("这一次已经报过了，不用再报。")
    hour = open_hour(
        volunteer=volunteer,
        area=area,
        help=help,
        began_at=began_at,
        ended_at=ended_at,
        source=HourSource.SAID,
        team=team,
        words=words,
        minutes=minutes,
    )
    record("volunteers.report_hours", on=hour, by=volunteer.user)
    return hour


def end_of_told(began_at, minutes):
    """When it ended, if so much can be told."""
    now = timezone.now()
    if not SHORTEST <= minutes <= LONGEST:
        refuse("一次最少报10分钟，最多报12小时。")
    # The beginning first: no minutes can be added to the last day there is.
    if began_at > now or (ended_at := began_at + timedelta(minutes=minutes)) > now:
        refuse("结束的时间还没到。做完了再报。")
    if began_at < now - timedelta(days=BACK_DAYS):
        refuse("只能报最近7天里做的。更早的请跟队长或者服务站说。")
    return ended_at


def check_words(words):
    """The leader, the station and (in part) a sheet of paper show them: no telephone, no door."""
    if not words.strip():
        refuse("写一句做了什么，队长和服务站才好确认。")
    if found := find_personal(words):
        what = "、".join(dict.fromkeys(f"{one.label}“{one.text}”" for one in found))
        refuse(f"说的话里有{what}，请去掉再报。写做了什么就行，不写帮的是谁。")
