"""I2, I3: a flood is bounded by rows of Postgres, and whoever is not part of it notices nothing."""

import logging
import re
import time
import uuid
from concurrent.futures import ThreadPoolExecutor

import altcha
import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.urls import reverse

from deliberation.models import Issue, UsedToken
from deliberation.services import gate, intake
from stations.foundation import proof_of_work
from stations.foundation.codes import code_from
from stations.foundation.work import kinds
from stations.messages import tell
from stations.models import Message, Work
from stations.services.work import later, run
from tests.factories import report
from tests.security.conftest import address

pytestmark = pytest.mark.django_db
WORDS = "车棚的插座坏了，这是我写的一句话。"


@pytest.fixture
def form_of(estate):
    return reverse("deliberation:report", args=[estate.code])


def filled(**more):
    return {
        "text": WORDS,
        "name": "周桂兰",
        "phone": f"139{uuid.uuid4().int % 10**8:08d}",
        "token": str(uuid.uuid4()),
        **more,
    }


def solve(html):
    """What the browser does: try counters until the hash begins as it should."""
    import json
    from html import unescape

    found = re.search(r'data-challenge="([^"]+)"', html)
    challenge = altcha.Challenge.from_dict(json.loads(unescape(found[1])))
    solution = altcha.solve_challenge(challenge)
    return altcha.Payload(challenge=challenge, solution=solution).to_base64()


@pytest.mark.parametrize("posts", [250, pytest.param(2000, marks=pytest.mark.long)])
def test_posts_from_one_network(posts, form_of, client):
    """A few at once go through, then the sender has to work. The others notice nothing."""
    honest = quickest(form_of, 1)
    flood = {"REMOTE_ADDR": address(7)}
    began, statuses = time.monotonic(), []
    for number in range(posts):
        answer = client.post(form_of, filled(), **flood)
        statuses.append(answer.status_code)
        if answer.status_code != 302 and (number < 20 or number > posts - 10):
            assert WORDS in answer.content.decode()
            assert "周桂兰" in answer.content.decode()
    refilled = (time.monotonic() - began) * gate.REPORT_EASY.an_hour / 3600
    accepted = statuses.count(302)
    assert gate.REPORT_EASY.size <= accepted <= gate.REPORT_EASY.size + refilled + 1
    assert statuses.count(422) == posts - accepted
    assert quickest(form_of, 2) < 3 * honest + 0.1
    assert Issue.objects.count() == accepted + 6


def quickest(form_of, number):
    """How long an honest report from a network of its own takes."""
    times = []
    for step in range(3):
        one = Client()
        began = time.perf_counter()
        answer = one.post(form_of, filled(), REMOTE_ADDR=address(100 * number + step))
        times.append(time.perf_counter() - began)
        assert answer.status_code == 302
    return min(times)


def test_with_work_done_a_network_still_meets_its_limit(estate, form_of, client, monkeypatch):
    """The bots that do the work: sixty at once and three a minute, then 429 and when to come."""
    monkeypatch.setattr(gate, "DIFFICULTY", 1)  # each costs a moment instead of half a second
    flood = {"REMOTE_ADDR": address(7)}
    statuses = []
    for _ in range(75):
        answer = client.post(form_of, filled(), **flood)
        if answer.status_code == 422:
            proof = solve(answer.content.decode())
            answer = client.post(form_of, filled(altcha=proof), **flood)
        statuses.append(answer.status_code)
        if answer.status_code == 429 and statuses.count(429) < 4:
            assert int(answer["Retry-After"]) > 0
            text = answer.content.decode()
            assert WORDS in text and "周桂兰" in text
            assert "请过" in text
    accepted = statuses.count(302)
    assert gate.REPORT_NETWORK.size <= accepted <= gate.REPORT_NETWORK.size + 10
    assert statuses[-1] == 429
    other = client.post(form_of, filled(), REMOTE_ADDR=address(8))
    assert other.status_code == 302


def test_a_known_report_passes_whatever_the_limits_say(estate, form_of, client):
    """Whoever was let in and heard nothing sends again and gets the same receipt."""
    flood = {"REMOTE_ADDR": address(7)}
    first = filled()
    assert client.post(form_of, first, **flood).status_code == 302
    for _ in range(40):
        client.post(form_of, filled(), **flood)
    assert client.post(form_of, first, **flood).status_code == 302


@pytest.mark.django_db(transaction=True)
def test_one_proof_of_work_twenty_times_at_once_lets_one_in(estate, form_of, monkeypatch):
    monkeypatch.setattr(gate, "DIFFICULTY", 1)
    challenge = altcha.Challenge.from_dict(proof_of_work.challenge(difficulty=1))
    solution = altcha.solve_challenge(challenge)
    proof = altcha.Payload(challenge=challenge, solution=solution).to_base64()

    def send(number):
        try:
            # "website" is the box only robots fill in: everybody of them has to work
            data = filled(altcha=proof, website="https://spam.example")
            return Client().post(form_of, data, REMOTE_ADDR=address(number)).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(20) as pool:
        statuses = list(pool.map(send, range(20)))
    assert sorted(statuses) == [302] + [422] * 19
    assert (Issue.objects.count(), UsedToken.objects.count()) == (1, 1)


