"""D1, D2, D4, D5: every act leaves its line, nobody changes it, and without the line no act."""

import importlib
import re
import uuid
from contextlib import suppress
from datetime import timedelta

import psycopg
import pytest
from django.db import DatabaseError, InternalError, ProgrammingError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from deliberation.choices import Party
from deliberation.models import AgendaItem, Event, Issue, Resolution, Task
from deliberation.services import agenda, closing, meetings, tasks, triage
from stations.models import Act, Work
from stations.services.reports import last_month, order_report
from stations.services.work import later
from tests.architecture.test_walk import VIEWS, World, ask, kwargs_of
from tests.factories import meeting_at, report
from tests.security.audit_ledger import (
    LEDGER_ACTS,
    LEDGER_QUIET,
    LEDGER_READ,
    LedgerStage,
    nobody,
    told,
)
from tests.support.pictures import upload
from tests.volunteers import parts

pytestmark = pytest.mark.django_db


class Stage(LedgerStage, *parts.STAGES):
    """Brings issues, tasks and meetings to where an act is possible."""

    def __init__(self, estate, cast):
        self.estate, self.cast, self.worker = estate, cast, cast("worker")

    @property
    def in_days(self):
        return timezone.now() + timedelta(days=5)

    def received(self, **more):
        return report(self.estate, **more)

    def accepted(self, **more):
        issue = self.received(**more)
        triage.accept_issue(issue=issue, by=self.worker)
        return issue

    def waiting(self):
        issue = self.accepted()
        triage.put_before_parties(issue=issue, by=self.worker)
        return issue

    def at_street(self):
        issue = self.accepted()
        triage.pass_to_street(issue=issue, by=self.worker, reason="要供电局")
        return issue

    def handled(self, **more):
        issue = self.accepted(**more)
        triage.route_directly(
            issue=issue, by=self.worker, title="换", responsible="property", due_at=self.in_days
        )
        return issue

    def task(self):
        return Task.objects.get(issue=self.handled())

    def second_task(self):
        issue = self.handled()
        job = {"title": "再换", "responsible": "property", "due_at": self.in_days}
        return tasks.create_task(issue=issue, by=self.worker, **job)

    def finished(self, **more):
        task = Task.objects.get(issue=self.handled(**more))
        tasks.finish_task(task=task, by=self.worker, words="换好了")
        return task

    def done(self, **more):
        task = self.finished(**more)
        tasks.verify_task(task=task, by=self.cast("colleague"))
        return Issue.objects.get(pk=task.issue_id)

    def noticed(self):
        issue = self.done()
        self.notice_row = closing.publish_notice(
            issue=issue, by=self.worker, title="换好了", body="换了新的。"
        )
        return Issue.objects.get(pk=issue.pk)

    def notice(self):
        self.noticed()
        return self.notice_row

    def rated(self, level=5):
        issue = self.noticed()
        closing.rate_issue(issue=issue, level=level)
        return Issue.objects.get(pk=issue.pk)

    def closed(self):
        issue = self.rated()
        closing.close_issue(issue=issue, by=self.cast("secretary"))
        return Issue.objects.get(pk=issue.pk)

    def meeting(self):
        """Planned, with an issue and a matter of its own."""
        found = meeting_at(self.estate, self.worker, issues=[self.waiting()])
        agenda.add_item(meeting=found, by=self.worker, title="上次决议回头看")
        return found

    def running(self):
        found = self.meeting()
        meetings.start_meeting(meeting=found, by=self.worker)
        for party in Party:
            self.attendance = meetings.mark_attendance(
                meeting=found, by=self.worker, party=party, name=f"代表{party}"
            )
        return found

    def item(self):
        """On the table of a running meeting."""
        return AgendaItem.objects.get(meeting=self.running(), state="open")

    def agreed(self):
        item = self.item()
        for party in Party:
            meetings.state_position(item=item, by=self.worker, party=party, stance="agree")
        meetings.plan_task(
            item=item,
            by=self.worker,
            title="装桩",
            responsible="property",
            due_at=self.in_days,
        )
        return item

    def planned(self):
        item = self.agreed()
        return Task.objects.get(resolution=Resolution.objects.get(item=item))

    def second_item(self):
        return self.meeting().items.order_by("pk").last()

    def open_second(self):
        return self.running().items.order_by("pk").last()

    def report(self):
        return order_report(area=self.estate.parent, month=last_month(), by=self.worker)

    def dead_report(self):
        found = self.report()
        Work.objects.filter(pk=found.work_id).update(state="dead", attempts=5, fence=5)
        return found

    def dead_work(self):
        row = later("stations.tidy", key=str(uuid.uuid4()))
        Work.objects.filter(pk=row.pk).update(state="dead", attempts=5, fence=5)
        return row


