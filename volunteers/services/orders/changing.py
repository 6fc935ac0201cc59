"""改时间: another day or part of it, as long as nobody is on the way."""

from django.db import transaction
from django.utils import timezone

from stations.foundation.refusal import refuse
from stations.services.acts import RESIDENT, record
from volunteers.choices import AskState, OrderEventKind, OrderState
from volunteers.foundation.durations import duration
from volunteers.messages import orders as messages
from volunteers.models import Ask, OrderEvent
from volunteers.services.busy import why_busy
from volunteers.services.packages import keep_gap_duty
from volunteers.services.suggest import has_time

from .chain import (
    answer_until,
    due_if_allowed,
    late_note,
    locked,
    log,
    move,
    plain_when,
    when_of,
)
from .dispatching import ask_next, may_not
from .hearing import keep_word, wait_for_answers
from .serving import out_of_hands

CHANGEABLE = (OrderState.ORDERED, OrderState.DISPATCHED, OrderState.ACCEPTED)
ARROW = " → "  # between the old time and the new one, in the words of the way


@transaction.atomic
def change_time(*, order, by, wanted_on, part, minutes=None):
    """改时间, by staff or (`by` None) by the person who ordered. The same time again is nothing.

    Whoever was asked and has time then hears of it and answers anew, so does whoever took it: a
    yes was for the old time. Who has none is let go, and when nobody is left to wait for, the next
    are asked. Refused once somebody is on the way, what `order_help` refuses, and another month
    for a visit of a package.
    """
    order = locked(order)
    minutes = minutes or order.minutes
    if (order.wanted_on, order.part, order.minutes) == (wanted_on, part, minutes):
        return order  # pressed twice
    _check(order, by, wanted_on)
    due_at, old = due_if_allowed(wanted_on, part, now=timezone.now()), _time(order, minutes)
    late = late_note(order)
    told_minutes = order.minutes != minutes
    order.wanted_on, order.part, order.minutes, order.due_at = wanted_on, part, minutes, due_at
    taken = _given_back(order) if order.state == OrderState.ACCEPTED else None
    order.save()
    new = when_of(order) + (f"，{duration(minutes)}" if told_minutes else "")
    about = f"，大约{duration(minutes)}" if told_minutes else ""
    public = f"时间改{_to(order)}{about}。"
    facts = {"by": by, "words": f"{old}{ARROW}{new}{late}", "public": public}
    change = log(order, OrderEventKind.TIME, **facts, is_resident=by is None)
    record("volunteers.change_time", on=order, by=by, actor="" if by else RESIDENT)
    keep_word(order)
    if order.state == OrderState.DISPATCHED:
        wait_for_answers(order)  # where somebody had said yes to the old time
        _ask_anew(order, change, taken, by=by)
    if order.package_id:
        keep_gap_duty(order.package)
    return order


def _check(order, by, wanted_on):
    if order.state == OrderState.ON_WAY:
        refuse("志愿者已经在路上了，请直接打电话商量。")
    if order.state not in CHANGEABLE:
        refuse(f"这一单已经是“{order.get_state_display()}”，时间不能再改。")
    if order.package_id is None or order.wanted_on is None:
        return
    # A visit counts in the month it was planned for: elsewhere it would leave a gap there.
    month = order.wanted_on.replace(day=1)
    if wanted_on is None or wanted_on.replace(day=1) != month:
        instead = "请给服务站打电话" if by is None else "先取消，再到服务包里“补一次”"
        refuse(
            f"这一次是服务包里{month:%-m月}的，改到{month:%-m月}里的一天。要换到别的月，{instead}。"
        )


def _time(order, minutes):
    """When, and how long where that changes too."""
    return when_of(order) + (f"，{duration(order.minutes)}" if order.minutes != minutes else "")


def _to(order):
    """ "到11月25日上午", "成“哪天都行”": what whoever ordered reads."""
    if order.wanted_on is None:
        return f"成“{plain_when(order)}”"
    part = "" if order.part is None else order.get_part_display()
    return f"到{order.wanted_on:%-m月%-d日}{part}"


def _given_back(order):
    """Nobody has it, as after handing over, but that the one who had it is asked again."""
    move(order, OrderState.ORDERED)
    move(order, OrderState.DISPATCHED)
    ask = order.asks.filter(state=AskState.ACCEPTED).first()
    if ask:
        ask.state, ask.answered_at = AskState.ASKED, None
        ask.save(update_fields=["state", "answered_at"])
    out_of_hands(order)
    return ask


def _ask_anew(order, change, taken, *, by):
    """Each who is waited for hears the new time, or that they are not needed then. Whoever took it
    is asked even at an hour at which they usually have no time: they know the person."""
    now = timezone.now()
    asks = list(order.asks.waiting().select_related("volunteer__user"))
    people = [ask.volunteer_id for ask in asks]
    busy = why_busy(people, order.wanted_on, order.part, but=order)
    until, old = answer_until(now, order.due_at), change.words.split(ARROW)[0]
    for ask in asks:
        ask.order, one = order, ask.volunteer
        told = {"ask": ask, "recipient_id": one.user_id, "change": change.pk}
        usual = ask == taken or has_time(one, order.wanted_on, order.part)
        if usual and one.pk not in busy and not may_not(order, one):
            ask.until = until
            messages.time_changed(**told, old=old, new=when_of(order), had=ask == taken)
        else:
            ask.state, ask.answered_at = AskState.WITHDRAWN, now
            messages.not_then(**told, new=when_of(order))
    Ask.objects.bulk_update(asks, ["state", "until", "answered_at"])
    if not order.asks.waiting().exists():
        ask_next(order, by=by)


def times_before(asks):
    """{key of ask: "11月25日周三上午"}: the time as whoever was asked knew it, where it has changed
    since they were asked or somebody last said yes; one query however many asks."""
    events = {}
    kinds = (OrderEventKind.TIME, OrderEventKind.ACCEPTED)
    rows = OrderEvent.objects.filter(kind__in=kinds, order__in=[ask.order_id for ask in asks])
    for event in rows.order_by("pk"):
        events.setdefault(event.order_id, []).append(event)
    known = {ask.pk: _known(ask, events.get(ask.order_id, ())) for ask in asks}
    now = {ask.pk: when_of(ask.order) for ask in asks}
    return {key: words for key, words in known.items() if words and words != now[key]}


def _known(ask, events):
    words = ""
    for event in events:
        if event.kind == OrderEventKind.ACCEPTED:
            words = ""
        elif not words and event.at >= ask.asked_at:
            words = event.words.split(ARROW)[0]
    return words
