"""Later work as rows: written in the act's transaction, claimed with a lease and a fence."""

import logging
import os
import threading
from datetime import timedelta

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone

from stations.choices import WorkState
from stations.foundation.work import MAX_ATTEMPTS, Job, kinds
from stations.models import Work
from stations.services.acts import record

logger = logging.getLogger("tongxin.work")

CHANNEL = "tongxin_work"


class Fenced(Exception):
    """Another worker took the row over while this one was frozen."""


def later(kind, *, key, run_after=None, **arguments):
    """Write a row of later work. The same kind and key is written once.

    Never touches the broker: the relay hears of the row after COMMIT and wakes Celery.
    """
    if kind not in kinds:
        raise ValueError(f"no such kind of work: {kind!r}")
    row, created = Work.objects.get_or_create(
        kind=kind,
        key=key,
        defaults={"arguments": arguments, "run_after": run_after or timezone.now()},
    )
    if created:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_notify(%s, %s)", [CHANNEL, str(row.pk)])
    return row


def claim(pk):
    """Take the row for this worker, or None if it is done, taken or not yet due."""
    now = timezone.now()
    with transaction.atomic():
        row = due_here().select_for_update(skip_locked=True).filter(pk=pk).first()
        if row is None:
            return None
        if row.attempts >= MAX_ATTEMPTS:
            bury(row)
            return None
        row.state = WorkState.RUNNING
        row.fence = F("fence") + 1
        row.attempts = F("attempts") + 1
        row.lease_until = now + timedelta(seconds=settings.LEASE_SECONDS)
        row.save(update_fields=["state", "fence", "attempts", "lease_until"])
    row.refresh_from_db()
    if row.fence > 1:
        end_former_session(row)
    return row


def sign_session(row):
    """Put row, fence and process on this transaction: whoever takes the row over can end it.

    A handler may be silent for long (drawing a report); a frozen one is told by its lease.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('application_name', %s, true),"
            " set_config('idle_in_transaction_session_timeout', %s, true)",
            [f"{_signature(row)}{os.getpid()}", f"{settings.CELERY_TASK_TIME_LIMIT}s"],
        )


def end_former_session(row):
    """End what a frozen worker left open of this row: its locks would stop the next one.

    The fence alone refuses its commit; this only lets nobody wait for it.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE starts_with(application_name, %s) AND NOT starts_with(application_name, %s)"
            " AND pid <> pg_backend_pid()",
            [f"{CHANNEL}:{row.pk}:", _signature(row)],
        )


def _signature(row):
    return f"{CHANNEL}:{row.pk}:{row.fence}:"


def run(pk):
    """Do the work of one row. Safe to call any number of times, from anywhere.

    Returns True when this call did it.
    """
    row = claim(pk)
    if row is None:
        return False
    job = Job(pk=row.pk, key=row.key, arguments=row.arguments, attempt=row.attempts)
    heartbeat = Heartbeat(row, job)
    heartbeat.start()
    try:
        with transaction.atomic():
            sign_session(row)
            kinds[row.kind].run(job)
            finish(row)
    except Fenced:
        logger.warning("work %s %s was fenced off", row.kind, row.pk)
        return False
    except Exception as trouble:
        logger.exception("work %s %s failed (attempt %s)", row.kind, row.pk, row.attempts)
        fail(row, trouble)
        return False
    finally:
        heartbeat.stop()
    for follow_up in job.after_commit:
        follow_up()
    return True


def finish(row):
    """Mark the row done, or roll everything back when the fence is outdated."""
    done = Work.objects.filter(pk=row.pk, fence=row.fence, state=WorkState.RUNNING).update(
        state=WorkState.DONE,
        done_at=timezone.now(),
        lease_until=None,
        progress=100,
        error="",
    )
    if not done:
        raise Fenced


@transaction.atomic
def fail(row, trouble):
    """Give the row back with a growing pause; bury it after the fifth failure."""
    mine = Work.objects.select_for_update().filter(
        pk=row.pk, fence=row.fence, state=WorkState.RUNNING
    )
    row = mine.first()
    if row is None:
        return
    row.error = f"{type(trouble).__name__}"  # the class only: messages may quote people
    if row.attempts >= MAX_ATTEMPTS:
        bury(row)
        return
    row.state = WorkState.WAITING
    row.lease_until = None
    row.run_after = timezone.now() + timedelta(seconds=5 * 3**row.attempts)
    row.save(update_fields=["state", "lease_until", "run_after", "error"])


def bury(row):
    """Put a row that failed five times on the page people look at."""
    row.state = WorkState.DEAD
    row.lease_until = None
    row.save(update_fields=["state", "lease_until", "error"])
    on_dead = kinds[row.kind].on_dead
    if on_dead:
        on_dead(row)


@transaction.atomic
def revive(*, work, by):
    """Let dead work be tried again, after somebody looked at the cause.

    The relay's sweep finds it. The fence is kept: it never counts backwards.
    """
    revived = Work.objects.filter(pk=work.pk, state=WorkState.DEAD).update(
        state=WorkState.WAITING, attempts=0, run_after=timezone.now()
    )
    if not revived:
        raise ValidationError("这件活计已经在排队或者办完了，不用再试。")
    record("stations.revive_work", on=work, by=by)
    return work


class Heartbeat(threading.Thread):
    """Renews the lease and writes the progress while the handler works."""

    def __init__(self, row, job):
        super().__init__(daemon=True)
        self.row, self.job = row, job
        self.stopped = threading.Event()
        self.written = 0

    def run(self):
        waited = 0
        while not self.stopped.wait(1):
            waited += 1
            if self.job.percent == self.written and waited < settings.LEASE_SECONDS // 4:
                continue
            waited, self.written = 0, self.job.percent
            try:
                if not self.renew():
                    break
            except Exception:  # the lease runs out and another worker takes over
                logger.exception("heartbeat of work %s", self.row.pk)
                connection.close()  # a broken one stays broken; the next beat opens another
        connection.close()

    def renew(self):
        """Make the lease last again. False when the row was finished or taken over."""
        mine = Work.objects.filter(pk=self.row.pk, fence=self.row.fence, state=WorkState.RUNNING)
        return mine.update(
            lease_until=timezone.now() + timedelta(seconds=settings.LEASE_SECONDS),
            progress=self.written,
        )

    def stop(self):
        self.stopped.set()


def due_here():
    """Due rows of the kinds this release knows; a newer one's wait for a newer worker."""
    return Work.objects.due().filter(kind__in=[kind.key for kind in kinds])


def due_keys(limit=200):
    """Rows a worker should be woken for, oldest first."""
    return list(due_here().order_by("run_after").values_list("pk", flat=True)[:limit])
