"""点单卡: one tap is one order, nobody is named, and a lost card does nothing."""

import re
import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from stations.foundation.codes import code_digest
from stations.models import Act
from tests.factories import StationFactory
from tests.volunteers.order_rows import put_out
from tests.volunteers.parts.care import person_in
from tests.volunteers.rows import volunteer_in
from volunteers.choices import FIRST_HELPS, Help, OrderChannel, OrderState, plain_help
from volunteers.models import Beneficiary, Order
from volunteers.services import cards, orders
from volunteers.services.orders import order_help

pytestmark = pytest.mark.django_db


@pytest.fixture
def card(estate, worker):
    """(person, code)"""
    person = person_in(estate, worker, name="王桂芳", phone="13955551234", words="耳背")
    return cards.give_card(beneficiary=person, by=worker)


def address(name, code):
    return reverse(f"volunteers:{name}", args=[code])


def done_of(order, worker, volunteer):
    """Taken and done by this volunteer."""
    put_out(order, worker, volunteer)
    order = orders.accept(ask=order.asks.get(), by=volunteer.user)
    order = orders.begin_service(order=order, by=volunteer.user)
    return orders.finish(order=order, by=volunteer.user)


def press(client, code, help="errand", **facts):
    return client.post(address("card_order", code), {"help": help} | facts)


def test_only_the_digest_is_kept(card):
    person, code = card
    row = Beneficiary.objects.filter(pk=person.pk).values().get()
    assert row["card_digest"] == code_digest(code)
    assert not any(code in str(value) for value in row.values())
    assert not any(code in str(act.detail) for act in Act.objects.all())
    assert cards.holder_of(code) == person
    assert cards.holder_of(code.lower().replace("-", " ")) == person


def test_a_new_card_makes_the_old_one_void(card, worker):
    person, code = card
    _, fresh = cards.give_card(beneficiary=person, by=worker)
    assert cards.holder_of(code) is None
    assert cards.holder_of(fresh) == person
    cards.revoke_card(beneficiary=person, by=worker)
    assert cards.holder_of(fresh) is None
    with pytest.raises(ValidationError, match="现在没有点单卡"):
        cards.revoke_card(beneficiary=person, by=worker)


@pytest.mark.parametrize("code", ["", "0000-0000-0000-0000", "什么", "x" * 300])
def test_a_wrong_code_finds_nobody(card, code):
    person_without = Beneficiary.objects.exclude(card_digest="").get()
    assert cards.holder_of(code) is None
    assert person_without  # somebody has a card all the same


def test_only_who_is_looked_after_has_one(estate, worker):
    order, _ = order_help(token=uuid.uuid4(), area=estate, help="errand", name="王", by=worker)
    with pytest.raises(ValidationError, match="常年服务"):
        cards.give_card(beneficiary=order.beneficiary, by=worker)


# the card on paper


def test_the_card_is_shown_once(estate, worker, sign_in):
    StationFactory(area=estate.parent, phone="0731-22881234")
    person = person_in(estate, worker, name="王桂芳")
    client = sign_in("worker")
    shown = client.post(address("card_give", person.pk), follow=True)
    page = shown.content.decode()
    assert "要人帮忙，扫一扫" in page and "0731-22881234" in page and "<svg" in page
    assert all(plain_help(help) in page for help in FIRST_HELPS)
    assert "王桂芳" not in page
    again = client.get(address("card_print", person.pk), follow=True)
    assert "卡片只显示一次" in again.content.decode()
    assert Act.objects.filter(verb="volunteers.print_card").count() == 1


# the page of whoever holds it


def test_the_page_names_nobody(card, estate, client):
    StationFactory(area=estate.parent, phone="0731-22881234")
    answer = client.get(address("card", card[1]))
    page = answer.content.decode()
    assert answer.status_code == 200
    assert all(plain_help(help) in page for help in FIRST_HELPS) and "别的" in page
    assert "tel:0731-22881234" in page
    person = card[0]
    secrets = ["王", "13955551234", "耳背", str(person.home.number), str(person.entrance)]
    assert not any(secret in page for secret in secrets)
    assert "no-store" in answer["Cache-Control"]


@pytest.mark.parametrize("name", ["card", "card_order", "card_cancel"])
def test_a_card_that_does_not_work_is_kind(card, worker, client, name):
    person, code = card
    cards.revoke_card(beneficiary=person, by=worker)
    for wrong in (code, "0000-0000-0000-0000", "nothing"):
        send = client.get if name == "card" else client.post
        answer = send(address(name, wrong), {"help": "errand"})
        assert answer.status_code == 404
        assert "打卡片上印的电话" in answer.content.decode()
    assert not Order.objects.exists()


