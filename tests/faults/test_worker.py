"""The worker dies or freezes in the middle of things: another one does them, once (T2, T3, T4)."""

import signal
import time
from datetime import timedelta
from email import message_from_string, policy

import pytest
from django.db import transaction
from django.utils import timezone

from stations.choices import WorkState
from stations.foundation.work import MAX_ATTEMPTS
from stations.models import Duty, Message, Report, Told, Work
from stations.services.reports import last_month, order_report
from stations.services.work import Fenced, finish, later, run
from tests.architecture.test_work import CASES
from tests.factories import report
from tests.faults.processes import eventually

LONG_AGO = timedelta(days=9)
SIGNED_BY = (
    "SELECT split_part(application_name, ':', 4) FROM pg_stat_activity"
    " WHERE starts_with(application_name, 'tongxin_work:')"
)


def overdue_duties(cast, estate, how_many=3):
    """Some issues nobody answered; returns how many people have to hear of each."""
    for who in ("worker", "secretary", "officer"):
        cast(who)
    for _ in range(how_many):
        report(estate)
    past = timezone.now() - LONG_AGO
    Duty.objects.update(since=past, half_at=past, most_at=past, until=past)


def is_done(row):
    return Work.objects.filter(pk=row.pk, state=WorkState.DONE).first()


def assert_told_once(duties=3, people=3):
    """Nobody hears twice, nobody is missed."""
    assert Told.objects.count() == Message.objects.count() == duties * people
    assert Message.objects.values("recipient").distinct().count() == people


def subjects(site):
    return [
        message_from_string(text.lstrip("\n"), policy=policy.default)["subject"]
        for text in site.mails()
    ]


CREW = ("relay", "worker", "worker")


def stands_at(site, table):
    """Wait until a worker stands before the held table; which one."""
    return eventually(lambda: site.worker_at(table), seconds=40, every=0.05)


def kill_at(site, table, row):
    """kill -9 of parent and child while they stand at this table; another one takes over."""
    with site.held(table):
        stands_at(site, table).kill()
    assert Work.objects.get(pk=row.pk).state == WorkState.RUNNING
    assert eventually(lambda: is_done(row)).fence == 2


def test_killed_in_the_middle_of_reminders(site, start, cast, estate):
    overdue_duties(cast, estate)
    start(*CREW)
    row = later("stations.tell_duties", key="only")
    kill_at(site, "stations_message", row)
    assert_told_once()


def test_killed_in_the_middle_of_a_digest(site, start, cast, estate):
    worker = cast("worker")
    for number in range(3):
        Message.objects.create(recipient=worker, key=f"{number}", title="一件事")
    start(*CREW)
    row = later("stations.mail_digest", key="only", recipient_id=worker.pk)
    kill_at(site, "stations_message", row)
    assert subjects(site) == ["同心：3 条提醒"]
    assert not Message.objects.filter(mailed_at=None).exists()


def test_killed_in_the_middle_of_a_report(site, start, cast, estate):
    report(estate)
    asker = cast("worker")
    start(*CREW)
    made = order_report(area=estate.parent, month=last_month(), by=asker)
    kill_at(site, "stations_report", made.work)
    made.refresh_from_db()
    assert made.is_ready
    assert Report.objects.count() == 1
    assert Message.objects.filter(recipient=asker).count() == 1


def test_the_child_alone_is_killed_for_memory(site, start, cast, estate):
    """The kernel takes the child; parent and queue live on (acks late, rejected on loss)."""
    overdue_duties(cast, estate)
    _, worker, _ = start(*CREW, guarded=False)
    row = later("stations.tell_duties", key="only")
    with site.held("stations_message"):
        worker = stands_at(site, "stations_message")
        worker.send(signal.SIGKILL, to=worker.children())
    assert eventually(lambda: is_done(row)).fence == 2
    assert not worker.ended
    assert_told_once()


def test_work_that_kills_its_worker_each_time_is_put_aside(site, start, cast, estate):
    """T3: after the fifth time people see it as dead, and other work goes on."""
    overdue_duties(cast, estate)
    start(*CREW)
    row = later("stations.tell_duties", key="poison")
    Work.objects.filter(pk=row.pk).update(attempts=MAX_ATTEMPTS - 1, fence=MAX_ATTEMPTS - 1)
    with site.held("stations_message"):
        worker = stands_at(site, "stations_message")
        worker.send(signal.SIGKILL, to=worker.children())
    eventually(lambda: Work.objects.dead().filter(pk=row.pk).exists())
    other = later("stations.tell_duties", key="healthy")
    eventually(lambda: is_done(other))
    assert_told_once()


