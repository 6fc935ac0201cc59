"""Z7, P4, P5: one invented resident is put in through the real form; then every page, file, log
line, mail, work row and Redis key is searched for them. The headers of every page (L4) are looked
at on the same walk."""

import io
import logging
import re
import uuid
import zipfile
from datetime import timedelta
from html import unescape

import pytest
import redis
from django.conf import settings
from django.contrib.sessions.models import Session
from django.core import mail
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from config.log import Discreet, RequestId
from deliberation.models import Issue
from deliberation.services import closing, tasks, triage
from stations.models import Act, Message, Work
from stations.services.reports import last_month, order_report
from stations.services.work import later, run
from tests.architecture.test_walk import PEOPLE, VIEWS, World, ask, kwargs_of
from tests.security.test_headers import check

pytestmark = pytest.mark.django_db

NAME, PHONE, DOOR = "金丝雀测", "13900000001", "1704"
ID = "990000199003070013"  # right check digit, a region that does not exist
TEXT = (
    f"我是{NAME}，身份证{ID}，电话 139 0000 0001，家里漏水。"
    f"楼上 {DOOR} 室的水管坏了，找过物业两次。"
)
# Who may read what residents wrote and are called: staff of the place; the street only what went
# up to it, and this issue did not.
MAY_READ = {"worker", "secretary"}
# Tokens of forms and long numbers: any four digits stand in one of them some day.
RANDOM = re.compile(
    r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|\d{5,}|[0-9a-f]{12,}|\w{32,}", re.ASCII
)


@pytest.fixture
def canary(client, estate):
    """Reports a leak as residents do. Everything below has to hold after that."""
    answer = client.post(
        reverse("deliberation:report", args=[estate.code]),
        {
            "category": "leak",
            "text": TEXT,
            "name": NAME,
            "phone": "+86 139 0000 0001",
            "door": DOOR,
            "consent_public": "on",
            "token": uuid.uuid4(),
        },
    )
    assert answer.status_code == 302
    client.logout()
    return Issue.objects.get()


def numbers(text):
    """Where the phone or the ID stands, however it is written, in full or its middle."""
    plain = re.sub(r"[\s\-·]", "", text)
    return [part for part in (PHONE, "390000000", ID, ID[4:12]) if part in plain]


def unpacked(body):
    """The text of an answer; of Word and Excel files, the text of every part."""
    if body[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(body)) as file:
            parts = [file.read(name).decode(errors="replace") for name in file.namelist()]
            return unescape("\n".join(parts))
    return body.decode(errors="replace")


def text_of(answer):
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return unpacked(body) + str(answer.headers)


@pytest.fixture
def world(canary, estate, cast):
    """The walk's world, in which the canary's issue is the one of every issue page."""
    made = World(estate, cast("worker"), cast("colleague"), cast)
    made.issue = canary
    return made


@pytest.mark.parametrize("who", PEOPLE)
def test_every_page_as_everybody(who, world, sign_in, caplog, capsys):
    client = sign_in(who)
    for name in VIEWS:
        answer = ask(client, name, kwargs_of(name, world))
        check(answer)
        if who != "anonymous" and answer.status_code == 200 and "photo" not in name:
            assert "no-store" in answer.get("Cache-Control", ""), name  # P8
        text = answer.getvalue() if answer.streaming else answer.content
        said = unpacked(text) + str(answer.headers)
        own_page = who in MAY_READ and name.startswith("deliberation:issue")
        if not own_page:  # there stands what the resident wrote, as they wrote it
            assert not numbers(said), (name, numbers(said))
        else:
            assert not numbers(said.replace(TEXT, "")), name
        if who not in MAY_READ:
            assert NAME not in said, name
            assert DOOR not in RANDOM.sub("", said), name
    assert not numbers(caplog.text) and NAME not in caplog.text
    said = capsys.readouterr()
    assert not numbers(said.err + said.out) and NAME not in said.err + said.out


