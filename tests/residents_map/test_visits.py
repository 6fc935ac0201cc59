"""走访: planned, written down exactly once, moved on, missed; and its pages."""

import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from django.core.exceptions import ValidationError
from django.db import connection, connections
from django.utils import timezone

from residents_map.choices import Tier
from residents_map.models import Household, Visit
from residents_map.services.people import move_out
from residents_map.services.visits import plan_visits, record_visit, words_of
from stations.foundation.sealed import SealBroken
from stations.models import Act, Duty, Message
from tests.residents_map.rows import PHONE, home_in, household_in, person_in
from tests.support.queries import count_queries

pytestmark = pytest.mark.django_db

WORDS = "血压高，药吃完了，电话13900000009"


def visit_of(household, by, **more):
    facts = {"token": uuid.uuid4(), "way": "door", "state": "well"}
    return record_visit(household=household, by=by, **(facts | more))


def due(household, kind="residents_map.visit"):
    return Duty.objects.open().filter(kind=kind, object_id=household.pk).first()


@pytest.fixture
def household(estate, cast):
    found = household_in(estate, cast("worker"))
    person_in(found, cast("worker"))
    return found


@pytest.mark.parametrize(("tier", "days"), [(Tier.WEEK, 7), (Tier.MONTH, 7), (Tier.QUARTER, 7)])
def test_who_was_never_seen_is_seen_within_a_week(tier, days, household, cast):
    planned = plan_visits(household=household, by=cast("worker"), tier=tier)
    assert planned.next_visit_on == timezone.localdate() + timedelta(days=days)
    assert due(household)


@pytest.mark.parametrize(("tier", "days"), [(Tier.WEEK, 7), (Tier.MONTH, 30), (Tier.QUARTER, 90)])
def test_a_visit_moves_the_next_day_on(tier, days, household, cast):
    worker = cast("worker")
    plan_visits(household=household, by=worker, tier=tier, visitor=worker)
    visit = visit_of(household, worker)
    household.refresh_from_db()
    assert household.next_visit_on == timezone.localdate() + timedelta(days=days)
    assert household.last_visit_at == visit.at
    assert bool(due(household)) == (days == 7)  # a week ahead it stands on the desk again


def test_the_duty_is_the_visitors_until_the_end_of_the_day(household, cast):
    worker = cast("worker")
    day = timezone.localdate() + timedelta(days=2)
    plan_visits(household=household, by=worker, tier=Tier.MONTH, visitor=worker, next_visit_on=day)
    duty = due(household)
    assert (duty.holder, duty.role) == (worker, "worker")
    assert timezone.localtime(duty.until).strftime("%F %H:%M") == f"{day} 23:59"
    assert duty.title == f"{household.home} 刘*芳家"


def test_changing_who_goes_moves_the_duty_and_stopping_ends_it(household, cast):
    worker, colleague = cast("worker"), cast("colleague")
    plan_visits(household=household, by=worker, tier=Tier.WEEK, visitor=worker)
    plan_visits(household=household, by=worker, tier=Tier.WEEK, visitor=colleague)
    assert due(household).holder == colleague
    stopped = plan_visits(household=household, by=worker, tier=Tier.NONE)
    assert (stopped.next_visit_on, stopped.visitor, due(household)) == (None, None, None)


def test_only_the_communitys_own_staff_are_asked(household, cast):
    with pytest.raises(ValidationError, match="不在这个社区"):
        plan_visits(
            household=household, by=cast("worker"), tier=Tier.WEEK, visitor=cast("sibling_worker")
        )


@pytest.mark.parametrize(("days", "fits"), [(-1, False), (0, True), (7, True), (8, False)])
def test_the_next_day_lies_within_the_turn(days, fits, household, cast):
    day = timezone.localdate() + timedelta(days=days)
    plan = {"household": household, "by": cast("worker"), "tier": Tier.WEEK, "next_visit_on": day}
    if fits:
        assert plan_visits(**plan).next_visit_on == day
    else:
        with pytest.raises(ValidationError, match="之间的一天"):
            plan_visits(**plan)


def test_the_same_form_ten_times_is_one_visit(household, cast):
    token = uuid.uuid4()
    said = [visit_of(household, cast("worker"), token=token, words="都好").pk for _ in range(10)]
    assert len(set(said)) == 1
    assert Visit.objects.count() == 1
    assert Act.objects.filter(verb="residents_map.record_visit").count() == 1