def test_told_to_stop_in_the_middle_as_by_a_deploy(site, start, cast, estate):
    """T7: SIGTERM; what it cannot finish, another one does."""
    overdue_duties(cast, estate)
    start(*CREW)
    row = later("stations.tell_duties", key="only")
    with site.held("stations_message"):
        worker = stands_at(site, "stations_message")
        worker.is_wanted = False
        worker.send(signal.SIGTERM, to=worker.family()[:1])
        time.sleep(1)
    eventually(lambda: is_done(row))
    eventually(lambda: worker.ended, seconds=30)
    assert_told_once()


def test_frozen_past_its_lease_in_the_middle_of_writing(site, start, cast, estate):
    """Whoever takes over does not wait for what the frozen one holds, and it cannot commit."""
    overdue_duties(cast, estate)
    start(*CREW)
    row = later("stations.tell_duties", key="only")
    with site.held("stations_message"):
        frozen = stands_at(site, "stations_message")
        frozen.freeze()
    # The server has done its statement by now: the frozen transaction stands open, with locks.
    assert eventually(lambda: is_done(row)).fence == 2
    assert_told_once()
    frozen.wake()
    another = later("stations.tell_duties", key="another")
    eventually(lambda: is_done(another))
    assert_told_once()


def test_frozen_past_its_lease_while_reading(site, start, cast, estate):
    """Woken, it has half a report in its hands, and nobody hears of it."""
    report(estate)
    asker = cast("worker")
    said = len(site.said())
    start(*CREW)
    with site.held("deliberation_issue", mode="ACCESS EXCLUSIVE"):
        made = order_report(area=estate.parent, month=last_month(), by=asker)
        [[pid]] = eventually(lambda: site.sql(SIGNED_BY))
        frozen = site.process_of(int(pid))
        eventually(lambda: site.somebody_waits("deliberation_issue"), seconds=40, every=0.05)
        frozen.freeze()
    assert eventually(lambda: is_done(made.work)).fence == 2
    made.refresh_from_db()
    files = (made.word.name, made.excel.name)
    frozen.wake()
    eventually(lambda: f"{made.work.kind} {made.work.pk}" in site.said(said))
    made.refresh_from_db()
    assert (made.word.name, made.excel.name) == files
    assert is_done(made.work).fence == 2
    assert Message.objects.filter(recipient=asker).count() == 1


def test_an_outdated_fence_takes_everything_back(db, cast):
    """Even a session that nobody ended cannot commit once its row was taken over."""
    stale = later("stations.tell_duties", key="only")
    stale.state, stale.fence, stale.attempts = WorkState.RUNNING, 1, 1
    stale.save()
    Work.objects.filter(pk=stale.pk).update(fence=2, attempts=2)
    with pytest.raises(Fenced), transaction.atomic():
        Message.objects.create(recipient=cast("worker"), key="k", title="一件事")
        finish(stale)
    assert not Message.objects.exists()


@pytest.mark.parametrize("key", sorted(CASES))
def test_delivered_ten_times_at_once_to_four_workers(key, site, start, cast, estate):
    """T4, table-driven: a kind without its case fails tests/architecture/test_work.py."""
    arguments, look = CASES[key](cast, estate)
    start("worker", "worker")  # each with two children: four at work
    row = later(key, key="ten-times", **arguments)
    site.send_task("stations.run", *[(row.pk,)] * 10)
    once = eventually(lambda: is_done(row))
    assert (once.attempts, once.fence) == (1, 1)
    eventually(lambda: site.calls_waiting() == 0)
    effect = look(), len(site.mails())
    again = later(key, key="again", **arguments)
    site.send_task("stations.run", *[(again.pk,)] * 10)
    eventually(lambda: is_done(again))
    eventually(lambda: site.calls_waiting() == 0)
    assert (look(), len(site.mails())) == effect


def test_a_long_digest_leaves_nothing_behind(db, cast, mailoutbox):
    """Forty messages are one mail, and none of them waits for a forty-first."""
    worker = cast("worker")
    for number in range(40):
        Message.objects.create(recipient=worker, key=f"{number}", title=f"第 {number} 件")
    run(later("stations.mail_round", key="now").pk)
    run(Work.objects.get(kind="stations.mail_digest").pk)
    [mail] = mailoutbox
    assert mail.subject == "同心：40 条提醒"
    assert "还有 10 条" in mail.body
    assert not Message.objects.to_mail().exists()
