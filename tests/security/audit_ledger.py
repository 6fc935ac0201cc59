"""The addresses of the resident-situation map for test_audit: what each act leaves in the log."""

import uuid
from datetime import date

from django.utils import timezone

from residents_map.foundation.house_rules import KEYS
from residents_map.services import kinds, people, pledges, rentals, reveals, visits
from residents_map.services.imports import write_import
from residents_map.services.plans import mark_of, put_picture
from stations.models import EstatePlan
from stations.services.work import run
from tests.factories import BuildingFactory, EntranceFactory
from tests.residents_map.imports.books import compared, fresh, place, take_in, uploaded, xlsx
from tests.residents_map.rows import home_in, household_in, identity_number, kind, person_in
from tests.residents_map.test_kinds import VETERANS
from tests.support.pictures import remade, upload

ROWS = [
    ["地址", "姓名", "身份证号", "电话"],
    ["7-1-101", "刘桂芳", identity_number(order=3), "13900000002"],
    ["7-9-101", "王建国", "", ""],  # no such entrance
]


class LedgerStage:
    """Brings households, imports, claims and rental houses to where an act is possible."""

    def empty_home(self):
        return home_in(self.estate)

    def household(self):
        household = household_in(self.estate, self.worker, tenure="own")
        self.head = person_in(household, self.worker)
        return household

    def home(self):
        return self.household().home

    def person(self):
        self.household()
        return self.head

    def child(self):
        """With her grandmother, and a secretary who can be asked."""
        self.cast("secretary")
        return person_in(
            self.household(), self.worker, name="刘小满", birth_on=date(2019, 6, 1), phone=""
        )

    def child_look(self):
        return reveals.ask_child_look(person=self.child(), by=self.worker, reason="check")

    def change(self):
        return people.person_left(person=self.person(), by=self.worker, why="搬走了").change

    def visit(self):
        return visits.record_visit(
            household=self.household(),
            by=self.worker,
            token=uuid.uuid4(),
            way="door",
            state="help",
            words="下水堵了",
        )

    def street(self):
        return self.estate.parent.parent

    def building(self):
        building = BuildingFactory(area=self.estate)
        EntranceFactory(building=building, number=1)
        return building

    def pledge(self):
        return pledges.add_pledge(
            building=self.building(), by=self.worker, role="member", name="陈国华"
        )

    def rental(self):
        return rentals.add_rental(
            home=home_in(self.estate),
            by=self.worker,
            landlord_name="王大强",
            landlord_phone="13900000888",
        )

    def inspection(self):
        answers = dict.fromkeys(KEYS, True) | {"exit": False}
        return rentals.inspect(rental=self.rental(), by=self.worker, answers=answers)

    def appealed(self):
        return rentals.appeal(inspection=self.inspection(), by=self.worker, words="柜子是隔壁的")

    def plan(self):
        self.building()
        return self.estate

    def plan_with_picture(self):
        put_picture(area=self.estate, by=self.worker, picture=remade())
        return self.estate

    def inhabited(self):
        self.household()
        return self.estate

    def mapping(self):
        """An uploaded ledger whose columns nobody has told yet."""
        place(self.estate)
        return take_in(self.estate, self.worker, xlsx(ROWS))

    def ready(self):
        """A compared ledger: one row to write, one that cannot be."""
        place(self.estate)
        return compared(self.estate, self.worker, xlsx(ROWS))

    def written(self):
        row = write_import(ledger_import=self.ready(), by=self.worker)
        assert run(row.work_id)
        return fresh(row)


S = LedgerStage


def told(**data):
    return lambda stage, found: data


def nobody(stage):
    return None


def today():
    return timezone.localdate()


def outlines(stage, found):
    return {"seen": mark_of(EstatePlan.objects.filter(area=found).first()), "outlines": "{}"}


def columns(stage, found):
    return {f"column_{column}": field for column, field in found.mapping.items()}


def own_kind(stage, found):
    return {"kind": kinds.add_kind(street=found, by=stage.cast("officer"), **VETERANS).pk}