def test_one_tap_is_an_order(card, client):
    person, code = card
    answer = press(client, code, "repair", token=uuid.uuid4())
    assert answer.status_code == 302
    order = Order.objects.get()
    assert (order.help, order.channel, order.by) == ("repair", OrderChannel.CARD, None)
    assert (order.beneficiary, order.building, order.home) == (
        person,
        person.building,
        person.home,
    )
    page = client.get(answer.url).content.decode()
    assert "记下了" in page and "社区给您打电话说谁来" in page and "取消" in page


def test_a_double_tap_is_one_order_another_button_another(card, client):
    token = uuid.uuid4()
    for help in ("errand", "errand", "repair", "errand"):
        press(client, card[1], help, token=token)
    assert sorted(Order.objects.values_list("help", flat=True)) == ["errand", "repair"]


def test_the_same_help_again_is_the_open_one(card, client):
    for _ in range(3):
        press(client, card[1], token=uuid.uuid4())
    assert Order.objects.count() == 1
    client.post(address("card_cancel", card[1]), {"order": Order.objects.get().pk})
    press(client, card[1], token=uuid.uuid4())
    assert Order.objects.count() == 2


def test_a_planned_visit_is_no_open_order(card, client, estate, worker):
    day = timezone.localdate() + timedelta(days=3)
    facts = {"area": estate, "help": "errand", "beneficiary": card[0], "by": worker}
    order_help(token=uuid.uuid4(), wanted_on=day, channel=OrderChannel.PACKAGE, **facts)
    page = client.get(address("card", card[1])).content.decode()
    assert "社区请人来" in page and "取消" not in page
    press(client, card[1], token=uuid.uuid4())
    assert Order.objects.count() == 2


def test_a_planned_visit_whose_day_is_over_or_far_is_not_shown(card, estate, worker):
    today, facts = timezone.localdate(), {"area": estate, "help": "care", "by": worker}
    facts |= {"beneficiary": card[0], "channel": OrderChannel.PACKAGE}
    for days in (3, 8):
        day = today + timedelta(days=days)
        order_help(token=uuid.uuid4(), wanted_on=day, **facts)
    shown = [one["order"].wanted_on for one in cards.shown_on_card(card[0])]
    assert shown == [today + timedelta(days=3)]
    Order.objects.update(wanted_on=today - timedelta(days=1))
    assert not cards.shown_on_card(card[0])


@pytest.mark.parametrize("facts", [{"help": "hack"}, {}, {"website": "http://x", "help": "errand"}])
def test_what_no_button_sends_is_refused(card, client, facts):
    answer = client.post(address("card_order", card[1]), facts)
    assert answer.status_code == 422
    assert not Order.objects.exists()


def test_cancel_takes_back_ones_own(card, client, estate, worker):
    press(client, card[1], token=uuid.uuid4())
    mine = Order.objects.get()
    other, _ = order_help(token=uuid.uuid4(), area=estate, help="errand", name="李", by=worker)
    for order in (mine, other):
        client.post(address("card_cancel", card[1]), {"order": order.pk})
    mine.refresh_from_db()
    other.refresh_from_db()
    assert (mine.state, other.state) == (OrderState.CANCELLED, OrderState.ORDERED)
    for nonsense in ("", "x", "99999999999999999999"):
        assert client.post(address("card_cancel", card[1]), {"order": nonsense}).status_code == 302


def test_who_comes_is_a_first_character(card, client, community):
    press(client, card[1], token=uuid.uuid4())
    helper = volunteer_in(community, is_verified=False)
    type(helper.user).objects.filter(pk=helper.user_id).update(name="陈晓燕")
    tomorrow = timezone.localdate() + timedelta(days=1)
    Order.objects.update(volunteer=helper, state="accepted", wanted_on=tomorrow, part=0)
    page = client.get(address("card", card[1])).content.decode()
    assert f"{helper.number} 陈志愿者明天上午来" in page and "有人来" in page
    assert "不放心" not in page  # there is no station to ask
    assert "陈晓燕" not in page
    Order.objects.update(state="on_way")
    page = client.get(address("card", card[1])).content.decode()
    assert "陈志愿者正在路上。" in page
    assert "card_cancel" not in page and "取消" not in page
    Order.objects.update(begun_at=timezone.now())
    assert "陈志愿者到了。" in client.get(address("card", card[1])).content.decode()
    Order.objects.update(state="done", done_at=timezone.now())
    assert "做完了" in client.get(address("card", card[1])).content.decode()
    Order.objects.update(begun_at=None, done_at=timezone.now() - timedelta(days=1))
    assert "做完了" not in client.get(address("card", card[1])).content.decode()


