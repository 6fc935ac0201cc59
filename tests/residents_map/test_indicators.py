"""Figures on dashboards and in reports equal the truth in plain SQL; few people are hidden."""

import random
import uuid
from datetime import date, timedelta

import pytest
from django.db import connection
from django.utils import timezone

from residents_map.models import Household, Kind, Visit
from residents_map.reports import visits as visits_section
from residents_map.services.kind_counts import count_kinds
from residents_map.services.kind_figures import figures_of, hidden
from residents_map.services.people import move_out
from residents_map.services.visits import plan_visits, record_visit
from stations.foundation import periods
from stations.models import Figure
from stations.registries import indicators
from stations.services import figures
from stations.services.dashboard import picture_of
from tests.residents_map.rows import household_in, kind, person_in

pytestmark = pytest.mark.django_db

IN_PLAN, MET = "residents_map.in_plan", "residents_map.met"


def visit_of(household, by, **more):
    facts = {"token": uuid.uuid4(), "way": "door", "state": "well"}
    return record_visit(household=household, by=by, **(facts | more))


@pytest.fixture
def lively(estate, other_estate, cast):
    """Two estates with households in all sorts of states; returns the seed's random."""
    chance = random.Random(11)
    today = timezone.localdate()
    for place, who in ((estate, "worker"), (other_estate, "sibling_worker")):
        by = cast(who)
        for number in range(16):
            household = household_in(place, by)
            for order in range(chance.randint(0, 3)):
                years = [1934, 1944, 1958, 1990] + ([2016] if order else [])
                born = date(chance.choice(years), 3, 1)
                person_in(household, by, birth_on=born, phone="")
            if household.people.exists() and number % 3 == 0:
                person_in(household, by, name="王建国", phone="", kinds=[kind("party")])
            tier = chance.choice(["", "week", "month", "month", "quarter"])
            if tier:
                plan_visits(household=household, by=by, tier=tier)
            if chance.random() < 0.7:
                back = timedelta(days=chance.randint(0, 28))
                missed = chance.random() < 0.3
                visit_of(
                    household,
                    by,
                    at=timezone.now() - back,
                    state="missed" if missed else "well",
                    missed="not_in" if missed else "",
                )
            if number % 8 == 7:
                move_out(household=household, by=by)
    Household.objects.filter(
        pk__in=list(Household.objects.values_list("pk", flat=True)[:4])
    ).update(planned_on=today - timedelta(days=70))
    figures.count_again()
    figures.count_moment()
    return chance


def sql(query, **values):
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        return cursor.fetchone()[0]


UNDER = "SELECT id FROM stations_area WHERE path LIKE (SELECT path FROM stations_area WHERE id = %(area)s) || '%%'"


def true_moment(area):
    return {
        "residents_map.households": sql(
            f"SELECT count(*) FROM residents_map_household WHERE until IS NULL AND area_id IN ({UNDER})",
            area=area.pk,
        ),
        "residents_map.residents": sql(
            f"""SELECT count(*) FROM residents_map_person p JOIN residents_map_household h
            ON h.id = p.household_id WHERE h.until IS NULL AND p.left_on IS NULL
            AND p.lives_here AND p.area_id IN ({UNDER})""",
            area=area.pk,
        ),
    }


def true_month(area, first):
    plan = f"""FROM residents_map_household h WHERE h.until IS NULL AND h.tier IN ('week', 'month')
        AND (h.planned_on IS NULL OR h.planned_on < %(first)s::date + interval '1 month')
        AND h.area_id IN ({UNDER})"""
    seen = """AND EXISTS (SELECT 1 FROM residents_map_visit v WHERE v.household_id = h.id
        AND v.state <> 'missed'
        AND date_trunc('month', v.at AT TIME ZONE 'Asia/Shanghai') = %(first)s::date)"""
    values = {"area": area.pk, "first": first}
    return {
        IN_PLAN: sql(f"SELECT count(*) {plan}", **values),
        MET: sql(f"SELECT count(*) {plan} {seen}", **values),
    }


@pytest.mark.parametrize("level", ["estate", "other_estate", "community", "street", "city"])
def test_the_figures_equal_the_truth(level, lively, request):
    area = request.getfixturevalue(level)
    found = figures.read([area.pk], [*true_moment(area)], figures.MOMENT, figures.MOMENT)
    assert {key: found.get((area.pk, key, ""), 0) for key in true_moment(area)} == true_moment(area)
    today = timezone.localdate()
    for first in (today.replace(day=1), (today.replace(day=1) - timedelta(days=1)).replace(day=1)):
        last = periods.month_of(first)[1]
        truth = true_month(area, first)
        for source in (figures.read, figures.recount):
            said = source([area.pk], [IN_PLAN, MET], first, last)
            counted = {key: said.get((area.pk, key, ""), 0) for key in truth}
            if source is figures.read and first < today.replace(day=1):
                continue  # of a month in which nothing happened nothing is rolled up
            assert counted == truth, (source, first)


