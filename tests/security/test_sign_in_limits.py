"""A2, A3, A4, A6: guessing is slow, the victim is never locked out, addresses cannot be invented."""

import re
from concurrent.futures import ThreadPoolExecutor

import pytest
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.conf import settings
from django.contrib.auth.hashers import MD5PasswordHasher
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client, RequestFactory

from stations.foundation.limits import client_address
from stations.models import Act, Posting, User
from tests.factories import report
from tests.security.conftest import PASSWORD, address

pytestmark = pytest.mark.django_db
LOGIN = "/account/login/"
SECOND = "/account/two-factor/authenticate/"


def log_in(client, password=PASSWORD, *, login="worker", of=1, **more):
    more = {"REMOTE_ADDR": address(of)} | more
    return client.post(LOGIN, {"login": login, "password": password}, **more)


def is_in(client):
    return "_auth_user_id" in client.session


def is_held(answer):
    """Refused without a look at the password: five for a name, thirty for an address a minute."""
    text = answer.content.decode()
    if answer.status_code == 429:
        assert int(answer["Retry-After"]) > 0
        assert answer["X-Request-Id"] in text
    else:
        assert "连着输错" in text


def test_a_hundred_wrong_passwords_stop_the_guesser_and_nobody_else(worker, cast):
    guesser = Client()
    answers = [log_in(guesser, f"guess {number}") for number in range(100)]
    assert sum("账号和密码对不上" in answer.content.decode() for answer in answers) == 5
    is_held(answers[-1])
    is_held(log_in(guesser))
    assert not is_in(guesser)
    victim = Client()
    assert log_in(victim, of=2).status_code == 302
    assert is_in(victim)


def test_guessing_from_a_hundred_networks_does_not_lock_the_victim_out(worker):
    for number in range(100):
        log_in(Client(), "guess", of=10 + number)
    victim = Client()
    assert log_in(victim, of=2).status_code == 302


def test_counters_are_rows_of_postgres(worker):
    log_in(Client(), "guess")
    assert settings.CACHES["default"]["BACKEND"].endswith("DatabaseCache")
    with connection.cursor() as cursor:
        cursor.execute("SELECT cache_key FROM cache")
        keys = [key for (key,) in cursor.fetchall()]
    assert any("login_failed" in key for key in keys)
    assert not any("worker" in key for key in keys)


def test_invented_addresses_change_nothing(worker):
    """A3: fifty made-up headers are one address without a proxy of ours."""
    guesser = Client()
    for number in range(50):
        log_in(guesser, "guess", HTTP_X_FORWARDED_FOR=address(500 + number))
    is_held(log_in(guesser, HTTP_X_FORWARDED_FOR="203.0.113.9, 198.51.100.4"))
    assert not is_in(guesser)


def test_behind_one_proxy_only_its_own_entry_counts(worker, settings):
    settings.TRUSTED_PROXIES = 1
    guesser = Client()
    for number in range(20):
        forged = f"{address(500 + number)}, 203.0.113.9"
        log_in(guesser, "guess", HTTP_X_FORWARDED_FOR=forged, REMOTE_ADDR="127.0.0.1")
    more = {"REMOTE_ADDR": "127.0.0.1"}
    held = log_in(guesser, HTTP_X_FORWARDED_FOR=f"{address(900)}, 203.0.113.9", **more)
    assert "连着输错" in held.content.decode() and not is_in(guesser)
    other = Client()
    assert log_in(other, HTTP_X_FORWARDED_FOR="198.51.100.4", **more).status_code == 302


@pytest.mark.parametrize("proxies", [0, 1, 2])
def test_address_that_counts(settings, proxies):
    settings.TRUSTED_PROXIES = proxies
    told = {0: "10.0.0.5", 1: "198.51.100.4", 2: "203.0.113.9"}
    request = RequestFactory().get(
        "/",
        REMOTE_ADDR="10.0.0.5",
        HTTP_X_FORWARDED_FOR="1.1.1.1, 203.0.113.9, 198.51.100.4",
    )
    assert client_address(request) == told[proxies]


