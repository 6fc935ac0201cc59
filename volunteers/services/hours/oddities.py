"""What makes hours odd: each is a sentence for the secretary, none of them a verdict.

Bought hours look like this: booked at a desk, many at once, longer than a day's work, two places
at a time (央视2025年7月：后台录入，两分钟录5小时).
"""

from datetime import datetime, time, timedelta

from django.db.models import Q, Sum
from django.utils import timezone

from volunteers.choices import Help, HourSource, HourState
from volunteers.foundation.durations import duration
from volunteers.models import Hour, Identity

from .behind import one_behind_all

LONG, LONG_DAY, LONG_SAID = 8 * 60, 10 * 60, 4 * 60  # minutes
MANY, MANY_WITHIN = 20, timedelta(minutes=10)
AT_ONCE = timedelta(minutes=2)
NIGHT_FROM, NIGHT_TO = time(23), time(6)
SLACK = 5  # minutes that a clock may be off


def oddities(hour, *, now=None):
    """Sentences about this hour; none when it is an ordinary one."""
    now = now or timezone.now()
    rules = (too_long, long_day, overlaps, at_night, only_said, beyond, before_accepted, by_one)
    found = [rule(hour) for rule in rules]
    return [words for words in (*found, at_once(hour, now), many_at_once(hour, now)) if words]


def others_of(hour):
    """The same person's other hours that stand: whichever of their accounts served."""
    user = hour.volunteer.user_id
    key = Identity.objects.verified().filter(user=user).values("key")
    same = Identity.objects.verified().filter(key__in=key).values("user__volunteer")
    people = [hour.volunteer_id, *same.exclude(user=user).values_list("user__volunteer", flat=True)]
    rows = Hour.objects.filter(volunteer__in=people, reverses=None, reversed_by=None)
    return rows.exclude(pk=hour.pk).exclude(state=HourState.REFUSED)


def too_long(hour):
    """More than eight hours at once."""
    return f"一次{duration(hour.minutes)}，超过8小时" if hour.minutes > LONG else ""


def long_day(hour):
    """More than ten hours on the day it began, with everything else."""
    first = timezone.make_aware(datetime.combine(timezone.localdate(hour.began_at), time.min))
    that_day = others_of(hour).filter(began_at__gte=first, began_at__lt=first + timedelta(days=1))
    total = hour.minutes + (that_day.aggregate(sum=Sum("minutes"))["sum"] or 0)
    return f"这一天加起来{duration(total)}，超过10小时" if total > LONG_DAY else ""


def overlaps(hour):
    """Two places at a time."""
    same_time = others_of(hour).filter(began_at__lt=hour.ended_at, ended_at__gt=hour.began_at)
    found = same_time.first()
    return f"和另一条时间重着：{found}" if found else ""


def at_night(hour):
    """Between eleven and six; keeping watch is done at night."""
    if hour.help == Help.PATROL:
        return ""
    began, ended = timezone.localtime(hour.began_at), timezone.localtime(hour.ended_at)
    is_late = began.time() >= NIGHT_FROM or began.time() < NIGHT_TO
    is_late |= ended.date() > began.date() or ended.time() > NIGHT_FROM
    return "夜里做的（晚上11点到早上6点）" if is_late else ""


def only_said(hour):
    """More than four hours that nobody but the volunteer has told."""
    is_said = hour.source == HourSource.SAID and not (hour.order_id or hour.sign_up_id)
    return "自己报的，超过4小时，没有点单也没有活动" if is_said and hour.minutes > LONG_SAID else ""


def beyond(hour):
    """More minutes than there were, or than there were since 开始 was pressed."""
    began = max(hour.began_at, pressed_at(hour) or hour.began_at)
    there = (hour.ended_at - began) / timedelta(minutes=1)
    return "报的比从开始到做完的时间还长" if hour.minutes > there + SLACK else ""


def pressed_at(hour):
    """When whoever served pressed 开始; None without an order, or when somebody else went since."""
    order = hour.order if hour.order_id else None
    return order.begun_at if order and order.volunteer_id == hour.volunteer_id else None


def before_accepted(hour):
    """Told minutes that begin before anybody had taken the order."""
    taken = hour.order.accepted_at if hour.order_id else None
    early = taken and hour.began_at < taken - timedelta(minutes=SLACK)
    return "报的时间比接单还早" if early else ""


def by_one(hour):
    """One person behind the team's word and behind the rest, against it only a telephone."""
    return (
        "服务对象只凭电话确认，队里这边和录单、派单或者核对身份的是同一个人"
        if one_behind_all(hour)
        else ""
    )


def at_once(hour, now):
    """Begun (or said) and confirmed by both within two minutes."""
    since = hour.created_at if hour.source == HourSource.SAID else hour.began_at
    return "开始和确认只隔了两分钟" if now - since < AT_ONCE else ""


def many_at_once(hour, now):
    """Either of the two has confirmed many within ten minutes, whoever of them came last."""
    for by in (hour.lead_by, hour.other_by):
        if by and confirmed_lately(by, now) > MANY:
            return f"{by}十分钟里确认了二十多条"
    return ""


def confirmed_lately(by, now):
    """How many hours this person has confirmed within ten minutes; each side
    counted no further than one above what is odd."""
    since = now - MANY_WITHIN
    # Two queries, each on its own index: one with OR would read the whole table.
    return sum(
        Hour.objects.filter(condition)[: MANY + 1].count()
        for condition in (
            Q(lead_by=by, lead_at__gte=since),
            Q(other_by=by, other_at__gte=since),
        )
    )
