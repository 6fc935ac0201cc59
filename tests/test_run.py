"""What `make run` stands on: the settings' refusals, one run per folder, servers that are shared."""

import base64
import os
import socket
import subprocess
import sys

import psycopg
import pytest

from config import supervisor
from config.embedded import Embedded
from config.embedded.folders import socket_dir
from config.local import adopt_running, local_keys, write_run_env

KEY = base64.b64encode(bytes(range(32))).decode()
OTHER_KEY = base64.b64encode(bytes(range(32, 64))).decode()
SAFE = {
    "ENV_FILE": "",
    "SECRET_KEY": "a long and random text " * 3,
    "FIELD_KEYS": KEY,
    "INDEX_KEY": OTHER_KEY,
    "ALLOWED_HOSTS": "portal.example",
    "SITE_ADDRESS": "https://portal.example",
    "DATABASE_URL": "postgres://portal.example/tongxin",
}


def check_deploy(**changes):
    """`manage.py check --deploy` in an environment like a server's."""
    return subprocess.run(
        [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"],
        env={"PATH": os.environ["PATH"], **SAFE, **changes},
        capture_output=True,
        text=True,
    )


def test_a_safe_environment_passes_the_deploy_check():
    done = check_deploy()
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SECRET_KEY", "short"),
        ("ALLOWED_HOSTS", "*"),
        ("ALLOWED_HOSTS", ".example"),
        ("FIELD_KEYS", ""),
        ("FIELD_KEYS", "AAAA"),
        ("FIELD_KEYS", f"{KEY},{base64.b64encode(bytes(32)).decode()}"),
        ("INDEX_KEY", ""),
        ("INDEX_KEY", KEY),
        ("HTTPS_ONLY", "False"),
        ("SITE_ADDRESS", "http://portal.example"),
    ],
)
def test_an_unsafe_environment_is_refused(name, value):
    done = check_deploy(**{name: value})
    assert done.returncode == 1
    assert "ImproperlyConfigured" in done.stderr
    assert name in done.stderr.splitlines()[-1]


def run(home, **environment):
    return subprocess.run(
        [sys.executable, "-m", "config.supervisor"],
        env={"PATH": os.environ["PATH"], **SAFE, "VAR_DIR": str(home), **environment},
        capture_output=True,
        text=True,
    )


def test_a_port_in_use_is_told_in_a_sentence(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = run(tmp_path, PORT=str(port))
    assert done.returncode == 1
    assert done.stderr.startswith(f"端口 {port} 已被占用")
    assert f"Port {port} is in use" in done.stderr
    assert "Traceback" not in done.stderr


def test_two_runs_do_not_share_a_folder(tmp_path):
    with supervisor.alone(tmp_path):
        done = run(tmp_path)
    assert done.returncode == 1
    assert "已经在运行" in done.stderr


def test_the_last_to_leave_ends_the_servers(tmp_path, monkeypatch):
    monkeypatch.delenv("DATABASE_URL")
    monkeypatch.delenv("REDIS_URL")
    home = tmp_path / ("a-long-name" * 15)  # too long for a socket inside
    question = (
        "from config.embedded import Embedded; import sys;"
        "e = Embedded(sys.argv[1], lasting=False); e.acquire(); e.release()"
    )
    embedded = Embedded(home, lasting=False)
    embedded.acquire()
    host = embedded.environment["DATABASE_URL"].partition("@/")[2].rpartition("/")[0]
    subprocess.run([sys.executable, "-c", question, str(home)], check=True)
    with psycopg.connect(host=host, user="tongxin", dbname="tongxin") as connection:
        [superuser] = connection.execute(
            "SELECT rolsuper FROM pg_roles WHERE rolname = current_user"
        ).fetchone()
    assert superuser is False
    embedded.release()
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(host=host, user="tongxin", dbname="tongxin")


def test_only_their_owner_may_enter_the_sockets(tmp_path):
    assert socket_dir(tmp_path, None).stat().st_mode & 0o777 == 0o700


def test_keys_are_made_once_and_for_their_owner_only(tmp_path):
    first = local_keys(tmp_path)
    assert local_keys(tmp_path) == first
    assert len(set(first.values())) == 3
    assert {path.stat().st_mode & 0o777 for path in tmp_path.iterdir()} == {0o600}


def test_keys_of_this_machine_are_not_lent_to_another_database(tmp_path, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgres://here/tongxin")
    write_run_env(tmp_path)
    monkeypatch.delenv("FIELD_KEYS")
    monkeypatch.setenv("DATABASE_URL", "postgres://elsewhere/tongxin")
    adopt_running(tmp_path)
    assert "FIELD_KEYS" not in os.environ
    monkeypatch.setenv("DATABASE_URL", "postgres://here/tongxin")
    adopt_running(tmp_path)
    assert "FIELD_KEYS" in os.environ