def test_the_act_log_keeps_the_address_of_the_connection(worker, estate, client):
    issue = report(estate)
    client.force_login(worker, backend="stations.foundation.sign_in.PhoneOrNameBackend")
    more = {"REMOTE_ADDR": "198.51.100.77", "HTTP_X_FORWARDED_FOR": "8.8.8.8"}
    answer = client.post(f"/issues/{issue.pk}/accept/", {"reply": ""}, **more)
    act = Act.objects.get(verb="deliberation.accepted")
    assert act.address == "198.51.100.77"
    assert act.request_id == answer["X-Request-Id"]


def code_now(secret):
    counter = next(iter(yield_hotp_counters_from_time()))
    return format_hotp_value(hotp_value(secret, counter))


@pytest.mark.django_db(transaction=True)
def test_one_time_code_used_twenty_times_at_once_opens_one_session(worker, settings):
    """A4. The limit on failures is lifted: the code itself has to be used up."""
    settings.ACCOUNT_RATE_LIMITS = False
    secret = generate_totp_secret()
    TOTP.activate(worker, secret)
    people = [Client() for _ in range(20)]
    for number, one in enumerate(people):
        assert log_in(one, of=number)["Location"] == SECOND
        assert not is_in(one)
    code = code_now(secret)

    def enter(one):
        try:
            return one.post(SECOND, {"code": code}).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(enter, people))
    assert answers.count(302) == 1
    assert sum(is_in(one) for one in people) == 1


def without_what_differs(answer, login):
    text = answer.content.decode().replace(login, "").replace(answer["X-Request-Id"], "")
    return re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", text)


class Counting(MD5PasswordHasher):
    """Counts how often a password was hashed: that is what takes the time."""

    algorithm = "md5"
    done = 0

    def encode(self, *arguments):
        Counting.done += 1
        return super().encode(*arguments)


def test_unknown_name_and_wrong_password_are_the_same_answer_and_work(worker, settings):
    settings.PASSWORD_HASHERS = [f"{__name__}.Counting"]
    worker.set_password(PASSWORD)
    worker.save()
    found = []
    for number, login in enumerate(("worker", "nobody-x")):
        Counting.done = 0
        answer = log_in(Client(), "something else", login=login, of=number)
        said = without_what_differs(answer, login)
        found.append((answer.status_code, said, Counting.done))
    assert found[0] == found[1]
    assert found[0][2] >= 1


@pytest.mark.parametrize(
    "password",
    [
        "short-one",
        "123456789012",
        "password1234",
        "qingyun-2026-2026",
        "tongxin-tongxin-88",
        "Jinxiu-Shequ-2026",
        "QingYun_JieDao!!2026",
        "同心社区同心社区2026",
        "tongxinadmin123",
    ],
)
def test_passwords_everybody_would_guess_are_refused(password, worker):
    with pytest.raises(ValidationError):
        validate_password(password, worker)


@pytest.mark.parametrize(
    "password", ["zhongxin-guangchang-9", "马到成功好兆头三月天晴朗朗", "correct horse 9"]
)
def test_others_are_fine(password, worker):
    validate_password(password, worker)


def test_nobody_has_an_account_in_an_empty_database():
    assert (User.objects.count(), Posting.objects.count()) == (0, 0)


def test_second_step_can_be_required_of_everybody(worker, settings):
    """A1: with MFA_REQUIRED no page opens before the second step is set up."""
    settings.MFA_REQUIRED = True
    client = Client()
    log_in(client)
    for path in ("/desk/", "/issues/", "/home/", "/messages/"):
        answer = client.get(path)
        assert (answer.status_code, answer["Location"]) == (
            302,
            "/account/two-factor/totp/activate/",
        )
    assert client.get("/desk/", HTTP_HX_REQUEST="true")["HX-Redirect"]
    assert client.get("/account/two-factor/").status_code == 200
    TOTP.activate(worker, generate_totp_secret())
    assert client.get("/desk/").status_code == 200
    again = Client()
    assert log_in(again)["Location"] == SECOND
    assert again.get("/desk/")["Location"].startswith(LOGIN)
