"""`make run`: servers, database, demo data, then web, relay, worker and beat until Ctrl-C.

`python -m config.supervisor` runs, `python -m config.supervisor reset` forgets everything.
"""

import fcntl
import http.client
import io
import os
import shlex
import shutil
import signal
import socket
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path

import psutil
from honcho import manager as honcho
from honcho.printer import Printer

from config.embedded import BASE_DIR, Embedded, EmbeddedError, read_env_file, stop_all, var_dir
from config.local import local_environment, write_run_env

# The worker may finish what it has begun (worker_soft_shutdown_timeout is 10 s).
honcho.KILL_WAIT = 15


class Refusal(Exception):
    """We cannot start; the text is one sentence in each language."""


def main():
    """Run everything; 0 after Ctrl-C or SIGTERM, 1 when something refused or broke."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    read_env_file(os.environ.get("ENV_FILE", BASE_DIR / ".env"))
    home = var_dir()
    home.mkdir(parents=True, exist_ok=True)
    try:
        with alone(home):
            port = free_port()
            with Embedded(home) as embedded:
                os.environ.update(local_environment(home, embedded.environment, port))
                os.environ |= {"TONGXIN_RUN": str(home), "PYTHONUNBUFFERED": "1"}
                write_run_env(home)
                try:
                    logins = prepare(demo=embedded.wants_postgres)
                    return supervise(port, logins)
                finally:
                    (home / "run.env").unlink(missing_ok=True)
    except (Refusal, EmbeddedError) as sentence:
        print(sentence, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 0


def free_port():
    """The wished port, when nobody else listens on it."""
    wish = os.environ.get("PORT") or "8000"
    host = os.environ.get("HOST") or "127.0.0.1"
    if not wish.isdigit() or not 0 < int(wish) < 65536:
        raise Refusal(f"PORT={wish} 不是端口号。PORT={wish} is not a port number.")
    with socket.socket() as attempt:
        attempt.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            attempt.bind((host, int(wish)))
        except PermissionError:
            raise Refusal(
                f"没有权限使用端口 {wish}，请换一个：make run PORT=8001。"
                f"No permission for port {wish}; choose another: make run PORT=8001."
            ) from None
        except OSError:
            raise Refusal(
                f"端口 {wish} 已被占用，请换一个：make run PORT={int(wish) % 65535 + 1}。"
                f"Port {wish} is in use; choose another: make run PORT={int(wish) % 65535 + 1}."
            ) from None
    return int(wish)


class alone:
    """Only one `make run` per data folder; what a killed one left behind is ended first."""

    def __init__(self, home):
        self.home = home

    def __enter__(self):
        self.file = open(self.home / "run.lock", "a+")
        try:
            fcntl.lockf(self.file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise Refusal(
                f"同心已经在运行（数据在 {self.home}）。"
                f"Tongxin is already running on the data in {self.home}."
            ) from None
        self.file.truncate(0)
        self.file.write(str(os.getpid()))
        self.file.flush()
        end_leftovers(self.home)

    def __exit__(self, *exc):
        self.file.truncate(0)
        self.file.close()


def end_leftovers(home):
    """End web, relay, worker and beat that outlived a supervisor killed with -9."""
    mark = str(home)
    left = []
    for process in psutil.process_iter():
        with suppress(psutil.Error):
            if process.pid != os.getpid() and process.environ().get("TONGXIN_RUN") == mark:
                process.terminate()
                left.append(process)
    for process in psutil.wait_procs(left, timeout=5)[1]:
        with suppress(psutil.Error):
            process.kill()


def prepare(*, demo):
    """Bring the database and the static files up to date; returns the demo log-ins as text.

    The demo is only ever loaded into the embedded database, and only while it has no users.
    """
    # Migrations and the demo may take longer than a page; our children keep the short limit.
    limit = os.environ.pop("STATEMENT_TIMEOUT_SECONDS", None)
    os.environ["STATEMENT_TIMEOUT_SECONDS"] = "0"
    import django

    django.setup()
    from django.contrib.auth import get_user_model
    from django.core.management import call_command
    from django.db import connections

    call_command("migrate", interactive=False, verbosity=0)
    call_command("createcachetable", verbosity=0)
    if demo and not get_user_model().objects.exists():
        print("首次运行，正在载入演示数据…  First run: loading the demo.", flush=True)
        # DEMO=places: the city with its people, and nothing that happened in it yet.
        call_command("demo", places=os.environ.get("DEMO") == "places")
    collect_static()
    connections.close_all()
    os.environ.pop("STATEMENT_TIMEOUT_SECONDS")
    if limit is not None:
        os.environ["STATEMENT_TIMEOUT_SECONDS"] = limit
    if not demo:
        return ""
    logins = io.StringIO()
    call_command("demo", logins=True, stdout=logins)
    connections.close_all()
    return logins.getvalue()


def collect_static():
    """Hash and compress the static files when any of them changed since the last time."""
    from django.conf import settings
    from django.contrib.staticfiles.finders import get_finders
    from django.core.management import call_command

    if not settings.STATIC_MANIFEST:
        return
    seen = []
    for finder in get_finders():
        for path, storage in finder.list([]):
            found = os.stat(storage.path(path))
            seen.append(f"{path} {found.st_mtime_ns} {found.st_size}")
    stamp = Path(settings.STATIC_ROOT) / ".collected"
    now = "\n".join(sorted(seen))
    if stamp.exists() and stamp.read_text() == now:
        return
    call_command("collectstatic", interactive=False, clear=True, verbosity=0)
    stamp.write_text(now)


class ToTheLeader:
    """Ends a process by telling its first process only, which ends the others in good order.

    A signal to the whole group would kill the worker's children in the middle of their work.
    """

    def terminate(self, pid):
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGTERM)

    def kill(self, pid):
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(pid, signal.SIGKILL)


class Manager(honcho.Manager):
    """honcho's manager, which may also be stopped while it is still starting."""

    def __init__(self, printer, *, when_started):
        super().__init__(printer)
        self._procmgr = ToTheLeader()
        self.when_started = when_started

    def _start(self):
        super()._start()
        # Only now: honcho forks, and forking is for a process with one thread.
        threading.Thread(target=self.when_started, daemon=True).start()

    def terminate(self):
        if self._all_started():
            super().terminate()
        else:
            threading.Timer(0.1, self.terminate).start()


