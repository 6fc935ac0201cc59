"""What every act on an order stands on: the lock, the table of changes, the lines of its way."""

from datetime import datetime, time, timedelta

from django.db.models import F
from django.utils import timezone

from stations.choices import Role
from stations.foundation.calendar import add_workdays
from stations.foundation.locks import held
from stations.foundation.refusal import refuse
from stations.models import Posting
from stations.services.acts import RESIDENT, SYSTEM
from stations.services.figures import mark_stale
from volunteers.choices import ASK_HOURS, ORDER_CHANGES, WEEKDAYS, OrderState, Part
from volunteers.models import Order, OrderEvent, Volunteer
from volunteers.services.beneficiaries import without_person

DISPATCH_DUTY = "volunteers.dispatch"
LATE_DUTY = "volunteers.order_late"
CONFIRM_DUTY = "volunteers.confirm_order"

DAYS_WITHOUT_A_DAY = 3  # working days, when any day will do
CHANGED_LATE = "过了约好的时间才改"  # read again by the figures
MOST_AHEAD = timedelta(days=60)
CONFIRM_AFTER = timedelta(days=2)  # then the station rings instead of waiting for the served one
STARTS = {Part.MORNING: time(9), Part.AFTERNOON: time(12), Part.EVENING: time(18)}
ENDS = {Part.MORNING: time(12), Part.AFTERNOON: time(18), Part.EVENING: time(21)}
ASKS_FROM, ASKS_TO = time(9), time(21)  # nobody has to answer at night
LEAST_TO_ANSWER = timedelta(minutes=30)


def locked(order):
    """The order as it is now, held until the act is done: whoever comes second waits here."""
    way = ("area", "building", "entrance__building", "beneficiary", "team", "volunteer__user")
    return held(Order.objects.select_related(*way), order.pk)


def move(order, state, *, sorry=""):
    """Change the state along ORDER_CHANGES and by no other way; the caller saves."""
    if state not in ORDER_CHANGES[order.state]:
        refuse(sorry or f"这一单现在是“{order.get_state_display()}”，这一步办不了，刷新再看。")
    order.state, order.state_since = state, timezone.now()


def log(order, kind, *, by=None, words="", public="", is_resident=False):
    """A line of the order's way. `public` is what the person who ordered reads: no names.

    Lines stay for ever, so what people typed is kept without telephones, doors and the name of
    whoever is helped.
    """
    if words:
        words, public = (without_person(one, order.beneficiary) for one in (words, public))
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


def due_if_allowed(wanted_on, part, *, now):
    """`due_of` a time that may be wanted. Refuses a day that is over or far away."""
    due_at = due_of(wanted_on, part, now=now)
    if due_at <= now:
        refuse("这个时间已经过了，请换一个。")
    if wanted_on and wanted_on > timezone.localdate(now) + MOST_AHEAD:
        refuse("太早了，请选两个月以内的日子。")
    return due_at


def time_is_over(order):
    """Whether the day it was wanted on is over: nobody can be asked for it any more."""
    return order.wanted_on is not None and order.due_at <= timezone.now()


def renew_time(order):
    """The time it was wanted at, as long as it lies ahead; else whoever comes rings first. A visit
    of a package has a day, so that its month can be counted: tomorrow, until another is said. The
    caller saves."""
    now = timezone.now()
    if order.due_at > now:
        return
    order.wanted_on = timezone.localdate(now) + timedelta(days=1) if order.package_id else None
    order.part = order.part if order.package_id else None
    order.due_at = due_of(order.wanted_on, order.part, now=now)


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
    """ "11月25日周三上午", "时间商量": when help is wanted, in words."""
    if order.wanted_on is None:
        return "时间商量" if order.part is None else f"时间商量，{order.get_part_display()}"
    day = order.wanted_on
    part = "" if order.part is None else order.get_part_display()
    return f"{day:%-m月%-d日}{WEEKDAYS[day.weekday()]}{part}"


def plain_when(order):
    """ "11月25日周三上午", "哪天都行，上午": the same for whoever ordered, in the words in which they
    were asked; once somebody has taken it, the day is being said on the telephone."""
    if order.wanted_on:
        return when_of(order)
    day = "哪天来，电话里说" if order.state == OrderState.ACCEPTED else "哪天都行"
    return day if order.part is None else f"{day}，{order.get_part_display()}"


def when_done(order):
    """ "11月23日周一做完": what stands above an order that is done, "" above another."""
    if order.done_at is None:
        return ""
    day = timezone.localtime(order.done_at)
    return f"{day:%-m月%-d日}{WEEKDAYS[day.weekday()]}做完"


def time_key(order):
    """The time somebody saw when they said yes, to compare with the time it is now."""
    part = "" if order.part is None else int(order.part)
    return f"{order.wanted_on or ''}/{part}/{order.minutes}"


def late_note(order):
    """What the line of a change of time says besides, asked before the change: whoever comes a
    day later by a new agreement was late all the same, and the figures count it so."""
    return f"（{CHANGED_LATE}）" if order.is_late else ""


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
