"""社区打电话问: promised to whoever says that nobody came, or rates low, and kept by a duty."""

from django.db import transaction
from django.utils import timezone

from stations.foundation.redaction import find_personal
from stations.foundation.refusal import refuse
from stations.services.acts import RESIDENT, record
from stations.services.duties import end_duty, start_duty
from volunteers.choices import OrderEventKind, OrderState
from volunteers.services.hours.doubts import hold_for_doubt

from .chain import locked, log
from .promises import said_until, until_of

CALL_DUTY = "volunteers.order_call"
NOT_COME = "服务对象说没人来，或者没做好"


def promise_call(order, title):
    """The station rings within a working day; the caller saves the order (`call_since`)."""
    order.call_since = timezone.now()
    start_duty(CALL_DUTY, on=order, title=f"{title}：{order.title}", subtitle=str(order.area))


def said_call(order):
    """ "社区明天下班前给您打电话", with the end of the duty; "" when no call is promised."""
    until = until_of(CALL_DUTY, order) if order.call_since else None
    return f"社区{said_until(until)}给您打电话" if until else ""


def has_doubted(order):
    """Whether whoever ordered has said so already: once is enough."""
    return order.events.filter(kind=OrderEventKind.DOUBTED).exists()


@transaction.atomic
def doubt_order(*, order):
    """没人来，或者没做好, by whoever ordered, once and without the digits: it takes nothing from
    anybody, it only brings a person to the telephone. The hours wait for a secretary."""
    order = locked(order)
    if has_doubted(order):
        return order
    if order.state != OrderState.DONE:
        refuse("志愿者还没按“做完了”，或者已经确认过了。有事请给服务站打电话。")
    promise_call(order, "没做好，打电话问")
    order.save(update_fields=["call_since"])
    log(
        order,
        OrderEventKind.DOUBTED,
        public="您说没人来，或者没做好。社区会给您打电话。",
        is_resident=True,
    )
    hold_for_doubt(order=order, words=NOT_COME)
    record("volunteers.doubt_order", on=order, by=None, actor=RESIDENT)
    return order


def low_rating(order):
    """A bad rating: the station rings, and hours that do not count yet wait for a secretary. Words
    with somebody's data stay on the order's page; the caller saves the order."""
    promise_call(order, "差评回访")
    words = order.rating_words
    told = words if words and not find_personal(words) else f"{order.rating}分"
    hold_for_doubt(order=order, words=f"服务对象评得不高：{told}")


@transaction.atomic
def answer_call(*, order, by, words):
    """打过电话了: a worker rang and writes down what came of it; the duty ends."""
    order = locked(order)
    if order.call_since is None:
        refuse("这一单没有等着打的电话。")
    if not words.strip():
        refuse("写一句电话里怎么说的。")
    order.call_since = None
    order.save(update_fields=["call_since"])
    end_duty(CALL_DUTY, on=order)
    log(order, OrderEventKind.CALLED, by=by, words=words.strip(), public="社区给您打过电话了。")
    record("volunteers.answer_call", on=order, by=by)
    return order
