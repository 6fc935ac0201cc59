"""What whoever ordered is promised: by when the station rings, who comes, and on which day.

Every day that is named here is the end of a duty that stands on somebody's desk, or was said on
the telephone by whoever comes: nothing else is promised.
"""

from django.utils import timezone

from stations.models import Duty
from volunteers.choices import ORDER_SERVED, WEEKDAYS, OrderState, Part

from .chain import DISPATCH_DUTY, when_of

SPEAKS_FIRST = "有志愿者接了，会先给您打电话说好哪天来。"


def until_of(kind, order):
    """When the open duty of this kind about an order ends; None without one."""
    rows = Duty.objects.open().filter(kind=kind, object_id=order.pk)
    return rows.values_list("until", flat=True).first()


def said_until(moment):
    """ "明天下班前", "11月24日下班前"; a day that is over is today: late, and still promised."""
    day, today = timezone.localdate(moment), timezone.localdate()
    near = {0: "今天", 1: "明天"}.get(max((day - today).days, 0))
    return f"{near or f'{day:%-m月%-d日}'}下班前"


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
    if order.state == OrderState.ORDERED:
        return _who_rings(order)
    if order.state == OrderState.DISPATCHED:
        return "正在问附近的志愿者。有人接了，会先给您打电话。"
    if order.state == OrderState.ACCEPTED:
        when = when_comes(order)
        return f"{who_comes(order)}{when}来，来前打电话。" if when else SPEAKS_FIRST
    if order.state == OrderState.ON_WAY:
        return f"{who_comes(order)}{'到了' if order.begun_at else '正在路上'}。"
    return f"{who_comes(order)}来过了。" if order.state in ORDER_SERVED else ""


def _who_rings(order):
    until = until_of(DISPATCH_DUTY, order)
    if until is None:
        return "社区会给您打电话说谁来。"
    if order.wanted_on and timezone.localdate(until) >= order.wanted_on:  # that very day, or sooner
        return f"{when_of(order)}之前，社区给您打电话说谁来。"
    return f"最晚{said_until(until)}，社区给您打电话说谁来。"