def day(stage):
    return timezone.localdate() + timedelta(days=5)


def when(stage, found):
    return {"day": day(stage), "hour": "19:30", "place": "服务站二楼", "chair": "李建国"}


def job(stage, found):
    return {"title": "换灯", "responsible": "property", "due_at": day(stage)}


# address: (who, what it acts upon, what is posted, the lines of the act log it leaves)
D = "deliberation."
ACTS = {
    "issue_accept": ("worker", Stage.received, told(reply=""), ["accepted"]),
    "issue_ask": ("worker", Stage.received, told(question="哪一排？"), ["asked"]),
    "issue_return": ("worker", Stage.received, told(reason="归供电局"), ["returned"]),
    "issue_correct": (
        "worker",
        Stage.received,
        told(title="插座坏了", category="ebike"),
        ["corrected"],
    ),
    "issue_merge": (
        "worker",
        Stage.received,
        lambda stage, found: {"others": [stage.received().pk]},
        ["merged", "took_in"],
    ),
    "issue_direct": ("worker", Stage.accepted, job, ["routed"]),
    "issue_parties": ("worker", Stage.accepted, told(), ["routed"]),
    "issue_street": ("worker", Stage.accepted, told(reason="办不了"), ["to_street"]),
    "issue_answer": (
        "officer",
        Stage.at_street,
        told(words="协调好了", is_solved="yes"),
        ["street_answer"],
    ),
    "issue_send_back": ("officer", Stage.at_street, told(reason="先摸底"), ["sent_back"]),
    "issue_agenda": (
        "worker",
        Stage.waiting,
        lambda stage, found: {"meeting": meeting_at(stage.estate, stage.worker).pk},
        ["add_item", "on_agenda"],
    ),
    "issue_task": ("worker", Stage.handled, job, ["task"]),
    "issue_note": ("worker", Stage.received, told(words="去看过了"), ["note"]),
    "issue_undo": ("worker", Stage.accepted, told(), ["undone"]),
    "issue_reveal": ("worker", Stage.received, told(reason="回访"), ["reveal_phone"]),
    "issue_refer": (
        "worker",
        Stage.received,
        told(kind="volunteers.need", text="老人要个轮椅"),
        ["referred", "volunteers.add_need"],
    ),
    "publish": (
        "worker",
        Stage.done,
        told(title="换好了", body="换了新的。", days=15, publish="1"),
        ["noticed"],
    ),
    "issue_skip_notice": (
        "worker",
        lambda stage: stage.done(consent_public=False),
        told(),
        ["not_noticed"],
    ),
    "issue_call_back": (
        "worker",
        lambda stage: stage.rated(1),
        told(words="说清了"),
        ["called_back"],
    ),
    "issue_waive": ("secretary", Stage.noticed, told(link="rating", reason="搬走"), ["waived"]),
    "issue_close": ("secretary", Stage.rated, told(), ["closed"]),
    "issue_reinspect": ("worker", Stage.closed, told(held="yes", words="好"), ["reinspected"]),
    "issues_merge": (
        "worker",
        nobody,
        lambda stage, found: {
            "pick": [(first := stage.received()).pk, stage.received().pk],
            "target": first.pk,
        },
        ["merged", "took_in"],
    ),
    "issue_new": (
        "worker",
        nobody,
        lambda stage, found: {
            "token": uuid.uuid4(),
            "channel": "counter",
            "text": "灯坏了",
            "category": "light",
            "area": stage.estate.pk,
        },
        ["submitted"],
    ),
    "issues_export": ("worker", Stage.received, None, ["export_issues"]),
    "report_progress": (
        "worker",
        Stage.task,
        told(**{"progress-words": "进场", "progress-stage": "progress"}),
        ["progress"],
    ),
    "finish_task": ("worker", Stage.task, told(**{"finish-words": "好了"}), ["finished"]),
    "verify_task": (
        "colleague",
        Stage.finished,
        told(**{"verify-words": "看过"}),
        ["done", "verified"],
    ),
    "refuse_task": ("colleague", Stage.finished, told(**{"refuse-words": "没电"}), ["refused"]),
    "cancel_task": ("worker", Stage.second_task, told(**{"cancel-words": "并了"}), ["cancelled"]),
    "notice_take_down": ("worker", Stage.notice, told(why="写错了"), ["taken_down"]),
    "meeting_new": (
        "worker",
        Stage.waiting,
        lambda stage, found: when(stage, found) | {"forum": "four", "area": stage.estate.pk},
        ["convene_meeting"],
    ),
    "meeting_change": ("worker", Stage.meeting, when, ["change_meeting", "on_agenda"]),
    "meeting_cancel": (
        "worker",
        Stage.meeting,
        told(reason="台风"),
        ["cancel_meeting", "postponed"],
    ),
    "meeting_start": ("worker", Stage.meeting, told(), ["start_meeting"]),
    "item_add": ("worker", Stage.meeting, told(title="加一项"), ["add_item"]),
    "item_move": ("worker", Stage.second_item, told(way="up"), ["move_item"]),
    "item_take_off": ("worker", Stage.second_item, told(reason="没来"), ["take_off_item"]),
    "attendance_add": (
        "worker",
        Stage.running,
        told(party="owners", name="何平", presence="room"),
        ["mark_attendance"],
    ),
    "attendance_remove": (
        "worker",
        lambda stage: (stage.running(), stage.attendance)[1],
        told(),
        ["take_back_attendance"],
    ),
    "item_open": ("worker", Stage.open_second, told(), ["open_item"]),
    "item_position": (
        "worker",
        Stage.item,
        told(party="owners", stance="agree"),
        ["state_position"],
    ),
    "item_pass": ("worker", Stage.agreed, told(text="照办。"), ["pass_resolution", "resolved"]),
    "item_postpone": ("worker", Stage.item, told(reason="再看"), ["postpone_item", "postponed"]),
    "item_escalate": (
        "worker",
        Stage.item,
        told(reason="要供电局"),
        ["escalate_item", "to_street"],
    ),
    "planned_task_drop": ("worker", Stage.planned, told(), ["drop_planned_task"]),
    "meeting_end": ("worker", Stage.running, told(words="都到了"), ["end_meeting", "postponed"]),
    "report": (
        "anonymous",
        nobody,
        lambda stage, found: {"text": "灯坏了", "no_phone": "on", "token": uuid.uuid4()},
        ["submitted"],
    ),
    "me_too": ("anonymous", Stage.received, told(), ["me_too"]),
    "track_rate": ("anonymous", Stage.noticed, told(level=5), ["rated"]),
    "track_remark": ("anonymous", Stage.received, told(words="左边那排"), ["remark"]),
    "track_withdraw": ("anonymous", Stage.received, told(), ["withdrawn"]),
    "stations:reports": (
        "worker",
        nobody,
        lambda stage, found: {
            "area": stage.estate.parent.pk,
            "month": last_month().replace(day=1),
        },
        ["stations.make_reports"],
    ),
    "stations:report_again": (
        "worker",
        Stage.dead_report,
        told(),
        ["stations.revive_work"],
    ),
    "stations:revive_work": ("admin", Stage.dead_work, told(), ["stations.revive_work"]),
}