def test_the_street_reads_who_it_was_only_when_it_has_to_answer(canary, world, sign_in, cast):
    """On the page and its task: a masked name, no door, words without personal data."""
    client, page = sign_in("officer"), f"/issues/{canary.pk}/"
    said = text_of(client.get(page))
    assert "金***" in said and "某居民" in said
    clean(said, page)
    assert f"{DOOR} 室" not in said and f">{DOOR}<" not in said
    triage.accept_issue(issue=canary, by=cast("worker"), reply="明天来看。")
    triage.pass_to_street(issue=canary, by=cast("worker"), reason="归街道")
    said = text_of(client.get(page))
    assert f"<b>{NAME}</b>" in said and TEXT in said and f">{DOOR}<" in said
    triage.send_back_from_street(issue=canary, by=cast("officer"), reason="社区先摸底")
    assert TEXT in text_of(client.get(page))  # they have read it already


def test_the_street_reads_no_name_on_a_task_and_in_remarks(canary, sign_in, cast):
    live_through(canary, canary.area, cast)
    canary.ratings.update(words=f"慢，{NAME}不满意")
    officer = text_of(sign_in("officer").get(f"/tasks/{canary.tasks.get().pk}/"))
    clean(officer, "task")
    assert "某居民" in officer
    assert "某居民不满意" in text_of(sign_in("officer").get(f"/issues/{canary.pk}/"))
    assert f"{NAME}不满意" in text_of(sign_in("worker").get(f"/issues/{canary.pk}/"))
    assert NAME in text_of(sign_in("worker").get(f"/tasks/{canary.tasks.get().pk}/"))


LISTS = ["/desk/", "/issues/", "/issues/?view=all", "/tasks/", "/meetings/", "/acts/", "/messages/"]


@pytest.mark.parametrize("path", [*LISTS, "/issues/export/", "/issues/export/?as=csv"])
def test_lists_and_exports_mask_for_everybody(path, canary, sign_in):
    """P5: not even those who may read it meet it in a list, on a shared screen, in a file."""
    said = text_of(sign_in("secretary").get(path))
    assert not numbers(said)
    assert NAME not in said
    if "issues" in path:
        assert canary.number in said


def test_the_phone_is_masked_on_the_page_and_shown_with_a_reason(canary, sign_in):
    client = sign_in("worker")
    page = client.get(f"/issues/{canary.pk}/").content.decode()
    assert "139****0001" in page
    assert PHONE not in page.replace(TEXT, "")
    answer = client.post(f"/issues/{canary.pk}/reveal/", {"reason": "回访"})
    assert "139" in answer.content.decode()
    assert Act.objects.get(verb="deliberation.reveal_phone").detail["reason"] == "回访"
    assert not numbers(str(Act.objects.get(verb="deliberation.reveal_phone").detail))


def test_neither_search_nor_order_finds_what_is_hidden(canary, sign_in):
    """A role that may not see a field cannot ask about it either."""
    client = sign_in("worker")
    for query in (f"q={PHONE}", "q=390000", "order=reporter__phone_index", "reporter__name=金"):
        answer = client.get(f"/issues/?{query}")
        assert answer.status_code in (200, 400)
        found = canary.number in answer.content.decode()
        assert found == query.startswith(("order", "reporter")), query  # those are not understood
    district = sign_in("district")
    for path in ("/issues/?q=金丝雀测", "/issues/export/?q=金丝雀测", "/desk/"):
        assert district.get(path).status_code == 403


def live_through(canary, estate, cast):
    """From acceptance to the rating, with reminders, mails and the month's report."""
    worker = cast("worker")
    triage.accept_issue(issue=canary, by=worker, reply="明天来看。")
    due_at = timezone.now() + timedelta(days=5)
    triage.route_directly(
        issue=canary, by=worker, title="换水管", responsible="property", due_at=due_at
    )
    task = canary.tasks.get()
    tasks.finish_task(task=task, by=worker, words="换好了")
    tasks.verify_task(task=task, by=cast("colleague"))
    canary.refresh_from_db()
    closing.publish_notice(issue=canary, by=worker, title="水管换好了", body="不漏了。")
    closing.rate_issue(issue=canary, level=1, words="慢")


