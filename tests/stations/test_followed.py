"""What is followed by a code: the same for issues and for orders."""

import pytest

from deliberation.services import gate as issue_gate
from stations.foundation.codes import code_from
from stations.foundation.gate import Limit
from tests.factories import report
from tests.volunteers.order_rows import order_in
from volunteers.services import help_gate as order_gate

pytestmark = pytest.mark.django_db
WRONG = {"tail": "0000", "code": "0000-0000-0000-0000"}
TOLD = {"tail": "0000", "words": "还在漏", "part": "2"}


@pytest.fixture(params=["issue", "order"])
def followed(request, client, estate):
    """Something this browser has given the code of, its address, and the gate before it."""
    if request.param == "issue":
        row, page, gate = report(estate), "/track/{}/", issue_gate
        ask, session = "/track/", "issues"
    else:
        row, page, gate = order_in(estate), "/help/orders/{}/", order_gate
        ask, session = "/help/track/", "help_orders"
    known(client, session, row.pk)
    return row, page.format(row.pk), ask, gate, session


def known(client, name, *keys):
    session = client.session
    session[name] = list(keys)
    session.save()


def waits(answer):
    """Held at the gate: says for how many seconds, and in words for how many minutes."""
    assert answer.status_code == 429
    assert int(answer["Retry-After"]) > 60  # more than what every 429 says
    assert "分钟" in answer.content.decode()
    assert "no-store" in answer["Cache-Control"]


@pytest.mark.parametrize("limit", ["TAIL", "TAIL_NETWORK"])
def test_guessing_the_digits_waits_and_is_told_how_long(client, followed, monkeypatch, limit):
    _, page, _, gate, _ = followed
    monkeypatch.setattr(gate, limit, Limit(f"{limit}.test", 1, 1))
    assert client.post(f"{page}open/", WRONG).status_code == 422
    waits(client.post(f"{page}open/", WRONG))


def test_guessing_codes_waits_and_is_told_how_long(client, followed, monkeypatch):
    _, _, ask, gate, _ = followed
    monkeypatch.setattr(gate, "LOOK_UP", Limit("look_up.test", 1, 1))
    assert client.post(ask, WRONG).status_code == 422
    waits(client.post(ask, WRONG))


def test_every_act_with_a_limit_is_told_how_long(client, estate, monkeypatch):
    issue, order = report(estate), order_in(estate)
    known(client, "issues", issue.pk)
    known(client, "help_orders", order.pk)
    monkeypatch.setattr(issue_gate, "REMARK", Limit("remark.test", 1, 1))
    monkeypatch.setattr(order_gate, "TAIL", Limit("tail.test", 1, 1))
    monkeypatch.setattr(order_gate, "CHANGE", Limit("change.test", 1, 1))
    for act, first in (
        (f"/track/{issue.pk}/remark/", 302),
        (f"/help/orders/{order.pk}/confirm/", 422),
        (f"/help/orders/{order.pk}/time/", 302),
    ):
        assert client.post(act, TOLD).status_code == first
        waits(client.post(act, TOLD | {"part": "1", "words": "还在漏，很多"}))
    order.refresh_from_db()
    assert (order.part, issue.events.filter(kind="remark").count()) == (2, 1)


def test_a_right_code_with_digits_guessed_too_often_is_held(client, followed, monkeypatch):
    row, page, ask, gate, _ = followed
    monkeypatch.setattr(gate, "TAIL", Limit("tail.test", 1, 1))
    guess = {"code": code_from(row.token), "tail": "0000"}
    answer = client.post(ask, guess, follow=True)
    assert answer.redirect_chain[-1][0] == page and "对不上" in answer.content.decode()
    waits(client.post(ask, guess))


def test_an_empty_form_says_what_is_missing(client, followed):
    _, page, ask, *_ = followed
    answer = client.post(ask, {})
    assert answer.status_code == 422 and "请填上" in answer.content.decode()
    answer = client.post(f"{page}open/", {})
    assert answer.status_code == 422 and "最后四位" in answer.content.decode()


def test_put_away_the_code_is_gone_as_well(client, followed):
    """Whoever lends a phone does not want the next one to read the receipt on it."""
    row, page, ask, _, session = followed
    receipt, name = {"issues": ("receipt", "issue"), "help_orders": ("help_receipt", "order")}[
        session
    ]
    kept = client.session
    kept[receipt] = {name: row.pk, "code": "K7QF-2M9X-4TDN-8RCH", "at": 9e9}
    kept.save()
    address = "/received/" if session == "issues" else "/help/received/"
    assert "K7QF-2M9X-4TDN-8RCH" in client.get(address).content.decode()
    assert client.post(f"{page}forget/").url == ask
    assert client.get(address).url == ask
    assert client.get(page).url == ask


def test_digits_without_the_code_open_nothing(client, followed):
    row, page, ask, _, session = followed
    known(client, session)
    known(client, f"opened_{session}", row.pk)
    assert client.get(page).url == ask


def test_ten_are_remembered_the_newest_first(client, followed, estate):
    row, _, ask, _, session = followed
    known(client, session, *range(9_000_000, 9_000_010))
    assert client.post(ask, {"code": code_from(row.token)}).status_code == 302
    assert client.session[session] == [row.pk, *range(9_000_000, 9_000_009)]
