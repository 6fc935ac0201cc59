"""What follows the service: confirmed by the served one or the station, rated; or cancelled."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from stations.foundation.refusal import refuse
from stations.services.acts import RESIDENT, record
from stations.services.duties import end_duty, start_duty
from stations.services.figures import mark_stale
from volunteers.choices import (
    ORDER_TAKEN,
    AskState,
    HourState,
    OrderEventKind,
    OrderState,
)
from volunteers.messages import orders as messages
from volunteers.models import Hour
from volunteers.services.beneficiaries import facts_of
from volunteers.services.hours import CONFIRM_DUTY as HOUR_DUTY
from volunteers.services.hours import (
    SamePerson,
    attempts_recorded,
    confirm_as_served,
    confirm_as_station,
)
from volunteers.services.packages import keep_gap_duty

from .calling import end_call, low_rating
from .chain import (
    CONFIRM_DUTY,
    LATE_DUTY,
    came_in_anew,
    count_open,
    locked,
    log,
    move,
    workers_of,
)
from .hearing import end_word
from .reading import tail_matches

NOT_DONE = "志愿者还没按“做完了”，过一会儿再确认。"
LOW = 2  # a rating of so many and fewer is read by the station


def confirm_order_as_served(*, order, tail):
    """The person served says it took place, with the last four digits of their telephone.

    It is one of the two confirmations of the hours. Whoever turns out to be the volunteer is
    refused, and the attempt is written down.
    """
    with attempts_recorded():
        return _as_served(order, tail)


@transaction.atomic
def _as_served(order, tail):
    order = locked(order)
    if order.state in (OrderState.CONFIRMED, OrderState.RATED):
        return order
    if order.state != OrderState.DONE:
        refuse(NOT_DONE)
    phone = facts_of(order.beneficiary)["phone"]
    if not phone:
        refuse("没留电话，社区会来问您，不用在这里确认。")
    if not tail_matches(order, tail):
        refuse("和留的电话对不上，请再看一眼。")
    _hour_as_served(order, phone)
    end_call(order)
    return _confirmed(order, by=None, public="您确认做好了。")


def confirm_order_as_station(*, order, by):
    """A worker rang the person and heard that it took place: the other side of the hours.

    Refuses whoever nobody has verified, and the volunteer and the leader themselves.
    """
    with attempts_recorded():
        return _as_station(order, by)


@transaction.atomic
def _as_station(order, by):
    order = locked(order)
    if order.state != OrderState.DONE:
        refuse("志愿者还没按“做完了”。" if order.is_open else "这一单不用再确认了。")
    if hour := _waiting_hour(order):
        confirm_as_station(hour=hour, by=by)
    end_call(order)
    return _confirmed(order, by=by, public="社区打电话问过，做好了。")


def confirm_hour_as_station(*, hour, by):
    """The station's word for hours; where they come from an order that is done, it is confirmed
    with them, so that nobody rings the person a second time. Returns the hour."""
    order = hour.order
    if order is None or order.state != OrderState.DONE:
        return confirm_as_station(hour=hour, by=by)
    if order.volunteer_id != hour.volunteer_id:  # somebody else went after them
        return confirm_as_station(hour=hour, by=by)
    if hour.state != HourState.REPORTED or hour.other_at:  # its own sentence for why not
        return confirm_as_station(hour=hour, by=by)
    confirm_order_as_station(order=order, by=by)
    hour.refresh_from_db()
    return hour


def _waiting_hour(order):
    """The hour of whoever did it, while the other side's confirmation is still wanted."""
    waiting = Hour.objects.waiting().filter(order=order, volunteer=order.volunteer, other_at=None)
    return waiting.select_related("area").first()


def _hour_as_served(order, phone):
    """The hour's confirmation too. Where it cannot be (nobody has verified the volunteer yet),
    the served one is not troubled with it: the hour goes on waiting for the station."""
    if (hour := _waiting_hour(order)) is None:
        return
    try:
        with transaction.atomic():
            confirm_as_served(hour=hour, phone=phone)
    except SamePerson:
        raise
    except ValidationError:
        start_duty(
            HOUR_DUTY,
            on=hour,
            title=f"确认时数：{hour}",
            subtitle=f"{hour.area} · 服务对象说做好了，志愿者还没核对身份",
        )


def _confirmed(order, *, by, public):
    move(order, OrderState.CONFIRMED)
    order.confirmed_at = timezone.now()
    order.save()
    end_duty(CONFIRM_DUTY, on=order)
    log(order, OrderEventKind.CONFIRMED, by=by, public=public, is_resident=by is None)
    mark_stale(area=order.area, day=timezone.localdate(order.confirmed_at))
    actor = "" if by else RESIDENT
    record("volunteers.confirm_order", on=order, by=by, actor=actor)
    return order


@transaction.atomic
def rate(*, order, rating, words=""):
    """One to five, and two lines. A low one is promised a call from the station, and holds hours
    that do not count yet; nobody else reads it."""
    order = locked(order)
    if order.state == OrderState.RATED:
        refuse("您评过了，谢谢。")
    if rating not in range(1, 6):
        refuse("先点一个表情。")
    move(order, OrderState.RATED, sorry="先确认做好了，再来评。")
    order.rating, order.rating_words = rating, words.strip()[:300]
    if rating <= LOW:
        low_rating(order)
    order.save()
    log(order, OrderEventKind.RATED, words=f"{rating}分", public="您评过了。", is_resident=True)
    if rating <= LOW:
        for recipient in workers_of(order.area):
            messages.rated_low(order=order, recipient_id=recipient)
    mark_stale(area=order.area, day=timezone.localdate())
    record("volunteers.rate_order", on=order, by=None, actor=RESIDENT, rating=rating)
    return order


@transaction.atomic
def cancel(*, order, by, why=""):
    """不用了: by whoever ordered (`by` None) until somebody is on the way, or by a worker."""
    order = locked(order)
    if by is None and order.state == OrderState.ON_WAY:
        refuse("志愿者已经在路上了，请直接给服务站打电话。")
    was_taken = order.state in ORDER_TAKEN
    move(order, OrderState.CANCELLED)
    order.cancelled_why = why.strip()[:100]
    order.save()
    if was_taken:
        count_open(order.volunteer_id, -1)
        messages.cancelled(order=order, recipient_id=order.volunteer.user_id)
    _withdraw(order)
    end_word(order)
    end_duty(LATE_DUTY, on=order)
    public = "您取消了。" if by is None else f"社区取消了：{order.cancelled_why}"
    log(
        order,
        OrderEventKind.CANCELLED,
        by=by,
        words=order.cancelled_why,
        public=public,
        is_resident=by is None,
    )
    came_in_anew(order)
    if order.package_id:
        keep_gap_duty(order.package)
    actor = "" if by else RESIDENT
    record("volunteers.cancel_order", on=order, by=by, actor=actor)
    return order


def _withdraw(order):
    """Whoever was asked need not answer any more."""
    waiting = order.asks.waiting()
    for ask in waiting.select_related("volunteer"):
        messages.cancelled(order=order, recipient_id=ask.volunteer.user_id)
    waiting.update(state=AskState.WITHDRAWN, answered_at=timezone.now())
