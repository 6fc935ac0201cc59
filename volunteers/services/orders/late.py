"""过点了: what staff can do where somebody took an order and the time has passed."""

from django.db import transaction
from django.utils import timezone

from stations.foundation.refusal import refuse
from stations.services.acts import record
from volunteers.choices import ORDER_TAKEN, AskState, OrderEventKind, OrderState
from volunteers.messages import orders as messages

from .chain import locked, log, move
from .dispatching import ask_next
from .serving import out_of_hands


@transaction.atomic
def take_back(*, order, by):
    """换人去, by staff, of a late order: the volunteer hears it kindly and is not asked again; the
    next ones are asked at once, or it goes back to the worker."""
    order = _late(order)
    taker = order.volunteer
    move(order, OrderState.ORDERED)
    accepted = order.asks.filter(state=AskState.ACCEPTED)
    accepted.update(state=AskState.HANDED_OVER, answered_at=timezone.now())
    out_of_hands(order)
    order.save()
    words = f"{taker}没来，社区换人去"
    log(order, OrderEventKind.HANDED_OVER, by=by, words=words, public="原来那位没来，正在另找人。")
    messages.taken_back(order=order, recipient_id=taker.user_id)
    record("volunteers.take_back_order", on=order, by=by)
    return ask_next(order, by=by)


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
