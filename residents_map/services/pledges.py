"""认领: who claims a building or an entrance, with a duty and a promise, and what they show."""

import uuid
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from residents_map.choices import PledgeRole
from residents_map.models import Pledge
from stations.foundation.phones import mask, normalise
from stations.foundation.refusal import refuse
from stations.foundation.sealed import seal, unseal
from stations.models import Building, Entrance
from stations.services.acts import record

CHANGED = ("name", "unit", "duty", "promise", "shows_name", "shows_phone", "shows_unit")


def bound_to(pledge):
    """What the sealed phone of a claim is bound to: this claim and no other."""
    return f"pledge.phone:{pledge.uuid}"


def phone_of(pledge):
    """The phone of a claim in clear; shown on the board only when the person agreed."""
    return unseal(pledge.phone_sealed, bound_to=bound_to(pledge)) if pledge.phone_sealed else ""


def phone_for_staff(pledge):
    """What staff see of the phone: all of it when it hangs on the wall anyway, else masked."""
    phone = phone_of(pledge)
    return phone if pledge.shows_phone else mask(phone)


@transaction.atomic
def add_pledge(
    *,
    building,
    by,
    role,
    name,
    entrance=None,
    unit="",
    phone="",
    duty="",
    promise="",
    shows_name=False,
    shows_phone=False,
    shows_unit=False,
    agreed_on=None,
):
    """Somebody claims a building or one of its entrances. One lead each, any number of members."""
    building = Building.objects.select_for_update(of=("self",)).get(pk=building.pk)
    if entrance and entrance.building_id != building.pk:
        refuse(f"{entrance}不在{building}，请重新选。")
    if role == PledgeRole.BUILDING:
        entrance = None
    refuse_second_lead(building, entrance, role)
    pledge = Pledge(
        building=building, area_id=building.area_id, entrance=entrance, uuid=uuid.uuid4(), by=by
    )
    pledge.role, pledge.name, pledge.unit = role, name.strip(), unit.strip()
    pledge.duty = duty.strip() or DUTIES[role]
    pledge.promise = promise.strip() or PROMISES[role]
    pledge.phone_sealed = sealed_phone(pledge, phone)
    agree(pledge, shows_name, shows_phone, shows_unit, agreed_on)
    pledge.save()
    record("residents_map.add_pledge", on=pledge, by=by)
    return pledge


@transaction.atomic
def change_pledge(*, pledge, by, phone=None, agreed_on=None, **changed):
    """Change what a claim says or shows; whoever takes back consent is off the board at once."""
    pledge = Pledge.objects.select_for_update(of=("self",)).get(pk=pledge.pk)
    if pledge.until:
        refuse("这条认领已经结束，不能再改。")
    for key in CHANGED:
        if key in changed:
            value = changed[key]
            setattr(pledge, key, value.strip() if isinstance(value, str) else value)
    if phone is not None:
        pledge.phone_sealed = sealed_phone(pledge, phone)
    agree(pledge, pledge.shows_name, pledge.shows_phone, pledge.shows_unit, agreed_on)
    pledge.save()
    record("residents_map.change_pledge", on=pledge, by=by)
    return pledge


@transaction.atomic
def end_pledge(*, pledge, by):
    """The claim is over; it leaves the board and stays in the record."""
    pledge = Pledge.objects.select_for_update(of=("self",)).get(pk=pledge.pk)
    if pledge.until:
        refuse("这条认领已经结束了。")
    pledge.until = timezone.localdate()
    pledge.save(update_fields=["until"])
    record("residents_map.end_pledge", on=pledge, by=by)
    return pledge


@transaction.atomic
def print_board(*, building, by):
    """The leads of a building for the paper in its hall; that it was printed is written down."""
    record("residents_map.print_board", on=building, by=by)
    return leads_of(building)


def refuse_second_lead(building, entrance, role):
    """A building has one lead, an entrance too."""
    if role == PledgeRole.ENTRANCE and entrance is None:
        refuse("单元长请选是哪个单元。")
    there = Pledge.objects.current().filter(building=building, role=role)
    if role == PledgeRole.BUILDING and (lead := there.first()):
        refuse(f"{building}已经有楼栋长{lead.name}，先结束原来的认领。")
    if role == PledgeRole.ENTRANCE and (lead := there.filter(entrance=entrance).first()):
        refuse(f"{entrance}已经有单元长{lead.name}，先结束原来的认领。")


