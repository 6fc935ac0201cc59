"""The orders a resident follows in this browser: by the code; 做好了, 没来, 评一评, 换个时间."""

from stations.foundation.resident_fields import TailForm
from stations.views.followed import Followed
from volunteers.choices import ORDER_WAITING, OrderState
from volunteers.forms.help import CancelForm, DoubtForm, RateForm, TimeForm
from volunteers.models import Order
from volunteers.services import help_gate
from volunteers.services import orders as services
from volunteers.services.beneficiaries import facts_of
from volunteers.services.orders.chain import plain_when, when_done
from volunteers.services.orders.journey import heading_of, lines_of, rings_of, said_of
from volunteers.services.orders.promises import call_of, promise_of, who_comes


class FollowedOrders(Followed):
    """Orders that a browser follows by their code, without an account."""

    model, name = Order, "order"
    way = ("area", "building", "entrance__building", "beneficiary", "volunteer__user")
    key, receipt_key = "help_orders", "help_receipt"
    gate = help_gate
    track, page = "volunteers:help_track", "volunteers:help_order"
    track_template = "volunteers/help_track.html"
    template = "volunteers/help_order.html"
    title, label = "看进度", "看进度的号码"
    wrong_tail = "和留的电话对不上，请再看一眼。"

    def has_phone(self, order):
        return bool(order.beneficiary.phone_sealed)

    def tail_matches(self, order, tail):
        return services.tail_matches(order, tail)

    def acts(self, order):
        is_early = order.state in (*ORDER_WAITING, OrderState.ACCEPTED)
        is_done, is_owed = order.state == OrderState.DONE, order.call_since is not None
        return {
            "confirm": is_done and self.has_phone(order),
            "doubt": is_done and not is_owed and not services.has_doubted(order),
            "undoubt": is_done and is_owed,
            "rate": order.state == OrderState.CONFIRMED,
            "time": is_early,
            "cancel": is_early,
        }

    def facts(self, order, *, full):
        rings = rings_of(order)
        return {
            "when": when_done(order) or plain_when(order),
            "rings": rings,
            "said": said_of(rings),
            "heading": heading_of(order),
            "promise": promise_of(order) if order.is_open else "",
            "call": call_of(order),
            "call_is_owed": order.call_since is not None,
            "who": who_comes(order) if order.volunteer_id and order.is_open else "",
            "is_card": order.beneficiary.is_regular,
            "lines": lines_of(order),
            "words": services.words_of(order) if full else "",
            "name": facts_of(order.beneficiary)["name"] if full else "",
            "doubt_form": DoubtForm(),
            "confirm_form": TailForm(auto_id="confirm_%s"),
            "rate_form": RateForm(),
            "time_form": TimeForm(order=order),
            "cancel_form": CancelForm(),
        }

    def made_before(self, request, form, estate):
        """The order this browser has just made with the same wish; None when it is a new one."""
        keys = self.known(request)
        if not keys:
            return None
        wish = form.cleaned_data
        return services.same_just_now(among=keys, token=form.token, area=estate, wish=wish)


orders = FollowedOrders()
