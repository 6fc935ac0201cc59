"""One box for every code: whoever types an order's code where issues are followed is led on."""

import uuid

import pytest

from volunteers.choices import Help
from volunteers.services.orders import order_help

pytestmark = pytest.mark.django_db


@pytest.fixture
def code(estate):
    _, code = order_help(
        token=uuid.uuid4(), area=estate, help=Help.ERRAND, name="周桂兰", phone="13900007888"
    )
    return code


def test_an_orders_code_is_understood_in_the_box_for_issues(client, code):
    typed = code.lower().replace("-", " ")
    answer = client.post("/track/", {"code": typed, "tail": "7888"})
    assert (answer.status_code, answer["Location"]) == (307, "/help/track/")
    page = client.post(answer["Location"], {"code": typed, "tail": "7888"}, follow=True)
    assert "跑腿代买" in page.content.decode()


def test_a_code_of_nothing_is_not_found(client, code):
    assert client.post("/track/", {"code": "0000-0000-0000-0000"}).status_code == 422