# Posted, but no act: why no line is left.
QUIET = {
    "same": "a search, posted so that no words stand in an address",
    "track": "a resident looks at their own matter",
    "track_open": "a resident looks at their own words",
    "track_forget": "changes this browser's session only",
    "item_draft": "a draft on the screen; passing it is the act",
    "item_task": "a plan on the screen; passing the resolution hands it out",
    "stations:find": "a search of what one may open, posted so that no telephone stands in an address",
    "stations:read_messages": "one's own inbox",
    "stations:open_message": "one's own inbox",
}
# Only read. A look that needs a reason (a phone number) or leaves the house (an export) is an act.
READ = {
    "stations:front",
    "stations:privacy",
    "stations:posters",
    "stations:poster_sheet",
    "stations:home",
    "stations:desk",
    "stations:messages",
    "stations:acts",
    "stations:work",
    "stations:components",
    "stations:dashboard",
    "stations:area_dashboard",
    "stations:wall",
    "stations:estate",
    "stations:scanned",
    "stations:report",
    "stations:report_preview",
    "stations:report_word",
    "stations:report_excel",
    "received",
    "issues",
    "issue",
    "issue_similar",
    "notices",
    "public_notices",
    "public_notice",
    "photo",
    "photo_small",
    "track_issue",
    "tasks",
    "task",
    "meetings",
    "meeting",
    "meeting_ending",
    "meeting_notice",
    "meeting_sheet",
    "meeting_minutes",
    "resolutions",
}
ACTS |= LEDGER_ACTS | parts.ACTS
QUIET |= LEDGER_QUIET | parts.QUIET
READ |= LEDGER_READ | parts.READ


