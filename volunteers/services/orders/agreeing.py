"""说好哪天: whoever took an order without a day rings, and writes down the day they agreed on."""

from django.db import transaction
from django.utils import timezone

from stations.foundation.refusal import refuse
from stations.services.acts import record
from stations.services.duties import end_duty
from volunteers.choices import OrderEventKind, OrderState
from volunteers.services.busy import check_free
from volunteers.services.sign_ups import locked_volunteer

from .chain import LATE_DUTY, due_if_allowed, late_note, log, when_of
from .changing import ARROW
from .dispatching import may_not
from .serving import in_hand


def needs_day(order):
    """Whether the day is still to be agreed on by telephone."""
    return order.state == OrderState.ACCEPTED and order.wanted_on is None


@transaction.atomic
def agree_day(*, order, by, wanted_on, part=None):
    """The day (and part of it) said on the telephone, by the volunteer who has the order.

    From then on it is due at its end. Refused: a day that is over or far away, one on which the
    volunteer is elsewhere or not insured, and an order that has a day: its time is changed by the
    station or by whoever ordered.
    """
    order = in_hand(order, by)
    if wanted_on is None:
        refuse("选一下说好了哪天。")
    if (order.wanted_on, order.part) == (wanted_on, part):
        return order  # pressed twice
    if not needs_day(order):
        refuse("这一单的日子定了。要换，请给服务站打电话。")
    old, due_at = when_of(order), due_if_allowed(wanted_on, part, now=timezone.now())
    late = late_note(order)
    order.wanted_on, order.part, order.due_at = wanted_on, part, due_at
    volunteer = locked_volunteer(order.volunteer)  # a seat they take at the same moment waits
    check_free(order, volunteer)
    if sentence := may_not(order, volunteer):
        refuse(sentence)
    order.save(update_fields=["wanted_on", "part", "due_at"])
    end_duty(LATE_DUTY, on=order)
    words, public = f"{old}{ARROW}{when_of(order)}{late}", f"和您说好了，{when_of(order)}来。"
    log(order, OrderEventKind.TIME, by=by, words=words, public=public)
    record("volunteers.agree_day", on=order, by=by)
    return order
