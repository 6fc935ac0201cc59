"""Who is visited how often, what was found, what happened, and who looked at whose data."""

import uuid
from datetime import datetime, time, timedelta

import time_machine
from django.utils import timezone

from residents_map.choices import (
    TIER_DAYS,
    CareKind,
    Field,
    Missed,
    Reason,
    Tier,
    VisitState,
    VisitWay,
)
from residents_map.demo import named
from residents_map.models import CareEvent, Household, Visit
from residents_map.services.care import report_care
from residents_map.services.people import note_change
from residents_map.services.reveals import open_household, reveal_field
from residents_map.services.visit_duties import keep_all_visit_duties
from residents_map.services.visits import bound_to
from stations.choices import Role
from stations.foundation.sealed import seal
from stations.models import Posting

BACK = 150  # days of visits before the demo was loaded
WORKERS_BUILDINGS = range(5, 10)  # 周敏's part of 锦绣江山; the others are her colleague's
WORDS = {
    VisitState.WELL: (
        "都好，正在择菜。",
        "精神不错，刚从楼下晒太阳回来。",
        "都好，说暖气够热。",
        "聊了半小时，孙子考上了大学，很高兴。",
        "药够吃，血压正常。",
        "",
        "",
    ),
    VisitState.CHANGED: (
        "刚换了老花镜，字看得清了。",
        "儿子接去住了两周，前天回来。",
        "社保卡丢了，已经帮她挂失。",
    ),
    VisitState.HELP: (
        "水龙头滴水，已联系物业来修。",
        "不会用手机交水费，当场教会了。",
        "轮椅刹车松，约了残联周四来看。",
    ),
}
PAIRED = ("陈国华", "李建国", "孙玉华", "刘建军", "何平", "罗小兰", "唐志明")


def look_in(ledger, cast):
    """Plans, visits, events, consents and looks, on top of the written ledger."""
    care = Care(ledger, cast)
    care.plan()
    care.visit()
    care.consent()
    care.happen()
    care.look()
    keep_all_visit_duties()


