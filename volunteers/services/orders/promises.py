"""What whoever ordered is promised: by when the station rings, who comes, and on which day.

Every day that is named here is the end of a duty that stands on somebody's desk, or was said on
the telephone by whoever comes: nothing else is promised.
"""

from django.utils import timezone

from stations.foundation.calendar import CLOSES
from stations.models import Duty
from volunteers.choices import (
    ORDER_SERVED,
    ORDER_WAITING,
    WEEKDAYS,
    OrderEventKind,
    OrderState,
    Part,
)

from .chain import DISPATCH_DUTY
from .hearing import ANSWER_DUTY

CALL_DUTY = "volunteers.order_call"
ASKING = "正在问附近的志愿者，有人接了会先给您打电话。"
HURRIED = "社区收到催办了，急的话请打服务站的电话。"
SPEAKS_FIRST = "有志愿者接了，会先给您打电话说好哪天来。"


def until_of(kind, order):
    """When the open duty of this kind about an order ends; None without one."""
    rows = Duty.objects.open().filter(kind=kind, object_id=order.pk)
    return rows.values_list("until", flat=True).first()


def said_until(moment):
    """ "明天下班前", "11月24日下班前"; "今天16:30前" where it is not the end of an office day."""
    local, today = timezone.localtime(moment), timezone.localdate()
    near = {-1: "昨天", 0: "今天", 1: "明天"}.get((local.date() - today).days)
    return f"{near or f'{local:%-m月%-d日}'}{_clock(local)}"


def until_words(moment):
    """ "11月24日下班前", "11月24日16:30前": the same moment on staff's page, whatever day it is read."""
    local = timezone.localtime(moment)
    return f"{local:%-m月%-d日}{_clock(local)}"


def _clock(local):
    return "下班前" if local.time() == CLOSES else f"{local:%-H:%M}前"


def who_comes(order):
    """ "V400067 吴志愿者": what can be asked at the door, and never the whole name."""
    return f"{order.volunteer.number} {order.volunteer.user.initial}志愿者"


def when_comes(order, today=None):
    """ "明天上午", "周三（11月25日）下午", or "" where no day is set."""
    if not order.wanted_on:
        return ""
    day, today = order.wanted_on, today or timezone.localdate()
    word = {0: "今天", 1: "明天"}.get(
        (day - today).days, f"{WEEKDAYS[day.weekday()]}（{day:%-m月%-d日}）"
    )
    return word + (Part(order.part).label if order.part is not None else "")


def promise_of(order):
    """What happens next, one sentence; "" when nothing does."""
    if order.state in ORDER_WAITING:
        return _who_rings(order)
    if order.state == OrderState.ACCEPTED:
        when = when_comes(order)
        return f"{who_comes(order)}{when}来，来前打电话。" if when else SPEAKS_FIRST
    if order.state == OrderState.ON_WAY:
        return f"{who_comes(order)}{'到了' if order.begun_at else '正在路上'}。"
    return f"{who_comes(order)}来过了。" if order.state in ORDER_SERVED else ""


def _who_rings(order):
    """By when there is word while nobody has said yes, and who rings then."""
    is_asked = order.state == OrderState.DISPATCHED
    until = until_of(ANSWER_DUTY if is_asked else DISPATCH_DUTY, order)
    if until is None:
        return ASKING if is_asked else "社区会给您打电话说谁来。"
    if until < timezone.now():
        return f"说好{said_until(until)}给您打电话，过点了，对不起。{HURRIED}"
    if is_asked:
        return f"{ASKING}没人来得了，最晚{said_until(until)}，社区给您打电话。"
    return f"最晚{said_until(until)}，社区给您打电话说谁来。"


def call_of(order):
    """The call that is promised to whoever said that nobody came, or rated low, and what follows
    it; where it was made, what can still be done. "" where there is neither."""
    if order.call_since:
        until = until_of(CALL_DUTY, order)
        if until is None:
            return "社区会给您打电话问一问。"
        if until < timezone.now():
            return f"说好{said_until(until)}给您打电话，还没打，对不起。{HURRIED}"
        then = "没人来的，再派人去。" if order.state == OrderState.DONE else ""
        return f"社区{said_until(until)}给您打电话问一问。{then}"
    if order.state == OrderState.DONE and has_been_called(order):
        return "社区给您打过电话了。办好了，就在下面填一下；还没办好，打服务站的电话。"
    return ""


def has_been_called(order):
    """Whether the station rang after somebody went: nothing is said of the calls before."""
    return order.events.filter(kind=OrderEventKind.CALLED, at__gte=order.done_at).exists()
