"""过点了: what staff do where somebody took an order and the time has passed."""

from django.contrib import messages
from django.views.decorators.http import require_POST

from stations.access import requires
from stations.forms import NothingAsked
from stations.foundation.http import carry_out
from volunteers.access import DISPATCH
from volunteers.choices import OrderState
from volunteers.models import Order
from volunteers.services import orders as services
from volunteers.views.order_list import to_order
from volunteers.views.orders import page_of


@requires(DISPATCH, on=Order)
@require_POST
def order_take_back(request, order):
    """换人去: the volunteer hears it kindly. What comes next is said as it is."""

    def said(done):
        if done.state == OrderState.DISPATCHED:
            return "换人去了，原来那位收到一句话，已经在问别人。"
        return "换人去了，原来那位收到一句话。先和居民说好哪天，改了时间再派单。"

    return _late(request, order, services.take_back, said)


@requires(DISPATCH, on=Order)
@require_POST
def order_remind(request, order):
    """他做完了，补记: how long it took is the volunteer's to say, so they are asked to."""
    said = "请他点“做完了”，消息发过去了。做了多久由他自己说。"
    return _late(request, order, services.remind_done, lambda done: said)


def _late(request, order, service, said):
    form = NothingAsked(request.POST)
    done = carry_out(form, service, order=order, by=request.user)
    if done is None:
        return page_of(request, order, late_form=form, status=422)
    messages.success(request, said(done))
    return to_order(request, order)
