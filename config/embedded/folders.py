"""Whose the data is, and where a socket can lie."""

import hashlib
import os
import pwd
import socket
import subprocess
import tempfile
from contextlib import suppress
from pathlib import Path

POSTGRES_SOCKET = ".s.PGSQL.5432"
POSTGRES_USER = "pgserver"  # the ordinary user we make when we are root, named as by the wheel


class EmbeddedError(Exception):
    """An embedded server cannot run; the text is a sentence for people."""


def account_of(data):
    """Who must run Postgres: nobody special, but never root. Refuses a stranger's data."""
    owner = data.stat().st_uid if (data / "PG_VERSION").exists() else None
    if os.geteuid() != 0:
        if owner not in (None, os.geteuid()):
            raise EmbeddedError(
                f"{data} 属于另一个用户，请换回那个用户，或由他执行 make reset。"
                f"{data} belongs to another user: run as that user, or let them `make reset`."
            )
        return None
    if owner:
        return pwd.getpwuid(owner)
    with suppress(OSError):  # no useradd here: nobody will do
        if POSTGRES_USER not in {entry.pw_name for entry in pwd.getpwall()}:
            subprocess.run(["useradd", "--system", "--no-create-home", POSTGRES_USER], check=False)
    try:
        return pwd.getpwnam(POSTGRES_USER)
    except KeyError:
        return pwd.getpwnam("nobody")


def socket_dir(home, account):
    """A folder for sockets that only its owner may enter.

    A socket's path may have 107 bytes, and some shared folders cannot hold a socket at all:
    then the folder is a short one for temporary files.
    """
    mark = hashlib.sha256(str(home).encode()).hexdigest()[:10]
    choices = [home / "sockets"]
    choices += [
        Path(top) / f"tongxin-{os.geteuid()}-{mark}" for top in (tempfile.gettempdir(), "/tmp")
    ]
    for folder in choices:
        # The longest name that any of the two servers makes there.
        if len(os.fsencode(folder / f"{POSTGRES_SOCKET}.lock")) > 100:
            continue
        folder.mkdir(mode=0o700, exist_ok=True)
        mine = {os.geteuid(), account.pw_uid if account else os.geteuid()}
        if folder.is_symlink() or folder.stat().st_uid not in mine:
            continue
        if account:
            os.chown(folder, account.pw_uid, account.pw_gid)
        folder.chmod(0o700)
        if holds_sockets(folder):
            return folder
    raise EmbeddedError(
        "找不到可放置套接字的短路径，请把项目移到较短的目录。"
        "No folder with a short enough path for sockets: move the project, or set TMPDIR."
    )


def holds_sockets(folder):
    probe = folder / "probe"
    with suppress(FileNotFoundError):
        probe.unlink()
    with socket.socket(socket.AF_UNIX) as attempt:
        try:
            attempt.bind(str(probe))
        except OSError:
            return False
    probe.unlink()
    return True
