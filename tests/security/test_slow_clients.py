"""L2: the real web server, and clients that take their time over a request."""

import http.client
import os
import re
import socket
import statistics
import subprocess
import sys
import time
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import pytest
from django.db import connection
from environ import Env

from config.web_worker import Arriving, Refused
from tests.support.pictures import jpeg
from tests.support.portal import free_port

ROOT = Path(__file__).parents[2]
SLOW = 500


def url_of_this_test():
    """The run's database address with the name that this process's tests use."""
    url = os.environ["DATABASE_URL"]
    before, _, after = url.rpartition(Env.db_url_config(url)["NAME"])
    return before + connection.settings_dict["NAME"] + after


@pytest.fixture
def port(transactional_db, tmp_path):
    """A running web server on this test's database, as `make run` starts it."""
    port = free_port()
    log = open(tmp_path / "log", "w+")  # noqa: SIM115 - closed below
    web = subprocess.Popen(
        [sys.executable, "-m", "gunicorn", "--config", "config/gunicorn.py", "config.wsgi"],
        cwd=ROOT,
        env={
            **os.environ,
            "DATABASE_URL": url_of_this_test(),
            "PORT": str(port),
            "WEB_PROCESSES": "2",
            "WEB_THREADS": "4",
        },
        stdout=log,
        stderr=subprocess.STDOUT,
    )
    try:
        end = time.monotonic() + 60
        while time.monotonic() < end:
            with suppress(OSError, http.client.HTTPException):
                if get(port)[0] == 200:
                    break
            time.sleep(0.1)
        else:
            raise AssertionError((tmp_path / "log").read_text())
        yield port
    finally:
        web.terminate()
        web.wait(30)
        log.close()
        connection.close()
    said = (tmp_path / "log").read_text()
    assert "Traceback" not in said, said


def get(port, path="/privacy/"):
    """(status, seconds) of an ordinary visit."""
    began = time.monotonic()
    browser = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        browser.request("GET", path)
        answer = browser.getresponse()
        answer.read()
        return answer.status, time.monotonic() - began
    finally:
        browser.close()


def visits(port, count=40):
    found = [get(port) for _ in range(count)]
    assert {status for status, _ in found} == {200}
    return sorted(seconds for _, seconds in found)


HEAD = b"GET /privacy/ HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: "
BODY = (
    b"POST /track/ HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/x-www-form-urlencoded"
    b"\r\nContent-Length: 4000\r\n\r\ncode="
)


@contextmanager
def slow_clients(port, count):
    """Half of them dawdle over the head, half over the body."""
    with ExitStack() as stack:
        clients = []
        for number in range(count):
            client = socket.create_connection(("127.0.0.1", port), timeout=5)
            stack.enter_context(client)
            client.sendall(HEAD if number % 2 else BODY)
            clients.append(client)
        yield clients


def dawdle(clients):
    """One byte of each; how many are still there."""
    left = 0
    for client in clients:
        with suppress(OSError):
            client.send(b"x")
            left += 1
    return left


def test_five_hundred_slow_clients_hold_nobody_up(port):
    quiet = visits(port)
    with slow_clients(port, SLOW) as clients:
        busy = []
        for _ in range(8):
            assert dawdle(clients) == SLOW
            busy += visits(port, 10)
            time.sleep(0.5)
        p95 = sorted(busy)[int(len(busy) * 0.95)]
        usual = quiet[int(len(quiet) * 0.95)]
        assert statistics.median(busy) < 2 * statistics.median(quiet) + 0.05
        assert p95 < 2 * usual + 0.25
        # A head must be here after ten seconds, a body a little later: then they are let go.
        end = time.monotonic() + 20
        heads = clients[1::2]
        while dawdle(heads) and time.monotonic() < end:
            time.sleep(0.5)
        assert dawdle(heads) == 0


