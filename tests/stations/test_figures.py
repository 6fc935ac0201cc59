"""The roll-up equals the plain truth at every level, whatever happened in between."""

import random
from datetime import date, datetime, timedelta

import pytest
from django.db import connection
from django.utils import timezone

from deliberation.choices import Category, SolvedAt, State
from deliberation.models import Issue
from deliberation.services import intake, triage
from stations.models import Area, Figure, Stale
from stations.registries import indicators
from stations.services import figures
from tests.factories import report
from tests.stations.rows import issues_at

pytestmark = pytest.mark.django_db

FIRST, LAST = date(2026, 9, 1), date(2026, 11, 20)
EVERYTHING = [i.key for i in indicators]

# The truth, spelled once more in SQL by somebody who has not read the querysets.
COUNTED = "i.state NOT IN ('withdrawn', 'merged')"
TRUTH = {
    "deliberation.received": "true",
    "deliberation.responded": "i.responded_at <= i.respond_by",
    "deliberation.finished": "i.finished_at IS NOT NULL",
    "deliberation.solved": "i.finished_at IS NOT NULL AND i.is_solved AND i.state <> 'returned'",
    "deliberation.on_time": "i.finished_at <= i.finish_by",
    "deliberation.rated": "i.last_rating IS NOT NULL",
    "deliberation.satisfied": "i.last_rating >= 3",
}
OPEN = """i.state IN ('received', 'accepted', 'deliberating', 'handling', 'street', 'done',
'noticed', 'rated')"""
TRUTH_NOW = {
    "deliberation.open": OPEN,
    "deliberation.overdue": f"{OPEN} AND i.due_at < now()",
}
SPLIT = {
    "deliberation.by_category": ("category", "true"),
    "deliberation.solved_level": ("solved_at_level", TRUTH["deliberation.solved"]),
}


