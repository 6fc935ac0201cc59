"""点单卡: a card with a secret code, so that an old person orders help with one tap."""

from datetime import timedelta
from uuid import uuid5

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from stations.foundation.codes import code_digest, new_code, normalise_code
from stations.foundation.gate import Limit, insist
from stations.foundation.limits import network
from stations.foundation.refusal import refuse
from stations.models import Station
from stations.services.acts import record
from volunteers.choices import ORDER_SERVED, ORDER_WAITING, Help, OrderChannel, OrderState
from volunteers.models import Beneficiary, Order
from volunteers.services.care import in_care

# Who holds the card orders a few things a day; many homes share one network of a telephone.
CARD_LOOK = Limit("card.look", 120, 1200)
CARD_PRESS = Limit("card.press", 12, 4)
CARD_NETWORK = Limit("card.network", 60, 120)
TOO_MANY_LOOKS = "试得太多了，请过 {minutes} 分钟再试，或者打卡片上的电话。"
TOO_MANY_PRESSES = "今天按了很多次了。请打电话给服务站，马上有人听。"
MOST_STATIONS = 3
SHOWN_AHEAD = timedelta(days=7)  # planned visits of a package are shown a week before
SHOWN_AFTER = timedelta(hours=12)


@transaction.atomic
def give_card(*, beneficiary, by):
    """A new card: (beneficiary, its code). Only its digest is kept, so it is shown this once.

    An earlier card of the same person stops working.
    """
    row = in_care(beneficiary, "只有常年服务的才发点单卡。")
    code = new_code()
    row.card_digest, row.card_given_at = code_digest(code), timezone.now()
    row.save(update_fields=["card_digest", "card_given_at"])
    record("volunteers.give_card", on=row, by=by)
    return row, code


@transaction.atomic
def revoke_card(*, beneficiary, by):
    """The card is lost or no longer wanted: whoever holds it can do nothing with it."""
    row = in_care(beneficiary)
    if not row.card_digest:
        refuse("现在没有点单卡，不用收回。")
    row.card_digest, row.card_given_at = "", None
    row.save(update_fields=["card_digest", "card_given_at"])
    record("volunteers.revoke_card", on=row, by=by)
    return row


@transaction.atomic
def print_card(*, beneficiary, by):
    """The card with its code comes on a screen: the look is recorded."""
    record("volunteers.print_card", on=beneficiary, by=by)
    return beneficiary


def check_look(*, address):
    """Somebody opens a card's page: guesses of a network are bounded. Raises `Held`."""
    insist(CARD_LOOK, network(address), TOO_MANY_LOOKS)


def check_press(*, beneficiary, address):
    """Somebody presses a button of the page: bounded per card and network. Raises `Held`."""
    insist(CARD_NETWORK, network(address), TOO_MANY_PRESSES)
    insist(CARD_PRESS, beneficiary.pk, TOO_MANY_PRESSES)


def holder_of(code):
    """Whose card this is, or None: wrong, taken back, or no longer looked after."""
    if not normalise_code(code):
        return None
    rows = Beneficiary.objects.regular().exclude(card_digest="")  # as the index has it
    rows = rows.filter(card_digest=code_digest(code))
    return rows.select_related("area", "building", "entrance__building", "home").first()


@transaction.atomic
def order_by_card(*, beneficiary, help, token):
    """One tap is one order. The same help again, while one is open, is the open one.

    `token` is that of the page; each kind of help has its own from it, so that a double tap is
    one order and another button is another. Returns (order, its code or "" when it ran already).
    """
    from volunteers.services.orders import order_help

    row = in_care(beneficiary, "这张卡不能用了，请打卡片上的电话。")
    if (running := open_by_card(row).filter(help=help).first()) is not None:
        return running, ""
    return order_help(
        token=uuid5(token, Help(help).value),
        area=row.area,
        help=help,
        beneficiary=row,
        building=row.building,
        entrance=row.entrance,
        home=row.home,
        channel=OrderChannel.CARD,
    )


def cancel_by_card(*, beneficiary, order):
    """不用了: whoever holds the card takes back what was ordered with it."""
    from volunteers.services.orders import cancel

    return cancel(order=order, by=None, why="本人用点单卡取消")


def open_by_card(beneficiary):
    """Open orders that somebody asked for; visits of a package are not: they were planned."""
    return beneficiary.orders.open().exclude(channel=OrderChannel.PACKAGE).order_by("-pk")


def shown_on_card(beneficiary, now=None):
    """[{order, words, may_cancel}]: what runs, in large plain words, nobody named.

    Planned visits of a week, what was asked for, and what was done in the last hours.
    """
    now = now or timezone.now()
    rows = beneficiary.orders.select_related("volunteer__user").order_by("-pk")
    today = timezone.localdate(now)
    planned = Q(channel=OrderChannel.PACKAGE)
    soon = Q(wanted_on__range=(today, today + SHOWN_AHEAD))
    running = rows.open().filter(~planned | soon)[:6]
    done = rows.filter(state__in=ORDER_SERVED, done_at__gte=now - SHOWN_AFTER)[:2]
    return [
        {
            "order": order,
            "head": head_of(order),
            "words": words_of(order),
            "may_cancel": may_cancel(order),
            "who": who_if_known(order),
            "may_say": order.state == OrderState.DONE and order.call_since is None,
        }
        for order in [*running, *done]
    ]


def may_cancel(order):
    """Ordered by the holder, and nobody is on the way yet."""
    return (
        order.is_open and order.state != OrderState.ON_WAY and order.channel != OrderChannel.PACKAGE
    )


def head_of(order):
    """How it stands in two or three characters."""
    if order.state in ORDER_SERVED:
        return "做完了"
    if order.state == OrderState.ON_WAY:
        return "已经到了" if order.begun_at else "在路上了"
    return "有人来" if order.state == OrderState.ACCEPTED else "记下了"


def words_of(order):
    """What happens next, one sentence; a planned visit has nobody yet, and is on its way anyhow."""
    from volunteers.services.orders.calling import said_call
    from volunteers.services.orders.promises import promise_of, when_comes

    if told := said_call(order):
        return f"{told}。"
    if order.state in ORDER_WAITING and order.channel == OrderChannel.PACKAGE:
        return f"{when_comes(order)}，社区请人来。"
    return promise_of(order)


def who_if_known(order):
    """ "V400067 吴志愿者" while somebody is to come, "" before and after."""
    from volunteers.services.orders.promises import who_comes

    return who_comes(order) if order.volunteer_id and order.is_open else ""


def stations_to_ring():
    """Whom to ring where a card tells no place any more: the widest stations, at most three."""
    return list(Station.objects.exclude(phone="").order_by("area__level", "pk")[:MOST_STATIONS])


def done_of_card(beneficiary, pk):
    """An order of this person of which may be said whether it was done, or None."""
    rows = Order.objects.filter(beneficiary=beneficiary, pk=pk, state=OrderState.DONE)
    return rows.filter(call_since=None).first()


def of_card(beneficiary, pk):
    """An order of this person that may be taken back, or None."""
    order = Order.objects.filter(beneficiary=beneficiary, pk=pk).first()
    return order if order and may_cancel(order) else None