def exchange(port, *pieces, seconds=10):
    """Send the pieces one after the other; everything that comes back."""
    with socket.create_connection(("127.0.0.1", port), timeout=seconds) as client:
        for piece in pieces:
            client.sendall(piece)
            time.sleep(0.05)
        client.shutdown(socket.SHUT_WR)
        told = b""
        with suppress(OSError):
            while data := client.recv(65536):
                told += data
        return told


GET = b"GET /privacy/ HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"


def test_requests_in_pieces_and_several_at_once(port):
    """What is collected is exactly what was sent, one request after the other."""
    browser = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    for _ in range(3):  # kept alive
        browser.request("GET", "/privacy/")
        answer = browser.getresponse()
        assert answer.status == 200
        answer.read()
    form = "code=ABCD&tail=" + "1" * 100_000  # longer than what is kept in memory
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    browser.request("POST", "/track/", form, kind)
    answer = browser.getresponse()
    assert answer.status == 403 and "页面放久了".encode() in answer.read()  # no token
    browser.request("GET", "/privacy/")
    assert browser.getresponse().read().startswith(b"<!doctype html>")
    browser.close()
    with socket.create_connection(("127.0.0.1", port), timeout=10) as client:
        client.sendall(GET + GET)
        told = b""
        while told.count(b"HTTP/1.1 200 OK") < 2 or told.count(b"</html>") < 2:
            data = client.recv(65536)
            assert data, told[-500:]
            told += data
        for byte in GET:
            client.sendall(bytes([byte]))
        assert client.recv(65536).startswith(b"HTTP/1.1 200 OK")


def test_big_photos_arrive_whole(port):
    """A body that is kept on disk: Django counts its bytes and reads its end."""
    edge, photo = "x" * 20, jpeg(3000, 2000) + b"\0" * 3_000_000
    parts = [f'--{edge}\r\nContent-Disposition: form-data; name="code"\r\n\r\nABCD\r\n'.encode()]
    head = (
        f'--{edge}\r\nContent-Disposition: form-data; name="photos"; filename="1.jpg"\r\n'
        "Content-Type: image/jpeg\r\n\r\n"
    )
    parts.append(head.encode() + photo + b"\r\n")
    body = b"".join(parts) + f"--{edge}--\r\n".encode()
    browser = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    browser.request("GET", "/track/")
    answer = browser.getresponse()
    cookie = answer.getheader("Set-Cookie").split(";")[0]
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', answer.read().decode())[1]
    headers = {
        "Content-Type": f"multipart/form-data; boundary={edge}",
        "Cookie": cookie,
        "X-CSRFToken": token,
        "Expect": "100-continue",
    }
    browser.request("POST", "/track/", body, headers)
    answer = browser.getresponse()
    assert answer.status == 422
    assert "没有查到" in answer.read().decode()
    browser.close()


def test_what_no_thread_has_to_see(port):
    chunked = (
        b"POST /track/ HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabcde\r\n"
    )
    assert exchange(port, chunked).startswith(b"HTTP/1.1 411 ")
    long = b"GET / HTTP/1.1\r\nHost: x\r\nX-Long: " + b"a" * 70_000
    assert exchange(port, long).startswith(b"HTTP/1.1 431 ")
    big = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 999999999999\r\n\r\n"
    assert exchange(port, big).startswith(b"HTTP/1.1 413 ")
    assert exchange(port, b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n").startswith(
        (b"HTTP/1.1 400", b"")
    )
    assert get(port)[0] == 200


@pytest.mark.parametrize(
    "lines",
    [
        b"Content-Length: 5\r\nContent-Length: 6",
        b"Content-Length: 5\r\nContent-Length: 5",
        b"Content-Length : 5",
        b"Content-Length: +5",
        b"Content-Length: 5, 6",
        b"Content-Length:\x0b5",
        b" Content-Length: 5",
    ],
)
def test_lengths_that_can_be_read_in_two_ways_are_refused(lines):
    """No room for a second request hidden in the first."""
    with pytest.raises(Refused, match="400"):
        Arriving().take(b"POST / HTTP/1.1\r\nHost: x\r\n" + lines + b"\r\n\r\nabcde")
