"""改内容: an order that says too little, or the wrong thing, until somebody takes it."""

from django.contrib import messages
from django.views.decorators.http import require_POST

from stations.access import requires
from stations.foundation.http import carry_out
from volunteers.access import DISPATCH
from volunteers.forms.order_change import ChangeForm
from volunteers.models import Order
from volunteers.services import orders as services
from volunteers.views.order_list import to_order
from volunteers.views.orders import page_of


@requires(DISPATCH, on=Order)
@require_POST
def order_change(request, order):
    """改内容: whoever was asked for something else need not answer; it is dispatched anew."""
    form = ChangeForm(request.POST, order=order, words=services.words_of(order))
    done = carry_out(form, services.change_order, order=order, by=request.user)
    if done is None:
        return page_of(request, order, change_form=form, status=422)
    messages.success(request, "改好了。")
    return to_order(request, order)