def test_presses_are_bounded_per_card(card, client, monkeypatch):
    """Whoever found the card cannot bury the station in orders."""
    size = cards.CARD_PRESS.size
    answers = []
    for _ in range(size + 1):
        answers.append(press(client, card[1], token=uuid.uuid4()).status_code)
        Order.objects.filter(state="ordered").update(state="cancelled")
    assert answers == [302] * size + [429]
    held = press(client, card[1])
    assert "打电话给服务站" in held.content.decode()
    assert held["Retry-After"]


def test_guesses_are_bounded(client, monkeypatch):
    monkeypatch.setattr(cards, "CARD_LOOK", cards.Limit("card.look.test", 3, 1))
    codes = ["0000-0000-0000-0000"] * 4
    assert [client.get(address("card", code)).status_code for code in codes] == [404] * 3 + [429]


def test_the_buttons_work_without_javascript(card, client):
    """Plain buttons of a plain form, five of them, each with its own value."""
    page = client.get(address("card", card[1])).content.decode()
    values = re.findall(r'name="help" value="(\w+)" type="submit"', page)
    assert values == [*FIRST_HELPS, Help.OTHER]
    assert "<script>" not in page and "onclick" not in page


def test_the_browser_that_pressed_may_follow_and_confirm(card, client):
    """No code is asked: the card's page leads to the order, for this browser alone."""
    press(client, card[1], token=uuid.uuid4())
    order = Order.objects.get()
    url = f"/help/orders/{order.pk}/"
    assert url in client.get(address("card", card[1])).content.decode()
    assert client.get(url).status_code == 200
    kept = client.session["help_receipt"]
    assert kept["order"] == order.pk and code_digest(kept["code"]) == order.code_digest
    Order.objects.filter(pk=order.pk).update(
        state="done", done_at=timezone.now(), volunteer=volunteer_in(order.area.parent)
    )
    assert ">做好了</button>" in client.get(address("card", card[1])).content.decode()
    said = client.post(address("card_say", card[1]), {"order": order.pk, "say": "done"})
    assert said.url == url and "社区登记的那个电话" in client.get(url).content.decode()
    client.post(f"{url}confirm/", {"tail": "1234"})
    order.refresh_from_db()
    assert order.state == OrderState.CONFIRMED
    other = Client()
    assert url not in other.get(address("card", card[1])).content.decode()
    assert other.get(url).status_code == 302


def test_nobody_came_is_said_with_one_tap(card, client, worker, community):
    press(client, card[1], token=uuid.uuid4())
    order = Order.objects.get()
    say = {"order": order.pk, "say": "not"}
    client.post(address("card_say", card[1]), say)  # nobody has said yet that it was done
    order.refresh_from_db()
    assert order.call_since is None
    done_of(order, worker, volunteer_in(community))
    page = client.post(address("card_say", card[1]), say, follow=True).content.decode()
    order.refresh_from_db()
    assert order.call_since and "给您打电话" in page and ">没来</button>" not in page
    assert client.post(address("card_say", "ABCD-ABCD-ABCD-ABCD"), say).status_code == 404


def test_a_card_that_does_not_work_has_a_telephone_and_is_no_success(client, estate):
    StationFactory(area=estate.parent, phone="0731-55550110")
    page = client.get(address("card", "ABCD-ABCD-ABCD-ABCD")).content.decode()
    assert "这张卡用不了了" in page and "tel:0731-55550110" in page and "is-gone" in page


def test_pressed_again_it_is_followed_too(card, client):
    press(client, card[1], token=uuid.uuid4())
    other = Client()
    press(other, card[1], token=uuid.uuid4())
    order = Order.objects.get()
    assert other.get(f"/help/orders/{order.pk}/").status_code == 200
    assert "help_receipt" not in other.session


@pytest.mark.django_db(transaction=True)
def test_a_shaking_hand_presses_eight_times_at_once(card):
    """Eight pages, eight tokens, one moment: whoever comes second finds the open order."""

    def tap(_):
        try:
            order, _ = cards.order_by_card(beneficiary=card[0], help="errand", token=uuid.uuid4())
            return order.pk
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as hands:
        assert len(set(hands.map(tap, range(8)))) == 1
    assert Order.objects.count() == 1
