"""Households and people for tests, made through the real acts."""

from datetime import date

from residents_map.models import Kind
from residents_map.services.people import add_person, move_in
from tests.factories import BuildingFactory, EntranceFactory, HomeFactory

PHONE = "13900000001"
IDENTITY = "990000194003070012"  # region 99 was never given out; see `identity_number`


def identity_number(born=date(1940, 3, 7), order=1, region="990000"):
    """A number with a right check sign that nobody has: its region does not exist."""
    from residents_map.foundation.identity import check_sign

    digits = f"{region}{born:%Y%m%d}{order:03d}"
    return digits + check_sign(digits)


def home_in(estate, *, building=None, number=None, floor=1):
    """A home of the estate, in a building of its own unless one is given."""
    building = building or BuildingFactory(area=estate)
    entrance = building.entrances.first() or EntranceFactory(building=building, number=1)
    more = {"number": number} if number else {}
    return HomeFactory(entrance=entrance, floor=floor, **more)


def household_in(estate, by, *, home=None, **more):
    """A household that lives in a home of the estate, nobody entered yet."""
    return move_in(home=home or home_in(estate), by=by, **more)


def person_in(household, by, **more):
    """An old woman with a phone, unless said otherwise; the first of a household is its head."""
    has_head = household.people.filter(left_on=None, kinship="head").exists()
    kinship = "other" if has_head else "head"
    facts = {"name": "刘桂芳", "kinship": kinship, "birth_on": date(1940, 3, 7), "phone": PHONE}
    return add_person(household=household, by=by, **(facts | more))


def kind(key):
    """One of the kinds every map begins with."""
    return Kind.objects.get(key=key)
