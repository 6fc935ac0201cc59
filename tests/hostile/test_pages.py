"""I5: nothing in an address reaches the database as a condition, an order or a 500."""

import pytest
from django.db import connection, reset_queries
from django.test.utils import CaptureQueriesContext

from stations.models import Message
from tests.factories import report
from tests.hostile.corpus import NASTY, QUERIES
from tests.hostile.rows import LISTS, NARROWED, PAGES, ROWS, Stage, resident_or_staff
from tests.hostile.sending import crash, page_url, undone

# Minutes for the whole product: asked for by `-m long`, not in every run.
pytestmark = [pytest.mark.django_db, pytest.mark.long]

EVERY_NAME = sorted({name for names in NARROWED.values() for name in names.split()})
MOST_QUERIES = 25
FIRST = ("nul", "huge", "not UTF-8", "far day")  # for pages that are not narrowed by anything


@pytest.fixture
def opened(estate, cast, client):
    """opened(name): (client, address) of a page, with something on it."""
    stage = Stage(estate, cast)

    def open_(name):
        row = ROWS.get(name)
        if row:
            target = row.ready(stage)
            return resident_or_staff(client, row.who, cast, target), row.url(name, target)
        world = stage.world()
        client.raise_request_exception = False
        return resident_or_staff(client, PAGES[name], cast, world.issue), page_url(name, world)

    client.raise_request_exception = False
    return open_


def look(client, url, query):
    answer = client.get(url, QUERY_STRING=query)
    if answer.streaming:
        b"".join(answer.streaming_content)
    return answer


def asked(name):
    """{case: query string}: all names hold the same, or each another of the strange values."""
    names, values = NARROWED.get(name, "").split(), [*NASTY.values()]
    cases = dict(QUERIES)
    for turn, (case, value) in enumerate(NASTY.items()):
        if names or case in FIRST:
            cases[f"everything {case}"] = "&".join(f"{one}={value}" for one in EVERY_NAME)
        if names:
            mixed = (
                f"{one}={values[(turn + 5 * at) % len(values)]}" for at, one in enumerate(names)
            )
            cases[f"mixed {case}"] = "&".join(mixed)
    return cases


def asked_alone(name):
    """{case: query string}: every name by itself with every strange value."""
    names = NARROWED.get(name, "").split()
    return {f"{one} {case}": f"{one}={value}" for one in names for case, value in NASTY.items()}


@pytest.mark.parametrize("name", sorted(PAGES.keys() | NARROWED.keys()))
def test_strange_addresses(opened, name):
    client, url = opened(name)
    assert_harmless(client, url, name, asked(name))


@pytest.mark.long
@pytest.mark.parametrize("name", NARROWED)
def test_one_strange_value(opened, name):
    client, url = opened(name)
    assert_harmless(client, url, name, asked_alone(name))


def assert_harmless(client, url, name, cases):
    wrong = []
    for case, query in cases.items():
        with undone(), CaptureQueriesContext(connection) as queries:
            if crashed := crash(look(client, url, query)):
                wrong.append(f"{case}: {crashed}")
            if name in LISTS and len(queries) > MOST_QUERIES:
                wrong.append(f"{case}: {len(queries)} queries")
        reset_queries()
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("name", PAGES)
def test_a_page_does_nothing_on_post(opened, name):
    """What is not a form refuses a POST, or shows what it always shows."""
    client, url = opened(name)
    shown = look(client, url, "").status_code
    assert client.post(url, {"state": "closed"}).status_code in (405, shown)


def test_words_of_people_never_become_code(opened, estate, cast):
    """HTML and template text stay text on every page that shows them."""
    bad = "<script>alert(7)</script>{{ 7|add:7 }}{% now 'Y' %}"
    issue = report(estate, text=bad, spot=bad[:60], name=bad[:20], door=bad[:20])
    client, _ = opened("deliberation:issue")
    Message.objects.create(recipient=cast("worker"), key="x", title=bad[:60])
    for page in (f"/issues/{issue.pk}/", "/issues/", "/desk/", "/messages/", "/issues/?q=alert"):
        answer = client.get(page)
        assert answer.status_code == 200
        assert b"<script>alert" not in answer.content and b"14{%" not in answer.content
