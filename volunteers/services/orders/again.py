"""再派人去: nobody came, or it was not done well. The order goes back to the worker, to whom it was
said on the telephone; what happened stays on its way, and the hours of whoever went stay held."""

from django.db import transaction
from django.utils import timezone

from stations.foundation.refusal import refuse
from stations.services.acts import record
from stations.services.duties import end_duty
from stations.services.figures import mark_stale
from volunteers.choices import AskState, HourState, OrderEventKind, OrderState
from volunteers.models import Hour
from volunteers.services.hours.doubts import hold_for_doubt
from volunteers.services.packages import keep_gap_duty

from .calling import doubt_of, end_call
from .chain import CONFIRM_DUTY, locked, log, move, renew_time
from .hearing import start_dispatch
from .serving import leave

STANDS = (HourState.REPORTED, HourState.SHOWN)  # on the way to counting


@transaction.atomic
def send_again(*, order, by, words=""):
    """A worker has somebody else sent where whoever ordered said that nobody came, or that it was
    not done well. `words` are what was said on the telephone, read by staff only.

    The promised call is made with it. A time that is over is agreed on anew; a visit of a package
    is put on the next day. Whoever went is not asked again, and their hours wait for a secretary.
    Refused once it is confirmed, and where nobody has said so.
    """
    order = locked(order)
    if order.state == OrderState.ORDERED and _was_sent(order):
        return order  # pressed twice
    if order.state != OrderState.DONE or order.call_since is None:
        refuse(f"这一单现在是“{order.get_state_display()}”，没有说没人来，不用再派。")
    move(order, OrderState.ORDERED)
    _keep_held(order)
    mark_stale(area=order.area, day=timezone.localdate(order.done_at))
    accepted = order.asks.filter(state=AskState.ACCEPTED)
    accepted.update(state=AskState.TAKEN_BACK, answered_at=timezone.now())
    leave(order)
    end_call(order)
    end_duty(CONFIRM_DUTY, on=order)
    renew_time(order)
    order.save()
    public = "社区给您打过电话了，再派人去，正在帮您找。"
    log(order, OrderEventKind.AGAIN, by=by, words=words.strip(), public=public)
    start_dispatch(order, title=f"再派人去：{order.title}"[:120])
    if order.package_id:
        keep_gap_duty(order.package)
    record("volunteers.send_again", on=order, by=by)
    return order


def _was_sent(order):
    last = order.events.order_by("pk").last()
    return last is not None and last.kind == OrderEventKind.AGAIN


def _keep_held(order):
    """A secretary may have let the hours go on before anybody knew that somebody must go again."""
    hour = Hour.objects.filter(order=order, volunteer=order.volunteer_id, state__in=STANDS)
    if hour.exists():
        hold_for_doubt(order=order, words=f"服务对象说{doubt_of(order)}，又派了人")
