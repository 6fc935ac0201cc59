"""One error page: Chinese, with the request's id, without a database, without a stack trace."""

import logging
import re

import psycopg
import pytest
from django.db import connection

from config.log import Discreet, RequestId
from stations.foundation.http import Origin, origin


@pytest.fixture
def no_database(django_db_blocker):
    """Postgres cannot be reached: nobody listens where it should be."""
    facts = connection.settings_dict
    former = {name: facts[name] for name in ("HOST", "PORT")}
    with django_db_blocker.unblock():
        connection.close()
        facts |= {"HOST": "127.0.0.1", "PORT": "1"}
        try:
            yield
        finally:
            connection.close()
            facts |= former


def is_legible(answer):
    text = answer.content.decode()
    assert not re.search(r"Traceback|psycopg|OperationalError|Exception|127\.0\.0\.1", text)
    assert answer["X-Request-Id"] in text
    assert re.search(r"<h1>[一-龥，]+</h1>", text)
    assert "Content-Security-Policy" in answer
    return True


@pytest.mark.parametrize("path", ["/", "/track/", "/desk/", "/e/any/report/", "/account/login/"])
def test_database_away_is_a_503(no_database, client, path):
    client.raise_request_exception = False
    client.cookies["sessionid"] = "a" * 32  # somebody who was signed in a moment ago
    answer = client.get(path)
    if path == "/account/login/" and answer.status_code == 200:
        return  # a form needs no database
    assert answer.status_code == 503
    assert "Retry-After" in answer
    assert is_legible(answer)


def test_page_that_is_not_there_needs_no_database(no_database, client):
    answer = client.get("/no-such-page/")
    assert answer.status_code == 404
    assert is_legible(answer)


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/track/", "/e/{code}/report/", "/account/login/"])
def test_too_much_is_a_413(client, estate, path):
    answer = client.post(path.format(code=estate.code), {"text": "字" * 700_000, "login": "x"})
    assert answer.status_code == 413
    assert is_legible(answer)


@pytest.mark.django_db
def test_too_many_fields_are_a_400(client):
    answer = client.post("/track/", {f"f{number}": "1" for number in range(2001)})
    assert answer.status_code == 400
    assert is_legible(answer)


def test_a_database_error_says_no_values_in_the_log():
    """Postgres repeats the row in DETAIL: it stays out of the log (P4)."""
    try:
        raise psycopg.errors.UniqueViolation(
            "duplicate key value\nDETAIL:  Key (phone)=(13900000001) already exists."
        )
    except psycopg.Error:
        line = logging.LogRecord("x", logging.ERROR, "", 1, "no", (), None)
        import sys

        line.exc_info = sys.exc_info()
    said = Discreet("%(message)s").format(line)
    assert "UniqueViolation" in said
    assert "13900000001" not in said


def test_a_name_with_a_newline_is_one_line_of_the_log():
    """D5: nobody writes a second line into the log with their name."""
    known = origin.set(Origin(request_id="3f2a"))
    try:
        name = "王\n2026-01-01 ERROR django [-] 假的\r\n\x1b[2J一行"
        line = logging.LogRecord("x", logging.ERROR, "", 1, "sign-in of %s", (name,), None)
        RequestId().filter(line)
        said = Discreet("%(levelname)s [%(request_id)s] %(message)s").format(line)
    finally:
        origin.reset(known)
    assert "\n" not in said and "\r" not in said and "\x1b" not in said
    assert said.startswith("ERROR [3f2a] sign-in of 王")
