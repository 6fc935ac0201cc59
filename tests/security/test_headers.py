"""L4: the same strict headers on every answer, whatever it is; U4: files cannot run.

Every page as every role is looked at in test_canary.py.
"""

import re
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import OperationalError
from django.urls import path

from config import urls as portal
from stations.access import public
from tests.architecture.test_walk import World

pytestmark = pytest.mark.django_db

WANTED = {
    "default-src": {"'self'"},
    "script-src": {"'self'"},
    "style-src": {"'self'"},
    "object-src": {"'none'"},
    "base-uri": {"'none'"},
    "form-action": {"'self'"},
    "frame-ancestors": {"'none'"},
}
SANDBOX = {"default-src": {"'none'"}, "sandbox": set()}


def policy(answer):
    parts = (part.split() for part in answer["Content-Security-Policy"].split(";"))
    return {words[0]: set(words[1:]) for words in parts if words}


def check(answer):
    """The headers every answer has to carry."""
    told = policy(answer)
    assert not re.search(r"unsafe|\*|https?:", answer["Content-Security-Policy"])
    if told != SANDBOX:
        assert told.items() >= WANTED.items()
        assert told.keys() - WANTED.keys() <= {"img-src", "worker-src"}
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["X-Frame-Options"] == "DENY"
    assert answer["Referrer-Policy"] == "same-origin"
    assert answer["Cross-Origin-Opener-Policy"] == "same-origin"
    assert re.fullmatch(r"[0-9a-f]{12}", answer["X-Request-Id"])
    assert "Server" not in answer and "X-Powered-By" not in answer


def broken(request):
    raise RuntimeError("as it happens")


def away(request):
    raise OperationalError("as it happens")


urlpatterns = [
    *portal.urlpatterns,
    path("broken/", public("a test")(broken)),
    path("away/", public("a test")(away)),
]
handler400, handler403, handler404, handler500 = (
    portal.handler400,
    portal.handler403,
    portal.handler404,
    portal.handler500,
)


@pytest.mark.urls(__name__)
def test_errors_and_static_files(client, sign_in, cast):
    client.raise_request_exception = False
    big = "字" * 700_000
    asked = {
        200: client.get("/static/css/tokens.css"),
        304: client.get(
            "/static/css/tokens.css", HTTP_IF_MODIFIED_SINCE="Fri, 01 Jan 2100 00:00:00 GMT"
        ),
        301: client.get("/privacy"),
        400: client.get("/", HTTP_HOST="evil.example"),
        413: client.post("/track/", {"code": big}),
        404: client.get("/no-such-page/"),
        405: client.put("/track/"),
        500: client.get("/broken/"),
        503: client.get("/away/"),
        403: sign_in("district").get("/issues/"),
    }
    for status, answer in asked.items():
        assert answer.status_code == status
        check(answer)
        answer.close()


def test_forged_post_is_refused_with_a_page(estate):
    from django.test import Client

    answer = Client(enforce_csrf_checks=True).post("/track/", {"code": "x"})
    assert answer.status_code == 403
    check(answer)
    assert answer["X-Request-Id"] in answer.content.decode()
    assert "页面放久了" in answer.content.decode()


def test_photo_stands_in_an_empty_sandbox(estate, cast, sign_in):
    world = World(estate, cast("worker"), cast("colleague"), cast)
    answer = sign_in("worker").get(f"/photos/{world.photo.pk}/")
    assert answer.status_code == 200
    assert policy(answer) == SANDBOX
    assert answer["Content-Type"] == "image/jpeg"
    assert "no-store" in answer["Cache-Control"]
    check(answer)
    answer.close()


def test_files_have_no_public_folder(estate, cast, client):
    """U5: the stored name leads nowhere."""
    world = World(estate, cast("worker"), cast("colleague"), cast)
    for start in ("/media/", "/static/", "/"):
        assert client.get(start + world.photo.file.name).status_code == 404


def test_export_cannot_run(estate, cast, sign_in):
    World(estate, cast("worker"), cast("colleague"), cast)
    client = sign_in("secretary")
    for query in ("", "?as=csv"):
        answer = client.get(f"/issues/export/{query}")
        assert answer["Content-Disposition"].startswith("attachment;")
        assert policy(answer) == SANDBOX
        check(answer)


def test_htmx_evaluates_nothing_and_keeps_no_history(client, estate):
    page = client.get(f"/e/{estate.code}/").content.decode()
    config = re.search(r'name="htmx-config" content=\'([^\']+)\'', page)[1]
    for setting in (
        '"historyCacheSize":0',
        '"allowEval":false',
        '"includeIndicatorStyles":false',
        '"selfRequestsOnly":true',
    ):
        assert setting in config


def test_templates_hold_no_inline_script_or_style(settings):
    for file in (settings.BASE_DIR / "templates").rglob("*.html"):
        text = file.read_text()
        for found in re.findall(r"<script\b[^>]*>", text):
            assert "src=" in found or 'type="application/json"' in found, (file, found)
        assert not re.search(r"<style\b|\sstyle=|\son[a-z]+=\"|hx-on|javascript:", text), file


def test_check_deploy_says_nothing(settings):
    settings.SECURE_SSL_REDIRECT = settings.SESSION_COOKIE_SECURE = True
    settings.CSRF_COOKIE_SECURE = settings.SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    settings.SECURE_HSTS_SECONDS = 31_536_000
    settings.SECRET_KEY = "Zx9" * 5 + "only looked at by this test, never used 0123456789"
    told = StringIO()
    call_command("check", deploy=True, fail_level="WARNING", stderr=told, stdout=told)
    assert "0 silenced" in told.getvalue() or "no issues" in told.getvalue()
