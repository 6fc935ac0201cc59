"""Who claimed which building, and how the rental houses were found, over the last months."""

import json
import uuid
from datetime import timedelta

from django.utils import timezone

from residents_map.choices import InspectionState, PledgeRole, Tenure
from residents_map.demo import named
from residents_map.demo.truth import FIVE_STARS, FOUR_STARS, PUT_RIGHT
from residents_map.foundation.house_rules import CRITERIA, KEYS, listing_of, stars_of
from residents_map.models import Inspection, Pledge, Rental
from residents_map.services import pledges
from residents_map.services.rental_duties import keep_all_rental_duties
from residents_map.services.rentals import appeal, bound_to
from stations.foundation.sealed import seal

NO_LEAD = (12,)  # one building nobody leads yet, so that a gap is seen
UNITS = (
    "锦绣社区党支部",
    "庆云街道退休党员",
    "市供电公司",
    "区人民医院",
    "市第三中学",
    "株洲机务段",
)
MEMBER_DUTIES = (
    ("看看独居老人", "每周敲一次门"),
    ("楼道和消防通道", "看见堆东西，当天劝走"),
    ("接送放学", "下午四点半，在校门口"),
    ("修修补补", "灯泡、水龙头，叫一声就来"),
    ("调解邻里", "先听两边，再坐下来谈"),
    ("垃圾分类", "早晚各站半小时"),
)
# How a house comes to its stars: what is not in order.
FOUR = (("quiet",), ("clean",), ("contract",), ("extinguisher",), ("quiet", "clean"))
THREE = (("extinguisher", "register"), ("rooms", "extinguisher"), ("register", "quiet"))
TWO = (("exit", "extinguisher"), ("ebike", "wires"), ("gas",), ("exit",), ("wires", "clean"))


def claim_and_let(ledger, cast):
    """Claims of 锦绣江山's buildings, and its registered rental houses."""
    claim(ledger, cast["people"])
    let(ledger, cast["people"])
    keep_all_rental_duties()


def claim(ledger, people):
    """A lead for thirteen of fourteen buildings, most entrances, two to five members each."""
    chance, secretary = ledger.chance, people["secretary"]
    names = iter_names(ledger)
    rows = []

    def add(building, role, entrance=None, name="", duty="", promise="", shows=True):
        pledge = Pledge(
            area_id=building.area_id,
            building=building,
            entrance=entrance,
            uuid=uuid.UUID(int=chance.getrandbits(128), version=4),
            role=role,
            name=name or next(names),
            unit=chance.choice(UNITS),
            duty=duty or pledges.DUTIES[role],
            promise=promise or pledges.PROMISES[role],
            shows_name=shows,
            shows_phone=shows and (role != PledgeRole.MEMBER or chance.random() < 0.3),
            shows_unit=shows and chance.random() < 0.75,
            since=ledger.today - timedelta(days=chance.randint(60, 700)),
            by=secretary,
        )
        pledge.agreed_on = pledge.since if shows else None
        ledger.number += 1
        pledge.phone_sealed = seal(str(13900000100 + len(rows)), bound_to=pledges.bound_to(pledge))
        rows.append(pledge)

    for building in ledger.first.buildings.prefetch_related("entrances"):
        if building.number not in NO_LEAD:
            lead = named.BUILDING_LEADS.get(building.number, "")
            add(building, PledgeRole.BUILDING, name=lead)
        for entrance in building.entrances.all():
            entrance.building = building
            if building.number == 7 or chance.random() < 0.85:
                add(building, PledgeRole.ENTRANCE, entrance)
        for duty, promise in chance.sample(MEMBER_DUTIES, chance.randint(3, 5)):
            shows = building.number == 7 or chance.random() < 0.85
            add(building, PledgeRole.MEMBER, duty=duty, promise=promise, shows=shows)
    Pledge.objects.bulk_create(rows)


def iter_names(ledger):
    """Names of invented people, one after the other."""
    families, chance = ledger.families, ledger.chance
    while True:
        sex = chance.choice(("m", "f"))
        yield chance.choice(families.surnames) + chance.choice(families.given[sex])


def let(ledger, people):
    """The sources' houses (16 of five stars, 28 of four, 6 put right), and three still open."""
    chance, now = ledger.chance, timezone.now()
    homes = [
        (home, household)
        for home, family, household in ledger.placed
        if household.area_id == ledger.first.pk and family.tenure == Tenure.RENT
    ]
    last = ("five",) * FIVE_STARS + ("four",) * FOUR_STARS + ("right",) * PUT_RIGHT
    kinds = (*last, "to fix", "objects", "new")
    rentals = []
    for home, household in sorted(chance.sample(homes, len(kinds)), key=lambda row: row[0].pk):
        rental = Rental(
            home=home,
            area_id=household.area_id,
            building=household.building,
            uuid=uuid.UUID(int=chance.getrandbits(128), version=4),
            is_member=chance.random() < 0.6,
            since=ledger.today - timedelta(days=chance.randint(100, 500)),
        )
        facts = {"name": next(iter_names(ledger)), "phone": str(13900000300 + len(rentals))}
        sealed = json.dumps(facts, ensure_ascii=False)
        rental.landlord_sealed = seal(sealed, bound_to=bound_to(rental))
        rentals.append(rental)
    Rental.objects.bulk_create(rentals)
    kinds = list(kinds)
    chance.shuffle(kinds)
    workers = (people["worker"], people["colleague"])
    objected = None
    for number, (rental, kind) in enumerate(zip(rentals, kinds, strict=True)):
        # Most were looked at this week; every tenth is due again.
        days = chance.randint(12, 14) if number % 10 == 3 else chance.randint(1, 6)
        by = chance.choice(workers)
        if kind == "new":
            rental.since = ledger.today - timedelta(days=3)
            rental.next_visit_on = ledger.today + timedelta(days=4)
        elif kind in ("five", "four"):
            no = () if kind == "five" else chance.choice(FOUR)
            for back in (days + 15, days):
                looked(rental, now - timedelta(days=back), by, no)
        elif kind == "right":
            no = chance.choice(TWO)
            before = looked(rental, now - timedelta(days=days + 12), by, no, InspectionState.FIXED)
            looked(rental, now - timedelta(days=days), by, chance.choice(THREE), before=before)
        elif kind == "to fix":
            looked(rental, now - timedelta(days=4), by, TWO[1], InspectionState.TO_FIX)
        else:
            objected = looked(rental, now - timedelta(days=2), by, TWO[3], InspectionState.TO_FIX)
    fields = ["since", "stars", "listing", "next_visit_on"]
    Rental.objects.bulk_update(rentals, fields)
    words = "楼道的柜子是隔壁的，不是我家的，请再看一下。"
    appeal(inspection=objected, by=people["worker"], words=words)


def looked(rental, at, by, no, state=InspectionState.PASSED, before=None):
    """One inspection, written as it was found; the house stands as it says."""
    answers = {key: key not in no for key in KEYS}
    day = timezone.localdate(at)
    fixing = state in (InspectionState.TO_FIX, InspectionState.FIXED)
    inspection = Inspection.objects.create(
        rental=rental,
        area_id=rental.area_id,
        at=at,
        by=by,
        answers=answers,
        stars=stars_of(answers),
        state=state,
        fix_by=day + timedelta(days=7) if fixing else None,
        words="、".join(row.label for row in CRITERIA if row.key in no) + "要改" if no else "",
        before=before,
    )
    rental.stars, rental.listing = inspection.stars, listing_of(inspection.stars)
    rental.next_visit_on = inspection.fix_by if fixing else day + timedelta(days=15)
    return inspection