def whole(name):
    return name if ":" in name else f"deliberation:{name}"


def verbs_of(names):
    return sorted(name if "." in name else f"{D}{name}" for name in names)


def test_every_address_is_in_one_table():
    """A new view says here what line it leaves, or why none."""
    tables = [*ACTS, *QUIET, *READ]
    assert len(tables) == len(set(tables))
    assert {whole(name) for name in tables} == VIEWS.keys()


@pytest.fixture
def stage(estate, cast, settings, tmp_path):
    settings.MEDIA_ROOT = str(tmp_path / "media")
    return Stage(estate, cast)


def address_of(name, stage, found):
    if name == "report":
        return reverse(whole(name), args=[stage.estate.code])
    if name == "me_too":
        return reverse(whole(name), args=[stage.estate.code, found.pk])
    if name == "meeting_new":
        return f"{reverse(whole(name))}?estate={stage.estate.pk}"
    keys = kwargs_of(whole(name), Anything())
    return reverse(whole(name), kwargs={key: getattr(found, key) for key in keys})


def known_to(client, name, found):
    """Pages that follow one's own thing know it by the session."""
    key = parts.SESSION.get(name, "issues" if name.startswith("track") else "")
    if key:
        session = client.session
        session[key] = [found.pk]
        session.save()


class Anything:
    """Stands for a world of which only the shape of an address is asked."""

    pk = 1
    code = "x"

    def __getattr__(self, name):
        return self


def carry_out(name, stage, client):
    """Do the act through its page. Returns (answer, the new lines of the act log)."""
    _who, prepare, data, _ = ACTS[name]
    found = prepare(stage)
    posted = data(stage, found) if data else None
    known_to(client, name, found)
    before = Act.objects.count()
    address = address_of(name, stage, found)
    answer = client.get(address) if posted is None else client.post(address, posted)
    if answer.streaming:
        b"".join(answer.streaming_content)  # to its end, where the file is closed
    return answer, list(Act.objects.order_by("pk")[before:])


