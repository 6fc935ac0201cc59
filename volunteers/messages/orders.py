"""What voluntary service says to people: orders. Never who is helped, only what and where."""

from stations.messages import tell


def my_url(order):
    """Where a volunteer answers and goes on with it."""
    return f"/mine/orders/{order.pk}/"


def asked(*, ask, recipient_id, when):
    """派单: somebody is asked to take an order."""
    return tell(
        recipient_id=recipient_id,
        key=f"volunteers.asked:{ask.pk}",
        title=f"请您帮忙：{ask.order.title}",
        body=f"{when}，大约{ask.order.minutes}分钟。接不接都请回一声。",
        url=my_url(ask.order),
    )


def taken_by_another(*, ask, recipient_id):
    """Somebody else was quicker; nobody has to answer any more."""
    return tell(
        recipient_id=recipient_id,
        key=f"volunteers.taken:{ask.pk}",
        title=f"有邻居接了：{ask.order.title}",
        body="这一单不用您跑了，谢谢您。",
        url=my_url(ask.order),
    )


def cancelled(*, order, recipient_id):
    """It is not wanted any more."""
    return tell(
        recipient_id=recipient_id,
        key=f"volunteers.cancelled:{order.pk}:{order.round}",
        title=f"不用去了：{order.title}",
        body="这一单取消了，谢谢您。",
        url=my_url(order),
    )


def nobody(*, order, recipient_id, asked):
    """The worker who dispatched it hears that nobody could."""
    return tell(
        recipient_id=recipient_id,
        key=f"volunteers.nobody:{order.pk}:{order.round}",
        title=f"没人能接：{order.title}",
        body=f"问过{asked}位，都没接上。找队长想想办法，或者打电话换个时间，取消后重下一单。",
        url=order.get_absolute_url(),
    )


def rated_low(*, order, recipient_id):
    """Somebody was not content: the worker asks what was wrong."""
    return tell(
        recipient_id=recipient_id,
        key=f"volunteers.rated_low:{order.pk}",
        title=f"评得不高，请问问：{order.title}",
        body=f"评了{order.rating}分。打个电话问问哪里不好。",
        url=order.get_absolute_url(),
    )