def test_other_words_on_a_used_form_are_not_dropped(household, cast):
    token = uuid.uuid4()
    visit_of(household, cast("worker"), token=token)
    with pytest.raises(ValidationError, match="已经记过一次"):
        visit_of(household, cast("worker"), token=token, words="还有一件事")
    with pytest.raises(ValidationError, match="已经记过一次"):
        visit_of(household, cast("colleague"), token=token)


def test_the_words_are_sealed(household, cast):
    visit = visit_of(household, cast("worker"), words=WORDS)
    assert words_of(Visit.objects.get()) == WORDS
    with connection.cursor() as cursor:
        cursor.execute("SELECT row_to_json(v)::text FROM residents_map_visit v")
        row = cursor.fetchone()[0]
        cursor.execute("SELECT string_agg(row_to_json(d)::text, '') FROM stations_duty d")
        duties = cursor.fetchone()[0] or ""
        cursor.execute("SELECT string_agg(row_to_json(a)::text, '') FROM stations_act a")
        acts = cursor.fetchone()[0]
    for secret in ("血压", "13900000009", PHONE, "刘桂芳"):
        assert secret not in row + duties + acts
    visit.token = uuid.uuid4()
    with pytest.raises(SealBroken):  # sealed for its own visit only
        words_of(visit)


@pytest.mark.parametrize(
    ("back", "refused"),
    [
        (timedelta(hours=-1), "还没到"),
        (timedelta(minutes=-5), ""),  # the clock of a phone
        (timedelta(days=29, hours=23), ""),
        (timedelta(days=30, minutes=1), "30 天"),
    ],
)
def test_when_it_was(back, refused, household, cast):
    at = timezone.now() - back
    if refused:
        with pytest.raises(ValidationError, match=refused):
            visit_of(household, cast("worker"), at=at)
    else:
        assert visit_of(household, cast("worker"), at=at).at <= timezone.now()


def test_a_visit_that_arrives_late_does_not_turn_the_clock_back(household, cast):
    worker = cast("worker")
    plan_visits(household=household, by=worker, tier=Tier.MONTH)
    newer = visit_of(household, worker)
    visit_of(household, worker, at=timezone.now() - timedelta(days=5))
    visit_of(
        household, worker, at=timezone.now() - timedelta(days=4), state="missed", missed="not_in"
    )
    household.refresh_from_db()
    assert household.last_visit_at == newer.at
    assert household.next_visit_on == timezone.localdate() + timedelta(days=30)


def test_a_missed_visit_is_tried_again_in_two_days(household, cast):
    worker = cast("worker")
    today = timezone.localdate()
    plan_visits(household=household, by=worker, tier=Tier.WEEK, next_visit_on=today)
    visit_of(household, worker, state="missed", missed="not_in")
    household.refresh_from_db()
    assert household.next_visit_on == today + timedelta(days=2)
    assert household.last_visit_at is None
    assert due(household)


def test_a_miss_does_not_bring_a_later_day_nearer(household, cast):
    worker = cast("worker")
    day = timezone.localdate() + timedelta(days=6)
    plan_visits(household=household, by=worker, tier=Tier.WEEK, next_visit_on=day)
    visit_of(household, worker, state="missed", missed="away")
    household.refresh_from_db()
    assert household.next_visit_on == day


def test_three_misses_in_a_row_are_told_to_the_secretary(household, cast):
    worker, secretary = cast("worker"), cast("secretary")
    for misses in (1, 2, 3, 4):
        visit_of(household, worker, state="missed", missed="no_answer")
        assert Message.objects.filter(recipient=secretary).count() == (misses >= 3)
    message = Message.objects.get(recipient=secretary)
    assert str(household.home) in message.title
    assert "刘" not in message.title + message.body
    visit_of(household, worker)
    visit_of(household, worker, state="missed", missed="no_answer")
    assert Message.objects.filter(recipient=secretary).count() == 1


def test_missed_needs_a_reason_and_met_has_none(household, cast):
    with pytest.raises(ValidationError, match="选一个原因"):
        visit_of(household, cast("worker"), state="missed")
    with pytest.raises(ValidationError, match="不用选"):
        visit_of(household, cast("worker"), state="well", missed="away")


def test_who_moved_away_is_not_visited(household, cast):
    worker = cast("worker")
    plan_visits(household=household, by=worker, tier=Tier.WEEK)
    move_out(household=household, by=worker)
    assert due(household) is None
    with pytest.raises(ValidationError, match="迁出"):
        visit_of(household, worker)
    household.refresh_from_db()
    with pytest.raises(ValidationError, match="迁出"):
        plan_visits(household=household, by=worker, tier=Tier.WEEK)


