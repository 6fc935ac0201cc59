"""What every act on an order stands on: the lock, the table of changes, the lines of its way."""

from datetime import datetime, time, timedelta

from django.db.models import F
from django.utils import timezone

from stations.choices import Role
from stations.foundation.calendar import add_workdays
from stations.foundation.refusal import refuse
from stations.models import Posting
from stations.services.acts import RESIDENT, SYSTEM
from stations.services.figures import mark_stale
from volunteers.choices import ASK_HOURS, ORDER_CHANGES, WEEKDAYS, Part
from volunteers.models import Order, OrderEvent, Volunteer

DISPATCH_DUTY = "volunteers.dispatch"
LATE_DUTY = "volunteers.order_late"
CONFIRM_DUTY = "volunteers.confirm_order"

DAYS_WITHOUT_A_DAY = 3  # working days, when any day will do
CONFIRM_AFTER = timedelta(days=2)  # then the station rings instead of waiting for the served one
ENDS = {Part.MORNING: time(12), Part.AFTERNOON: time(18), Part.EVENING: time(21)}
ASKS_FROM, ASKS_TO = time(9), time(21)  # nobody has to answer at night
LEAST_TO_ANSWER = timedelta(minutes=30)


def locked(order):
    """The order as it is now, held until the act is done: whoever comes second waits here."""
    rows = Order.objects.select_for_update(of=("self",))
    way = ("area", "building", "entrance__building", "beneficiary", "team", "volunteer__user")
    return rows.select_related(*way).get(pk=order.pk)


def move(order, state, *, sorry=""):
    """Change the state along ORDER_CHANGES and by no other way; the caller saves."""
    if state not in ORDER_CHANGES[order.state]:
        refuse(sorry or f"这一单现在是“{order.get_state_display()}”，这一步办不了，刷新再看。")
    order.state, order.state_since = state, timezone.now()


def log(order, kind, *, by=None, words="", public="", is_resident=False):
    """A line of the order's way. `public` is what the person who ordered reads: no names."""
    return OrderEvent.objects.create(
        order=order,
        kind=kind,
        by=by,
        actor=str(by)[:40] if by else RESIDENT if is_resident else SYSTEM,
        words=words[:300],
        public_words=public[:300],
    )


def at(day, clock):
    """A time of that day here."""
    return timezone.make_aware(datetime.combine(day, clock))


def due_of(wanted_on, part, *, now):
    """Until when it is to be done: the end of the wanted part of the day, else three workdays."""
    if wanted_on is None:
        return add_workdays(now, DAYS_WITHOUT_A_DAY)
    return at(wanted_on, ENDS[Part(part)] if part is not None else ENDS[Part.EVENING])


def answer_until(now, due_at):
    """Until when somebody who is asked now may answer: ASK_HOURS between 9:00 and 21:00.

    When help is wanted sooner than that, half of the time by day that is left, at least half an
    hour. It never ends at night.
    """
    until = after_by_day(now, timedelta(hours=ASK_HOURS))
    if until > due_at:
        half = time_by_day(now, due_at) / 2
        until = min(until, after_by_day(now, max(half, LEAST_TO_ANSWER)))
    return until


def after_by_day(now, left):
    """The moment until which so much time between 9:00 and 21:00 will have passed."""
    begin = timezone.localtime(now)
    while True:
        opens, closes = at(begin.date(), ASKS_FROM), at(begin.date(), ASKS_TO)
        begin = max(begin, opens)
        if begin + left <= closes:
            return begin + left
        left -= max(closes - begin, timedelta())
        begin = opens + timedelta(days=1)


def time_by_day(begin, end):
    """How much time between 9:00 and 21:00 lies between two moments."""
    begin, end = timezone.localtime(begin), timezone.localtime(end)
    total, day = timedelta(), begin.date()
    while day <= end.date():
        first, last = max(begin, at(day, ASKS_FROM)), min(end, at(day, ASKS_TO))
        total += max(last - first, timedelta())
        day += timedelta(days=1)
    return total


def when_of(order):
    """ "11月25日周三上午", "哪天都行": when help is wanted, in words."""
    if order.wanted_on is None:
        return "哪天都行" if order.part is None else f"哪天都行，{order.get_part_display()}"
    day = order.wanted_on
    part = "" if order.part is None else order.get_part_display()
    return f"{day:%-m月%-d日}{WEEKDAYS[day.weekday()]}{part}"


def day_to_come(order):
    """Whether help is wanted on a day that has not come yet."""
    return order.wanted_on is not None and order.wanted_on > timezone.localdate()


def came_in_anew(order):
    """The figures of the day it came in are counted anew: who was asked and who took it, and
    whether it was wanted at all, count on that day."""
    mark_stale(area=order.area, day=timezone.localdate(order.created_at))


def count_open(volunteer_id, step):
    """One order more or fewer in a volunteer's hands; never below none."""
    rows = Volunteer.objects.filter(pk=volunteer_id)
    if step < 0:
        rows = rows.filter(open_count__gte=-step)
    rows.update(open_count=F("open_count") + step)


def workers_of(area):
    """Keys of the workers at the nearest place that has any, going up from the estate."""
    found = (
        Posting.objects.current()
        .at_or_above(area)
        .filter(role=Role.WORKER, user__is_active=True)
        .values_list("user_id", "area__path")
    )
    people = list(found)
    nearest = max((len(path) for _, path in people), default=0)
    return sorted({user for user, path in people if len(path) == nearest})
