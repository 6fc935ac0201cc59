"""Signing in with allauth's real views: name or phone, lock-out, first password, second step."""

import re
from datetime import timedelta
from urllib.parse import parse_qs, urlparse

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import (
    format_hotp_value,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from stations.foundation.sign_in import SealedSecrets
from stations.models import User

pytestmark = pytest.mark.django_db

PASSWORD = "jinxiu-shequ-2026"
NEW = "zhongxin-guangchang-9"
LOGIN = "/account/login/"
ACTIVATE = "/account/two-factor/totp/activate/"


@pytest.fixture(autouse=True)
def no_failures_from_other_tests(db, settings):
    cache.clear()
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # seconds less


@pytest.fixture
def worker(cast):
    user = cast("worker")
    user.phone = "13900001234"
    user.set_password(PASSWORD)
    user.save()
    return user


@pytest.fixture
def clock(time_machine):
    time_machine.move_to(timezone.now())
    return time_machine


def log_in(client, login, password=PASSWORD, **more):
    return client.post(LOGIN, {"login": login, "password": password}, **more)


def who_is_in(client):
    return client.session.get("_auth_user_id")


@pytest.mark.parametrize("login", ["worker", "13900001234", " 139 0000 1234 ", "+86 139-0000-1234"])
def test_name_or_phone_however_typed(client, worker, login):
    response = log_in(client, login)
    assert (response.status_code, response["Location"]) == (302, "/home/")
    assert who_is_in(client) == str(worker.pk)


@pytest.mark.parametrize("login", ["worker", "13900001234", "nobody", "13900009999", "x\x00y"])
def test_wrong_password_says_the_same_whoever_it_is(client, worker, login):
    response = log_in(client, login, "something else")
    assert response.status_code == 200
    assert who_is_in(client) is None
    if "\x00" not in login:
        assert "账号和密码对不上" in response.content.decode()


def test_user_name_that_looks_like_anothers_phone_wins(client, worker):
    other = User.objects.create(username="13900001234", name="别人")
    other.set_password(NEW)
    other.save()
    log_in(client, "13900001234", NEW)
    assert who_is_in(client) == str(other.pk)


def test_five_failures_lock_the_attacker_and_not_the_victim(client, worker):
    for _ in range(5):
        log_in(client, "worker", "guess", REMOTE_ADDR="203.0.113.7")
    locked = log_in(client, "worker", REMOTE_ADDR="203.0.113.7")
    assert "连着输错" in locked.content.decode()
    # neither another address of the same neighbourhood nor another way to write the phone helps
    assert "连着输错" in log_in(client, "WORKER", REMOTE_ADDR="203.0.113.8").content.decode()
    assert who_is_in(client) is None
    assert log_in(client, "worker", REMOTE_ADDR="198.51.100.9").status_code == 302


def test_a_phone_typed_differently_is_the_same_name(client, worker):
    for login in (
        "13900001234",
        "139 0000 1234",
        "139-0000-1234",
        "+8613900001234",
        "86 13900001234",
    ):
        log_in(client, login, "guess")
    assert "连着输错" in log_in(client, "1390000 1234").content.decode()


def test_one_address_cannot_try_many_names(client, worker):
    for number in range(10):
        log_in(client, f"user{number}", "guess")
    assert "连着输错" in log_in(client, "worker").content.decode()


def test_right_password_after_four_failures_counts_nothing(client, worker):
    for _ in range(4):
        log_in(client, "worker", "guess")
    assert log_in(client, "worker").status_code == 302


def test_sign_in_page_leads_back_only_into_the_portal(client, worker):
    inside = log_in(client, "worker", next="/tasks/")
    assert inside.status_code == 302
    for target, expected in (("/tasks/", "/tasks/"), ("https://evil.example/", "/home/")):
        fresh = Client()
        response = fresh.post(LOGIN, {"login": "worker", "password": PASSWORD, "next": target})
        assert response["Location"] == expected


def test_first_password_has_to_be_changed_before_anything_else(client, worker):
    worker.must_change_password = True
    worker.save()
    log_in(client, "worker")
    for path in ("/home/", "/desk/", "/account/two-factor/"):
        response = client.get(path)
        assert (response.status_code, response["Location"]) == (302, "/account/password/")
    assert "第一次登录" in client.get("/account/password/").content.decode()
    same = change(client, PASSWORD, PASSWORD)
    assert "和原来的不一样" in same.content.decode()
    short = change(client, PASSWORD, "short")
    assert short.status_code == 200
    assert User.objects.get(pk=worker.pk).must_change_password
    done = change(client, PASSWORD, NEW)
    assert (done.status_code, done["Location"]) == (302, "/home/")
    assert not User.objects.get(pk=worker.pk).must_change_password
    assert client.get("/desk/").status_code == 200
    assert log_in(Client(), "worker", NEW).status_code == 302
    assert log_in(Client(), "worker", PASSWORD).status_code == 200


def change(client, old, new):
    return client.post(
        "/account/password/", {"oldpassword": old, "password1": new, "password2": new}
    )


def test_changing_the_password_ends_other_sessions(client, worker):
    log_in(client, "worker")
    elsewhere = Client()
    log_in(elsewhere, "worker")
    assert elsewhere.get("/desk/").status_code == 200
    change(client, PASSWORD, NEW)
    assert client.get("/desk/").status_code == 200
    assert elsewhere.get("/desk/").status_code == 302


def test_disabled_person_is_out_at_the_next_request_and_told_at_sign_in(client, worker):
    log_in(client, "worker")
    assert client.get("/desk/").status_code == 200
    User.objects.filter(pk=worker.pk).update(is_active=False)
    response = client.get("/desk/")
    assert response.status_code == 302 and response["Location"].startswith(LOGIN)
    for login in ("worker", "13900001234"):
        response = log_in(Client(), login)
        assert response["Location"] == "/account/inactive/"
        assert log_in(Client(), login, "wrong").status_code == 200
    assert "停用" in Client().get("/account/inactive/").content.decode()


def test_ended_posting_counts_no_longer_at_the_next_request(client, worker):
    log_in(client, "worker")
    worker.postings.update(until=timezone.now())
    assert client.get("/desk/").status_code == 403


def test_session_left_alone_ends_and_leads_back(client, worker, clock, settings):
    log_in(client, "worker")
    client.get("/desk/")
    clock.shift(timedelta(seconds=settings.SESSION_IDLE_SECONDS - 60))
    assert client.get("/desk/").status_code == 200
    clock.shift(timedelta(seconds=settings.SESSION_IDLE_SECONDS + 120))
    response = client.get("/tasks/?view=done&after=3")
    assert response.status_code == 302
    target = urlparse(response["Location"])
    assert target.path == LOGIN
    assert parse_qs(target.query) == {"idle": ["1"], "next": ["/tasks/?view=done&after=3"]}
    assert who_is_in(client) is None
    assert "好一会儿没有动" in client.get(response["Location"]).content.decode()


def test_idle_part_of_a_page_sends_the_whole_page_to_sign_in(client, worker, clock, settings):
    log_in(client, "worker")
    client.get("/desk/")
    clock.shift(timedelta(seconds=settings.SESSION_IDLE_SECONDS + 120))
    response = client.get("/desk/", HTTP_HX_REQUEST="true")
    assert response["HX-Redirect"] == f"{LOGIN}?idle=1"


def test_session_ends_after_a_working_day_however_busy(client, worker, clock, settings):
    log_in(client, "worker")
    client.get("/home/")
    for _ in range(settings.SESSION_COOKIE_AGE // 1500 + 1):
        clock.shift(timedelta(seconds=1500))
        response = client.get("/messages/")
    assert response.status_code == 302


def test_signed_in_pages_stay_out_of_the_cache(client, worker):
    log_in(client, "worker")
    assert "no-store" in client.get("/desk/")["Cache-Control"]


def test_second_step_from_activation_to_sign_in(client, worker):
    log_in(client, "worker")
    assert "现在开" in client.get("/account/two-factor/").content.decode()
    prove(client, ACTIVATE)
    page = client.get(ACTIVATE).content.decode()
    secret = re.search(r'class="secret">\s*([A-Z2-7]+)\s*<', page).group(1)
    assert "<svg" in page
    wrong = client.post(ACTIVATE, {"code": "000000"})
    assert "六位数字不对" in wrong.content.decode()
    done = client.post(ACTIVATE, {"code": code_now(secret)})
    assert done.status_code == 302
    assert client.get(done["Location"]).status_code == 200  # the recovery codes
    stored = Authenticator.objects.get(user=worker, type="totp").data["secret"]
    assert secret not in stored and SealedSecrets().decrypt(stored) == secret
    cache.clear()  # a code counts once; the clock does not move in this test
    again = Client()
    step = log_in(again, "worker")
    assert step["Location"] == "/account/two-factor/authenticate/"
    assert who_is_in(again) is None
    assert again.get("/desk/").status_code == 302
    refused = again.post("/account/two-factor/authenticate/", {"code": "000000"})
    assert refused.status_code == 200 and who_is_in(again) is None
    entered = again.post("/account/two-factor/authenticate/", {"code": code_now(secret)})
    assert entered["Location"] == "/home/"
    assert who_is_in(again) == str(worker.pk)


def code_now(secret):
    counter = next(iter(yield_hotp_counters_from_time()))
    return format_hotp_value(hotp_value(secret, counter))


def prove(client, target):
    """Whoever changes the second step types the password once more."""
    response = client.get(target)
    assert response["Location"].startswith("/account/reauthenticate/")
    assert client.get(response["Location"]).status_code == 200
    refused = client.post(response["Location"], {"password": "wrong"})
    assert "密码不对" in refused.content.decode()
    back = client.post(response["Location"], {"password": PASSWORD})
    assert (back.status_code, back["Location"]) == (302, target)


def test_proof_holds_for_five_minutes(client, worker, clock):
    log_in(client, "worker")
    prove(client, ACTIVATE)
    assert client.get(ACTIVATE).status_code == 200
    clock.shift(timedelta(minutes=6))
    assert client.get(ACTIVATE).status_code == 302


def test_nobody_makes_an_account_for_themselves(client):
    assert client.get("/account/signup/").status_code == 404