@pytest.mark.django_db(transaction=True)
def test_nothing_beside_the_pages_holds_them(canary, estate, cast, time_machine, caplog, capsys):
    """Logs, mails, messages, work rows, act log, sessions, Redis, the columns of the database."""
    cast("secretary")
    time_machine.move_to(timezone.now() + timedelta(days=3))  # the first clock runs out
    assert run(later("stations.tell_duties", key="first").pk)
    live_through(canary, estate, cast)
    time_machine.move_to(timezone.now() + timedelta(days=60))
    for kind in ("tell_duties", "mail_round", "count_again", "count_moment"):
        assert run(later(f"stations.{kind}", key="second").pk)
    report = order_report(area=estate.parent, month=last_month(), by=cast("worker"))
    for row in Work.objects.filter(state="waiting"):
        run(row.pk)
    report.refresh_from_db()
    assert report.is_ready and mail.outbox and Message.objects.exists()
    for file in (report.word, report.excel):
        with file.open("rb") as stored:
            clean(unpacked(stored.read()), "the report")
    clean("\n".join(f"{m.subject} {m.body} {m.extra_headers}" for m in mail.outbox), "mails")
    clean("\n".join(f"{m.title} {m.body} {m.key} {m.url}" for m in Message.objects.all()), "inbox")
    clean("\n".join(f"{w.key} {w.arguments} {w.error}" for w in Work.objects.all()), "work")
    clean("\n".join(f"{a.detail} {a.on_label} {a.actor}" for a in Act.objects.all()), "act log")
    clean("\n".join(str(s.get_decoded()) for s in Session.objects.all()), "sessions")
    clean("\n".join(redis_keys()), "redis")
    said = capsys.readouterr()
    clean(caplog.text + said.out + said.err, "logs")
    leaks = {table for table in connection.introspection.table_names() if holds(table)}
    # What the resident wrote, and what was said about it, stands in these and nowhere else.
    assert leaks <= {"deliberation_issue", "deliberation_event", "deliberation_reporter"}, leaks


def clean(text, where):
    assert not numbers(text), (where, numbers(text))
    assert NAME not in text, where


def holds(table):
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT t::text FROM "{table}" t')
        text = "\n".join(row for (row,) in cursor.fetchall())
    return bool(numbers(text)) or NAME in text


def redis_keys():
    try:
        server = redis.Redis.from_url(settings.REDIS_URL, socket_timeout=3)
        found = [key.decode(errors="replace") for key in server.scan_iter(count=1000)]
        values = [repr(server.dump(key)) for key in found]
    except redis.RedisError:
        return []
    return found + values


def test_the_phone_itself_is_only_there_sealed(canary):
    """P1: a copy of the database does not tell whose number it is."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT t::text FROM deliberation_reporter t")
        text = "\n".join(row for (row,) in cursor.fetchall())
    assert not numbers(text)
    assert NAME in text  # the name is needed to address people; it is erased after a year


def test_a_crash_in_the_middle_of_a_report_logs_nobody(client, estate, caplog):
    """An exception with the whole form in its frames: only types and our own lines are logged."""
    client.raise_request_exception = False
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE deliberation_reporter ADD CONSTRAINT no CHECK (false)")
    with caplog.at_level(logging.DEBUG):
        answer = client.post(
            reverse("deliberation:report", args=[estate.code]),
            {"text": TEXT, "name": NAME, "phone": PHONE, "door": DOOR, "token": uuid.uuid4()},
        )
    assert answer.status_code == 500
    line = Discreet(settings.LOGGING["formatters"]["line"]["format"])
    records = [record for record in caplog.records if RequestId().filter(record)]
    said = "\n".join(line.format(record) for record in records)
    assert "IntegrityError" in said
    clean(said, "the log")
    clean(answer.content.decode(), "the page")


def test_forms_do_not_repeat_more_than_was_typed(canary, sign_in):
    """Refusals of other people's forms name no resident."""
    client = sign_in("sibling_worker")
    for path in ("accept", "note", "merge", "reveal"):
        answer = client.post(f"/issues/{canary.pk}/{path}/", {"number": canary.number})
        assert answer.status_code == 404
        clean(answer.content.decode(), path)