def guess():
    return code_from(uuid.uuid4())


def test_guessing_tracking_codes(estate, client, caplog):
    """Every guess is answered alike; a network gets forty, then ten a minute."""
    known = report(estate)
    flood = {"REMOTE_ADDR": address(7)}
    with caplog.at_level(logging.DEBUG):
        bodies, statuses, guesses = set(), [], []
        for _ in range(120):
            guesses.append(guess())
            answer = client.post("/track/", {"code": guesses[-1]}, **flood)
            statuses.append(answer.status_code)
            bodies.add(plain(answer, guesses[-1]))
    assert set(statuses) == {422, 429}
    assert 40 <= statuses.count(422) <= 45
    assert len(bodies) <= 1 + 7  # the one answer, and the minutes to wait
    held = client.post("/track/", {"code": code_from(known.token)}, **flood)
    assert held.status_code == 429 and int(held["Retry-After"]) > 0
    assert code_from(known.token) in held.content.decode()  # what was typed is kept
    other = client.post("/track/", {"code": code_from(known.token)}, REMOTE_ADDR=address(8))
    assert other.status_code == 302
    assert not any(code in other["Location"] for code in (code_from(known.token),))
    assert not any(code in caplog.text for code in (*guesses, code_from(known.token)))


def plain(answer, code):
    """The page without what differs from one to the next."""
    text = answer.content.decode().replace(answer["X-Request-Id"], "").replace(code, "")
    return re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", text)


def test_wrong_strange_and_foreign_codes_get_the_same_answer(estate, client):
    said = set()
    for number, code in enumerate((guess(), "x", "不是号码", "A" * 500, "' OR 1=1 --", "\u200b")):
        answer = client.post("/track/", {"code": code}, REMOTE_ADDR=address(number))
        assert answer.status_code == 422
        said.update(re.findall(r"没有查到[^<]+", answer.content.decode()))
    assert len(said) == 1


@pytest.mark.parametrize("guesses", [3400, pytest.param(10_000, marks=pytest.mark.long)])
def test_guesses_from_a_thousand_networks(guesses):
    """All together get three thousand at once and ten a second: 2^80 codes outlast that."""
    allowed, began = 0, time.monotonic()
    for number in range(guesses):
        try:
            gate.check_look_up(address=address(number % 1000))
            allowed += 1
        except gate.Held as held:
            assert held.retry_after > 0
    most = gate.LOOK_UP_ALL.size + gate.LOOK_UP_ALL.an_hour / 3600 * (time.monotonic() - began)
    assert gate.LOOK_UP_ALL.size <= allowed <= most + 1


def test_the_code_is_in_no_row(estate, client):
    """I3: a copy of the database does not hold it, neither do the addresses of the pages."""
    page = reverse("deliberation:report", args=[estate.code])
    answer = client.post(page, filled(), REMOTE_ADDR=address(1))
    issue = Issue.objects.get()
    code = code_from(issue.token)
    received = client.get(answer["Location"])
    shown = received.content.decode()
    assert code in shown or code.replace("-", "") in shown.replace("-", "").replace(" ", "")
    client.post("/track/", {"code": code})
    bare = code.replace("-", "").replace(" ", "")
    for table in connection.introspection.table_names():
        with connection.cursor() as cursor:
            cursor.execute(f'SELECT t::text FROM "{table}" t')
            rows = "\n".join(row for (row,) in cursor.fetchall())
        if table == "django_session":
            continue  # the resident's own browser; looked at below
        assert code not in rows and bare not in rows, table
    assert answer["Location"] == "/received/"
    assert received["Referrer-Policy"] == "same-origin"


def test_last_digits_cannot_be_tried_out(estate, client):
    """Ten thousand possibilities, six tries and then six an hour, wherever they come from."""
    issue = report(estate)
    allowed = 0
    for number in range(200):
        try:
            gate.check_tail(address=address(number), issue=issue)
            allowed += 1
        except gate.Held:
            pass
    assert allowed == gate.TAIL.size


def test_seven_hundred_reports_are_not_seven_hundred_mails(estate, cast):
    """#3908: one digest a person and ten minutes, of at most thirty lines."""
    worker = cast("worker")
    for number in range(700):
        tell(recipient_id=worker.pk, key=f"flood:{number}", title=f"第 {number} 件", url="/desk/")
    for turn in range(3):
        round_ = later("stations.mail_round", key=f"turn {turn}")
        assert run(round_.pk)
        for row in Work.objects.filter(kind="stations.mail_digest", state="waiting"):
            assert run(row.pk)
    assert len(mail.outbox) == 1
    assert "还有 670 条" in mail.outbox[0].body
    assert mail.outbox[0].to == [worker.email]
    assert mail.outbox[0].body.count("·") <= 30


def test_reports_alone_send_no_mail(estate, cast):
    """A new report is a line of the desk; whoever looks sees it, nobody is written to."""
    cast("worker")
    for _ in range(30):
        report(estate)
    assert Message.objects.count() == 0
    assert "stations.mail_round" in {kind.key for kind in kinds}
    assert len(mail.outbox) == 0
    assert intake.RESPOND_DAYS == 1
