"""A5, P8: how a session begins, how it ends, and what is left in the browser."""

from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.http import HttpResponse
from django.test import Client
from django.urls import path
from django.utils import timezone

from config import urls as portal
from stations.access import signed_in
from stations.models import User
from tests.factories import report
from tests.security.conftest import PASSWORD

pytestmark = pytest.mark.django_db
LOGIN = "/account/login/"
during = []  # what happens while the slow request is on its way


def slow(request):
    """A request that is still being answered when something happens elsewhere."""
    request.session["seen"] = True
    for happens in during:
        happens(request)
    return HttpResponse("done")


urlpatterns = [*portal.urlpatterns, path("slow/", signed_in("a test")(slow))]
handler400, handler403, handler404, handler500 = (
    portal.handler400,
    portal.handler403,
    portal.handler404,
    portal.handler500,
)


@pytest.fixture
def inside(worker):
    return log_in(Client())


def log_in(client):
    assert client.post(LOGIN, {"login": "worker", "password": PASSWORD}).status_code == 302
    return client


def is_out(client):
    answer = client.get("/desk/")
    return answer.status_code == 302 and answer["Location"].startswith(LOGIN)


def test_sign_in_gives_a_new_session(worker, estate):
    client = Client()
    session = client.session
    session["issues"] = [report(estate).pk]
    session.save()
    before = client.cookies["sessionid"].value
    log_in(client)
    after = client.cookies["sessionid"].value
    assert before != after
    assert not Session.objects.filter(pk=before).exists()
    stale = Client()
    stale.cookies["sessionid"] = before
    assert is_out(stale)


def test_a_session_somebody_made_up_is_not_taken_over(worker):
    client = Client()
    client.cookies["sessionid"] = "a" * 32
    log_in(client)
    assert client.cookies["sessionid"].value != "a" * 32


def test_cookie_cannot_be_read_by_scripts_and_goes_with_the_browser(worker):
    client = log_in(Client())
    cookie = client.cookies["sessionid"]
    assert cookie["httponly"] and cookie["samesite"] == "Lax" and cookie["max-age"] == ""


def test_idle_for_half_an_hour(inside, time_machine):
    inside.get("/desk/")
    time_machine.move_to(timezone.now() + timedelta(minutes=32), tick=False)
    assert is_out(inside)
    time_machine.move_to(timezone.now() - timedelta(minutes=32), tick=False)
    assert is_out(inside)  # and the clock does not bring it back


def test_twelve_hours_however_busy(inside, time_machine):
    start = timezone.now()
    for minutes in range(0, 12 * 60 + 21, 20):
        time_machine.move_to(start + timedelta(minutes=minutes), tick=False)
        answer = inside.get("/messages/")
        assert (answer.status_code == 200) == (minutes <= 12 * 60), minutes
    assert is_out(inside)


def disabled(user):
    User.objects.filter(pk=user.pk).update(is_active=False)


def given_another_password(user):
    user = User.objects.get(pk=user.pk)
    user.set_password("a wholly other phrase")
    user.save()


@pytest.mark.parametrize("happens", [disabled, given_another_password])
def test_it_ends_at_the_next_request(inside, worker, happens):
    other = log_in(Client())
    assert inside.get("/desk/").status_code == 200
    happens(worker)
    assert is_out(inside) and is_out(other)


def test_an_ended_posting_ends_at_the_next_request(inside, worker):
    assert inside.get("/desk/").status_code == 200
    worker.postings.update(until=timezone.now())
    assert inside.get("/desk/").status_code == 403


@pytest.fixture
def meanwhile():
    yield during.append
    during.clear()


@pytest.mark.urls(__name__)
def test_a_slow_request_does_not_bring_a_deleted_session_back(inside, meanwhile):
    """Signed out elsewhere, or ended by the office, while the request was on its way."""
    meanwhile(lambda request: Session.objects.all().delete())
    answer = inside.get("/slow/")
    assert answer.status_code == 400
    assert Session.objects.count() == 0
    assert is_out(inside)


@pytest.mark.urls(__name__)
def test_a_slow_request_of_somebody_disabled_is_the_last_one(inside, worker, meanwhile):
    meanwhile(lambda request: disabled(worker))
    assert inside.get("/slow/").status_code == 200
    assert is_out(inside)
    User.objects.filter(pk=worker.pk).update(is_active=True)
    assert is_out(inside)


def test_signing_out_empties_the_browser(inside):
    inside.get("/desk/")
    key = inside.cookies["sessionid"].value
    answer = inside.post("/account/logout/")
    assert answer["Clear-Site-Data"] == '"cache", "storage"'
    assert not Session.objects.filter(pk=key).exists()
    assert is_out(inside)
    assert "Clear-Site-Data" not in inside.get("/")


def test_a_link_does_not_sign_out(inside):
    inside.get("/account/logout/")
    assert inside.get("/desk/").status_code == 200