def consent_faults(shows_name, shows_phone, shows_unit, agreed_on, *, has_phone, has_unit):
    """{question: what is wrong with it}: each thing shown for itself, with the day of consent."""
    shown = shows_name or shows_phone or shows_unit
    faults = {}
    if (shows_phone or shows_unit) and not shows_name:
        faults["shows_name"] = "电话、单位要和姓名一起公开；本人不想公开姓名，就都不公开。"
    if shown and not agreed_on:
        faults["agreed_on"] = "要公开姓名、电话或单位，请填本人哪天同意的。"
    if agreed_on and agreed_on > timezone.localdate():
        faults["agreed_on"] = "同意的日子还没到，请改成本人已经同意的那天。"
    if shows_phone and not has_phone:
        faults["shows_phone"] = "没有登记电话，不能公开电话。"
    if shows_unit and not has_unit:
        faults["shows_unit"] = "没有登记单位或住处，不能公开。"
    return faults


def agree(pledge, shows_name, shows_phone, shows_unit, agreed_on):
    """What the board may show, refused where the person's consent does not cover it."""
    faults = consent_faults(
        shows_name,
        shows_phone,
        shows_unit,
        agreed_on,
        has_phone=bool(pledge.phone_sealed),
        has_unit=bool(pledge.unit),
    )
    if faults:
        raise ValidationError(list(faults.values()))
    shown = shows_name or shows_phone or shows_unit
    pledge.shows_name, pledge.shows_phone, pledge.shows_unit = shows_name, shows_phone, shows_unit
    pledge.agreed_on = agreed_on if shown else None


def sealed_phone(pledge, phone):
    return seal(normalise(phone), bound_to=bound_to(pledge)) if phone else ""


@dataclass
class Shown:
    """A claim as the board shows it: only what the person agreed to."""

    pledge: Pledge
    name: str = ""
    phone: str = ""
    unit: str = ""

    @classmethod
    def of(cls, pledge):
        """What of this claim hangs on the wall."""
        return cls(
            pledge,
            name=pledge.name if pledge.shows_name else "",
            phone=phone_of(pledge) if pledge.shows_phone else "",
            unit=pledge.unit if pledge.shows_unit else "",
        )


@dataclass
class Leads:
    """Who leads a building: its lead, each entrance's, and the members who claimed it."""

    building: object = None
    entrances: dict = field(default_factory=dict)  # {entrance id: Pledge}
    members: list = field(default_factory=list)


def leads_of(building):
    """The claims of one building, in one query. For staff; a board shows `Shown.of` them."""
    return leads_by_building([building]).get(building.pk, Leads())


def leads_by_building(buildings):
    """{building id: Leads} of many buildings, in one query."""
    found = {}
    rows = Pledge.objects.current().filter(building__in=buildings).order_by("role", "pk")
    for pledge in rows.select_related("entrance"):
        leads = found.setdefault(pledge.building_id, Leads())
        if pledge.role == PledgeRole.BUILDING:
            leads.building = pledge
        elif pledge.role == PledgeRole.ENTRANCE:
            leads.entrances[pledge.entrance_id] = pledge
        else:
            leads.members.append(pledge)
    return found


@dataclass
class BoardLine:
    """A building on the list of boards: who leads it, how many members, what is missing."""

    building: Building
    lead: Pledge = None
    entrances: list = field(default_factory=list)  # (Entrance, Pledge or None)
    members: int = 0

    @property
    def gaps(self):
        """Entrances nobody leads, after the building itself."""
        return [entrance for entrance, pledge in self.entrances if pledge is None]


def board_lines(area):
    """The buildings of an estate with their leads: three queries however many there are."""
    buildings = list(Building.objects.filter(area=area))
    leads = leads_by_building(buildings)
    entrances = {}
    for entrance in Entrance.objects.filter(building__area=area).select_related("building"):
        entrances.setdefault(entrance.building_id, []).append(entrance)
    lines = []
    for building in buildings:
        here = leads.get(building.pk, Leads())
        pairs = [(e, here.entrances.get(e.pk)) for e in entrances.get(building.pk, [])]
        lines.append(BoardLine(building, here.building, pairs, len(here.members)))
    return lines


DUTIES = {
    PledgeRole.BUILDING: "每周走一遍楼栋，收集诉求，牵头商量楼里的事",
    PledgeRole.ENTRANCE: "每周走一遍单元，看看独居老人，有事报给楼栋长",
    PledgeRole.MEMBER: "认领楼里的一件事，帮一把需要帮的邻居",
}
PROMISES = {
    PledgeRole.BUILDING: "有事找我，当天回话",
    PledgeRole.ENTRANCE: "楼道里的事，我先到场",
    PledgeRole.MEMBER: "邻里有难处，我来搭把手",
}
