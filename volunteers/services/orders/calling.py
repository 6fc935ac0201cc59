"""社区打电话问: promised to whoever says that nobody came, or rates low, and kept by a duty."""

from django.db import transaction
from django.utils import timezone

from stations.foundation.redaction import find_personal
from stations.foundation.refusal import refuse
from stations.services.acts import RESIDENT, record
from stations.services.duties import end_duty, start_duty
from volunteers.choices import ORDER_WAITING, OrderEventKind, OrderState
from volunteers.services.hours.doubts import hold_for_doubt, note_taken_back

from .chain import CONFIRM_DUTY, locked, log
from .hearing import owe_anew
from .promises import CALL_DUTY, said_until, until_of

NOBODY_CAME, BADLY_DONE = "没人来", "来了没做好"  # what whoever ordered says, one of the two,
EITHER = "没人来，或者没做好"  # or which of them is not known
TAKEN_BACK = "按错了，收回"
RANG = "社区给您打过电话了，"
SETTLED, STILL_LOOKING = "电话里说好了", "打过电话，还在找人"


def promise_call(order, title):
    """The station rings within a working day: one duty, whatever else was due about it. The caller
    saves the order (`call_since`)."""
    order.call_since = timezone.now()
    end_duty(CONFIRM_DUTY, on=order)
    start_duty(CALL_DUTY, on=order, title=f"{title}：{order.title}", subtitle=str(order.area))


def said_call(order):
    """ "社区明天下班前给您打电话", with the end of the duty; "" when no call is promised."""
    until = until_of(CALL_DUTY, order) if order.call_since else None
    return f"社区{said_until(until)}给您打电话" if until else ""


def end_call(order):
    """Somebody rang; the caller saves the order (`call_since`)."""
    order.call_since = None
    end_duty(CALL_DUTY, on=order)


def has_doubted(order):
    """Whether whoever ordered has said so of this time that somebody went, and stands by it: once
    is enough."""
    said = order.events.filter(kind__in=(OrderEventKind.DOUBTED, OrderEventKind.AGAIN))
    last = said.order_by("pk").last()
    is_said = last is not None and last.kind == OrderEventKind.DOUBTED
    return is_said and last.words != TAKEN_BACK


def doubt_of(order):
    """没人来 or 来了没做好: which of the two was said last, for who rings."""
    said = order.events.filter(kind=OrderEventKind.DOUBTED).order_by("pk").last()
    return said.words if said and said.words in (NOBODY_CAME, BADLY_DONE) else EITHER


@transaction.atomic
def doubt_order(*, order, what=EITHER):
    """没人来 or 来了没做好 (`what`), by whoever ordered, once and without the digits: it takes nothing
    from anybody, it only brings a person to the telephone. The hours wait for a secretary."""
    order = locked(order)
    if has_doubted(order):
        return order
    if order.state != OrderState.DONE:
        refuse("志愿者还没按“做完了”，或者已经确认过了。有事请给服务站打电话。")
    promise_call(order, f"{what}，打电话问")
    order.save(update_fields=["call_since"])
    log(
        order,
        OrderEventKind.DOUBTED,
        words=what,
        public=f"您说{what}。社区会给您打电话。",
        is_resident=True,
    )
    hold_for_doubt(order=order, words=f"服务对象说{what}")
    record("volunteers.doubt_order", on=order, by=None, actor=RESIDENT)
    return order


@transaction.atomic
def take_back_doubt(*, order):
    """按错了: whoever ordered takes it back as long as nobody has rung. Nobody need ring any more,
    and they can confirm. Hours that are held stay so: a secretary lets them go on, and reads it."""
    order = locked(order)
    if order.state == OrderState.DONE and order.call_since is None and not has_doubted(order):
        return order  # pressed twice
    if order.state != OrderState.DONE or order.call_since is None:
        refuse("社区已经给您打过电话了，有变化请打服务站的电话。")
    end_call(order)
    order.save(update_fields=["call_since"])
    public = "您说按错了，收回了。"
    facts = {"words": TAKEN_BACK, "public": public, "is_resident": True}
    log(order, OrderEventKind.DOUBTED, **facts)
    note_taken_back(order=order)
    record("volunteers.take_back_doubt", on=order, by=None, actor=RESIDENT)
    return order


def low_rating(order):
    """A bad rating: the station rings, and hours that do not count yet wait for a secretary. Words
    with somebody's data stay on the order's page; the caller saves the order."""
    promise_call(order, "差评回访")
    words = order.rating_words
    told = words if words and not find_personal(words) else f"{order.rating}分"
    hold_for_doubt(order=order, words=f"服务对象评得不高：{told}")


@transaction.atomic
def answer_call(*, order, by, words=""):
    """打过电话了: a worker rang, and writes down what came of it or that it is settled. The promised
    call ends. Where nobody has said yes yet, they know how it stands, and the next word is owed
    from now on."""
    order = locked(order)
    if order.call_since is None and order.state not in ORDER_WAITING:
        refuse("这一单没有等着打的电话。")
    if order.call_since:
        said, public = SETTLED, f"{RANG}说好了。"
        end_call(order)
        order.save(update_fields=["call_since"])
    else:
        said, public = STILL_LOOKING, f"{RANG}还在帮您找人。"
        owe_anew(order)
    log(order, OrderEventKind.CALLED, by=by, words=words.strip() or said, public=public)
    record("volunteers.answer_call", on=order, by=by)
    return order
