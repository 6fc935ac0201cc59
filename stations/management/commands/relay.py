"""The relay: hears of new rows of later work and wakes Celery up."""

import logging
import select
import signal
import time

import psycopg
from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import InterfaceError, OperationalError, connection

from stations.services.work import CHANNEL, due_keys
from stations.tasks import run_work

logger = logging.getLogger("tongxin.relay")

SWEEP_SECONDS = 5
# A row announced twice within this time was already handed to Celery.
REMEMBER_SECONDS = 10
# With so many calls waiting nobody is asleep: more would only fill Redis while workers are down.
ENOUGH_CALLS = 1000
# Listening is done below Django, which therefore does not translate what is raised there.
AWAY = (OperationalError, InterfaceError, psycopg.OperationalError, psycopg.InterfaceError)


class Command(BaseCommand):
    """LISTEN on Postgres, plus a sweep every few seconds for whatever was not heard."""

    help = "Hand rows of later work to Celery as soon as they are written."

    def handle(self, *args, **options):
        self.running = True
        self.handed = {}
        for name in (signal.SIGTERM, signal.SIGINT):
            signal.signal(name, self.stop)
        while self.running:
            try:
                self.listen()
            except AWAY:
                logger.warning("relay: Postgres is away, trying again")
                connection.close()
                time.sleep(1)

    def stop(self, *args):
        self.running = False

    def listen(self):
        with connection.cursor() as cursor:
            cursor.execute(f"LISTEN {CHANNEL}")
        raw = connection.connection
        while self.running:
            self.hand_over(due_keys())
            ready, _, _ = select.select([raw.fileno()], [], [], SWEEP_SECONDS)
            if ready:
                # Only drains what came in; the rows themselves are read anew above.
                for _ in raw.notifies(timeout=0):
                    pass

    def hand_over(self, keys):
        now = time.monotonic()
        self.handed = {k: t for k, t in self.handed.items() if now - t < REMEMBER_SECONDS}
        keys = [pk for pk in keys if pk not in self.handed]
        if not keys:
            return
        try:
            if calls_waiting() >= ENOUGH_CALLS:
                return
            for pk in keys:
                run_work.apply_async((pk,), retry=False)
                self.handed[pk] = now
        except Exception:  # Redis is away: the rows wait, nothing is lost
            logger.warning("relay: the broker is away, %s rows wait", len(keys))
            time.sleep(1)


def calls_waiting():
    """How many wake-up calls nobody has taken yet."""
    with run_work.app.pool.acquire(block=True) as broker:
        return broker.default_channel.client.llen(settings.CELERY_TASK_DEFAULT_QUEUE)