def true_number(area, condition, span=None):
    """How many issues of the area's estates fulfil the condition, by plain SQL."""
    between = "AND i.received_on BETWEEN %(first)s AND %(last)s" if span else ""
    first, last = span or (None, None)
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            WITH RECURSIVE below AS (
                SELECT id FROM stations_area WHERE id = %(area)s
                UNION ALL
                SELECT a.id FROM stations_area a JOIN below ON a.parent_id = below.id
            )
            SELECT count(*) FROM deliberation_issue i
            WHERE i.area_id IN (SELECT id FROM below)
              AND {COUNTED} AND ({condition}) {between}
            """,
            {"area": area.pk, "first": first, "last": last},
        )
        return cursor.fetchone()[0]


def assert_true(first=FIRST, last=LAST):
    """Every figure of every area is what plain SQL says, and no row says zero."""
    areas = list(Area.objects.all())
    ids = [area.pk for area in areas]
    found = figures.read(ids, EVERYTHING, first, last)
    now = figures.read(ids, EVERYTHING, figures.MOMENT, figures.MOMENT)
    for area in areas:
        for key, condition in TRUTH.items():
            expected = true_number(area, condition, (first, last))
            assert found.get((area.pk, key, ""), 0) == expected, (area.name, key)
        for key, condition in TRUTH_NOW.items():
            assert now.get((area.pk, key, ""), 0) == true_number(area, condition)
        for key, (column, condition) in SPLIT.items():
            for split in [*Category.values, *SolvedAt.values]:
                expected = true_number(
                    area, f"{condition} AND i.{column} = '{split}'", (first, last)
                )
                assert found.get((area.pk, key, split), 0) == expected, (area.name, key, split)
    assert not Figure.objects.filter(number=0).exists()


@pytest.fixture
def places(estate, other_estate, far_estate):
    """Three estates in three communities of two streets of one district."""
    return [estate, other_estate, far_estate]


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_rollup_is_the_truth_at_every_level(places, seed):
    rng = random.Random(seed)
    issues_at(places, rng, number=120, first=FIRST, last=LAST)
    figures.count_again()
    assert not Stale.objects.exists()
    assert_true()
    for issue in Issue.objects.order_by("pk"):  # everything may change, and does
        if rng.random() < 0.4:
            issue.state = rng.choice([State.WITHDRAWN, State.CLOSED, State.RETURNED])
            issue.finished_at = rng.choice([None, issue.created_at + timedelta(days=3)])
            issue.closed_at = timezone.now()
            issue.is_solved = rng.random() < 0.5
            issue.solved_at_level = "street" if issue.is_solved else ""
            issue.last_rating = rng.choice([None, 1, 3, 5])
            issue.save()
            figures.mark_stale(area=issue.area, day=issue.received_on)
    figures.count_again()
    assert_true()


def test_what_falls_to_zero_leaves_no_row(places):
    issues_at(places[:1], random.Random(4), number=3, first=LAST, last=LAST)
    figures.count_again()
    assert Figure.objects.filter(key="deliberation.received").count() == 5  # estate to city
    for issue in Issue.objects.all():
        issue.state = State.WITHDRAWN
        issue.save()
        figures.mark_stale(area=issue.area, day=issue.received_on)
    figures.count_again()
    assert not Figure.objects.exists()


def test_acts_keep_the_figures_true(estate, other_estate, cast):
    worker = cast("worker")
    one, two, three, four, five = (report(estate) for _ in range(5))
    report(other_estate)
    today = timezone.localdate()
    figures.count_again()
    assert_true(today, today)
    triage.merge_issues(issue=one, others=[two], by=worker)
    triage.return_issue(issue=three, by=worker, reason="归供电局管，请打 95598。")
    triage.accept_issue(issue=four, by=worker)
    intake.withdraw_issue(issue=five)
    figures.count_again()
    assert_true(today, today)
    assert figures.read([estate.pk], ["deliberation.received"], today, today) == {
        (estate.pk, "deliberation.received", ""): 3
    }
    four.refresh_from_db()
    triage.correct_issue(
        issue=four,
        by=worker,
        title="漏水",
        category=Category.LEAK,
        building=None,
        entrance=None,
        place=None,
        spot="",
        is_urgent=False,
    )
    figures.count_again()
    assert_true(today, today)


def test_counting_from_the_objects_says_the_same(places, street, district, city):
    issues_at(places, random.Random(5), number=60, first=FIRST, last=LAST)
    figures.count_again()
    areas = [city.pk, district.pk, street.pk, *(place.pk for place in places)]
    keys = [i.key for i in indicators if not i.of_the_moment]
    assert figures.recount(areas, keys, FIRST, LAST) == figures.read(areas, keys, FIRST, LAST)


@pytest.mark.parametrize("indicator", list(indicators), ids=lambda i: i.key)
def test_an_indicator_is_one_query_however_many_areas(indicator, places, django_assert_num_queries):
    issues_at(places, random.Random(6), number=20, first=FIRST, last=LAST)
    days = [FIRST + timedelta(days=n) for n in range(81)]
    for areas in ([places[0].pk], [place.pk for place in places]):
        with django_assert_num_queries(1):
            indicator.run(areas, None if indicator.of_the_moment else days)


def test_a_batch_is_taken_once(places, monkeypatch):
    monkeypatch.setattr(figures, "BATCH", 7)
    issues_at(places, random.Random(7), number=40, first=FIRST, last=LAST)
    told = []
    done = figures.count_again(report=lambda done, total: told.append((done, total)))
    assert done == 40
    assert told[0] == (7, 40)
    assert told[-1] == (40, 40)
    assert_true()


def test_nothing_counted_is_said(db):
    assert figures.counted_at() is None
    assert not figures.is_behind()


def test_what_is_newer_than_the_figures_is_said(estate):
    report(estate)
    assert figures.is_behind()
    figures.count_again()
    assert not figures.is_behind()


def test_the_moment_of_counting_is_that_of_the_work_done(estate):
    from stations.services.work import later, run

    run(later("stations.count_moment", key="1").pk)
    at = figures.counted_at()
    assert isinstance(at, datetime)
    assert abs(timezone.now() - at) < timedelta(minutes=1)
