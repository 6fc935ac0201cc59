"""Every address × every role × own and other places (Z1, Z2). An address without its line in
WALK fails: nobody can add a door that no test has tried."""

from datetime import date
from pathlib import Path
from uuid import uuid4

import pytest
from django.db import transaction
from django.urls import get_resolver, reverse

from deliberation.choices import Party
from deliberation.models import AgendaItem, Photo, Resolution, Task
from deliberation.services import closing, meetings, tasks, triage
from residents_map.foundation.house_rules import KEYS as QUESTIONS
from residents_map.models import ChildLook, LedgerImport
from residents_map.services.pledges import add_pledge
from residents_map.services.rentals import add_rental, inspect
from residents_map.services.visits import record_visit
from stations.models import Message
from stations.services.reports import last_month, order_report
from stations.services.work import later
from tests.factories import BuildingFactory, EntranceFactory, meeting_at, report
from tests.residents_map.rows import home_in, household_in, person_in
from tests.support.pictures import remade
from tests.support.walk import patterns
from tests.volunteers import parts

MATRIX = {
    line.split()[0]: set(line.split()[1:])
    for line in (Path(__file__).parent / "access_matrix.txt").read_text().splitlines()
}
PEOPLE = {
    "worker": "worker",
    "secretary": "secretary",
    "officer": "officer",
    "district": "district",
    "volunteer": "volunteer",
    "admin": "admin",
    "sibling_worker": "worker",
    "sibling_secretary": "secretary",
    "far_officer": "officer",
    "stranger": "",
    "anonymous": "",
}
# Who stands at or above the estate the objects belong to.
ABOVE = {"worker", "secretary", "officer", "district", "volunteer", "admin"}


class World:
    """One of everything in one estate."""

    def __init__(self, estate, worker, colleague, cast=None):
        building = BuildingFactory(area=estate)
        self.area = estate
        self.entrance = EntranceFactory(building=building)
        self.issue = report(estate, photos=[remade()])
        self.photo = Photo.objects.get(issue=self.issue)
        done = report(estate)
        triage.accept_issue(issue=done, by=worker)
        self.meeting = meeting_at(estate, worker)
        triage.put_before_parties(issue=done, by=worker, meeting=self.meeting)
        meetings.start_meeting(meeting=self.meeting, by=worker)
        self.item = AgendaItem.objects.get(issue=done)
        for party in Party:
            self.attendance = meetings.mark_attendance(
                meeting=self.meeting, by=worker, party=party, name=f"代表{party}"
            )
            meetings.state_position(item=self.item, by=worker, party=party, stance="agree")
        meetings.draft_resolution(item=self.item, by=worker, text="照办。")
        self.planned = meetings.plan_task(
            item=self.item,
            by=worker,
            title="换灯",
            responsible="property",
            due_at=self.meeting.starts_at,
        )
        self.resolution = Resolution.objects.get(item=self.item)
        shown = report(estate)
        triage.accept_issue(issue=shown, by=worker)
        triage.route_directly(
            issue=shown,
            by=worker,
            title="修门禁",
            responsible="property",
            due_at=self.meeting.starts_at,
        )
        self.task = Task.objects.get(issue=shown)
        tasks.finish_task(task=self.task, by=worker, words="修好了")
        tasks.verify_task(task=self.task, by=colleague)
        self.notice = closing.publish_notice(
            issue=shown, by=worker, title="门禁修好了", body="换了新的。"
        )
        self.report = order_report(area=estate.parent, month=last_month(), by=worker)
        self.work = later("stations.tidy", key=f"{estate.pk}")
        self.household = household_in(estate, worker)
        self.home = self.household.home
        self.building = self.home.entrance.building
        self.person = person_in(
            self.household, worker, identity_number="990000199003070013", health="打胰岛素"
        )
        self.child = person_in(
            self.household, worker, name="刘小满", birth_on=date(2019, 6, 1), phone=""
        )
        self.child_look = ChildLook.objects.create(
            person=self.child, area=estate, asked_by=worker, reason="check"
        )
        self.change = self.household.changes.first()
        self.visit = record_visit(
            household=self.household, by=worker, token=uuid4(), way="door", state="help"
        )
        self.ledger_import = LedgerImport.objects.create(area=estate, by=worker, state="ready")
        self.street = estate.parent.parent
        self.pledge = add_pledge(building=self.building, by=worker, role="member", name="陈国华")
        self.rental = add_rental(home=home_in(estate), by=worker)
        answers = dict.fromkeys(QUESTIONS, True)
        self.inspection = inspect(rental=self.rental, by=colleague, answers=answers)
        self.message = Message.objects.create(recipient=worker, key="k", title="一件事")
        if cast:
            parts.build(self, cast)


def pk(name):
    return lambda world: {"pk": getattr(world, name).pk}


def code(world):
    return {"code": world.area.code}


def nothing(world):
    return {}


