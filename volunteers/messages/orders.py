"""What voluntary service says to people: orders. Never who is helped, only what and where."""

from stations.messages import tell
from volunteers.foundation.durations import duration


def my_url(order):
    """Where a volunteer answers and goes on with it."""
    return f"/mine/orders/{order.pk}/"


def asked(*, ask, recipient_id, when):
    """派单: somebody is asked to take an order, with what the worker says it is about."""
    about = f"{ask.order.brief}。" if ask.order.brief else ""
    return tell(
        recipient_id=recipient_id,
        key=f"volunteers.asked:{ask.pk}",
        title=f"请您帮忙：{ask.order.title}",
        body=f"{when}，大约{duration(ask.order.minutes)}。{about}去不去得了都请回一声。",
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


def time_changed(*, ask, recipient_id, change, old, new, had):
    """改时间: a yes was for the old time, so it is asked for again. `change` is the key of the
    line of its way: each change is said once."""
    yes = "原来的不算了，去得了请再点一次“我去”" if had else "去不去得了都请回一声"
    return tell(
        recipient_id=recipient_id,
        key=f"volunteers.time_changed:{ask.pk}:{change}",
        title=f"时间改了，还去得了吗？{ask.order.title}",
        body=f"原来{old}，改成{new}，大约{duration(ask.order.minutes)}。{yes}。",
        url=my_url(ask.order),
    )


def not_then(*, ask, recipient_id, change, new):
    """The time was changed to one at which they have none: nothing to answer any more."""
    return tell(
        recipient_id=recipient_id,
        key=f"volunteers.not_then:{ask.pk}:{change}",
        title=f"时间改了，不用回话了：{ask.order.title}",
        body=f"改成{new}，您那时候没空，这一单我们问别人。谢谢您。",
        url=my_url(ask.order),
    )


def wanted_otherwise(*, ask, recipient_id, change):
    """What is wanted, or where, was changed: nothing to answer any more."""
    return tell(
        recipient_id=recipient_id,
        key=f"volunteers.wanted_otherwise:{ask.pk}:{change}",
        title=f"内容改了，不用回话了：{ask.order.title}",
        body="要做的事或地方改了，社区重新派。要您帮忙，会再问您。谢谢您。",
        url=my_url(ask.order),
    )


def taken_back(*, order, recipient_id, line):
    """过点了换人去: it is in somebody else's hands, said kindly. `line` is the key of the line of
    its way that says so: whoever takes it once more may hear it once more."""
    return tell(
        recipient_id=recipient_id,
        key=f"volunteers.taken_back:{line}",
        title=f"这一单换人去了：{order.title}",
        body="约好的时间过了，社区另外找人去，您不用跑了。谢谢您，下次再请您帮忙。",
        url=my_url(order),
    )


def press_done(*, order, recipient_id, day):
    """Late, and perhaps done long ago: once a day."""
    return tell(
        recipient_id=recipient_id,
        key=f"volunteers.press_done:{order.pk}:{day}",
        title=f"做完了，请点一下“做完了”：{order.title}",
        body="约好的时间过了。做完了，打开这一单点“做完了”；去不了，点“去不了，转给别人”。",
        url=my_url(order),
    )


def nobody(*, order, recipient_id, asked, line, why=""):
    """The worker who dispatched it hears that nobody could, or `why` nobody else was asked, each
    time it comes back: `line` is the key of the line of its way that says so."""
    return tell(
        recipient_id=recipient_id,
        key=f"volunteers.nobody:{line}",
        title=f"{'先说定价钱' if why else '没人能接'}：{order.title}",
        body=why or f"问过{asked}位，都没接上。找队长想想办法，或者打电话商量，改个时间再派。",
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