class Care:
    """The visiting side of the demo."""

    def __init__(self, ledger, cast):
        self.ledger = ledger
        self.chance = ledger.chance
        self.today = ledger.today
        self.cast = cast["people"]
        self.planned = []
        self.doors = {}
        self.workers = {}
        for posting in Posting.objects.filter(role=Role.WORKER).select_related("user"):
            self.workers.setdefault(posting.area_id, []).append(posting.user)
        self.communities = {area.pk: area.parent_id for area in cast["areas"].values()}
        for home, family, household in ledger.placed:
            if household.area_id == ledger.first.pk:
                entrance = home.entrance
                door = (household.building.number, entrance.number, home.number)
                self.doors[door] = household
                household.family = family

    # how often

    def plan(self):
        """Everybody who lives alone and is old monthly, the named as told, others quarterly."""
        for _, family, household in self.ledger.placed:
            tier = self.tier_of(family)
            if tier:
                first, last = (8, 29) if tier == Tier.MONTH else (8, 88)
                self.put(household, tier, self.chance.randint(first, last))
        for door, (*_, days, tier) in named.VISITED.items():
            self.put(self.doors[door], tier, days)
        for number, kind, days in named.ALSO_DUE:
            household = next(
                row
                for (building, _, _), row in self.doors.items()
                if building == number
                and any(kind in member.kinds for member in row.family.members)
                and len(row.family.residents) > 1
            )
            self.put(household, Tier.QUARTER, days)
        liu = self.doors[7, 2, "1203"]
        liu.paired_with = "陈国华"
        fields = [
            "tier",
            "next_visit_on",
            "planned_on",
            "last_visit_at",
            "visitor",
            "paired_with",
        ]
        Household.objects.bulk_update(self.planned, fields, batch_size=500)

    def tier_of(self, family):
        head = family.head
        if len(family.residents) == 1 and head.age >= 60:
            return Tier.MONTH
        kinds = {kind for member in family.members for kind in member.kinds}
        if kinds & {"child", "hardship", "disabled"} and self.chance.random() < 0.5:
            return Tier.QUARTER
        return Tier.NONE

    def put(self, household, tier, days):
        if household not in self.planned:
            self.planned.append(household)
        last = self.today + timedelta(days=days - TIER_DAYS[tier])
        household.tier = tier
        household.next_visit_on = self.today + timedelta(days=days)
        household.planned_on = self.today - timedelta(days=BACK)
        household.last_visit_at = self.moment(min(last, self.today))
        household.visitor = self.visitor(household)
        if not household.paired_with and self.chance.random() < 0.3:
            household.paired_with = self.chance.choice(PAIRED)

    def visitor(self, household):
        if household.area_id == self.ledger.first.pk:
            own = household.building.number in WORKERS_BUILDINGS
            return self.cast["worker" if own else "colleague"]
        return self.workers[self.communities[household.area_id]][0]

    def moment(self, day):
        """An hour of that day in which people visit; never after now."""
        at = time(self.chance.randint(9, 17), self.chance.choice((5, 10, 20, 30, 40, 50)))
        then = timezone.make_aware(datetime.combine(day, at))
        return min(then, timezone.now() - timedelta(minutes=self.chance.randint(20, 90)))

    # what was found

    def visit(self):
        """Visits back to 150 days ago, the last one the household's own."""
        told = {}
        for door, (name, *_) in named.VISITED.items():
            if name in named.TOLD:
                told[self.doors[door].pk] = named.TOLD[name]
        rows = []
        for household in self.planned:
            if household.pk in told:
                rows += [self.row(household, *visit) for visit in told[household.pk]]
                met = [row.at for row in rows if row.household is household and not row.missed]
                household.last_visit_at = max(met)
                household.save(update_fields=["last_visit_at"])
                continue
            rows.append(self.row(household, at=household.last_visit_at))
            back = (self.today - timezone.localdate(household.last_visit_at)).days
            while (back := back + TIER_DAYS[household.tier] + self.chance.randint(-4, 3)) < BACK:
                if self.chance.random() < 0.07:
                    rows.append(self.row(household, back + 2, state=VisitState.MISSED))
                rows.append(self.row(household, back))
        rows.sort(key=lambda row: row.at)
        Visit.objects.bulk_create(rows, batch_size=1000)
        # It was written down when it happened, not when the demo was loaded.
        for row in rows:
            row.created_at = row.at + timedelta(minutes=4)
        Visit.objects.bulk_update(rows, ["created_at"], batch_size=1000)

    def row(self, household, days=None, way="", state="", words=None, *, at=None):
        way = (
            way
            or self.chance.choices(
                (VisitWay.DOOR, VisitWay.CALL, VisitWay.PAIRED, VisitWay.NEIGHBOUR), (60, 26, 9, 5)
            )[0]
        )
        state = (
            state
            or self.chance.choices(
                (VisitState.WELL, VisitState.CHANGED, VisitState.HELP), (80, 11, 9)
            )[0]
        )
        missed = ""
        if state == VisitState.MISSED:
            missed = Missed.NO_ANSWER if way == VisitWay.CALL else Missed.NOT_IN
            words = ""
        elif words is None:
            words = self.chance.choice(WORDS[state])
        token = uuid.UUID(int=self.chance.getrandbits(128), version=4)
        return Visit(
            household=household,
            area_id=household.area_id,
            token=token,
            by=household.visitor,
            at=at or self.moment(self.today - timedelta(days=days)),
            way=way,
            state=state,
            missed=missed,
            words_sealed=seal(words, bound_to=bound_to(token)) if words else "",
        )

    # what happened

    def consent(self):
        """Each united-front figure agreed in writing before being entered; sealed, it says what."""
        for _, _, household in self.ledger.placed:
            if household.area_id != self.ledger.first.pk:
                continue
            for member, person in zip(
                household.family.members, self.ledger.persons[household.pk], strict=True
            ):
                if "united" in member.kinds:
                    day = self.today - timedelta(days=self.chance.randint(40, 380))
                    with time_machine.travel(self.moment(day), tick=False):
                        note_change(
                            household,
                            f"登记了{person.masked_name}的人群",
                            by=household.visitor or self.cast["secretary"],
                            new={"人群": f"统战力量，本人{day:%Y年%-m月%-d日}签字同意"},
                            person=person,
                        )

    def happen(self):
        """One fall this morning that nobody has looked after yet, one hospital stay last month."""
        named_doors = {self.doors[door].pk for door in named.VISITED}
        alone = [
            row
            for (building, _, _), row in self.doors.items()
            if building in WORKERS_BUILDINGS
            and row.tier == Tier.MONTH
            and row.pk not in named_doors
        ]
        fallen, ill = alone[0], alone[-1]
        before = timezone.now() - timedelta(hours=3)
        with time_machine.travel(before, tick=False):
            report_care(household=fallen, by=self.cast["worker"], kind=CareKind.FALL)
        visit = Visit.objects.filter(household=ill, missed="").order_by("-at").first()
        CareEvent.objects.create(
            household=ill,
            area_id=ill.area_id,
            kind=CareKind.HOSPITAL,
            at=visit.at - timedelta(hours=9),
            by=visit.by,
            visit=visit,
        )

    def look(self):
        """刘桂芳's telephone was looked at before a visit; her page was opened by three."""
        household = Household.objects.get(pk=self.doors[7, 2, "1203"].pk)
        head, daughter, *_ = self.ledger.persons[household.pk]
        worker, colleague = self.cast["worker"], self.cast["colleague"]
        now = timezone.now()
        for ago, who, person, field in (
            (timedelta(days=30, hours=3), worker, head, Field.PHONE),
            (timedelta(days=12, hours=2), colleague, None, None),
            (timedelta(days=12, hours=2), colleague, daughter, Field.PHONE),
            (timedelta(days=2, hours=1), self.cast["secretary"], None, None),
            (timedelta(hours=2), worker, None, None),
        ):
            with time_machine.travel(now - ago, tick=False):
                if person is None:
                    open_household(household=household, by=who)
                else:
                    reveal_field(person=person, field=field, by=who, reason=Reason.VISIT)
