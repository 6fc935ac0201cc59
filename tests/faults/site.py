"""A portal of its own whose every part may be killed, frozen and cut off.

The commands are those of `make run` (config.supervisor.commands); the servers are embedded ones
that write to disk. A guard starts a process that ended, as systemd does on a server.
"""

import os
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from contextlib import contextmanager, suppress
from pathlib import Path

import psycopg
import redis
from celery import Celery
from django.conf import settings
from django.core.management import call_command
from django.db import connection, connections
from django.test import override_settings
from environ import Env

from config.embedded import Embedded
from config.embedded.folders import account_of, socket_dir
from config.embedded.postgres import Postgres
from config.embedded.valkey import Valkey
from config.supervisor import commands
from tests.faults.processes import ROOT, Process
from tests.support.portal import free_port


class Site:
    """The servers and processes of one portal, and its database."""

    def __init__(self, home, **environment):
        self.home = Path(home)
        self.processes = []
        self.embedded = Embedded(self.home)
        self.embedded.wants_postgres = self.embedded.wants_valkey = True
        self.embedded.acquire()
        account = account_of(self.home / "postgres")
        sockets = socket_dir(self.home, account)
        self.postgres = Postgres(self.home / "postgres", sockets, account)
        self.valkey = Valkey(self.home / "valkey", sockets)
        self.port = free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        self.environment = {
            **os.environ,
            **self.embedded.environment,
            "VAR_DIR": str(self.home),
            "PORT": str(self.port),
            "SITE_ADDRESS": self.address,
            "EMAIL_URL": f"filemail://{self.home / 'mail'}",
            "TRUSTED_PROXIES": "1",  # each resident of a test has an address of their own
            "PYTHONUNBUFFERED": "1",
            "REMAP_SIGTERM": "",
            **environment,
        }
        (self.home / "beat").mkdir()
        self.log = open(self.home / "log", "a+")  # noqa: SIM115 - closed with the site
        with self.django():
            call_command("migrate", interactive=False, verbosity=0)
            call_command("createcachetable", verbosity=0)
        # Only here tables are emptied between tests.
        self.sql("DROP TRIGGER stations_act_never_emptied ON stations_act")
        self.sql("DROP TRIGGER deliberation_event_never_emptied ON deliberation_event")
        self.sql("DROP TRIGGER volunteers_hour_never_emptied ON volunteers_hour")
        self.sql("DROP TRIGGER volunteers_point_never_emptied ON volunteers_point")
        self.guarding = threading.Event()
        threading.Thread(target=self._guard, daemon=True).start()

    def manage(self, *arguments, **environment):
        """Run one command of manage.py to its end."""
        return subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=ROOT,
            env=self.environment | environment,
            check=True,
            capture_output=True,
            text=True,
        ).stdout

    # --- Processes -----------------------------------------------------------------------

    def start(self, name, **environment):
        """Start one more web, relay, worker or beat."""
        command = commands()[name]
        if name == "beat":
            command += f" --schedule {self.home}/beat/{len(self.processes)}"
        environment = self.environment | environment
        if name == "worker":
            environment["REMAP_SIGTERM"] = "SIGQUIT"
        else:
            environment.pop("REMAP_SIGTERM", None)
        process = Process(name, command, environment, self.log)
        self.processes.append(process)
        return process

    def the(self, name):
        """The first process of that name that should be running."""
        return next(p for p in self.processes if p.name == name and p.is_wanted)

    def run_only(self, *names):
        """Have exactly these processes running: what still runs from before is kept."""
        self.guarding.clear()
        missing = Counter(names)
        kept = []
        for process in self.processes:
            process.wake()
            if process.ended or not process.is_wanted or not missing[process.name]:
                process.kill(for_good=True)
            else:
                missing[process.name] -= 1
                kept.append(process)
        self.processes = kept
        for name in missing.elements():
            self.start(name)
        by_name = {name: [p for p in self.processes if p.name == name] for name in names}
        found = [by_name[name].pop(0) for name in names]
        return found[0] if len(found) == 1 else found

    def end_processes(self):
        """End whatever runs and forget it."""
        self.guarding.clear()
        for process in self.processes:
            process.kill(for_good=True)
        self.processes = []

    def _guard(self):
        while True:
            time.sleep(0.5)
            for process in list(self.processes):
                if self.guarding.is_set() and process.is_wanted and process.ended:
                    process.start()

    def close(self):
        self.end_processes()
        self.thaw_valkey()
        self.embedded.release()
        self.log.close()

    def said(self, since=0):
        """What all processes wrote, from that many characters on."""
        self.log.flush()
        return (self.home / "log").read_text(errors="replace")[since:]

    # --- Servers -------------------------------------------------------------------------

    def stop_postgres(self):
        """As when the machine of the database loses power: nothing is said to anybody."""
        done = self.postgres.run(
            "pg_ctl", "stop", "-w", "-m", "immediate", "-D", self.postgres.data
        )
        assert done.returncode == 0, done.stderr

    def start_postgres(self):
        self.postgres.start()
        connections.close_all()  # of this process, which asks nobody to check them

    @property
    def valkey_pid(self):
        return int((self.valkey.data / "pid").read_text())

    def kill_valkey(self):
        pid = self.valkey_pid
        os.kill(pid, signal.SIGKILL)
        with suppress(ChildProcessError):
            os.waitpid(pid, 0)

    def start_valkey(self):
        self.valkey.start()

    def freeze_valkey(self):
        """It takes connections and bytes and never answers: a black hole."""
        os.kill(self.valkey_pid, signal.SIGSTOP)

    def thaw_valkey(self):
        with suppress(OSError, ValueError):
            os.kill(self.valkey_pid, signal.SIGCONT)

    @property
    def redis(self):
        return redis.Redis(unix_socket_path=str(self.valkey.socket), socket_timeout=5)

    def send_task(self, name, *calls):
        """Publish a wake-up call as relay and beat do: once for each tuple of arguments."""
        with Celery(broker=f"redis+socket://{self.valkey.socket}", set_as_current=False) as app:
            app.conf.task_default_queue = settings.CELERY_TASK_DEFAULT_QUEUE
            with app.producer_pool.acquire(block=True) as producer:
                for arguments in calls or [()]:
                    app.send_task(name, arguments, producer=producer)

    def calls_waiting(self):
        return self.redis.llen(settings.CELERY_TASK_DEFAULT_QUEUE)

    # --- Database ------------------------------------------------------------------------

    def connect(self):
        """A connection beside the portal's, as a test may have and nobody else."""
        facts = Env.db_url_config(self.environment["DATABASE_URL"])
        return psycopg.connect(
            dbname=facts["NAME"], user=facts["USER"], host=facts["HOST"], autocommit=True
        )

    def sql(self, query, *values):
        with self.connect() as connection:
            cursor = connection.execute(query, values)
            return cursor.fetchall() if cursor.description else None

    def count(self, query, *values):
        return self.sql(f"SELECT count(*) FROM {query}", *values)[0][0]

    @contextmanager
    def held(self, *tables, mode="SHARE"):
        """Nobody can write to these tables inside: whoever tries stands still there.

        Stopping people at a certain statement, without a word in their code, is what lets a
        test kill them exactly between two steps.
        """
        with self.connect() as connection:
            connection.execute("BEGIN")
            for table in tables:
                connection.execute(f"LOCK TABLE {table} IN {mode} MODE")
            yield
            connection.execute("ROLLBACK")

    def somebody_waits(self, table):
        """True when a session of the portal stands before a held table."""
        return self.count(
            "pg_locks WHERE NOT granted AND relation = %s::regclass AND pid <> pg_backend_pid()",
            table,
        )

    def worker_at(self, table):
        """The worker that stands before a held table, or None while nobody does."""
        names = self.sql(
            "SELECT application_name FROM pg_stat_activity JOIN pg_locks USING (pid)"
            " WHERE NOT granted AND relation = %s::regclass",
            table,
        )
        for (name,) in names:
            if ":" in name:  # signed by stations.services.work
                return self.process_of(int(name.rpartition(":")[2]))
        return None

    def process_of(self, pid):
        """The process to whose family this pid belongs."""
        return next(p for p in self.processes if pid in {one.pid for one in p.family()})

    @contextmanager
    def django(self):
        """Inside, the ORM and the services of this process work on this site's database."""
        facts = Env.db_url_config(self.environment["DATABASE_URL"])
        former = {name: connection.settings_dict[name] for name in ("NAME", "USER", "HOST", "PORT")}
        connections.close_all()
        connection.settings_dict.update({name: facts[name] for name in former})
        try:
            with override_settings(MEDIA_ROOT=str(self.home / "media")):
                yield
        finally:
            connections.close_all()
            connection.settings_dict.update(former)

    def mails(self):
        """Every mail that was sent, as text."""
        folder = self.home / "mail"
        files = sorted(folder.iterdir()) if folder.is_dir() else []
        return [text for file in files for text in file.read_text().split("-" * 79) if text.strip()]
