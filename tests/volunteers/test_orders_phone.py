"""接单 on a phone: what can be taken back, what has changed meanwhile, the calendar."""

import re
from datetime import timedelta

import pytest
from django.contrib.messages import get_messages
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from stations.models import Duty
from tests.volunteers.order_rows import ask_of, fresh, order_in, put_out, taken
from tests.volunteers.rows import volunteer_in
from volunteers.choices import AskState, HourSource, OrderState
from volunteers.models import Ask, Hour, Order
from volunteers.services import orders
from volunteers.services.orders.chain import DISPATCH_DUTY

pytestmark = pytest.mark.django_db


def url(name, order):
    return reverse(f"volunteers:{name}", args=[order.pk])


@pytest.fixture
def me(cast, community):
    return volunteer_in(community, user=cast("volunteer"))


@pytest.fixture
def phone(me, sign_in):
    return sign_in("volunteer")


def text(client, order):
    return client.get(url("my_order", order)).content.decode()


def tags(answer):
    return " ".join(message.extra_tags for message in get_messages(answer.wsgi_request))


def test_whoever_is_busy_then_reads_it_before_answering(phone, me, estate, cast):
    day = timezone.localdate() + timedelta(days=2)
    taken(order_in(estate, wanted_on=day, part=0), cast("worker"), me)
    free = order_in(estate, wanted_on=day, part=1)
    put_out(free, cast("worker"), me)
    order = order_in(estate)
    put_out(order, cast("worker"), me)
    orders.change_time(order=order, by=None, wanted_on=day, part=1)
    busy = "两头赶不上"
    for page in (text(phone, order), phone.get(reverse("volunteers:my_orders")).content.decode()):
        assert busy not in page and 'value="' in page
    orders.accept(ask=ask_of(free, me), by=me.user)
    page = text(phone, order)
    assert f"您那天下午已经接了一单，{busy}" in page
    assert url("my_accept", order) not in page and url("my_decline", order) in page
    page = phone.get(reverse("volunteers:my_orders")).content.decode()
    assert busy in page and url("my_accept", order) not in page
    assert "btn-main" not in page  # 去不了 is no act to be led to
    phone.post(url("my_decline", order))
    assert ask_of(order, me).state == "declined"


def test_one_button_of_the_list_is_the_red_one(phone, me, estate, cast):
    for _ in range(3):
        put_out(order_in(estate), cast("worker"), me)
    page = phone.get(reverse("volunteers:my_orders")).content.decode()
    assert page.count("btn-main") == 1 and page.count(">我去</button>") == 3


def test_setting_out_can_be_taken_back(phone, me, estate, cast):
    order = taken(order_in(estate), cast("worker"), me)
    answer = phone.post(url("my_set_out", order))
    assert f"undo:{url('my_undo_set_out', order)}" in tags(answer)
    for _ in range(2):
        assert phone.post(url("my_undo_set_out", order)).status_code == 302
    assert fresh(order).state == OrderState.ACCEPTED
    me.refresh_from_db()
    assert me.open_count == 1


@pytest.mark.parametrize("facts", [{"begun_at": timezone.now()}, {"state_since": None}])
def test_what_has_begun_or_was_long_ago_is_not_taken_back(facts, me, estate, cast):
    order = orders.set_out(order=taken(order_in(estate), cast("worker"), me), by=me.user)
    facts = {key: value or timezone.now() - timedelta(minutes=11) for key, value in facts.items()}
    Order.objects.filter(pk=order.pk).update(**facts)
    with pytest.raises(ValidationError, match="撤不了"):
        orders.undo_set_out(order=order, by=me.user)


def test_a_no_can_be_taken_back_and_the_order_comes_from_the_worker_again(phone, me, estate, cast):
    order = put_out(order_in(estate), cast("worker"), me)
    answer = phone.post(url("my_decline", order))
    assert f"undo:{url('my_answer_again', order)}" in tags(answer)
    assert fresh(order).state == OrderState.ORDERED  # nobody else was there
    assert "又能去了" in text(phone, order)
    for _ in range(2):
        assert phone.post(url("my_answer_again", order)).status_code == 302
    assert (fresh(order).state, ask_of(order, me).state) == (OrderState.DISPATCHED, AskState.ASKED)
    assert not Duty.objects.open().filter(kind=DISPATCH_DUTY).exists()
    assert "我去" in text(phone, order)
    orders.accept(ask=ask_of(order, me), by=me.user)