def commands():
    """How each of the four processes is started."""
    python = shlex.quote(sys.executable)
    celery = f"exec {python} -m celery --app config"
    return {
        "web": f"exec {python} -m gunicorn --config config/gunicorn.py config.wsgi",
        "relay": f"exec {python} manage.py relay",
        "worker": f"{celery} --quiet worker --pool prefork --concurrency 2 --loglevel WARNING"
        " --without-gossip --without-mingle",
        "beat": f"{celery} --quiet beat --loglevel WARNING --pidfile=",
    }


def supervise(port, logins):
    """Run the four processes; when one of them ends, all end."""
    (var_dir() / "beat").mkdir(exist_ok=True)
    processes = Manager(Printer(sys.stdout), when_started=lambda: announce(port, logins))
    for name, command in commands().items():
        # REMAP_SIGTERM: the worker gets 10 s to finish, then hands its work back.
        env = {**os.environ, "REMAP_SIGTERM": "SIGQUIT"} if name == "worker" else None
        processes.add_process(name, command, cwd=str(BASE_DIR), env=env)
    processes.loop()
    stopped = processes.returncode in (130, 143)  # SIGINT, SIGTERM: as people wished
    return 0 if stopped else 1


def announce(port, logins):
    """Say where the portal is, once it answers there."""
    host = os.environ.get("HOST") or "127.0.0.1"
    host = "127.0.0.1" if host == "0.0.0.0" else host
    for _ in range(600):
        # An answer, not a connection: gunicorn listens before Django is loaded.
        with suppress(OSError, http.client.HTTPException):
            browser = http.client.HTTPConnection(host, port, timeout=30)
            browser.request("HEAD", "/")
            browser.getresponse()
            browser.close()
            break
        time.sleep(0.1)
    else:
        return
    print(
        f"\n{logins.rstrip()}\n\n同心已就绪 Tongxin is ready:  http://{host}:{port}/\n"
        "按 Ctrl-C 停止 Ctrl-C stops it.\n",
        flush=True,
    )


def reset():
    """Stop what runs on the data folder and remove the folder."""
    home = var_dir()
    if not home.exists():
        return 0
    with open(home / "run.lock", "a+") as lock:
        try:
            fcntl.lockf(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:  # held, so the number in it is that of a living `make run`
            lock.seek(0)
            with suppress(psutil.Error, ValueError):
                running = psutil.Process(int(lock.read()))
                running.terminate()
                running.wait(30)
    end_leftovers(home)
    try:
        for folder in (home, home / "test"):
            stop_all(folder)
    except EmbeddedError as sentence:
        print(sentence, file=sys.stderr)
        return 1
    shutil.rmtree(home)
    print(f"已清空 Removed: {home}")
    return 0


if __name__ == "__main__":
    sys.exit(reset() if sys.argv[1:] == ["reset"] else main())
