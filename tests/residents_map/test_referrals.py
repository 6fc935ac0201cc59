"""转成诉求: raised once out of a visit, followed from both sides, without the ledger leaving."""

import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connections
from django.utils import timezone

from deliberation.models import Issue, Reporter
from residents_map.services.visits import record_visit
from stations.models import Duty, Referral
from stations.registries import around_home, referrals
from stations.services.referring import (
    came_from,
    offered_to,
    outcomes_from,
    refer,
)
from tests.factories import EntranceFactory, report
from tests.residents_map.rows import PHONE, home_in, household_in, person_in

pytestmark = pytest.mark.django_db

TEXT = "厨房下水堵了，污水从地漏冒上来。"


@pytest.fixture
def visit(estate, cast):
    household = household_in(estate, cast("worker"))
    person_in(household, cast("worker"))
    return visit_at(household, cast("worker"))


def visit_at(household, by, words="下水堵了，要人帮忙"):
    return record_visit(
        household=household, by=by, token=uuid.uuid4(), way="door", state="help", words=words
    )


def pass_on(visit, by, **more):
    facts = {
        "kind": "deliberation.issue",
        "from_obj": visit,
        "area": visit.area,
        "home": visit.household.home,
        "text": TEXT,
        "token": uuid.uuid4(),
    }
    return refer(by=by, **(facts | more))


def test_an_issue_out_of_a_visit(visit, cast):
    issue = pass_on(visit, cast("worker"))
    assert (issue.text, issue.channel) == (TEXT, "patrol")
    assert issue.entrance == visit.household.home.entrance
    reporter = Reporter.objects.get(issue=issue)
    assert (reporter.name, reporter.phone_sealed, reporter.door) == ("", "", "")
    assert Duty.objects.open().filter(kind="deliberation.accept", object_id=issue.pk).exists()
    link = Referral.objects.get()
    assert (link.from_type, link.from_id) == ("residents_map.visit", visit.pk)
    assert (link.to_type, link.to_id) == ("deliberation.issue", issue.pk)
    assert link.home == visit.household.home


def test_both_sides_follow_it(visit, cast):
    issue = pass_on(visit, cast("worker"))
    ((kind, outcome),) = outcomes_from("residents_map.visit", [visit.pk])[visit.pk]
    assert (kind.key, outcome.title, outcome.url) == (
        "deliberation.issue",
        issue.title,
        f"/issues/{issue.pk}/",
    )
    assert (outcome.state, outcome.is_done) == ("待受理", False)
    (back,) = came_from(issue, cast("worker"))
    assert back.url == f"/map/visits/{visit.pk}/"
    assert str(visit.household.home) in back.title


@pytest.mark.parametrize("who", ["officer", "sibling_worker", "district"])
def test_who_may_not_see_the_household_gets_no_door(who, visit, cast):
    issue = pass_on(visit, cast("worker"))
    (back,) = came_from(issue, cast(who))
    assert (back.url, back.title) == ("", "走访")


def test_a_few_queries_however_many(visit, cast, django_assert_num_queries):
    for _ in range(6):
        pass_on(visit, cast("worker"))
    issue = pass_on(visit, cast("worker"))
    with django_assert_num_queries(2):
        assert len(outcomes_from("residents_map.visit", [visit.pk])[visit.pk]) == 7
    worker = cast("worker")
    came_from(issue, worker)
    with django_assert_num_queries(2):
        came_from(issue, worker)
    with django_assert_num_queries(1):
        assert came_from(visit, worker) == []


def test_the_same_form_twice_is_one_issue(visit, cast):
    token = uuid.uuid4()
    assert pass_on(visit, cast("worker"), token=token) == pass_on(
        visit, cast("worker"), token=token
    )
    assert Issue.objects.count() == Referral.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_at_once_from_many_sides_is_one(estate, cast):
    worker = cast("worker")
    visit = visit_at(household_in(estate, worker), worker)
    token = uuid.uuid4()

    def send(_):
        try:
            return pass_on(visit, worker, token=token).pk
        finally:
            connections.close_all()

    with ThreadPoolExecutor(6) as pool:
        assert len(set(pool.map(send, range(12)))) == 1
    assert Referral.objects.count() == 1


def test_who_may_raise_what(estate, cast):
    for who, keys in (("worker", True), ("secretary", True), ("officer", False)):
        offered = [kind.key for kind in offered_to(cast(who), at=estate)]
        assert ("deliberation.issue" in offered) == keys


def test_through_the_page(visit, sign_in):
    client = sign_in("worker")
    page = client.get(f"/map/visits/{visit.pk}/").content.decode()
    assert "下水堵了，要人帮忙" in page  # the words stand there already
    sent = {"kind": "deliberation.issue", "text": TEXT, "token": str(uuid.uuid4())}
    for _ in range(3):
        answer = client.post(f"/map/visits/{visit.pk}/refer/", sent)
        assert answer.status_code == 302
    issue = Issue.objects.get()
    assert f"/issues/{issue.pk}/" in client.get(f"/map/visits/{visit.pk}/").content.decode()
    other = client.post(f"/map/visits/{visit.pk}/refer/", sent | {"text": "还有一件：灯不亮。"})
    assert other.status_code == 302
    assert Issue.objects.count() == 2