def test_after_somebody_else_took_it_the_page_says_so(phone, me, estate, cast, community):
    other = volunteer_in(community)
    order = put_out(order_in(estate), cast("worker"), me, other)
    phone.post(url("my_decline", order))
    orders.accept(ask=ask_of(order, other), by=other.user)
    page = text(phone, order)
    assert "已经有人去了，谢谢您。" in page and "又能去了" not in page
    answer = phone.post(url("my_answer_again", order))
    assert answer.status_code == 422 and "已经有人去了" in answer.content.decode()
    with pytest.raises(ValidationError):
        orders.answer_again(ask=Ask.objects.get(volunteer=other), by=me.user)


def test_done_right_after_the_beginning_is_asked_once_more(phone, me, estate, cast):
    order = taken(order_in(estate), cast("worker"), me)
    phone.post(url("my_begin", order))
    answer = phone.post(url("my_finish", order))
    page = answer.content.decode()
    assert answer.status_code == 422 and "才开始0分钟，真的做完了吗？" in page
    assert 'name="sure"' in page and "是，做完了" in page
    assert phone.post(url("my_finish", order), {"sure": "on"}).status_code == 302
    assert fresh(order).state == OrderState.DONE


def test_pressed_by_mistake_there_is_a_way_back_and_the_minutes_stand_there(
    phone, me, estate, cast
):
    order = taken(order_in(estate), cast("worker"), me)
    phone.post(url("my_begin", order))
    Order.objects.filter(pk=order.pk).update(begun_at=timezone.now() - timedelta(minutes=4))
    page = phone.post(url("my_finish", order)).content.decode()
    assert f'href="{url("my_order", order)}">还没做完</a>' in page
    assert "到现在4分钟" in page and "是，做完了，记4分钟" in page
    assert fresh(order).begun_at and fresh(order).state == OrderState.ON_WAY


def test_more_minutes_than_the_clock_saw_are_refused_and_kept_in_the_box(phone, me, estate, cast):
    order = taken(order_in(estate), cast("worker"), me)
    phone.post(url("my_begin", order))
    Order.objects.filter(pk=order.pk).update(begun_at=timezone.now() - timedelta(minutes=30))
    answer = phone.post(url("my_finish", order), {"minutes": "47"})
    page = answer.content.decode()
    assert answer.status_code == 422 and "最多记30分钟" in page
    assert 'value="47"' in page and 'name="forgot" value="on"' in page
    assert re.search('<details class="fold-form" open><summary>.*?忘了按开始', page)
    assert phone.post(url("my_finish", order), {"minutes": "47", "forgot": "on"}).status_code == 302
    hour = Hour.objects.get(order=order)
    assert (hour.minutes, hour.source) == (47, HourSource.SAID)


def test_minutes_are_any_whole_number_and_refused_in_the_pages_own_words(phone, me, estate, cast):
    order = taken(order_in(estate), cast("worker"), me)
    phone.post(url("my_set_out", order))
    page = text(phone, order)
    assert 'step="' not in page and 'max="720"' not in page
    form = re.search(f"<form[^>]*{url('my_finish', order)}[^>]*>", page)[0]
    assert "novalidate" in form
    for typed, sentence in (("999", "填5到720之间的分钟数"), ("4.5", "分钟数填整数")):
        answer = phone.post(url("my_finish", order), {"minutes": typed})
        assert answer.status_code == 422 and sentence in answer.content.decode()
        assert f'value="{typed}"' in answer.content.decode()
    assert phone.post(url("my_finish", order), {"minutes": "47"}).status_code == 302


def test_after_ten_minutes_it_is_not_asked(phone, me, estate, cast):
    order = taken(order_in(estate), cast("worker"), me)
    phone.post(url("my_begin", order))
    Order.objects.filter(pk=order.pk).update(begun_at=timezone.now() - timedelta(minutes=11))
    assert phone.post(url("my_finish", order)).status_code == 302


def test_before_the_day_one_rings_and_puts_it_into_the_calendar(phone, me, estate, cast):
    day = timezone.localdate() + timedelta(days=1)
    order = put_out(order_in(estate, wanted_on=day, part=0), cast("worker"), me)
    assert phone.get(url("my_order_calendar", order)).status_code == 404  # not taken yet
    orders.accept(ask=ask_of(order, me), by=me.user)
    page = text(phone, order)
    assert "btn btn-main btn-wide mo-call" in page and "存进日历" in page
    assert page.count("btn-main") == 1  # to ring is the one main act
    answer = phone.get(url("my_order_calendar", order))
    file = (
        b"".join(answer.streaming_content).decode() if answer.streaming else answer.content.decode()
    )
    assert f"DTSTART;VALUE=DATE:{day:%Y%m%d}" in file and "刘桂芳" not in file
    Order.objects.filter(pk=order.pk).update(wanted_on=timezone.localdate())
    assert "mo-call" in text(phone, order) and "btn-main btn-wide mo-call" not in text(phone, order)