def test_the_rate_on_the_dashboard_is_that_fraction(lively, community, street):
    today = timezone.localdate()
    for area in (community, street):
        picture = picture_of(area, periods.this_month(today), today=today)
        rate = next(rate for rate in picture.here.rates if rate.rate.key == "visit")
        truth = true_month(area, today.replace(day=1))
        assert truth[IN_PLAN] >= 5
        assert (rate.above.number, rate.below.number) == (truth[MET], truth[IN_PLAN])
        if today != periods.month_of(today)[1]:
            assert rate.change is None  # a month that runs is compared with nothing
        assert rate.trend == []


def test_of_few_households_no_rate_is_told(estate, community, cast):
    worker, today = cast("worker"), timezone.localdate()
    for number in range(5):
        household = household_in(estate, worker)
        plan_visits(household=household, by=worker, tier="month")
        figures.count_again()
        picture = picture_of(community, periods.this_month(today), today=today)
        rate = next(rate for rate in picture.here.rates if rate.rate.key == "visit")
        assert rate.below.number == (5 if number == 4 else 0)


def test_people_of_each_kind_equal_the_ledgers(lively, estate, other_estate, street):
    kinds = [kind(key) for key in ("party", "elder", "alone", "hardship")]
    truth = count_kinds(kinds, by="area_id", area__in=[estate, other_estate])
    rolled = figures_of([estate, other_estate, street], kinds)
    for one in kinds:
        each = [truth.get(place.pk, {}).get(one.key, 0) for place in (estate, other_estate)]
        assert [rolled[place.pk, one.key] for place in (estate, other_estate)] == each
        assert rolled[street.pk, one.key] == sum(each)
    assert rolled[street.pk, "elder"] > 0


def test_the_roll_up_does_not_name_protected_kinds(lively):
    splits = set(Figure.objects.filter(key="residents_map.people").values_list("split", flat=True))
    assert splits
    assert not splits & set(Kind.objects.values_list("key", flat=True))


def test_slow_numbers_are_not_counted_every_five_minutes(lively, estate, street):
    Visit.objects.update(words_sealed="")
    before = figures_of([street], [kind("elder")])
    assert before[street.pk, "elder"] > 0
    Household.objects.filter(area=estate).update(resident_count=0)
    figures.count_moment(daily=False)
    assert figures_of([street], [kind("elder")]) == before
    key = "residents_map.residents"
    kept = figures.read([street.pk], [key], figures.MOMENT, figures.MOMENT)
    figures.count_moment(daily=True)
    assert figures.read([street.pk], [key], figures.MOMENT, figures.MOMENT) != kept


@pytest.mark.parametrize(
    ("number", "shown"), [(0, 0), (1, "少于5"), (4, "少于5"), (5, 5), (120, 120)]
)
def test_fewer_than_five_are_hidden(number, shown):
    assert hidden(number) == shown


def test_the_reports_section(lively, street, estate):
    today = timezone.localdate()
    first = today.replace(day=1)
    section = visits_section(street, first, periods.month_of(first)[1])
    row = next(row for row in section.rows if row[0] == estate.name)
    truth = true_month(estate, first)
    assert row[1] == hidden(truth[IN_PLAN])
    assert all(
        not isinstance(cell, int) or cell == 0 or cell >= 5 for row in section.rows for cell in row
    )
    whole = true_month(street, first)
    assert f"{whole[IN_PLAN]} 户，本月见到 {whole[MET]} 户" in section.words


def test_the_community_opens_the_cases_and_the_street_does_not(lively, street, sign_in):
    key = f"/dashboard/{street.pk}/?period=month"
    officer = sign_in("officer").get(key).content.decode()
    assert "月探访率" in officer
    assert "/visits/" not in officer


@pytest.mark.parametrize("key", [i.key for i in indicators if i.key.startswith("residents_map")])
def test_one_query_however_many_areas(key, lively, estate, other_estate, django_assert_num_queries):
    days = [date(2026, 10, 1) + timedelta(days=n) for n in range(60)]
    indicator = indicators[key]
    for areas in ([estate.pk], [estate.pk, other_estate.pk]):
        with django_assert_num_queries(1):
            indicator.run(areas, None if indicator.of_the_moment else days)
