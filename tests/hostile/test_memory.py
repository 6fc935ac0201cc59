"""U2: a real web server takes every hostile file, and its memory stays where it was."""

import os
import subprocess
import sys
import time
import uuid
from pathlib import Path

import psutil
import pytest
from django.db import connection
from django.test.client import BOUNDARY, encode_multipart

from tests.faults.people import Browser, answers
from tests.hostile.files import MAKERS, upload
from tests.support.portal import free_port

pytestmark = pytest.mark.long  # measures a process of its own, quietly

GROWS_AT_MOST = 20 * 1024 * 1024
ROOT = Path(__file__).parents[2]


class Web:
    """One web process upon the database of this test."""

    def __init__(self, home):
        self.port = free_port()
        server = os.environ["DATABASE_URL"].rpartition("/")[0]
        environment = {
            "DATABASE_URL": f"{server}/{connection.settings_dict['NAME']}",
            "VAR_DIR": f"{home}",
            "MEDIA_ROOT": f"{home}",
            "PORT": f"{self.port}",
            "WEB_PROCESSES": "1",
            "TRUSTED_PROXIES": "1",  # each file comes from a network of its own
        }
        command = [
            sys.executable,
            "-m",
            "gunicorn",
            "--config",
            "config/gunicorn.py",
            "config.wsgi",
        ]
        self.process = subprocess.Popen(command, cwd=ROOT, env={**os.environ, **environment})

    def worker(self):
        return psutil.Process(self.process.pid).children()[0]

    def memory(self):
        return self.worker().memory_info().rss

    def stop(self):
        self.process.terminate()
        self.process.wait(20)


@pytest.fixture
def web(tmp_path, transactional_db):
    server = Web(tmp_path)
    browser = Browser(server)
    deadline = time.monotonic() + 60
    while not answers(browser) and time.monotonic() < deadline:
        time.sleep(0.2)
    yield server
    server.stop()


def post(web, estate, case):
    browser = Browser(web)
    url = f"/e/{estate.code}/report/"
    token = browser.ask("GET", url).text.partition('csrfmiddlewaretoken" value="')[2][:64]
    data = {"text": "灯坏了", "no_phone": "on", "token": f"{uuid.uuid4()}", "photos": upload(case),
            "csrfmiddlewaretoken": token}  # fmt: skip
    body = encode_multipart(BOUNDARY, data)
    return browser.ask("POST", url, body, f"multipart/form-data; boundary={BOUNDARY}")


def test_memory_stays(web, estate):
    for case in ("plain JPEG", "place in a PNG", "animated WebP", "13 MB", "HEIC", "cut off"):
        post(web, estate, case)  # what the first of everything loads stays, and is no leak
    before, worker = web.memory(), web.worker().pid
    wrong = {}
    for case, (_, _, wanted) in MAKERS.items():
        began = time.monotonic()
        answer = post(web, estate, case)
        if answer.status not in ((302, 422) if "taken" in wanted else (422,)):
            wrong[case] = answer.status
        if "too_many_pixels" in wanted and time.monotonic() - began > 5:
            wrong[case] = "slow"
    assert not wrong
    assert web.worker().pid == worker, "the web process ended"
    grown = web.memory() - before
    assert grown <= GROWS_AT_MOST, f"grew by {grown / 1024 / 1024:.0f} MB"
