"""Orders for tests, brought to where they are wanted by their own services."""

import itertools
import uuid

from tests.factories import BuildingFactory, EntranceFactory
from volunteers.choices import Help
from volunteers.models import Order
from volunteers.services import orders

_phones = itertools.count(1)


def entrance_in(estate):
    return EntranceFactory(building=BuildingFactory(area=estate))


def order_in(estate, **facts):
    """An order from a form, of somebody with name, phone and door."""
    entrance = facts.pop("entrance", None) or entrance_in(estate)
    defaults = {
        "token": uuid.uuid4(),
        "area": estate,
        "help": Help.ERRAND,
        "name": "刘桂芳",
        "phone": f"1390000{7000 + next(_phones)}",
        "door": "402",
        "words": "买两斤面",
        "entrance": entrance,
        "building": entrance.building,
    }
    order, _ = orders.order_help(**defaults | facts)
    return order


def fresh(order):
    return Order.objects.select_related("area", "volunteer__user", "team").get(pk=order.pk)


def put_out(order, by, *volunteers):
    """These volunteers are asked at once."""
    return orders.dispatch(order=order, by=by, volunteers=[(one, "近") for one in volunteers])


def ask_of(order, volunteer):
    return order.asks.select_related("order").filter(volunteer=volunteer).last()


def taken(order, by, volunteer):
    """Asked and accepted."""
    put_out(order, by, volunteer)
    return orders.accept(ask=ask_of(order, volunteer), by=volunteer.user)


def done(order, by, volunteer):
    """Accepted, begun and done."""
    order = taken(order, by, volunteer)
    order = orders.begin_service(order=order, by=volunteer.user)
    return orders.finish(order=order, by=volunteer.user)
