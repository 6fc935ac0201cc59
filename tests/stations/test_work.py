"""Later work: claimed once, fenced, given back, buried. Against a real database with threads."""

import threading
import time
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from stations.choices import WorkState
from stations.foundation.work import MAX_ATTEMPTS, Kind, kinds
from stations.models import Message, Work
from stations.services import work as services
from stations.services.work import Fenced, claim, due_keys, fail, finish, later, revive, run
from tests.support.at_once import at_once

KIND = "tests.tell"


@pytest.fixture
def declare(monkeypatch):
    """declare(handler): a kind of work that exists only in this test."""

    def add(handler, **more):
        kind = Kind(key=KIND, label="试一试", run=handler, **more)
        monkeypatch.setitem(kinds._registry, KIND, kind)

    return add


@pytest.fixture
def reader(cast):
    return cast("worker")


def tells(reader):
    """A handler whose effect is not repeatable by itself: each run would add a message."""

    def handler(job):
        count = Message.objects.count()
        Message.objects.create(recipient=reader, key=f"run {count} {job.attempt}", title="好了")

    return handler


def lease_ran_out(row):
    Work.objects.filter(pk=row.pk).update(lease_until=timezone.now() - timedelta(seconds=1))


# --- writing --------------------------------------------------------------------------------


@pytest.mark.django_db
def test_the_same_kind_and_key_is_written_once(declare, reader):
    declare(tells(reader))
    first = later(KIND, key="a", number=1)
    assert later(KIND, key="a", number=2) == first
    assert later(KIND, key="b") != first
    assert Work.objects.get(key="a").arguments == {"number": 1}


@pytest.mark.django_db
def test_a_kind_nobody_declared_is_refused():
    with pytest.raises(ValueError, match="no such kind"):
        later("nobody.knows", key="a")


@pytest.mark.django_db(transaction=True)
def test_work_of_an_act_that_failed_was_never_written(declare, reader):
    declare(tells(reader))
    with pytest.raises(ValidationError), transaction.atomic():
        later(KIND, key="a")
        raise ValidationError("refused")
    assert not Work.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_twenty_acts_at_once_write_one_row(declare, reader):
    declare(tells(reader))
    rows = at_once(*[lambda: later(KIND, key="a").pk] * 8)
    assert len(set(rows)) == 1 == Work.objects.count()


# --- claiming -------------------------------------------------------------------------------


@pytest.mark.django_db
def test_claim_gives_a_lease_and_a_number(declare, reader):
    declare(tells(reader))
    row = claim(later(KIND, key="a").pk)
    assert (row.state, row.fence, row.attempts) == (WorkState.RUNNING, 1, 1)
    assert row.lease_until > timezone.now()
    assert claim(row.pk) is None
    lease_ran_out(row)
    again = claim(row.pk)
    assert (again.fence, again.attempts) == (2, 2)


@pytest.mark.django_db
def test_work_for_later_waits(declare, reader, time_machine):
    declare(tells(reader))
    row = later(KIND, key="a", run_after=timezone.now() + timedelta(hours=1))
    assert due_keys() == [] and not run(row.pk)
    time_machine.move_to(timezone.now() + timedelta(hours=1, seconds=1))
    assert due_keys() == [row.pk] and run(row.pk)


@pytest.mark.django_db
def test_oldest_first_and_only_so_many(declare, reader):
    declare(tells(reader))
    now = timezone.now()
    rows = [later(KIND, key=str(n), run_after=now - timedelta(minutes=n)) for n in range(5)]
    assert due_keys(limit=3) == [rows[4].pk, rows[3].pk, rows[2].pk]


@pytest.mark.django_db(transaction=True)
def test_ten_workers_one_claim(declare, reader):
    declare(tells(reader))
    pk = later(KIND, key="a").pk
    claimed = [row for row in at_once(*[lambda: claim(pk)] * 10) if row]
    assert len(claimed) == 1


# --- doing ----------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_delivered_ten_times_at_once_and_ten_times_after(declare, reader):
    declare(tells(reader))
    pk = later(KIND, key="a").pk
    assert sum(at_once(*[lambda: run(pk)] * 10)) == 1
    assert not any(run(pk) for _ in range(10))
    assert Message.objects.count() == 1
    row = Work.objects.get()
    assert (row.state, row.progress, row.lease_until) == (WorkState.DONE, 100, None)
    assert row.done_at is not None


@pytest.mark.django_db
def test_effect_and_done_are_one_transaction(declare, reader, monkeypatch):
    declare(tells(reader))
    pk = later(KIND, key="a").pk

    def dies(row):
        raise RuntimeError("killed between effect and done")

    with monkeypatch.context() as patched:
        patched.setattr(services, "finish", dies)
        assert not run(pk)
    assert not Message.objects.exists()
    Work.objects.update(run_after=timezone.now())
    assert run(pk)
    assert Message.objects.count() == 1


@pytest.mark.django_db
def test_what_follows_runs_only_after_success(declare, reader):
    followed = []

    def handler(job):
        job.after_commit.append(lambda: followed.append(Work.objects.get().state))
        if job.attempt == 1:
            raise RuntimeError("not yet")

    declare(handler)
    pk = later(KIND, key="a").pk
    assert not run(pk) and followed == []
    Work.objects.update(run_after=timezone.now())
    assert run(pk) and followed == [WorkState.DONE]