# The same as ACTS in test_audit, without the name of the app before addresses and verbs.
OF_PEOPLE = {
    "move_in": ("worker", S.empty_home, told(tenure="own"), ["move_in"]),
    "home": ("worker", S.home, None, ["view_household"]),
    "household_edit": ("worker", S.household, told(tenure="rent"), ["change_household"]),
    "move_out": ("worker", S.household, lambda stage, found: {"on": today()}, ["move_out"]),
    "person_new": (
        "worker",
        S.household,
        told(name="刘建国", kinship="son", birth_on="1970-01-01", lives_here="1"),
        ["add_person"],
    ),
    "person_edit": (
        "worker",
        S.person,
        lambda stage, found: {
            "name": "刘桂芬",
            "kinship": "head",
            "birth_on": "1940-03-07",
            "lives_here": "1",
            "kinds": [kind("party").pk],
            "consented": "on",
        },
        ["change_person", "mark_person"],
    ),
    "person_left": (
        "worker",
        S.person,
        lambda stage, found: {"why": "搬走了", "on": today()},
        ["person_left"],
    ),
    "reveal": ("worker", S.person, told(field="phone", reason="visit"), ["reveal_phone"]),
    "child_look_ask": ("worker", S.child, told(reason="check"), ["ask_child_look"]),
    "child_look": ("secretary", S.child_look, told(is_agreed="yes"), ["answer_child_look"]),
    "undo_change": ("worker", S.change, told(), ["undo_change"]),
    "search": ("worker", S.person, told(q="刘桂芳"), ["search"]),
    "exports": (
        "worker",
        S.inhabited,
        told(purpose="visit", columns=["door", "name"]),
        ["export_ledger"],
    ),
}
OF_IMPORTS = {
    "import_new": (
        "worker",
        nobody,
        lambda stage, found: {"area": stage.estate.pk, "file": uploaded(xlsx(ROWS))},
        ["import_started"],
    ),
    "import_map": ("worker", S.mapping, columns, ["import_mapped"]),
    "import_drop": ("worker", S.ready, told(), ["import_dropped"]),
    "import_faults": ("worker", S.ready, None, ["export_faults"]),
}
OF_VISITS = {
    "visit": ("worker", S.visit, None, ["view_household"]),
    "visit_new": ("worker", S.home, told(way="door", state="well"), ["record_visit"]),
    "visit_refer": (
        "worker",
        S.visit,
        told(kind="deliberation.issue", text="厨房下水堵了"),
        ["deliberation.submitted"],
    ),
    "care_new": ("worker", S.home, told(kind="fall"), ["report_care"]),
    "visit_plan": ("worker", S.home, told(tier="month"), ["plan_visits"]),
}
OF_PLACES = {
    "plan_edit": ("worker", S.plan, outlines, ["draw_plan"]),
    "plan_put_picture": (
        "worker",
        S.plan,
        lambda stage, found: {"picture": upload()},
        ["draw_plan"],
    ),
    "plan_drop_picture": ("worker", S.plan_with_picture, told(), ["draw_plan"]),
    "kind_new": ("officer", S.street, told(**VETERANS), ["add_kind"]),
    "kind_end": ("officer", S.street, own_kind, ["end_kind"]),
    "pledge_new": ("worker", S.building, told(role="member", name="何平"), ["add_pledge"]),
    "pledge": ("worker", S.pledge, told(name="陈国强"), ["change_pledge"]),
    "pledge_end": ("worker", S.pledge, told(), ["end_pledge"]),
    "board_paper": ("worker", S.building, None, ["print_board"]),
}
OF_RENTALS = {
    "rental_new": ("worker", S.empty_home, told(landlord_name="王大强"), ["add_rental"]),
    "rental_change": ("worker", S.rental, told(landlord_name="李小明"), ["change_rental"]),
    "rental_landlord": ("worker", S.rental, told(reason="check"), ["reveal_landlord"]),
    "rental_end": ("worker", S.rental, told(), ["end_rental"]),
    "rental_inspect": (
        "worker",
        S.rental,
        told(**dict.fromkeys(KEYS, "yes")),
        ["inspect_rental"],
    ),
    "inspection_appeal": (
        "worker",
        S.inspection,
        told(words="柜子是隔壁的"),
        ["appeal_inspection"],
    ),
    "inspection_undo": ("worker", S.inspection, told(), ["undo_inspection"]),
    "inspection_decide": (
        "secretary",
        S.appealed,
        told(is_upheld="no", words="去看过，确实堵了"),
        ["decide_appeal"],
    ),
}


def whole(verb):
    return verb if "." in verb else f"residents_map.{verb}"


LEDGER_ACTS = {
    f"residents_map:{name}": (who, prepare, data, [whole(verb) for verb in verbs])
    for table in (OF_PEOPLE, OF_IMPORTS, OF_VISITS, OF_PLACES, OF_RENTALS)
    for name, (who, prepare, data, verbs) in table.items()
}
LATER = "handed over; what is done then leaves the line (test_audit_ledger)"
LEDGER_QUIET = {
    "residents_map:import_write": LATER,
    "residents_map:import_undo": LATER,
    "residents_map:import_again": "a preview is made once more; writing it is the act",
}
# Names are masked there, but for a worker's own round; or it is a house and not who lives in it.
LEDGER_READ = {
    f"residents_map:{name}"
    for name in (
        "map",
        "plan",
        "plan_picture",
        "building",
        "looks",
        "imports",
        "import",
        "kinds",
        "boards",
        "board",
        "rentals",
        "rental",
        "rental_sheet",
        "inspection",
        "visits",
        "visit_of",
        "sums",
        "sums_export",
    )
}