@pytest.mark.parametrize("name", ACTS)
def test_an_act_leaves_its_line(name, stage, sign_in, cast):
    who, *_, verbs = ACTS[name]
    answer, lines = carry_out(name, stage, sign_in(who))
    assert answer.status_code in (200, 302), re.findall(
        r'(?s)class="errors?".*?</', answer.content.decode()
    )
    assert sorted(act.verb for act in lines) == verbs_of(verbs)
    for act in lines:
        assert act.by == (None if who == "anonymous" else cast(who))
        assert act.actor == ("居民" if who == "anonymous" else who)
        assert act.address == "127.0.0.1"
        assert act.request_id == answer["X-Request-Id"]
        assert abs(act.at - timezone.now()) < timedelta(minutes=1)
        assert act.at.tzinfo is not None
        assert not re.search(
            r"1390000\d{4}|周桂兰|刘桂|刘小满|王大强", f"{act.detail} {act.on_label}"
        )


@pytest.mark.parametrize("name", ACTS)
def test_an_act_that_is_rolled_back_leaves_no_line(name, stage, sign_in):
    """D4: the line cannot be written, so nothing else is: no issue, no event, no task."""
    who, prepare, data, _ = ACTS[name]
    client = sign_in(who)
    client.raise_request_exception = False
    found = prepare(stage)
    posted = data(stage, found) if data else None
    known_to(client, name, found)
    address = address_of(name, stage, found)
    before = everything()
    with connection.cursor() as cursor:
        cursor.execute(FULL)
        answer = client.get(address) if posted is None else client.post(address, posted)
        cursor.execute("DROP TRIGGER disk_full ON stations_act; DROP FUNCTION disk_full")
    assert answer.status_code == 503
    assert "Retry-After" in answer
    assert answer["X-Request-Id"] in answer.content.decode()
    assert everything() == before


# What Postgres says when there is no room for one more line.
FULL = """
CREATE FUNCTION disk_full() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'could not extend file' USING ERRCODE = 'disk_full'; END $$;
CREATE TRIGGER disk_full BEFORE INSERT ON stations_act EXECUTE FUNCTION disk_full();
"""
# Counters of a flood and what the act has no part in.
BESIDES = ("stations_bucket", "django_session", "cache", "deliberation_usedtoken")


def everything():
    """A fingerprint of every row of every table."""
    found = {}
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            if table not in BESIDES:
                query = (
                    f'SELECT md5(string_agg(t::text, chr(10) ORDER BY t::text)) FROM "{table}" t'
                )
                cursor.execute(query)
                found[table] = cursor.fetchone()[0]
    return found


def test_no_right_to_write_the_line_is_a_500_without_a_trace(stage, sign_in):
    """REVOKE INSERT: not a matter of waiting; the page says the number to tell."""
    issue = stage.received()
    client = sign_in("worker")
    client.raise_request_exception = False
    before = everything()
    with connection.cursor() as cursor:
        cursor.execute(FULL.replace("'disk_full';", "'insufficient_privilege';"))
        answer = client.post(f"/issues/{issue.pk}/accept/", {"reply": ""})
    assert answer.status_code == 500
    assert answer["X-Request-Id"] in answer.content.decode()
    assert "Traceback" not in answer.content.decode()
    assert everything() == before


def test_reading_leaves_no_line(estate, cast, sign_in):
    world = World(estate, cast("worker"), cast("colleague"), cast)
    client = sign_in("secretary")
    before = Act.objects.count()
    for name in (*READ, *QUIET):
        ask(client, whole(name), kwargs_of(whole(name), world))
        assert Act.objects.count() == before, name


def test_a_refused_act_leaves_no_line(stage, sign_in):
    issue = stage.received()
    before = Act.objects.count()
    assert sign_in("worker").post(f"/issues/{issue.pk}/note/", {"words": ""}).status_code == 422
    assert sign_in("officer").post(f"/issues/{issue.pk}/accept/").status_code == 403
    assert sign_in("sibling_worker").post(f"/issues/{issue.pk}/accept/").status_code == 404
    assert Act.objects.count() == before


def test_photos_come_with_their_line_or_not_at_all(stage, sign_in):
    issue = stage.received()
    client = sign_in("worker")
    client.raise_request_exception = False
    with connection.cursor() as cursor:
        cursor.execute(FULL)
        data = {"words": "看过", "photos": upload()}
        assert client.post(f"/issues/{issue.pk}/note/", data).status_code == 503
    assert issue.photos.count() == 0


