"""A resident got a code: that is a promise. The web server is killed, Postgres is stopped (F1)."""

import signal
import threading
from contextlib import suppress

import psycopg
import pytest

from stations.services.work import later
from tests.faults.people import NoAnswer, Resident, answers
from tests.faults.processes import eventually

ISSUE = "deliberation_issue"


@pytest.fixture
def resident(site, start, estate):
    start("web")
    person = Resident(site)
    eventually(lambda: answers(person))
    assert person.open_form(estate.code, text="车棚的插座坏了三个。").status == 200
    return person


def done(site, row):
    return site.count("stations_work WHERE id = %s AND state = 'done'", row.pk)


def send_into(person, outcome):
    try:
        outcome.append(person.send())
    except NoAnswer:
        outcome.append(None)


def kill_while_it_stands_at(site, resident, table):
    """Send, wait until the web server stands at this table, kill -9 what serves."""
    outcome = []
    with site.held(table):
        sending = threading.Thread(target=send_into, args=(resident, outcome))
        sending.start()
        eventually(lambda: site.somebody_waits(table), seconds=10)
        web = site.the("web")
        web.send(signal.SIGKILL, to=web.children())
        sending.join()
    assert outcome == [None]


def test_killed_between_commit_and_answer(site, resident):
    """I1: the issue is there, the answer is not; sent again it is the same receipt."""
    kill_while_it_stands_at(site, resident, "django_session")
    assert site.count(ISSUE) == 1
    code = resident.send_until_told()
    assert resident.send_until_told() == code
    assert site.count(ISSUE) == 1


def test_killed_before_commit(site, resident):
    kill_while_it_stands_at(site, resident, "deliberation_event")
    assert site.count(ISSUE) == 0
    code = resident.send_until_told()
    assert resident.send_until_told() == code
    assert site.count(ISSUE) == 1
    assert site.count("deliberation_event") == 1
    assert site.count("stations_duty") == 1


def test_too_busy_is_said_politely(site, resident):
    """L3: whoever waits five seconds for a lock is told to come back, not left hanging."""
    with site.held("stations_area", mode="ACCESS EXCLUSIVE"):
        page = resident.get(resident.path)
    assert (page.status, page.is_legible) == (503, True)
    assert page.seconds < 10
    assert resident.get(resident.path).status == 200


def test_postgres_stops_under_load_and_comes_back(site, resident, start, estate):
    """F1, F2: a friendly 503 meanwhile; the first requests afterwards are fine; nothing is lost."""
    web, relay, worker = start("web", "relay", "worker")
    people = [Resident(site) for _ in range(6)]
    for number, person in enumerate(people):
        assert person.open_form(estate.code, text=f"第 {number} 件事：灯坏了。").status == 200
    ledger = {}

    def tell(person):
        ledger[person.filled["token"]] = (person, person.send_until_told())

    sending = [threading.Thread(target=tell, args=(person,)) for person in people]
    with (
        suppress(psycopg.OperationalError),
        site.held("deliberation_reporter"),
    ):  # all of them are in the middle of it
        for one in sending:
            one.start()
        eventually(lambda: site.somebody_waits("deliberation_reporter"), seconds=20)
        site.stop_postgres()
    page = resident.get(resident.path)
    assert page.status == 503
    assert page.is_legible
    assert page.headers["X-Request-Id"] in page.text
    assert page.headers["Retry-After"] == "10"
    assert resident.get("/desk/").status in (302, 503)
    assert resident.get("/no-such-page/").is_legible
    site.start_postgres()
    first = [resident.get(resident.path).status for _ in range(12)]
    assert first == [200] * 12
    for one in sending:
        one.join(60)
    assert len(ledger) == len(people)
    assert site.count("deliberation_issue") == len(people)
    for person, code in ledger.values():
        assert person.send_until_told() == code
    assert site.count("deliberation_issue") == len(people)
    row = later("stations.count_moment", key="after")
    eventually(lambda: done(site, row), seconds=60)
    assert [p.name for p in (web, relay, worker) if p.ended] == []