# name of the address: what stands in it
WALK = {
    **dict.fromkeys(
        [
            "stations:front",
            "stations:privacy",
            "stations:posters",
            "stations:poster_sheet",
            "stations:home",
            "stations:desk",
            "stations:find",
            "stations:messages",
            "stations:read_messages",
            "stations:acts",
            "stations:work",
            "stations:components",
            "stations:dashboard",
            "stations:reports",
            "stations:report_preview",
            "deliberation:received",
            "deliberation:track",
            "deliberation:issues",
            "deliberation:issue_new",
            "deliberation:issue_similar",
            "deliberation:issues_merge",
            "deliberation:issues_export",
            "deliberation:notices",
            "deliberation:tasks",
            "deliberation:meetings",
            "deliberation:meeting_new",
            "deliberation:resolutions",
            "residents_map:imports",
            "residents_map:import_new",
        ],
        nothing,
    ),
    **dict.fromkeys(
        [
            "stations:estate",
            "deliberation:report",
            "deliberation:same",
            "deliberation:public_notices",
        ],
        code,
    ),
    "stations:scanned": lambda world: {"code": world.entrance.code},
    "deliberation:me_too": lambda world: {"code": world.area.code, "pk": world.issue.pk},
    **dict.fromkeys(["stations:area_dashboard", "stations:wall"], pk("area")),
    **dict.fromkeys(
        [
            "stations:report",
            "stations:report_again",
            "stations:report_word",
            "stations:report_excel",
        ],
        pk("report"),
    ),
    "stations:open_message": pk("message"),
    "stations:revive_work": pk("work"),
    **dict.fromkeys(
        [
            "track_issue",
            "track_open",
            "track_rate",
            "track_remark",
            "track_withdraw",
            "track_forget",
            "issue",
            "issue_accept",
            "issue_ask",
            "issue_return",
            "issue_correct",
            "issue_merge",
            "issue_direct",
            "issue_parties",
            "issue_street",
            "issue_answer",
            "issue_send_back",
            "issue_agenda",
            "issue_task",
            "issue_note",
            "issue_undo",
            "issue_reveal",
            "issue_refer",
            "publish",
            "issue_skip_notice",
            "issue_call_back",
            "issue_waive",
            "issue_close",
            "issue_reinspect",
        ],
        pk("issue"),
    ),
    **dict.fromkeys(["public_notice", "notice_take_down"], pk("notice")),
    **dict.fromkeys(["photo", "photo_small"], pk("photo")),
    **dict.fromkeys(
        ["task", "report_progress", "finish_task", "verify_task", "refuse_task", "cancel_task"],
        pk("task"),
    ),
    "planned_task_drop": pk("planned"),
    **dict.fromkeys(
        [
            "meeting",
            "meeting_change",
            "meeting_cancel",
            "meeting_start",
            "meeting_ending",
            "meeting_end",
            "item_add",
            "attendance_add",
            "meeting_notice",
            "meeting_sheet",
            "meeting_minutes",
        ],
        pk("meeting"),
    ),
    "attendance_remove": pk("attendance"),
    **dict.fromkeys(
        [
            "item_move",
            "item_take_off",
            "item_open",
            "item_position",
            "item_draft",
            "item_pass",
            "item_postpone",
            "item_escalate",
            "item_task",
        ],
        pk("item"),
    ),
}
WALK |= {
    "residents_map:search": nothing,
    "residents_map:map": nothing,
    **dict.fromkeys(
        [
            "residents_map:plan",
            "residents_map:plan_picture",
            "residents_map:plan_edit",
            "residents_map:plan_put_picture",
            "residents_map:plan_drop_picture",
        ],
        pk("area"),
    ),
    "residents_map:building": pk("building"),
    "residents_map:exports": pk("area"),
    **dict.fromkeys(
        ["residents_map:home", "residents_map:looks", "residents_map:move_in"], pk("home")
    ),
    **dict.fromkeys(
        ["residents_map:household_edit", "residents_map:move_out", "residents_map:person_new"],
        pk("household"),
    ),
    **dict.fromkeys(
        ["residents_map:person_edit", "residents_map:person_left", "residents_map:child_look_ask"],
        pk("person"),
    ),
    "residents_map:reveal": lambda world: {"pk": world.person.pk},
    "residents_map:child_look": pk("child_look"),
    "residents_map:undo_change": pk("change"),
}
WALK |= {
    "residents_map:visits": nothing,
    "residents_map:visit_of": pk("household"),
    **dict.fromkeys(
        ["residents_map:visit_new", "residents_map:care_new", "residents_map:visit_plan"],
        pk("home"),
    ),
    **dict.fromkeys(["residents_map:visit", "residents_map:visit_refer"], pk("visit")),
}
WALK |= dict.fromkeys(
    [
        "residents_map:import",
        "residents_map:import_map",
        "residents_map:import_write",
        "residents_map:import_again",
        "residents_map:import_drop",
        "residents_map:import_undo",
        "residents_map:import_faults",
    ],
    pk("ledger_import"),
)
WALK |= {
    **dict.fromkeys(
        [
            f"residents_map:{name}"
            for name in ("boards", "rentals", "rental_sheet", "kinds", "sums", "sums_export")
        ],
        nothing,
    ),
    **dict.fromkeys(
        ["residents_map:board", "residents_map:board_paper", "residents_map:pledge_new"],
        pk("building"),
    ),
    **dict.fromkeys(["residents_map:pledge", "residents_map:pledge_end"], pk("pledge")),
    **dict.fromkeys(
        [
            f"residents_map:rental{name}"
            for name in ("", "_inspect", "_change", "_landlord", "_end")
        ],
        pk("rental"),
    ),
    "residents_map:rental_new": pk("home"),
    **dict.fromkeys(
        [f"residents_map:inspection{name}" for name in ("", "_appeal", "_undo", "_decide")],
        pk("inspection"),
    ),
    **dict.fromkeys(["residents_map:kind_new", "residents_map:kind_end"], pk("street")),
}
WALK |= parts.WALK
OWN_MESSAGES = {"stations:open_message"}  # one's own inbox, wherever one is posted


