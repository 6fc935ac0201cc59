"""The prefecture for measuring is what the portal's own acts would have left behind."""

import re

import pytest
from django.db import connection, transaction
from django.db.models import Count, F

from deliberation.choices import State
from deliberation.demo.prefecture import make_prefecture
from deliberation.demo.prefecture.making import write_prefecture
from deliberation.models import Event, Issue, MeToo, Reporter, Task
from deliberation.services.closing import close_issue, missing_links
from deliberation.services.intake import phone_of, search_vector
from deliberation.services.tasks import verify_task
from deliberation.services.triage import accept_issue
from stations.choices import Level
from stations.foundation.codes import code_digest, code_from
from stations.models import Area, Duty, Figure, Stale, User
from stations.registries import duties
from stations.services.figures import count_again, count_moment
from tests.factories import report

ISSUES = 2000
CASTS = re.compile(r"::[a-z ]+(\[\])?|[()]")


def indexes_and_constraints():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public' UNION ALL"
            " SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint ORDER BY 1, 2"
        )
        # Postgres moves the casts of a list about when it reads its own definition again.
        return [(name, CASTS.sub("", definition)) for name, definition in cursor.fetchall()]


@pytest.fixture(scope="module")
def before(django_db_setup, django_db_blocker):
    """Written once for the module, and taken back at its end; what stood before."""
    with django_db_blocker.unblock(), transaction.atomic():
        known = indexes_and_constraints()
        write_prefecture(ISSUES, say=lambda words: None)
        yield known
        transaction.set_rollback(True)


@pytest.fixture
def city(before, db):
    return Area.objects.get(level=Level.CITY)


def figures():
    return set(Figure.objects.values_list("area", "day", "key", "split", "number"))


def test_no_index_and_no_constraint_is_lost(before, city):
    assert indexes_and_constraints() == before


def test_size_and_mixture(city):
    assert Issue.objects.count() == ISSUES
    assert 0.02 < Issue.objects.open().count() / ISSUES < 0.09
    assert len(set(Issue.objects.values_list("state", flat=True))) > 9
    assert Event.objects.count() > 3 * ISSUES
    assert Reporter.objects.count() == ISSUES
    assert not Issue.objects.filter(merged_into__gt=F("pk")).exists()
    assert (
        not Issue.objects.filter(merged_into__isnull=False)
        .exclude(merged_into__area=F("area"))
        .exists()
    )
    met = dict(MeToo.objects.values_list("issue").annotate(n=Count("pk")))
    assert met == dict(Issue.objects.filter(me_too_count__gt=0).values_list("pk", "me_too_count"))


def test_figures_are_what_counting_again_gives(city):
    written = figures()
    Stale.objects.bulk_create(
        Stale(area_id=area, day=day)
        for area, day in Issue.objects.values_list("area", "received_on").distinct()
    )
    count_again()
    count_moment()
    assert figures() == written
    assert any(key == "deliberation.satisfied" for _, _, key, _, _ in written)


def test_what_should_be_due_is_due(city):
    for kind in duties:
        due = set(Duty.objects.open().filter(kind=kind.key).values_list("object_id", flat=True))
        assert due == set(kind.truth()), kind.key
    late = Issue.objects.overdue()
    assert late.exists()
    assert not Duty.objects.overdue().filter(told=0).exists()


def test_issues_are_found_by_the_words_of_the_portal(city):
    rows = Issue.objects.select_related("area", "entrance__building", "place")
    for issue in rows.order_by("-pk")[:40]:
        with connection.cursor() as cursor:
            query = Issue.objects.filter(pk=issue.pk).annotate(now=search_vector(issue))
            sql, params = query.values("now").query.sql_with_params()
            cursor.execute(f"SELECT strip(({sql})) = strip(%s::tsvector)", [*params, issue.search])
            assert cursor.fetchone() == (True,)
    rare = Issue.objects.order_by("pk").first()
    assert rare in Issue.objects.matching(rare.title)


def test_codes_and_sealed_numbers_open(city):
    for reporter in Reporter.objects.exclude(phone_sealed="")[:20]:
        assert phone_of(reporter).startswith("139")
        token = reporter.issue.token
        assert reporter.issue.code_digest == code_digest(code_from(token))


def test_the_acts_go_on_where_the_lives_stopped(city):
    secretary, worker = (User.objects.filter(username=who).get() for who in ("secretary", "worker"))
    # On a Sunday evening everything may be accepted already: somebody reports one more.
    waiting = Issue.objects.filter(state=State.RECEIVED).first() or report(
        Issue.objects.first().area
    )
    assert accept_issue(issue=waiting, by=worker).state == State.ACCEPTED
    for issue in Issue.objects.filter(state=State.RATED).select_related("reporter"):
        assert missing_links(issue) == []
        assert close_issue(issue=issue, by=secretary).state == State.CLOSED
    task = Task.objects.filter(state="finished").first()
    if task:
        verify_task(task=task, by=task.issue.area.parent.postings.get(role="secretary").user)
        assert Issue.objects.get(pk=task.issue_id).state == State.DONE


def test_a_database_with_places_is_left_alone(city):
    with pytest.raises(ValueError):
        make_prefecture(10)
    assert Issue.objects.count() == ISSUES