@pytest.mark.django_db(transaction=True)
def test_progress_can_be_seen_and_the_lease_is_renewed(declare, reader):
    seen = []

    def handler(job):
        job.report(2, 5)
        for _ in range(40):
            time.sleep(0.1)
            if Work.objects.get(pk=job.pk).progress == 40:
                break
        row = Work.objects.get(pk=job.pk)
        seen.append((row.progress, row.lease_until > timezone.now()))

    declare(handler)
    assert run(later(KIND, key="a").pk)
    assert seen == [(40, True)]
    time.sleep(1.2)  # a last beat must not touch the finished row
    row = Work.objects.get()
    assert (row.progress, row.lease_until) == (100, None)


def test_progress_never_says_done_before_it_is():
    from stations.foundation.work import Job

    job = Job(pk=1, key="a", arguments={}, attempt=1)
    job.report(5, 5)
    assert job.percent == 99
    job.report(1, 0)
    assert job.percent == 0


# --- workers that die or freeze --------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_frozen_worker_is_fenced_off(declare, reader):
    """It wakes up after another finished: its effect is rolled back, not doubled."""
    results = []

    def handler(job):
        Message.objects.create(recipient=reader, key=f"attempt {job.attempt}", title="好了")
        if job.attempt == 1:
            # frozen here; meanwhile the lease runs out and another worker takes over
            thread = threading.Thread(target=other)
            thread.start()
            thread.join(30)

    def other():
        try:
            lease_ran_out(row)
            results.append(run(row.pk))
        finally:
            connection.close()

    declare(handler)
    row = later(KIND, key="a")
    assert run(row.pk) is False
    connection.close()  # the server has ended the frozen worker's session
    assert results == [True]
    assert list(Message.objects.values_list("key", flat=True)) == ["attempt 2"]
    done = Work.objects.get()
    assert (done.state, done.fence, done.attempts) == (WorkState.DONE, 2, 2)


@pytest.mark.django_db
def test_an_outdated_fence_neither_finishes_nor_fails(declare, reader):
    declare(tells(reader))
    slow = claim(later(KIND, key="a").pk)
    lease_ran_out(slow)
    quick = claim(slow.pk)
    with pytest.raises(Fenced):
        finish(slow)
    fail(slow, RuntimeError("late"))
    assert Work.objects.get().state == WorkState.RUNNING
    finish(quick)
    fail(quick, RuntimeError("after done"))
    assert Work.objects.get().state == WorkState.DONE


@pytest.mark.django_db
def test_killed_worker_leaves_the_row_to_the_next(declare, reader):
    declare(tells(reader))
    row = claim(later(KIND, key="a").pk)  # and is never heard of again
    assert due_keys() == []
    lease_ran_out(row)
    assert due_keys() == [row.pk]
    assert run(row.pk)
    assert Message.objects.count() == 1


@pytest.mark.django_db
def test_what_kills_every_worker_is_buried(declare, reader):
    buried = []
    declare(tells(reader), on_dead=lambda row: buried.append(row.pk))
    row = later(KIND, key="a")
    for _ in range(MAX_ATTEMPTS):
        assert claim(row.pk)
        lease_ran_out(row)
    assert claim(row.pk) is None
    assert Work.objects.get().state == WorkState.DEAD
    assert buried == [row.pk]
    assert due_keys() == []


# --- failing --------------------------------------------------------------------------------


@pytest.mark.django_db
def test_failure_waits_longer_each_time_then_is_buried(declare, reader):
    buried = []

    def handler(job):
        Message.objects.create(recipient=reader, key=str(job.attempt), title="半截")
        raise RuntimeError("周桂兰 13900006021")

    declare(handler, on_dead=lambda row: buried.append(row.pk))
    row = later(KIND, key="a")
    pauses = []
    for attempt in range(1, MAX_ATTEMPTS + 1):
        before = timezone.now()
        assert run(row.pk) is False
        row.refresh_from_db()
        assert row.attempts == attempt
        if row.state == WorkState.WAITING:
            assert due_keys() == []
            pauses.append(round((row.run_after - before).total_seconds()))
            Work.objects.update(run_after=timezone.now())
    assert pauses == [15, 45, 135, 405]
    assert row.state == WorkState.DEAD and buried == [row.pk]
    assert row.error == "RuntimeError"  # the class only: words may quote people
    assert not Message.objects.exists()
    assert not run(row.pk)


@pytest.mark.django_db
def test_success_after_a_failure_forgets_the_error(declare, reader):
    def handler(job):
        if job.attempt == 1:
            raise IntegrityError("once")

    declare(handler)
    row = later(KIND, key="a")
    run(row.pk)
    Work.objects.update(run_after=timezone.now())
    assert run(row.pk)
    row.refresh_from_db()
    assert (row.state, row.error) == (WorkState.DONE, "")


@pytest.mark.django_db
def test_revived_work_gets_five_new_tries_and_keeps_its_fence(declare, reader, cast):
    declare(tells(reader))
    row = later(KIND, key="a")
    Work.objects.update(state=WorkState.DEAD, attempts=5, fence=5)
    revive(work=row, by=cast("admin"))
    row.refresh_from_db()
    assert (row.state, row.attempts, row.fence) == (WorkState.WAITING, 0, 5)
    assert run(row.pk)
    with pytest.raises(ValidationError, match="不用再试"):
        revive(work=row, by=cast("admin"))


@pytest.mark.django_db
def test_unknown_kind_waits_for_a_worker_that_knows_it(declare, reader):
    """Rolling release: the older worker leaves the newer one's rows alone."""
    row = Work.objects.create(kind="of.tomorrow", key="a")
    assert due_keys() == [] and not run(row.pk)
    row.refresh_from_db()
    assert (row.state, row.attempts) == (WorkState.WAITING, 0)
