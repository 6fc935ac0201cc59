"""回访: the call that was promised to whoever rated low, or said that nobody came."""

from django.contrib import messages
from django.views.decorators.http import require_POST

from stations.access import requires
from stations.foundation.http import carry_out
from volunteers.access import DISPATCH
from volunteers.forms.order_calls import CalledForm
from volunteers.models import Order
from volunteers.services import orders as services
from volunteers.views.order_list import to_order
from volunteers.views.orders import page_of


@requires(DISPATCH, on=Order)
@require_POST
def order_called(request, order):
    """打过电话了: settled on the telephone, or told that nobody has been found yet."""
    return _rang(request, order, services.answer_call, "记下了。")


@requires(DISPATCH, on=Order)
@require_POST
def order_again(request, order):
    """再派人去: nobody came, or it was not done well; it is dispatched anew."""
    said = "退回来重新派了，挑一位派出去。"
    return _rang(request, order, services.send_again, said, part="#dispatch")


def _rang(request, order, service, said, *, part=""):
    form = CalledForm(request.POST)
    if carry_out(form, service, order=order, by=request.user) is None:
        return page_of(request, order, called_form=form, status=422)
    messages.success(request, said)
    return to_order(request, order, part)