def addresses():
    for pattern in patterns(get_resolver().url_patterns):
        app = pattern.callback.__module__.split(".")[0]
        if app in ("stations", "deliberation", "volunteers", "residents_map"):
            yield f"{app}:{pattern.name}", pattern.callback


VIEWS = dict(addresses())


def kwargs_of(name, world):
    return WALK.get(name, WALK.get(name.split(":")[1]))(world)


def test_every_address_is_walked():
    known = {name if ":" in name else f"deliberation:{name}" for name in WALK}
    assert VIEWS.keys() == known


@pytest.fixture
def ours(estate, cast):
    return World(estate, cast("worker"), cast("colleague"), cast)


def ask(client, name, kwargs):
    """The answer to a GET, or to an empty POST where only that is taken; undone at once."""
    address = reverse(name, kwargs=kwargs)
    point = transaction.savepoint()
    try:
        answer = client.get(address)
        if answer.status_code == 405:
            answer = client.post(address)
        if hasattr(answer, "streaming_content"):
            b"".join(answer.streaming_content)
        return answer
    finally:
        transaction.savepoint_rollback(point)


@pytest.mark.django_db
@pytest.mark.parametrize("who", PEOPLE)
def test_every_address_for(who, ours, sign_in, other_estate, far_estate):
    client = sign_in(who)
    wrong = []
    for name, view in VIEWS.items():
        status = ask(client, name, kwargs_of(name, ours)).status_code
        if hasattr(view, "public_reason"):
            expected = status in (200, 302, 303, 404, 422, 429)
        elif who == "anonymous":
            expected = status == 302
        elif hasattr(view, "signed_in_reason"):
            expected = status in (200, 302)
        elif name in OWN_MESSAGES:
            expected = status in ((200, 302) if who == "worker" else (403, 404))
        else:
            allowed = PEOPLE[who] in MATRIX[view.requires.key]
            has_object = view.requires_on is not None
            if has_object and who not in ABOVE and name != "stations:revive_work":
                expected = status == 404
            elif allowed:
                expected = status in (200, 302, 303, 400, 409, 422)
                # A file that is not made yet does not exist; nor has an order a day in somebody's
                # calendar before they took it.
                expected |= status == 404 and name in (
                    "stations:report_word",
                    "stations:report_excel",
                    "residents_map:plan_picture",
                    "volunteers:my_order_calendar",
                )
            else:
                expected = status in (403, 404)
        if not expected:
            wrong.append((name, status))
    assert not wrong


@pytest.mark.django_db
def test_what_is_not_mine_does_not_exist(ours, sign_in, sibling):
    """The same answer for a neighbour's object and for one that never was (Z2)."""
    client = sign_in("sibling_worker")
    for name, view in VIEWS.items():
        if getattr(view, "requires_on", None) is None or name == "stations:revive_work":
            continue
        kwargs = kwargs_of(name, ours)
        missing = {"pk": 999_999_999 if isinstance(kwargs["pk"], int) else NOBODY}
        there = ask(client, name, kwargs)
        nowhere = ask(client, name, missing)
        assert there.status_code == nowhere.status_code == 404, name
        assert without_id(there) == without_id(nowhere), name


NOBODY = "00000000-0000-4000-8000-000000000000"


def without_id(answer):
    return answer.content.replace(answer["X-Request-Id"].encode(), b"")


@pytest.mark.django_db
def test_an_ended_posting_ends_at_the_next_click(ours, sign_in, cast):
    from django.utils import timezone

    client = sign_in("worker")
    address = reverse("deliberation:issue", args=[ours.issue.pk])
    assert client.get(address).status_code == 200
    cast("worker").postings.update(until=timezone.now())
    assert client.get(address).status_code == 404
