"""care: its share of the tests that walk the whole portal."""

import uuid
from datetime import timedelta

from django.utils import timezone

from stations.models import Duty
from tests.residents_map.rows import home_in
from tests.volunteers.order_rows import done
from tests.volunteers.rows import volunteer_in
from volunteers.choices import Help, OrderChannel
from volunteers.models import Beneficiary, Order, Package
from volunteers.services.cards import give_card, order_by_card
from volunteers.services.care import add_beneficiary
from volunteers.services.packages import add_package

PHONES = iter(f"1395555{n:04d}" for n in range(10_000))


def person_in(estate, by, **facts):
    """Somebody who is looked after: 王奶奶 in a home of the estate, rung up every week."""
    home = facts.pop("home", None) or home_in(estate)
    defaults = {"name": "王奶奶", "phone": next(PHONES), "call_every_days": 7}
    return add_beneficiary(home=home, by=by, **defaults | facts)


def package_for(person, by, **facts):
    """Two visits a month, on Wednesday mornings."""
    defaults = {"name": "每月两次照看", "helps": [Help.CARE], "per_month": 2, "weekday": 2}
    return add_package(beneficiary=person, by=by, **defaults | facts)


def started(row, days):
    """The same row as if it had been written so many days ago."""
    type(row).objects.filter(pk=row.pk).update(since=timezone.localdate() - timedelta(days))
    row.refresh_from_db()
    return row


def build(world, cast):
    """One person with a package and a card."""
    worker = cast("worker")
    world.beneficiary = person_in(world.area, worker)
    world.package = package_for(world.beneficiary, worker)
    world.beneficiary, world.card_code = give_card(beneficiary=world.beneficiary, by=worker)


def nothing(world):
    return {}


def person(world):
    return {"pk": world.beneficiary.pk}


def package(world):
    return {"pk": world.package.pk}


def code(world):
    return {"code": world.card_code}


WALK = {
    **dict.fromkeys(["beneficiaries", "beneficiary_new", "packages", "calls"], nothing),
    **dict.fromkeys(
        [
            "beneficiary",
            "beneficiary_reveal",
            "beneficiary_change",
            "beneficiary_end",
            "card_give",
            "card_print",
            "card_revoke",
            "package_new",
            "call",
        ],
        person,
    ),
    **dict.fromkeys(["package", "package_change", "package_again", "package_end"], package),
    **dict.fromkeys(["card", "card_order", "card_cancel", "card_say"], code),
}
SESSION = {"card_print": "given_card"}


class Stage:
    """Brings people who are looked after to where an act is possible."""

    def cared_for(self):
        return person_in(self.estate, self.worker)

    def with_card(self):
        row, self.card_code = give_card(beneficiary=self.cared_for(), by=self.worker)
        row.code = self.card_code
        return row

    def ordered_by_card(self):
        row = self.with_card()
        self.card_order, _ = order_by_card(beneficiary=row, help=Help.ERRAND, token=uuid.uuid4())
        return row

    def done_by_card(self):
        row = self.ordered_by_card()
        done(self.card_order, self.worker, volunteer_in(self.estate.parent))
        return row

    def in_package(self):
        return package_for(self.cared_for(), self.worker)


def said(**words):
    return lambda stage, found: words


PACKAGE = {"name": "每月两次", "helps": ["care"], "per_month": 2, "weekday": 2, "part": 0}


def tomorrow(stage, found):
    day = timezone.localdate() + timedelta(days=1)
    return {"help": "care", "wanted_on": day.isoformat(), "part": 0}


def new_person(stage, found):
    from tests.factories import BuildingFactory

    building = BuildingFactory(area=stage.estate)
    return {"where": f"b{building.pk}", "name": "李爷爷", "phone": next(PHONES)}


def nobody(stage):
    return None


ACTS = {
    "beneficiary_new": ("worker", nobody, new_person, ["add_beneficiary"]),
    "beneficiary_change": ("worker", Stage.cared_for, said(door="502"), ["change_beneficiary"]),
    "beneficiary_end": ("worker", Stage.cared_for, said(), ["end_beneficiary"]),
    "beneficiary_reveal": ("worker", Stage.cared_for, said(), ["reveal_beneficiary"]),
    "card_give": ("worker", Stage.cared_for, said(), ["give_card"]),
    "card_print": ("worker", Stage.with_card, None, ["print_card"]),
    "card_revoke": ("worker", Stage.with_card, said(), ["revoke_card"]),
    "package_new": ("worker", Stage.cared_for, said(**PACKAGE), ["add_package"]),
    "package_change": ("worker", Stage.in_package, said(**PACKAGE), ["change_package"]),
    "package_again": ("worker", Stage.in_package, tomorrow, ["order_help"]),
    "package_end": ("worker", Stage.in_package, said(), ["end_package"]),
    "calls": ("worker", Stage.cared_for, None, ["open_call_list"]),
    "call": ("worker", Stage.cared_for, said(result="well"), ["record_call"]),
    "card_order": ("anonymous", Stage.with_card, said(help="errand"), ["order_help"]),
    "card_say": (
        "anonymous",
        Stage.done_by_card,
        lambda stage, found: {"order": stage.card_order.pk, "say": "not"},
        ["doubt_order"],
    ),
    "card_cancel": (
        "anonymous",
        Stage.ordered_by_card,
        lambda stage, found: {"order": stage.card_order.pk},
        ["cancel_order"],
    ),
}
QUIET = {}
READ = {"beneficiaries", "beneficiary", "packages", "package", "card"}
PROMISED = {"volunteers.call": 1, "volunteers.package_gap": 2}


def package_ahead(cast, estate):
    """A package whose visits nobody ordered yet."""
    row = package_for(person_in(estate, cast("worker")), cast("worker"))
    Duty.objects.all().delete()
    Package.objects.filter(pk=row.pk).update(per_month=8)
    return {}, lambda: (
        Order.objects.filter(channel=OrderChannel.PACKAGE).count(),
        list(Duty.objects.open().values_list("kind", flat=True)),
    )


def call_late(cast, estate):
    """Nobody has rung up for a fortnight."""
    started(person_in(estate, cast("worker")), 14)
    assert Beneficiary.objects.count() == 1
    return {}, lambda: list(Duty.objects.open().values_list("kind", "object_id"))


def visit_missed(cast, estate):
    """Two months of eight visits each that nobody came to."""
    row = package_for(person_in(estate, cast("worker")), cast("worker"), per_month=8)
    started(row, 60)
    return {}, lambda: list(Duty.objects.values_list("kind", "object_id", "title", "ended_at"))


CASES = {
    "volunteers.make_package_orders": package_ahead,
    "volunteers.keep_gaps": visit_missed,
    "volunteers.calls_due": call_late,
}
