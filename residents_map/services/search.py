"""找人: by room, name, pinyin initials, phone or ID number; only in one's own places, and logged.

What was typed decides which index is asked, and only that one: a common name among four million
people costs what a rare one costs. The log says how somebody searched and how much was found,
never for what.
"""

import re
import unicodedata
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Exists, OuterRef

from residents_map.foundation import identity
from residents_map.foundation.sheets.addresses import parse, room_of
from residents_map.models import Household, Person
from residents_map.services.people import IDENTITY, PHONE, PHONE_TAIL
from stations.choices import COMMUNITY_STAFF
from stations.foundation import phones
from stations.foundation.limits import take
from stations.foundation.refusal import refuse
from stations.foundation.sealed import blind_index
from stations.models import Home
from stations.models.area import places_of
from stations.services.acts import record

MOST = 30
A_MINUTE = 40  # one search after the other by hand is slower; a list of names is not
_HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff·\U00020000-\U0003ffff]+")
_LETTERS = re.compile(r"[a-z]{2,40}")
_ROOM = re.compile(r"[a-z]?\d{3,5}[a-z]?", re.IGNORECASE)
ALONG = ("entrance__building__area_id", "entrance__building__number", "entrance__number")


@dataclass
class Found:
    """What a search gave: homes and people, how it was understood, whether there is more."""

    way: str = ""
    homes: list = field(default_factory=list)
    people: list = field(default_factory=list)
    more: bool = False

    @property
    def count(self):
        return len(self.homes) + len(self.people)


WAYS = {
    "room": "门牌",
    "name": "姓名",
    "initials": "拼音首字母",
    "tail": "电话后四位",
    "phone": "电话",
    "identity": "身份证号",
    "door": "门牌和电话后四位",
}


def understand(words):
    """(way, what is looked for) of what somebody typed; refuses what is none of them."""
    text = unicodedata.normalize("NFKC", words or "").strip()
    packed = re.sub(r"\s+", "", text)
    if not packed:
        refuse("写上要找的人或者门牌。")
    if len(packed) > 40:
        refuse("写得太长了，写门牌、姓名或者电话就行。")
    if number := _or_none(identity.normalise, packed):
        return "identity", number
    if len(packed) >= 10 and (number := _or_none(phones.normalise, packed)):
        return "phone", number
    if not packed.isdigit() and (address := parse(text)):
        return "room", address
    if re.fullmatch(r"\d{4}", packed):
        return "door", packed
    if is_room(packed):
        return "room", (None, None, room_of(packed))
    if _HAN.fullmatch(packed):
        return "name", packed
    if _LETTERS.fullmatch(packed.lower()):
        return "initials", packed.lower()
    raise ValidationError(
        "没看懂。可以写：门牌 7-2-1203，姓名刘桂芳，拼音首字母 lgf，电话或后四位，身份证号。"
    )


def _or_none(normalise, text):
    try:
        return normalise(text)
    except ValidationError:
        return None


@transaction.atomic
def find(*, q, by):
    """Search in the places where this person works in the community. Gives `Found`."""
    way, wanted = understand(q)
    areas = places_of(by, COMMUNITY_STAFF)
    found = Found(way=way)
    if way in ("room", "door"):
        found.homes = homes_at(areas, wanted if way == "room" else (None, None, wanted))
    if way != "room":
        found.people = list(people_by(way, wanted, areas)[: MOST + 1])
    found.more = found.count > MOST
    found.homes = found.homes[:MOST]
    found.people = sorted(found.people[: MOST - len(found.homes)], key=at_the_door)
    here = next(one.area for one in by.current_postings() if one.role in COMMUNITY_STAFF)
    record("residents_map.search", on=here, by=by, way=way, found=found.count)
    return found


def people_by(way, wanted, areas):
    """The people of one way of searching; each way is one index of Person."""
    rows = Person.objects.current().filter(area__in=areas)
    if way == "name":
        rows = rows.filter(name__startswith=wanted).order_by("area_id", "name", "pk")
    elif way == "initials":
        rows = rows.exclude(initials="").filter(initials__startswith=wanted)
        rows = rows.order_by("area_id", "initials", "pk")
    elif way == "door":
        tail = blind_index(wanted, field=PHONE_TAIL)
        rows = rows.exclude(phone_tail="").filter(phone_tail=tail).order_by("pk")
    elif way == "phone":
        index = blind_index(wanted, field=PHONE)
        rows = rows.exclude(phone_index="").filter(phone_index=index).order_by("pk")
    else:
        index = blind_index(wanted, field=IDENTITY)
        rows = rows.exclude(identity_index="").filter(identity_index=index).order_by("pk")
    return rows.select_related("area", "household__home__entrance__building")


def homes_at(areas, address):
    """Homes of an address, lived in first: [(home, household or None)]."""
    lived_in = Exists(Household.objects.current().filter(home=OuterRef("pk")))
    homes = list(homes_of(areas, address).order_by(lived_in.desc(), *ALONG)[: MOST + 1])
    living = {row.home_id: row for row in Household.objects.current().filter(home__in=homes)}
    return [(home, living.get(home.pk)) for home in homes]


def homes_of(areas, address):
    """The homes at (building or None, entrance or None, room) in these places, house by house;
    whether anybody lives there is not read."""
    building, entrance, room = address
    rows = Home.objects.filter(entrance__building__area__in=areas, number=room)
    if building is not None:
        rows = rows.filter(entrance__building__number=building)
    if entrance is not None:
        rows = rows.filter(entrance__number=entrance)
    return rows.select_related("entrance__building__area").order_by(*ALONG)


def is_room(text):
    """Whether this is the number of a door alone: 1203, 1203A, 1203室."""
    return bool(_ROOM.fullmatch(text.removesuffix("室")))


def at_the_door(person):
    """The order in which one would walk from door to door."""
    home = person.household.home
    return (person.area_id, home.entrance.building.number, home.entrance.number, home.floor)


def may_search_again(user):
    """Whether this person searches at a human's pace; outside of the act's transaction."""
    key = f"residents_map.search:{user.pk}"
    return take(key, size=A_MINUTE, refill_per_second=A_MINUTE / 60).allowed
