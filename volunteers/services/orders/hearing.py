"""最晚什么时候有回音: the clock of the word that is owed to whoever ordered while nobody has said yes.

It stands on the worker's desk all that time: as the duty to dispatch while nobody is asked, as the
duty to bring word while somebody is. Whoever ordered reads its end. Asking others, or asking again,
does not move it; a yes ends it, and ringing the person begins it anew.
"""

from datetime import timedelta

from django.utils import timezone

from stations.foundation.calendar import add_workdays, last_open, next_opening
from stations.models import Duty
from stations.services.duties import clock, end_duty, start_duty
from volunteers.choices import OrderState, Part

from .chain import DISPATCH_DUTY, LEAST_TO_ANSWER, STARTS, answer_until, at, when_of

ANSWER_DUTY = "volunteers.order_answer"
WORD_DUTIES = (DISPATCH_DUTY, ANSWER_DUTY)

DISPATCH_DAYS = 1  # working days within which somebody is asked
ASK_BEFORE = timedelta(hours=2)  # so long before it begins somebody must have been asked
TIME_TO_RING = timedelta(minutes=30)  # after the last answer, where nobody can come


def open_word(order):
    """The open duty to bring word about an order, or None."""
    return Duty.objects.open().filter(kind__in=WORD_DUTIES, object_id=order.pk).first()


def dispatch_until(order, *, since=None):
    """Until when somebody must be asked: a working day after `since` (now), or two hours before
    the wanted part of the day begins where that is sooner; at least half an hour from now. A day
    without a part begins at noon: half of it is left then. Never at an hour at which nobody is in
    the office to do it, as long as there is another one before help is wanted."""
    now = timezone.now()
    since = since or now
    until = add_workdays(since, DISPATCH_DAYS)
    if order.wanted_on:
        part = Part.AFTERNOON if order.part is None else Part(order.part)
        begins = at(order.wanted_on, STARTS[part])
        until = min(until, _in_office(begins - ASK_BEFORE, begins, since=since, now=now))
    return max(until, now + LEAST_TO_ANSWER)


def _in_office(moment, begins, *, since, now):
    """The last moment up to this one at which the office is open; where that is over, or leaves
    less than half an hour, soon after it opens next, if that is before it `begins`."""
    last = last_open(moment)
    if last > now and last >= since + LEAST_TO_ANSWER:
        return last
    opens = next_opening(now) + LEAST_TO_ANSWER
    return opens if moment < opens <= begins else moment


def answered_until(order, *, since=None):
    """Until when there is word once somebody is asked: as above, but time to hear a first round
    out and to ring is left."""
    heard = answer_until(timezone.now(), order.due_at) + TIME_TO_RING
    return max(dispatch_until(order, since=since), heard)


def start_dispatch(order, *, fresh=False, **words):
    """It waits for the worker, from now on; word that is owed already is owed at the same time."""
    owed = None if fresh else open_word(order)
    until = owed.until if owed else dispatch_until(order)
    end_duty(ANSWER_DUTY, on=order)
    said = _words("派单", order) | words
    start_duty(DISPATCH_DUTY, on=order, until=until, since=_since(until), fresh=fresh, **said)


def wait_for_answers(order, *, first=False):
    """Somebody was asked, and word is owed all the same. The `first` time there is time to hear
    them out; after that nothing that was promised is put off."""
    owed = open_word(order)
    if owed and owed.kind == ANSWER_DUTY:
        return
    until = owed.until if owed else answered_until(order)
    if first and owed:
        until = max(until, answered_until(order, since=owed.since))
    end_duty(DISPATCH_DUTY, on=order)
    said = _words("等人接", order)
    start_duty(ANSWER_DUTY, on=order, until=until, since=_since(until), **said)


def keep_word(order):
    """The open duty says what is wanted now, and when. Its clock goes on: nobody gains time by
    it, and a sooner day leaves less."""
    if (duty := open_word(order)) is None:
        return
    is_asked = duty.kind == ANSWER_DUTY
    until = (answered_until if is_asked else dispatch_until)(order, since=duty.since)
    said = _words("等人接" if is_asked else "派单", order)
    Duty.objects.filter(pk=duty.pk).update(**said, **clock(duty.since, until))


def owe_anew(order):
    """Somebody rang and told them how it stands: from now on the next word is owed."""
    end_word(order)
    if order.state == OrderState.ORDERED:
        start_dispatch(order)
    else:
        wait_for_answers(order)


def end_word(order):
    """Somebody comes, or nobody need: no word is owed."""
    for kind in WORD_DUTIES:
        end_duty(kind, on=order)


def _since(until):
    """A clock begins now; one that has run out began when it did."""
    return min(timezone.now(), until)


def _words(what, order):
    """What a duty says: what, where and when, never for whom."""
    subtitle = f"{order.area} · {when_of(order)}"
    return {"title": f"{what}：{order.title}"[:120], "subtitle": subtitle[:160]}