# --- D2: append-only ----------------------------------------------------------------------

TABLES = ("stations_act", "deliberation_event")
TRUNCATES = {
    "stations_act": "stations.migrations.0002_append_only",
    "deliberation_event": "deliberation.migrations.0003_append_only",
}


@pytest.fixture
def written(stage):
    stage.accepted()
    # The tests' own database lets tests empty tables (tests/conftest.py); here as it is made.
    with connection.cursor() as cursor:
        for module in TRUNCATES.values():
            forward = importlib.import_module(module).FORWARD
            [create] = re.findall(r"CREATE TRIGGER \w+_never_emptied[^;]+;", forward)
            cursor.execute(create)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # nothing of ours stands in the way
    assert Act.objects.exists() and Event.objects.exists()


def refused(statement, *why):
    with (
        pytest.raises((ProgrammingError, InternalError)) as told,
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)
    assert any(words in str(told.value) for words in why), told.value


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE {table} SET actor = 'x'",
        "UPDATE {table} SET at = now() WHERE id = (SELECT min(id) FROM {table})",
        "DELETE FROM {table}",
        "TRUNCATE {table} CASCADE",
        "MERGE INTO {table} t USING (SELECT 1) s ON true WHEN MATCHED THEN DELETE",
    ],
)
def test_nobody_changes_the_log_whoever_asks(written, table, statement):
    """Also the role that owns the tables, as the portal's does."""
    refused(statement.format(table=table), "append-only")


def role_that_owns_nothing():
    """Made by the server's first role; skipped on a server that lets nobody in as that."""
    name, facts = "tongxin_serves", connection.settings_dict
    try:
        first = psycopg.connect(
            host=facts["HOST"], user="postgres", dbname=facts["NAME"], autocommit=True
        )
    except psycopg.OperationalError:
        pytest.skip("no way in as postgres, so no further role can be made")
    with first:
        with suppress(psycopg.errors.DuplicateObject, psycopg.errors.UniqueViolation):
            first.execute(f"CREATE ROLE {name}")
        with suppress(psycopg.errors.InternalError):  # another test does the same just now
            first.execute(f"GRANT {name} TO {facts['USER']}")
    return name


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE {table} SET actor = 'x'",
        "DELETE FROM {table}",
        "TRUNCATE {table}",
        "ALTER TABLE {table} DISABLE TRIGGER ALL",
        "ALTER TABLE {table} DROP COLUMN actor",
        "DROP TABLE {table} CASCADE",
        "DROP TRIGGER {table}_append_only ON {table}",
        "SET session_replication_role = replica",
    ],
)
def test_a_role_that_owns_nothing_cannot_take_the_lock_off(written, table, statement):
    """As docs/security.md recommends it: one role migrates, another one serves."""
    serving = role_that_owns_nothing()
    with connection.cursor() as cursor:
        cursor.execute(
            f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {serving}"
        )
        cursor.execute(f"SET LOCAL ROLE {serving}")
    refused(statement.format(table=table), "append-only", "permission denied", "must be owner")


def test_the_model_cannot_do_it_either(written):
    act = Act.objects.first()
    for forbidden in (act.delete, act.save, Act.objects.all().delete):
        with pytest.raises(DatabaseError), transaction.atomic():
            forbidden()
    assert Act.objects.filter(pk=act.pk).exists()


def test_a_user_name_with_a_newline_stays_one_line(stage, sign_in, client):
    """D5: what stands in the log and on its page is one line, and plain text."""
    from deliberation.services.triage import accept_issue

    worker = stage.worker
    worker.name = "王五\n<b>系统</b>"
    worker.save()
    accept_issue(issue=stage.received(), by=worker)
    act = Act.objects.get(verb="deliberation.accepted")
    assert act.by == worker
    page = sign_in("secretary").get("/acts/").content.decode()
    assert "<b>系统</b>" not in page
    assert "&lt;b&gt;系统" in page
    assert "\n" not in act.actor
