"""过点了: what staff can do where somebody took an order and the time has passed."""

from django.db import transaction
from django.utils import timezone

from stations.foundation.refusal import refuse
from stations.services.acts import record
from volunteers.choices import ORDER_TAKEN, AskState, OrderEventKind, OrderState
from volunteers.messages import orders as messages
from volunteers.services.packages import keep_gap_duty

from .chain import late_note, locked, log, move, renew_time
from .dispatching import ask_next
from .hearing import start_dispatch
from .serving import out_of_hands


@transaction.atomic
def take_back(*, order, by):
    """换人去, by staff, of a late order: the volunteer hears it kindly and is not asked again.

    The time that was agreed is over: it goes back to the worker, who says a new one with whoever
    ordered. Where any day would do, the next ones are asked at once.
    """
    order = _late(order)
    taker, late = order.volunteer, late_note(order)
    move(order, OrderState.ORDERED)
    accepted = order.asks.filter(state=AskState.ACCEPTED)
    accepted.update(state=AskState.TAKEN_BACK, answered_at=timezone.now())
    out_of_hands(order)
    had_a_day = order.wanted_on is not None
    renew_time(order)
    order.save()
    words = f"{taker}没来，社区换人去{late}"
    asks_time = "社区给您打电话，说好哪天再去。" if had_a_day else "正在另找人。"
    public = f"原来那位没来，{asks_time}"
    line = log(order, OrderEventKind.HANDED_OVER, by=by, words=words, public=public)
    messages.taken_back(order=order, recipient_id=taker.user_id, line=line.pk)
    record("volunteers.take_back_order", on=order, by=by)
    if not had_a_day:
        return ask_next(order, by=by)
    start_dispatch(order, title=f"换人去，先说好哪天：{order.title}"[:120])
    if order.package_id:
        keep_gap_duty(order.package)
    return order


@transaction.atomic
def remind_done(*, order, by):
    """The volunteer is asked to press 做完了: how long it took is theirs alone to say."""
    order = _late(order)
    recipient_id, day = order.volunteer.user_id, timezone.localdate()
    messages.press_done(order=order, recipient_id=recipient_id, day=day)
    record("volunteers.remind_done", on=order, by=by)
    return order


def _late(order):
    order = locked(order)
    if order.state not in ORDER_TAKEN:
        refuse(f"这一单现在是“{order.get_state_display()}”，这一步办不了，刷新再看。")
    if not order.is_late:
        refuse("约好的时间还没过，先等志愿者去。有变化，给他打电话。")
    return order
