"""Who is helped in the demo: regular ones with packages, calls and cards, and many just once."""

from dataclasses import dataclass
from datetime import timedelta

from stations.foundation.codes import code_digest, code_from
from stations.models import Home
from volunteers.choices import CallResult, Help, Part
from volunteers.demo.truth import ESTATE, HOME, PACKAGES, REGULARS
from volunteers.models import Beneficiary, Call, Package
from volunteers.services.beneficiaries import put
from volunteers.services.keys import key_of_phone

NAMED = (7, 2, "1203", "刘桂芳", "13900000001")  # of the demo's ledger, whom the pages know
WORDS = (
    "耳背，说话要凑近一点。", "腿脚慢，按门铃后多等一会儿。", "家里有只老猫，别让它跑出去。",
    "血压高，别聊太激动的事。", "钥匙在服务站也有一把。", "", "",
)  # fmt: skip
PACKAGE_KINDS = (
    ("医康养上门包", (Help.CARE, Help.COMPANY)),
    ("独居老人陪伴包", (Help.COMPANY, Help.HAIRCUT)),
    ("康复照看包", (Help.CARE,)),
    ("代买陪伴包", (Help.COMPANY, Help.ERRAND)),
)
CALLS_BACK = 60


@dataclass
class Helped:
    """Somebody who is helped, while the demo is written."""

    row: Beneficiary
    phone: str

    @property
    def keys(self):
        return [key_of_phone(self.phone)]


def new(crew, area, *, building=None, entrance=None, home=None, name, phone, since, **facts):
    """Somebody who is helped, not saved yet."""
    row = Beneficiary(
        uuid=crew.uuid(),
        area=area,
        building=building,
        entrance=entrance,
        home=home,
        since=since,
        is_regular=facts.pop("is_regular", False),
        call_every_days=facts.pop("call_every_days", None),
    )
    put(row, name=name, phone=phone, **facts)
    return Helped(row, phone)


def old_people(crew, ledger):
    """[(home, name)] of 锦绣江山: who lives alone, as the ledger knows; else any home."""
    estate = crew.areas[ESTATE]
    building, entrance, door, name, _ = NAMED
    homes = Home.objects.select_related("entrance__building").filter(
        entrance__building__area=estate
    )
    first = homes.filter(
        entrance__building__number=building, entrance__number=entrance, number=door
    ).first()
    found = [(first or homes.order_by("pk").first(), name)]
    if ledger:
        alone = [
            (home, family.head.name)
            for home, family, household in ledger.placed
            if household.area_id == estate.pk
            and len(family.residents) == 1
            and family.head.age >= 70
            and home.pk != found[0][0].pk
        ]
        return found + alone[: REGULARS - 1]
    step = max(1, homes.count() // REGULARS)
    others = list(homes.order_by("pk")[7::step])[: REGULARS - 1]
    return found + [(home, crew.name()) for home in others]


class Care:
    """常年服务对象 with their packages and calls."""

    def __init__(self, crew, ledger=None):
        self.crew, self.chance = crew, crew.chance
        self.estate = crew.areas[ESTATE]
        self.regulars = self.add_regulars(ledger)
        self.packages = self.add_packages()
        self.ring()

    def add_regulars(self, ledger):
        crew, found = self.crew, []
        for n, (home, name) in enumerate(old_people(crew, ledger)):
            one = new(
                crew,
                self.estate,
                building=home.entrance.building,
                entrance=home.entrance,
                home=home,
                name=name,
                phone=NAMED[4] if n == 0 else crew.phone(),
                door=home.number,
                words=self.chance.choice(WORDS),
                is_regular=True,
                call_every_days=self.chance.choice((1, 3, 3, 7, 7)) if n < 20 else None,
                since=crew.days_ago(300, 700),
            )
            if n < 11:  # who has a card: its code is known to nobody
                one.row.card_digest = code_digest(code_from(crew.uuid()))
                one.row.card_given_at = crew.now - timedelta(days=self.chance.randint(20, 200))
            found.append(one)
        return found

    def add_packages(self):
        Beneficiary.objects.bulk_create([one.row for one in self.regulars])
        crew, rows = self.crew, []
        by = crew.workers(crew.areas[HOME])["worker"]
        for n, one in enumerate(self.regulars[:PACKAGES]):
            name, helps = PACKAGE_KINDS[n % len(PACKAGE_KINDS)]
            row = Package(
                beneficiary=one.row,
                area=self.estate,
                name=name,
                helps=list(helps),
                per_month=2 + n % 2,
                weekday=n % 5,
                part=Part.MORNING if n % 3 else Part.AFTERNOON,
                by=self.chance.choice(by),
                since=crew.days_ago(200, 290),
            )
            row.helped = one
            rows.append(row)
        Package.objects.bulk_create(rows)
        return rows

    def ring(self):
        """Two months of calls: two are late, three due today."""
        crew, rows, calls = self.crew, [], []
        workers = crew.workers(crew.areas[HOME])["worker"]
        called = [one for one in self.regulars if one.row.call_every_days]
        for n, one in enumerate(called):
            every = one.row.call_every_days
            back = every + 3 if n in (4, 9) else every if n in (2, 6, 11) else min(every - 1, n % 4)
            last = back
            while back < CALLS_BACK:
                at = crew.moment(crew.today - timedelta(days=back), self.chance.randint(9, 16))
                calls.append(self.call(one, min(at, crew.now - timedelta(minutes=20)), workers))
                back += every + self.chance.randint(0, 1)
            at = crew.moment(crew.today - timedelta(days=last), 10)
            one.row.last_call_at = min(at, crew.now - timedelta(minutes=20))
            rows.append(one.row)
        Call.objects.bulk_create(sorted(calls, key=lambda call: call.at))
        Beneficiary.objects.bulk_update(rows, ["last_call_at"])

    def call(self, one, at, workers):
        result = self.chance.choices((CallResult.WELL, CallResult.HELP), (93, 7))[0]
        return Call(
            beneficiary=one.row,
            area=one.row.area,
            token=self.crew.uuid(),
            by=self.chance.choice(workers),
            at=at,
            result=result,
        )