@pytest.mark.django_db(transaction=True)
def test_twenty_times_at_once_is_one_visit(estate, cast):
    worker = cast("worker")
    household = household_in(estate, worker)
    token = uuid.uuid4()

    def send(_):
        try:
            return visit_of(household, worker, token=token, words="都好").pk
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(send, range(20)))) == 1
    assert Visit.objects.count() == 1


# ---- pages


def fields(**more):
    return {"token": str(uuid.uuid4()), "way": "door", "state": "well", **more}


def test_a_visit_through_the_page(household, cast, sign_in):
    client = sign_in("worker")
    address = f"/map/homes/{household.home_id}/visit/"
    assert "刘桂芳" in client.get(address).content.decode()
    answer = client.post(address, fields(words="灯坏了", state="help"))
    visit = Visit.objects.get()
    assert answer.url == f"/map/visits/{visit.pk}/"
    page = client.get(answer.url).content.decode()
    assert "灯坏了" in page
    assert "转成诉求" in page
    assert "灯坏了" in client.get(address).content.decode()  # what was said last time


def test_missed_without_reason_is_asked_again(household, sign_in):
    address = f"/map/homes/{household.home_id}/visit/"
    answer = sign_in("worker").post(address, fields(state="missed", words="敲了三遍"))
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "点一个原因" in page
    assert "敲了三遍" in page
    answer = sign_in("worker").post(address, fields(state="well", missed="away"))
    assert answer.status_code == 302  # hidden with its question
    assert Visit.objects.get().missed == ""


def test_a_phone_is_told_in_short(household, sign_in):
    client = sign_in("worker")
    address = f"/map/homes/{household.home_id}/visit/"
    sent = fields(at=(timezone.now() - timedelta(hours=2)).isoformat())
    first = client.post(address, sent, headers={"X-Outbox": "1"})
    again = client.post(address, sent, headers={"X-Outbox": "1"})
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json() == {"url": f"/map/visits/{Visit.objects.get().pk}/"}
    refused = client.post(address, fields(state="missed"), headers={"X-Outbox": "1"})
    assert refused.status_code == 422
    assert refused.json() == {"errors": ["没见到人，点一个原因。"]}
    future = fields(at=(timezone.now() + timedelta(hours=2)).isoformat())
    assert "还没到" in client.post(address, future, headers={"X-Outbox": "1"}).json()["errors"][0]


def test_nobody_is_signed_in_for_a_phone(household, client):
    address = f"/map/homes/{household.home_id}/visit/"
    answer = client.post(address, fields(), headers={"X-Outbox": "1"})
    assert answer.status_code == 302
    assert not Visit.objects.exists()


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("worker", 200),
        ("colleague", 200),
        ("secretary", 200),
        ("officer", 403),
        ("district", 403),
        ("volunteer", 403),
        ("admin", 403),
        ("sibling_worker", 404),
        ("far_officer", 404),
    ],
)
@pytest.mark.parametrize("page", ["visit", "care", "plan-visits"])
def test_who_may_write_a_visit_down(who, status, page, household, sign_in):
    address = f"/map/homes/{household.home_id}/{page}/"
    assert sign_in(who).get(address).status_code == status


