"""改内容: what is wanted, where, and for whom, as long as nobody has taken it."""

from django.db import transaction
from django.utils import timezone

from stations.foundation.refusal import refuse
from stations.foundation.sealed import seal
from stations.services.acts import record
from volunteers.choices import (
    HELP_MINUTES,
    ORDER_WAITING,
    AskState,
    Help,
    OrderEventKind,
    OrderState,
)
from volunteers.messages import orders as messages
from volunteers.services.beneficiaries import facts_of, put

from .chain import came_in_anew, locked, log, move
from .hearing import keep_word, start_dispatch
from .reading import words_of

WHERE = "地点"


@transaction.atomic
def change_order(
    *, order, by, help, words="", building=None, entrance=None, name="", phone="", door=""
):
    """改内容, by staff. Name, phone and door that are left empty stay as they were.

    Somebody who is looked after has them on a page of their own, place included. Whoever was asked
    for something else, or for another place, need not answer; the worker asks anew. Refused
    once somebody has it, and for a visit of a package.
    """
    order, now = locked(order), timezone.now()
    if order.state not in ORDER_WAITING:
        refuse(f"这一单已经是“{order.get_state_display()}”，内容不能再改，请打电话商量。")
    if order.package_id:
        refuse("这一次是服务包里的，做什么请到服务包里改。")
    given = {"name": name.strip(), "phone": phone, "door": door.strip()}
    given = {key: value for key, value in given.items() if value}
    if order.beneficiary.is_regular and given:
        refuse("他是登记过的服务对象，姓名、电话、门牌请到他那一页改。")
    wanted = _wants(order, Help(help))
    changed = list(filter(None, (wanted, _says(order, words.strip()))))
    if not order.beneficiary.is_regular:
        moved = _stands(order, building, entrance)
        changed += filter(None, (moved, _is_for(order.beneficiary, given)))
    if not changed:
        return order
    order.save()
    told = "、".join(changed)
    change = log(order, OrderEventKind.CHANGED, by=by, words=told, public=f"社区改了{told}。")
    record("volunteers.change_order", on=order, by=by, help=order.help)
    came_in_anew(order)
    keep_word(order)
    if order.state == OrderState.DISPATCHED and (wanted or WHERE in changed):
        _ask_back(order, change, before=now)
    return order


def _wants(order, help):
    """Another kind of help; its usual time, where the order had the usual one too."""
    if help == order.help:
        return ""
    if order.minutes == HELP_MINUTES[Help(order.help)]:
        order.minutes = HELP_MINUTES[help]
    order.help, order.brief = help, ""  # what was said of the other kind
    return f"要什么帮忙（{help.label}）"


def _says(order, words):
    if words == words_of(order):
        return ""
    order.words_sealed = seal(words, bound_to=f"order.words:{order.uuid}") if words else ""
    return "说了什么"


def _stands(order, building, entrance):
    """Another place; the home it was for is left behind with the old one."""
    building = entrance.building if entrance else building
    if (order.building, order.entrance) == (building, entrance):
        return ""
    for one in (order, order.beneficiary):
        one.building, one.entrance = building, entrance
        if one.home_id and one.home.entrance != entrance:
            one.home = None
    order.beneficiary.save()
    return WHERE


def _is_for(helped, given):
    """Who is helped, in words that name nobody."""
    known = facts_of(helped)
    given = {key: value for key, value in given.items() if value != known[key]}
    if not given:
        return ""
    put(helped, **given)
    helped.save()
    return "帮谁"


def _ask_back(order, change, *, before):
    """What they were asked is not what is wanted now: back to the worker, who may ask them anew.
    Their answer ended `before` the change, so that they count among those not asked yet."""
    for ask in order.asks.waiting().select_related("volunteer"):
        ask.order = order
        recipient_id = ask.volunteer.user_id
        messages.wanted_otherwise(ask=ask, recipient_id=recipient_id, change=change.pk)
    order.asks.waiting().update(state=AskState.WITHDRAWN, answered_at=before)
    move(order, OrderState.ORDERED)
    order.save()
    start_dispatch(order)
