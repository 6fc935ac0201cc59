"""Whoever is stopped over a button gets back to the page it is on, never to an empty 405."""

import pytest
from django.test import Client
from django.urls import reverse

from stations.foundation.get_back import SAY, page_above

pytestmark = pytest.mark.django_db

HTML = {"HTTP_ACCEPT": "text/html,application/xhtml+xml,*/*;q=0.8"}
LOGIN = "/account/login/"
PASSWORD = "jinxiu-shequ-2026"


@pytest.fixture
def worker(cast):
    user = cast("worker")
    user.set_password(PASSWORD)
    user.save()
    return user


@pytest.mark.parametrize(
    ("path", "above"),
    [
        ("/orders/7/dispatch/", "/orders/7/"),
        ("/mine/orders/12/set-out/", "/mine/orders/12/"),
        ("/messages/read/", "/messages/"),
        ("/nowhere/at/all/", "/"),
        ("/", "/"),
    ],
)
def test_the_nearest_address_that_leads_anywhere(path, above):
    assert page_above(path) == above


def test_a_buttons_address_opened_as_a_page_leads_above_it(sign_in):
    client = sign_in("worker")
    answer = client.get("/messages/read/", **HTML)
    assert (answer.status_code, answer["Location"]) == (302, "/messages/")
    assert SAY in client.get("/messages/", **HTML).content.decode()


def test_scripts_and_parts_of_pages_still_hear_405(sign_in):
    client = sign_in("worker")
    for headers in ({}, {**HTML, "HTTP_HX_REQUEST": "true"}, {"HTTP_ACCEPT": "application/json"}):
        assert client.get("/messages/read/", **headers).status_code == 405


@pytest.mark.parametrize(
    ("headers", "back"),
    [
        ({"HTTP_REFERER": "http://testserver/orders/7/?back=x"}, "/orders/7/?back=x"),
        ({"HTTP_REFERER": "http://evil.example/orders/7/"}, "/home/"),
        ({"HTTP_REFERER": "http://testserver//evil.example/"}, "/home/"),
        ({}, "/home/"),
        (
            {"HTTP_HX_REQUEST": "true", "HTTP_HX_CURRENT_URL": "http://testserver/desk/"},
            "/desk/",
        ),
    ],
)
def test_a_session_that_ended_over_a_button_leads_back_to_its_page(worker, headers, back):
    client = Client()
    answer = client.post(reverse("volunteers:order_dispatch", args=[7]), **headers)
    sign_in = answer.headers.get("HX-Redirect") or answer["Location"]
    inside = client.post(sign_in, {"login": "worker", "password": PASSWORD})
    assert inside["Location"] == back


def test_a_page_is_come_back_to_as_it_was(worker):
    answer = Client().get("/orders/?q=x")
    assert answer["Location"] == f"{LOGIN}?next=%2Forders%2F%3Fq%3Dx"