def test_the_round_in_walking_order(estate, cast, sign_in):
    worker = cast("worker")
    today = timezone.localdate()
    first = home_in(estate, number="101")
    homes = [home_in(estate, building=first.entrance.building, number=n) for n in ("302", "201")]
    homes[0].floor, homes[1].floor = 3, 2
    for home in homes:
        home.save()
    for home, days in ((homes[0], 0), (first, 0), (homes[1], 0)):
        household = household_in(estate, worker, home=home)
        plan_visits(
            household=household, by=worker, tier=Tier.WEEK, visitor=worker, next_visit_on=today
        )
        assert days == 0
    late = household_in(estate, worker)
    person_in(late, worker, name="王建国")
    plan_visits(household=late, by=worker, tier=Tier.WEEK, visitor=worker)
    Household.objects.filter(pk=late.pk).update(next_visit_on=today - timedelta(days=2))
    week = household_in(estate, worker)
    plan_visits(
        household=week,
        by=worker,
        tier=Tier.WEEK,
        visitor=cast("colleague"),
        next_visit_on=today + timedelta(days=3),
    )
    quarter = household_in(estate, worker)
    plan_visits(
        household=quarter,
        by=worker,
        tier=Tier.QUARTER,
        next_visit_on=today + timedelta(days=60),
    )
    page = read(sign_in("worker").get("/visits/"))
    sentence = page.select_one(".morning p").get_text()
    assert "今天要看 4 户，" in sentence
    assert "1 户超期" in sentence
    assert doors(page, "late") == [str(late.home)]
    assert "超 2 天" in page.select_one("#late").get_text()
    assert "王建国" in page.select_one("#late").get_text()
    assert [door[-3:] for door in doors(page, "today")] == ["101", "201", "302"]
    assert doors(page, "week") == []  # a colleague's
    everybody = read(sign_in("worker").get("/visits/?who=all"))
    assert doors(everybody, "week") == [str(week.home)]  # and none of the next quarter
    alone = read(sign_in("worker").get("/visits/?who=all&kind=alone"))
    assert doors(alone, "late") == [str(late.home)]
    assert doors(alone, "today") == []


def read(answer):
    return BeautifulSoup(answer.content, "html.parser")


def doors(page, section):
    return [one.get_text() for one in page.select(f"#{section} [data-door]")]


def test_the_round_says_no_phone_and_no_neighbour(household, other_estate, cast, sign_in):
    worker = cast("worker")
    plan_visits(household=household, by=worker, tier=Tier.WEEK)
    page = sign_in("worker").get("/visits/").content.decode()
    assert str(household.home) in page
    assert PHONE not in page
    assert "139****" not in page
    other = sign_in("sibling_worker").get("/visits/?who=all").content.decode()
    assert str(household.home) not in other
    assert sign_in("officer").get("/visits/").status_code == 403


@pytest.mark.parametrize(
    "query",
    ["who=x", "area=999", "area=x", "kind=nope", "building=99999999999999999999", "kind=%00"],
)
def test_a_strange_address_narrows_nothing(query, household, cast, sign_in):
    plan_visits(household=household, by=cast("worker"), tier=Tier.WEEK)
    page = sign_in("worker").get(f"/visits/?{query}")
    assert page.status_code == 200
    assert str(household.home) in page.content.decode()


def test_the_round_takes_the_same_queries_for_one_and_for_many(estate, cast, sign_in):
    worker = cast("worker")

    def more(number):
        for _ in range(number):
            household = household_in(estate, worker)
            person_in(household, worker, phone="")
            plan_visits(household=household, by=worker, tier=Tier.WEEK)
            visit_of(household, worker, state="missed", missed="not_in")

    more(2)
    client = sign_in("worker")
    client.get("/visits/")
    few = count_queries(client, "/visits/")
    more(12)
    assert count_queries(client, "/visits/") == few
    visit = Visit.objects.latest("pk")
    assert count_queries(client, f"/map/visits/{visit.pk}/") <= 26


def test_the_rate_of_the_month_says_its_fraction(estate, cast, sign_in):
    worker = cast("worker")
    households = [household_in(estate, worker) for _ in range(4)]
    for household in households:
        plan_visits(household=household, by=worker, tier=Tier.MONTH)
    visit_of(households[0], worker)
    visit_of(households[1], worker, state="missed", missed="not_in")
    page = sign_in("worker").get("/visits/?who=all").content.decode()
    assert "25.0" in page
    assert "<b>1</b> / 4 户" in page


def test_planning_through_the_page(household, cast, sign_in):
    colleague = cast("colleague")
    client = sign_in("worker")
    address = f"/map/homes/{household.home_id}/plan-visits/"
    answer = client.post(address, {"tier": "month", "visitor": colleague.pk, "paired_with": "周敏"})
    assert answer.status_code == 302
    household.refresh_from_db()
    assert (household.tier, household.visitor, household.paired_with) == (
        "month",
        colleague,
        "周敏",
    )
    refused = client.post(address, {"tier": "month", "visitor": cast("sibling_worker").pk})
    assert refused.status_code == 422


def test_a_home_without_household_has_no_form(estate, cast, sign_in):
    home = home_in(estate)
    assert sign_in("worker").get(f"/map/homes/{home.pk}/visit/").status_code == 404


def test_a_duty_leads_to_its_form(household, sign_in):
    answer = sign_in("worker").get(f"/visits/{household.pk}/")
    assert answer.url == f"/map/homes/{household.home_id}/visit/"
