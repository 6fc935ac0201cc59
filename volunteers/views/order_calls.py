"""回访: the call that was promised to whoever rated low, or said that nobody came."""

from django.contrib import messages
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from stations.access import requires
from stations.foundation.http import carry_out
from volunteers.access import DISPATCH
from volunteers.forms.order_calls import CalledForm
from volunteers.models import Order
from volunteers.services import orders as services
from volunteers.views.orders import page_of


@requires(DISPATCH, on=Order)
@require_POST
def order_called(request, order):
    """打过电话了: what came of it, in a line."""
    form = CalledForm(request.POST)
    if carry_out(form, services.answer_call, order=order, by=request.user) is None:
        return page_of(request, order, called_form=form, status=422)
    messages.success(request, "记下了。")
    return redirect("volunteers:order", order.pk)
