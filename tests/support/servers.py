"""The servers of a test run: one embedded Postgres and Valkey for all runs in this tree.

Loaded with `-p tests.support.servers`, before pytest-django reads the settings. The process
that people start takes the servers; xdist's workers inherit its environment. Each run has a
database name, a Valkey database and a folder of its own, so two runs do not meet. With
DATABASE_URL or REDIS_URL set, that server is used instead.
"""

import atexit
import base64
import os
import shutil
from pathlib import Path

from config.embedded import BASE_DIR, Embedded

TEST_HOME = BASE_DIR / "var" / "test"


def start():
    """Start or join the servers and set the environment of this run."""
    if os.environ.get("TONGXIN_TEST_RUN"):
        return  # a worker of xdist, or a process that a test started
    run = str(os.getpid())
    os.environ["TONGXIN_TEST_RUN"] = run
    embedded = Embedded(TEST_HOME, lasting=False)
    embedded.acquire()
    folder = TEST_HOME / "runs" / run
    (folder / "static").mkdir(parents=True, exist_ok=True)
    atexit.register(end, embedded, folder)
    if url := embedded.environment.get("DATABASE_URL"):
        os.environ["DATABASE_URL"] = f"{url}_{run}"  # Django puts test_ before it
    if url := embedded.environment.get("REDIS_URL"):
        os.environ["REDIS_URL"] = f"{url}?db={int(run) % 1024}"
    os.environ |= {
        "ENV_FILE": "",  # nobody's .env decides about a test
        "DEBUG": "False",
        "SECRET_KEY": "of the tests " * 5,
        "FIELD_KEYS": base64.b64encode(bytes(range(32))).decode(),
        "INDEX_KEY": base64.b64encode(bytes(range(32, 64))).decode(),
        "HTTPS_ONLY": "False",
        "ALLOWED_HOSTS": "localhost,127.0.0.1,[::1]",
        "SITE_ADDRESS": "http://127.0.0.1:8000",
        "STATIC_MANIFEST": "False",
        "EMAIL_URL": f"filemail://{folder / 'mail'}",
        "VAR_DIR": str(folder),
        "TRUSTED_PROXIES": "0",
    }


def end(embedded, folder):
    """Leave the servers; the last run to leave ends them."""
    if os.environ.get("TONGXIN_TEST_RUN") != str(os.getpid()):
        return  # a forked child
    embedded.release()
    shutil.rmtree(Path(folder), ignore_errors=True)


start()
