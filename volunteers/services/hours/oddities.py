"""What makes hours odd: each is a sentence for the secretary, none of them a verdict.

Bought hours look like this: booked at a desk, many at once, longer than a day's work, two places
at a time (央视2025年7月：后台录入，两分钟录5小时).
"""

from datetime import datetime, time, timedelta

from django.db.models import Q, Sum
from django.utils import timezone

from volunteers.choices import Help, HourSource, HourState
from volunteers.foundation.durations import duration
from volunteers.models import Hour

LONG, LONG_DAY, LONG_SAID = 8 * 60, 10 * 60, 4 * 60  # minutes
MANY, MANY_WITHIN = 20, timedelta(minutes=10)
AT_ONCE = timedelta(minutes=2)
NIGHT_FROM, NIGHT_TO = time(23), time(6)
SLACK = 5  # minutes that a clock may be off


def oddities(hour, *, by=None, now=None):
    """Sentences about this hour; none when it is an ordinary one. `by` has just confirmed."""
    now = now or timezone.now()
    found = [rule(hour) for rule in (too_long, long_day, overlaps, at_night, only_said, beyond)]
    return [words for words in (*found, at_once(hour, now), many_at_once(by, now)) if words]


def others_of(hour):
    """The volunteer's other hours that stand."""
    rows = Hour.objects.filter(volunteer=hour.volunteer_id, reverses=None, reversed_by=None)
    return rows.exclude(pk=hour.pk).exclude(state=HourState.REFUSED)


def too_long(hour):
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
    is_said = hour.source == HourSource.SAID and not (hour.order_id or hour.sign_up_id)
    return "自己报的，超过4小时，没有点单也没有活动" if is_said and hour.minutes > LONG_SAID else ""


def beyond(hour):
    """More minutes than there were."""
    there = (hour.ended_at - hour.began_at) / timedelta(minutes=1)
    return "报的比从开始到做完的时间还长" if hour.minutes > there + SLACK else ""


def at_once(hour, now):
    """Begun (or said) and confirmed by both within two minutes."""
    since = hour.created_at if hour.source == HourSource.SAID else hour.began_at
    return "开始和确认只隔了两分钟" if now - since < AT_ONCE else ""


def many_at_once(by, now):
    if by is None:
        return ""
    since = now - MANY_WITHIN
    # Two queries, each on its own index: one with OR would read the whole table.
    count = sum(
        Hour.objects.filter(condition)[: MANY + 1].count()
        for condition in (
            Q(lead_by=by, lead_at__gte=since),
            Q(other_by=by, other_at__gte=since),
        )
    )
    return f"{by}十分钟里确认了二十多条" if count > MANY else ""