@pytest.mark.parametrize(
    "words", [f"打她电话{PHONE}", "刘桂芳家下水堵了", "身份证990000194003070012", "微信lgf123456"]
)
def test_the_ledger_does_not_leave_with_the_words(words, visit, sign_in):
    sent = {"kind": "deliberation.issue", "text": words}
    answer = sign_in("worker").post(f"/map/visits/{visit.pk}/refer/", sent)
    assert answer.status_code == 422
    assert "请去掉" in answer.content.decode()
    assert not Issue.objects.exists()


@pytest.mark.parametrize("kind", ["", "nothing.known", "deliberation.issue\x00"])
def test_a_strange_kind_raises_nothing(kind, visit, sign_in):
    answer = sign_in("worker").post(f"/map/visits/{visit.pk}/refer/", {"kind": kind, "text": TEXT})
    assert answer.status_code in (302, 422)
    assert not Issue.objects.exists()


def test_what_is_open_around_a_home(estate, cast):
    worker = cast("worker")
    home = home_in(estate)
    entrance, building = home.entrance, home.entrance.building
    next_door = EntranceFactory(building=building, number=2)
    here = report(estate, entrance=entrance, text="电梯停了。")
    of_building = report(estate, building=building, text="楼顶漏水。")
    report(estate, entrance=next_door, text="灯坏了。")
    report(estate, text="门口乱停车。")
    many = report(estate, text="停水了。")
    Issue.objects.filter(pk=many.pk).update(me_too_count=9)
    done = report(estate, entrance=entrance, text="早就好了。")
    Issue.objects.filter(pk=done.pk).update(state="closed", closed_at=timezone.now())
    around = around_home["deliberation.issues"].run
    found = [outcome.url for outcome in around(home, worker)]
    assert found == [f"/issues/{one.pk}/" for one in (here, of_building, many)]
    assert around(home, cast("volunteer")) == []
    assert around(home, cast("sibling_worker")) == []
    assert around(home, worker)[0].since > timezone.now() - timedelta(minutes=5)


def test_outcomes_in_one_query(estate, django_assert_num_queries):
    ids = [report(estate).pk for _ in range(4)]
    with django_assert_num_queries(1):
        assert set(referrals["deliberation.issue"].outcomes(ids)) == set(ids)


def test_the_issue_says_where_it_came_from(visit, cast, sign_in):
    issue = pass_on(visit, cast("worker"))
    page = sign_in("worker").get(f"/issues/{issue.pk}/").content.decode()
    assert f'href="/map/visits/{visit.pk}/"' in page
    assert "来自走访" in page
    officer = sign_in("officer").get(f"/issues/{issue.pk}/").content.decode()
    assert "来自走访" in officer
    assert "/map/visits/" not in officer
    assert str(visit.household.home) not in officer  # the staircase, not the door
    other = report(visit.area)
    assert "来自走访" not in sign_in("worker").get(f"/issues/{other.pk}/").content.decode()


def test_the_home_leads_to_what_was_raised(visit, cast, sign_in):
    issue = pass_on(visit, cast("worker"))
    page = sign_in("worker").get(f"/map/homes/{visit.household.home_id}/").content.decode()
    assert f"/issues/{issue.pk}/" in page
    assert f"/map/visits/{visit.pk}/" in page


def test_a_neighbour_does_not_see_what_was_raised_at_another_door(visit, estate, cast, sign_in):
    home = visit.household.home
    neighbour = home_in(estate, building=home.entrance.building)
    assert neighbour.entrance == home.entrance
    issue = pass_on(visit, cast("worker"))
    lift = report(estate, entrance=home.entrance, text="电梯停了。")
    around = around_home["deliberation.issues"].run
    assert [one.url for one in around(neighbour, cast("worker"))] == [f"/issues/{lift.pk}/"]
    client = sign_in("worker")
    page = client.get(f"/map/homes/{neighbour.pk}/").content.decode()
    assert f"/issues/{issue.pk}/" not in page
    assert "这家的事" not in page  # nothing was raised out of this home
    assert page.index("本单元和小区的事") < page.index(f"/issues/{lift.pk}/")


def test_what_is_the_homes_own_stands_apart_from_what_is_around(visit, estate, cast, sign_in):
    issue = pass_on(visit, cast("worker"))
    lift = report(estate, entrance=visit.household.home.entrance, text="电梯停了。")
    page = sign_in("worker").get(f"/map/homes/{visit.household.home_id}/").content.decode()
    _, own = page.split("这家的事")
    own, around = own.split("本单元和小区的事")
    assert (f"/issues/{issue.pk}/" in own, f"/issues/{issue.pk}/" in around) == (True, False)
    assert (f"/issues/{lift.pk}/" in own, f"/issues/{lift.pk}/" in around) == (False, True)
