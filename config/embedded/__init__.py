"""PostgreSQL and Valkey from wheels, for a machine that has neither.

Both listen on a Unix socket in a folder that only their owner may enter, so they need no port
and no password. Several processes may use them at once: who comes first starts them, who leaves
last ends them. `python -m config.embedded COMMAND ...` runs one command beside them.
"""

import fcntl
import os
import shutil
from pathlib import Path

from config.embedded.folders import EmbeddedError, account_of, socket_dir
from config.embedded.postgres import Postgres
from config.embedded.valkey import Valkey

BASE_DIR = Path(__file__).resolve().parents[2]


def var_dir():
    """The folder of everything that `make run` keeps."""
    return Path(os.environ.get("VAR_DIR") or BASE_DIR / "var").resolve()


def read_env_file(path):
    """Set what the file says, unless the environment already says otherwise."""
    import environ

    if path and Path(path).is_file():
        environ.Env.read_env(str(path))


class Embedded:
    """The two servers of one data folder. `lasting=False` (tests): never synced, not kept."""

    def __init__(self, home, *, lasting=True):
        self.home = Path(home).resolve()
        self.lasting = lasting
        self.wants_postgres = "DATABASE_URL" not in os.environ
        self.wants_valkey = "REDIS_URL" not in os.environ
        self._users = None
        self.environment = {}

    def __enter__(self):
        self.acquire()
        return self

    def __exit__(self, *exc):
        self.release()

    def acquire(self):
        """Start what is wanted and not running yet; say where in `environment`."""
        if not (self.wants_postgres or self.wants_valkey):
            return
        self._check_home()
        with self._door():
            self._users = open(self.home / "users.lock", "a+")  # noqa: SIM115 - held till release
            fcntl.lockf(self._users, fcntl.LOCK_SH)
            try:
                self._start()
            except BaseException:
                self._leave()
                raise

    def release(self):
        """Leave; the last one out ends the servers."""
        if self._users is None:
            return
        with self._door():
            self._leave()

    def _start(self):
        account = account_of(self.home / "postgres") if self.wants_postgres else None
        sockets = socket_dir(self.home, account)
        if self.wants_postgres:
            postgres = Postgres(self.home / "postgres", sockets, account, lasting=self.lasting)
            postgres.start()
            self.environment["DATABASE_URL"] = postgres.url
        if self.wants_valkey:
            valkey = Valkey(self.home / "valkey", sockets, lasting=self.lasting)
            valkey.start()
            self.environment["REDIS_URL"] = valkey.url

    def _leave(self):
        users, self._users = self._users, None
        try:
            # Only the last user can turn its shared lock into an exclusive one.
            fcntl.lockf(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return
        else:
            stop_all(self.home)
            if not self.lasting:
                for folder in ("postgres", "valkey"):
                    shutil.rmtree(self.home / folder, ignore_errors=True)
        finally:
            users.close()

    def _check_home(self):
        self.home.mkdir(parents=True, exist_ok=True)
        if not os.access(self.home, os.W_OK | os.X_OK):
            raise EmbeddedError(
                f"{self.home} 属于另一个用户，无法写入。"
                f"{self.home} belongs to another user and cannot be written."
            )

    def _door(self):
        return locked(self.home / "start.lock")


class locked:
    """Hold a lock file; waits for whoever holds it. The kernel frees it if we die."""

    def __init__(self, path):
        self.path = path

    def __enter__(self):
        self.file = open(self.path, "a+")
        fcntl.lockf(self.file, fcntl.LOCK_EX)

    def __exit__(self, *exc):
        self.file.close()


def stop_all(home):
    """End the servers of a data folder, whoever started them."""
    home = Path(home)
    if not home.is_dir():
        return
    data = home / "postgres"
    account = account_of(data) if data.exists() else None
    sockets = socket_dir(home, account)
    if data.exists():
        Postgres(data, sockets, account).stop()
    Valkey(home / "valkey", sockets).stop()
