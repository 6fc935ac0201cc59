"""The portal as it runs: gunicorn with config/gunicorn.py, one process, on loopback."""

import os
import socket
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import psutil

from config.embedded import BASE_DIR
from tests.bench.browser import Browser
from tests.bench.cities import connect, environment, name_of


class Server:
    """A web server on one city; `with Server(n) as server: server.browser()`."""

    def __init__(self, issues):
        self.issues = issues

    def __enter__(self):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        more = {
            "DJANGO_SETTINGS_MODULE": "tests.bench.settings",
            "PORT": str(self.port),
            "WEB_PROCESSES": "1",
            "PYTHONPATH": str(BASE_DIR),
        }
        command = ["-m", "gunicorn", "--config", "config/gunicorn.py", "config.wsgi"]
        # Not replaced after some thousand requests: its memory is to be seen.
        command += ["--max-requests", "0", "--max-requests-jitter", "0"]
        self.process = subprocess.Popen(
            [sys.executable, *command], env=environment(self.issues) | more, cwd=BASE_DIR
        )
        for _ in range(240):
            try:
                Browser(self.port).get("/track/")
            except OSError:
                time.sleep(0.25)
            else:
                self.worker = psutil.Process(self.process.pid).children()[0]
                self.watch = connect(self.issues)
                return self
        raise RuntimeError("the web server did not start")

    def __exit__(self, *exc):
        self.watch.close()
        self.process.terminate()
        self.process.wait(30)

    def browser(self):
        return Browser(self.port)

    def work(self):
        """Seconds that processors worked for it: its process and its database sessions."""
        sessions = self.watch.execute(
            "SELECT pid FROM pg_stat_activity WHERE datname = %s AND pid <> pg_backend_pid()",
            [name_of(self.issues)],
        )
        return sum(map(worked, [self.worker.pid, *(row[0] for row in sessions)]))

    def memory(self):
        """Megabytes that the one web process holds."""
        return self.worker.memory_info().rss / 2**20


def static_files():
    """Collected once, as on a real server."""
    command = [sys.executable, "manage.py", "collectstatic", "--noinput", "-v0"]
    subprocess.run(command, env=os.environ | {"DEBUG": "False"}, cwd=BASE_DIR, check=True)


def worked(pid):
    """Seconds that processors worked for a process so far; 0 where the kernel does not say."""
    nanoseconds = 0
    with suppress(OSError):
        for thread in Path(f"/proc/{pid}/task").iterdir():
            with suppress(OSError):
                nanoseconds += int((thread / "schedstat").read_text().split()[0])
    return nanoseconds / 1e9
