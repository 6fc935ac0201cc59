"""The pages of orders: residents without an account, staff, and volunteers on a phone."""

import re
import uuid
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from stations.foundation.codes import code_digest
from stations.models import Act
from stations.registries import around_home, doors, indicators, origins, referrals
from stations.services.referring import refer
from tests.factories import HomeFactory
from tests.volunteers.order_rows import (
    ask_of,
    done,
    entrance_in,
    fresh,
    order_in,
    put_out,
    taken,
)
from tests.volunteers.rows import team_in, verified, volunteer_in
from volunteers.choices import ANY_TIME, OrderState, free_bit
from volunteers.forms.help import HELPS
from volunteers.models import Order
from volunteers.services import help_gate, orders
from volunteers.services.beneficiaries import facts_of

pytestmark = pytest.mark.django_db
NAME, PHONE, DOOR, WORDS = "刘桂芳", "13900000321", "1704", "降压药没了"


def url(name, *args):
    return reverse(f"volunteers:{name}", args=args)


def text_of(answer):
    return answer.content.decode()


@pytest.fixture
def entrance(estate):
    return entrance_in(estate)


@pytest.fixture
def me(cast, community):
    return volunteer_in(community, user=cast("volunteer"))


def a_wish(entrance, **facts):
    return {
        "help": "errand",
        "where": f"e-{entrance.code}",
        "name": NAME,
        "phone": PHONE,
        "door": DOOR,
        "words": WORDS,
        "token": str(uuid.uuid4()),
    } | facts


@pytest.fixture
def order(estate, entrance):
    return order_in(estate, entrance=entrance, name=NAME, phone=PHONE, door=DOOR, words=WORDS)


def known(client, order, *, opened=False):
    session = client.session
    session["help_orders"] = [order.pk]
    if opened:
        session["opened_help_orders"] = [order.pk]
    session.save()


# residents


def test_the_form_has_four_large_buttons_and_the_place_of_the_door(client, estate, entrance):
    page = text_of(client.get(f"{url('help', estate.code)}?at={entrance.code}"))
    assert page.count('class="pick-face"') == len(HELPS)
    assert page.split("more-picks")[0].count('class="pick-face"') == 4
    assert f'value="e-{entrance.code}" selected' in page
    assert f"<b>{entrance.number}</b>单元" in page


def test_a_strange_door_is_ignored(client, estate, far_estate):
    other = entrance_in(far_estate)
    for at in (other.code, "x" * 900, "'\x00"):
        answer = client.get(url("help", estate.code), {"at": at})
        assert answer.status_code == 200
        assert '<option value="" selected>' in text_of(answer)


def test_ordered_by_qr_followed_confirmed_and_rated(client, estate, entrance, me, cast):
    answer = client.post(url("help", estate.code), a_wish(entrance))
    assert answer.status_code == 302
    received = text_of(client.get(answer.url))
    order = Order.objects.get()
    assert (order.entrance, order.building, order.by) == (entrance, entrance.building, None)
    assert facts_of(order.beneficiary) == {
        "name": NAME,
        "phone": PHONE,
        "door": DOOR,
        "words": "",
    }
    assert 'class="qr"' in received and NAME not in received
    code = received.split('data-copy="')[1].split('"')[0]
    client.session.flush()
    answer = client.post(url("help_track"), {"code": code.lower().replace("-", " ")})
    assert answer.url == url("help_order", order.pk)
    page = text_of(client.get(answer.url))
    assert NAME not in page and WORDS not in page
    done_of(order, cast("worker"), me)
    answer = client.post(url("help_confirm", order.pk), {"tail": PHONE[-4:]})
    assert answer.status_code == 302
    answer = client.post(url("help_rate", order.pk), {"rating": 5, "words": "好"})
    assert fresh(order).state == OrderState.RATED
    assert "谢谢您" in text_of(client.get(answer.url))


def done_of(order, worker, volunteer):
    order = taken(order, worker, volunteer)
    orders.begin_service(order=order, by=volunteer.user)
    return orders.finish(order=order, by=volunteer.user)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"help": ""}, "先点一下要什么帮忙"),
        ({"help": "patrol"}, "请重新点一下"),
        ({"phone": ""}, "留一个打得通的电话"),
        ({"phone": "12345678901"}, "没有这样的手机号码"),
        ({"where": ""}, "选一下是哪一栋"),
        ({"where": "e-nosuch"}, "没有这个地方"),
        ({"day": "2020-01-01"}, "已经过了"),
        ({"day": "bald"}, "请重新选是哪天"),
        ({"part": "7"}, "请重新选"),
        ({"website": "http://x"}, "请再按一次"),
        ({"words": "长" * 501}, "最多 500 个字"),
    ],
)
def test_a_form_that_is_not_right_keeps_what_was_typed(change, sentence, client, estate, entrance):
    answer = client.post(url("help", estate.code), a_wish(entrance, door="1-201", **change))
    page = text_of(answer)
    assert answer.status_code == 422
    assert sentence in page
    assert "1-201" in page
    assert not Order.objects.exists()


def test_the_same_page_sent_twice_is_one_order_other_words_are_another(client, estate, entrance):
    wish = a_wish(entrance)
    for more in ({}, {}, {"words": "还要一瓶醋"}):
        assert client.post(url("help", estate.code), wish | more).status_code == 302
    assert Order.objects.count() == 2


def sent_again(client, estate, wish, **more):
    """Gone back to a fresh page (a token of its own) and sent; the page that follows."""
    again = wish | {"token": str(uuid.uuid4())} | more
    return client.post(url("help", estate.code), again, follow=True)


def test_gone_back_and_sent_again_it_is_still_one_order(client, estate, entrance):
    wish = a_wish(entrance)
    client.post(url("help", estate.code), wish)
    order = Order.objects.get()
    for more in ({}, {"words": ""}):
        answer = sent_again(client, estate, wish, **more)
        assert answer.redirect_chain[-1][0] == url("help_received")
        assert "这件事您刚才已经说过了" in text_of(answer)
    session = client.session
    del session["help_receipt"]
    session.save()
    answer = sent_again(client, estate, wish)
    assert answer.redirect_chain[-1][0] == url("help_order", order.pk)
    assert "这件事您刚才已经说过了" in text_of(answer)
    assert Order.objects.count() == 1


@pytest.mark.parametrize(
    "why", ["help", "phone", "day", "part", "words", "later", "cancelled", "browser", "estate"]
)
def test_what_is_another_wish_is_another_order(why, client, estate, entrance, other_estate):
    wish = a_wish(entrance)
    client.post(url("help", estate.code), wish)
    order, place, more = Order.objects.get(), estate, {}
    if why == "later":
        then = timezone.now() - timedelta(minutes=31)
        Order.objects.filter(pk=order.pk).update(created_at=then)
    elif why == "cancelled":
        orders.cancel(order=order, by=None)
    elif why == "browser":
        client.session.flush()
    elif why == "estate":
        place = other_estate
        more = {"where": f"e-{entrance_in(place).code}"}
    else:
        tomorrow = f"{timezone.localdate() + timedelta(days=1)}"
        change = {"help": "repair", "phone": "13900000322", "day": tomorrow, "part": "1"}
        more = {why: (change | {"words": "还要一瓶醋"})[why]}
    assert "已经说过了" not in text_of(sent_again(client, place, wish, **more))
    assert Order.objects.count() == 2


def test_another_day_without_a_day_is_asked_for(client, estate, entrance):
    answer = client.post(url("help", estate.code), a_wish(entrance, day="other", wanted_on=""))
    assert answer.status_code == 422
    assert answer.context["form"].errors["wanted_on"] == [
        "选一下是哪一天。没想好，就点“哪天都行”。"
    ]
    wrong = client.post(url("help", estate.code), a_wish(entrance, day="other", wanted_on="x"))
    assert wrong.context["form"].errors["wanted_on"] == ["日子没看懂，请重新选。"]
    assert not Order.objects.exists()


def test_how_much_may_be_written_is_said(client, estate, entrance):
    page = text_of(client.get(url("help", estate.code)))
    assert 'data-count="words-left"' in page and 'class="count" id="words-left"' in page
    door = page.split('name="door"')[1].split(">")[0]
    assert "maxlength" not in door  # nothing is cut silently
    answer = client.post(url("help", estate.code), a_wish(entrance, door="二" * 41))
    assert answer.status_code == 422 and "最多 40 个字，您写了 41 个" in text_of(answer)
    client.post(url("help", estate.code), a_wish(entrance, door="二" * 40))
    assert facts_of(Order.objects.get().beneficiary)["door"] == "二" * 40


def test_today_tomorrow_or_another_day(client, estate, entrance):
    today = timezone.localdate()
    tomorrow, later = today + timedelta(days=1), today + timedelta(days=9)
    for day, other, wanted in (
        ("", "", None),
        (f"{tomorrow}", f"{later}", tomorrow),
        ("other", f"{later}", later),
        ("", f"{later}", later),
    ):
        client.post(url("help", estate.code), a_wish(entrance, day=day, wanted_on=other))
        assert Order.objects.latest("pk").wanted_on == wanted


def test_too_many_from_one_phone_wait(client, estate, entrance, monkeypatch):
    monkeypatch.setattr(help_gate, "HELP_PHONE", help_gate.Limit("help.phone.test", 2, 1))
    for number in range(2):
        answer = client.post(url("help", estate.code), a_wish(entrance, words=str(number)))
        assert answer.status_code == 302
    answer = client.post(url("help", estate.code), a_wish(entrance, words="3"))
    assert answer.status_code == 429 and "分钟" in text_of(answer)
    assert int(answer["Retry-After"]) > 0
    assert Order.objects.count() == 2


def test_digits_are_not_guessed_for_ever(client, order, me, cast, monkeypatch):
    monkeypatch.setattr(help_gate, "TAIL", help_gate.Limit("help.tail.test", 3, 1))
    done_of(order, cast("worker"), me)
    known(client, order)
    statuses = [
        client.post(url("help_confirm", order.pk), {"tail": f"{number:04d}"}).status_code
        for number in range(5)
    ]
    assert statuses == [422, 422, 422, 429, 429]
    assert fresh(order).state == OrderState.DONE


def test_without_the_code_nothing_is_seen_or_done(client, order):
    for name in (
        "help_order",
        "help_open",
        "help_confirm",
        "help_rate",
        "help_cancel",
        "help_forget",
    ):
        ask = client.get if name == "help_order" else client.post
        assert ask(url(name, order.pk), {}).url == url("help_track")
    assert fresh(order).state == OrderState.ORDERED


def test_a_wrong_code_is_told_so(client, order):
    answer = client.post(url("help_track"), {"code": "ABCD-ABCD-ABCD-ABCD"})
    assert answer.status_code == 422 and "没有查到" in text_of(answer)


def test_own_words_with_the_digits_only(client, order):
    known(client, order)
    answer = client.post(url("help_open", order.pk), {"tail": "0000"})
    assert answer.status_code == 422 and WORDS not in text_of(answer)
    client.post(url("help_open", order.pk), {"tail": PHONE[-4:]})
    page = text_of(client.get(url("help_order", order.pk)))
    assert WORDS in page and NAME in page
    client.post(url("help_forget", order.pk))
    assert client.get(url("help_order", order.pk)).status_code == 302


def test_cancelled_by_who_ordered(client, order):
    known(client, order)
    assert client.post(url("help_cancel", order.pk), {"why": "好了"}).status_code == 302
    assert fresh(order).cancelled_why == "好了"
    page = text_of(client.get(url("help_order", order.pk)))
    assert "取消了" in page and "不用了，取消" not in page


def test_an_act_whose_time_has_gone_says_why(client, order):
    known(client, order)
    orders.cancel(order=order, by=None)
    answer = client.post(url("help_cancel", order.pk), {})
    assert answer.status_code == 422 and "已取消" in text_of(answer)


def test_pages_of_orders_are_kept_by_no_browser(client, order, estate):
    known(client, order, opened=True)
    for address in (url("help", estate.code), url("help_order", order.pk), url("help_track")):
        assert "no-store" in client.get(address)["Cache-Control"]


def test_the_door_stands_beside_the_form_for_reports(client, estate, entrance):
    door = doors["volunteers.help"]
    assert door.url(estate, entrance.code) == f"/e/{estate.code}/help/?at={entrance.code}"
    assert client.get(door.url(estate, "")).status_code == 200
    assert door.label == "找人帮忙"


# staff


def test_the_list_shows_place_and_no_person(sign_in, order):
    page = text_of(sign_in("worker").get(url("orders")))
    assert order.title in page
    for secret in (NAME, PHONE, DOOR, WORDS):
        assert secret not in page


@pytest.mark.parametrize("who", ["sibling_worker", "officer", "volunteer", "stranger"])
def test_orders_are_nothing_for_others(who, sign_in, order):
    client = sign_in(who)
    assert client.get(url("order", order.pk)).status_code in (403, 404)
    assert order.title not in text_of(client.get(url("orders")))
    assert client.post(url("order_reveal", order.pk)).status_code in (403, 404)
    assert client.post(url("order_cancel", order.pk), {"why": "x"}).status_code in (403, 404)
    assert fresh(order).state == OrderState.ORDERED


@pytest.mark.parametrize("state", ["done", "confirmed", "rated"])
def test_what_was_done_is_listed_as_it_is_counted(sign_in, estate, me, cast, state):
    order = done(order_in(estate), cast("worker"), me)
    Order.objects.filter(pk=order.pk).update(state=state)
    today = timezone.localdate()
    figure = indicators["volunteers.served"]
    counted = figure.run([estate.pk], [today])
    answer = sign_in("worker").get(figure.cases(estate, today, today))
    assert [row.pk for row in answer.context["rows"]] == [order.pk]
    assert counted == {(estate.pk, today, ""): 1}


def test_tabs_filters_and_figures_lead_to_what_they_say(sign_in, estate, community, me, cast):
    worker = cast("worker")
    waiting, asked = order_in(estate), put_out(order_in(estate), worker, me)
    late = taken(order_in(estate), worker, me)
    Order.objects.filter(pk=late.pk).update(due_at=timezone.now() - timedelta(hours=1))
    ended = done(order_in(estate), worker, me)
    gone = orders.cancel(order=order_in(estate), by=None)
    client = sign_in("worker")

    def shown(**query):
        rows = client.get(url("orders"), query).context["rows"]
        return {row.pk for row in rows}

    assert shown() == {waiting.pk}
    assert shown(view="asked") == {asked.pk}
    assert shown(view="taken") == shown(view="late") == {late.pk}
    assert shown(view="confirm") == {ended.pk}
    assert shown(view="done") == set()  # it waits for a word of somebody else
    assert shown(view="served") == {ended.pk}
    assert shown(view="cancelled") == {gone.pk}
    assert shown(view="open") == {waiting.pk, asked.pk, late.pk}
    assert len(shown(view="all")) == 4
    assert len(shown(view="all", area=community.pk)) == 4
    assert shown(view="all", help="repair") == set()
    today = timezone.localdate()
    assert len(shown(view="all", first=today, last=today)) == 4
    assert shown(view="all", last=today - timedelta(days=1)) == set()
    assert shown(view="??", area="x", help="y", first="z") == {waiting.pk}


def test_the_list_asks_as_often_for_thirty_orders_as_for_three(sign_in, estate, me, cast):
    client, worker = sign_in("worker"), cast("worker")
    numbers = []
    for many in (3, 22):
        for _ in range(many):
            taken(order_in(estate), worker, me)
        client.get(url("orders"), {"view": "taken"})
        with CaptureQueriesContext(connection) as queries:
            client.get(url("orders"), {"view": "taken"})
        numbers.append(len(queries))
    assert numbers[0] == numbers[1]


def test_the_page_asks_as_often_after_ten_asks_as_after_one(sign_in, order, community, cast):
    client, numbers = sign_in("worker"), []
    for many in (1, 9):
        put_out(order, cast("worker"), *(volunteer_in(community) for _ in range(many)))
        client.get(url("order", order.pk))
        with CaptureQueriesContext(connection) as queries:
            assert client.get(url("order", order.pk)).status_code == 200
        numbers.append(len(queries))
    assert numbers[0] == numbers[1]


def test_the_page_suggests_with_reasons_and_dispatches(sign_in, order, community, cast):
    people = [volunteer_in(community) for _ in range(4)]
    page = text_of(sign_in("worker").get(url("order", order.pk)))
    assert page.count('name="pick"') == 4
    assert page.split('class="vo-picks"')[1].split("</ul>")[0].count(" checked") == 3
    assert "手上没有单" in page
    answer = sign_in("worker").post(
        url("order_dispatch", order.pk), {"pick": [people[0].pk], "other": people[3].pk}
    )
    assert answer.status_code == 302
    asks = {ask.volunteer_id: ask.why for ask in order.asks.all()}
    assert asks.keys() == {people[0].pk, people[3].pk}
    assert "会跑腿代买" in asks[people[0].pk]


def test_the_hand_picked_stand_by_whether_they_would_do(sign_in, estate, community):
    """Who suits first; who is to be asked by telephone; who cannot, with the reason, closed."""
    day = timezone.localdate() + timedelta(days=3)
    order = order_in(estate, help="repair", wanted_on=day, part=0)
    insured = {"insured_until": day, "helps": ["repair"]}
    suits = volunteer_in(community, **insured)
    unskilled = volunteer_in(community, **insured | {"helps": ["errand"]})
    no_time = volunteer_in(community, **insured, free=ANY_TIME & ~free_bit(day.weekday(), 0))
    uninsured = volunteer_in(community, **insured | {"insured_until": None})
    busy = volunteer_in(community, **insured)
    taken = order_in(estate, help="errand", wanted_on=day, part=0)
    facts = {"state": "accepted", "volunteer": busy, "accepted_at": timezone.now()}
    Order.objects.filter(pk=taken.pk).update(**facts)
    client = sign_in("worker")
    page = text_of(client.get(url("order", order.pk)))
    listed = re.search(r'(?s)<select name="other".*?</select>', page).group()
    groups = dict(re.findall(r'(?s)<optgroup label="([^"]+)">(.*?)</optgroup>', listed))
    keys = {
        label: [int(key) for key in re.findall(r'value="(\d+)"', rows)]
        for label, rows in groups.items()
    }
    assert [*keys.values()] == [[suits.pk], [unskilled.pk], [no_time.pk], [uninsured.pk, busy.pk]]
    assert "上午没空" in groups["那时没空的，先打个电话"]
    closed = groups["不能派的"]
    assert "没有保险" in closed and "接了一单" in closed and closed.count(" disabled") == 2
    assert listed.count(" disabled") == 2
    sent = {"other": no_time.pk}
    answer = client.post(url("order_dispatch", order.pk), sent, follow=True)
    assert f"{no_time}说过" in text_of(answer) and "给他打个电话" in text_of(answer)
    assert order.asks.get().volunteer == no_time


def test_a_hand_picked_one_who_may_not_is_refused_on_the_page(sign_in, estate, community):
    wrong = volunteer_in(community, insured_until=None)
    order = order_in(estate, help="repair")
    client = sign_in("worker")
    assert f'name="pick" value="{wrong.pk}"' not in text_of(client.get(url("order", order.pk)))
    answer = client.post(url("order_dispatch", order.pk), {"other": wrong.pk})
    assert answer.status_code == 422 and "没有保险" in text_of(answer)
    assert not order.asks.exists()


def test_nobody_of_another_street_can_be_picked(sign_in, order, far_community):
    stranger = volunteer_in(far_community)
    answer = sign_in("worker").post(url("order_dispatch", order.pk), {"pick": [stranger.pk]})
    assert answer.status_code == 422 and not order.asks.exists()


def test_the_price_is_agreed_before_anybody_is_asked(sign_in, estate, community):
    helper = volunteer_in(community)
    team = team_in(community, members=[helper], price_fen=3000, price_words="一次30元")
    order = order_in(estate, team=team)
    client = sign_in("worker")
    page = text_of(client.get(url("order", order.pk)))
    assert "先打电话说定价钱" in page and 'name="pick"' not in page
    answer = client.post(url("order_price", order.pk), {"team": team.pk, "yuan": "25.5"})
    assert answer.status_code == 302
    assert fresh(order).price_fen == 2550
    assert client.post(url("order_dispatch", order.pk), {"pick": [helper.pk]}).status_code == 302


def test_a_look_at_the_phone_is_one_press_and_one_line(sign_in, order, cast):
    client = sign_in("worker")
    page = text_of(client.post(url("order_reveal", order.pk)))
    assert NAME in page and PHONE in page and DOOR in page
    act = Act.objects.get(verb="volunteers.reveal_beneficiary")
    assert (act.by, act.detail) == (cast("worker"), {"why": f"order:{order.pk}"})


def test_who_opens_an_order_with_words_is_written_down_once_a_day(sign_in, order, cast):
    client, looks = sign_in("worker"), Act.objects.filter(verb="volunteers.reveal_beneficiary")
    for _ in range(2):
        page = text_of(client.get(url("order", order.pk)))
        assert WORDS in page and NAME in page and DOOR in page and PHONE not in page
    act = looks.get()
    assert (act.by, act.detail) == (cast("worker"), {"why": f"page:{order.pk}"})
    with time_machine.travel(timezone.now() + timedelta(days=1), tick=False):
        orders.reveal_for_staff(order=order, by=cast("worker"))
    assert looks.count() == 2
    assert WORDS not in text_of(client.get(url("orders"), {"view": "all"}))


def test_the_station_rings_and_confirms(sign_in, order, me, cast, community):
    done_of(order, cast("worker"), me)
    client = sign_in("worker")
    answer = client.post(url("order_confirm", order.pk))
    assert answer.status_code == 422 and "核对身份" in text_of(answer)
    verified(cast("worker"), community)
    assert client.post(url("order_confirm", order.pk)).status_code == 302
    assert fresh(order).state == OrderState.CONFIRMED


def test_for_somebody_on_the_phone(sign_in, estate, entrance, cast):
    client = sign_in("worker")
    answer = client.post(
        url("order_new"),
        {
            "help": "escort",
            "where": f"e-{entrance.code}",
            "name": NAME,
            "phone": PHONE,
            "minutes": 90,
            "token": str(uuid.uuid4()),
        },
    )
    order = Order.objects.get()
    assert answer.url == url("order", order.pk)
    assert (order.by, order.channel, order.minutes) == (cast("worker"), "worker", 90)
    page = text_of(client.get(answer.url))
    code = page.split('<strong class="tracking-code">')[1].split("</strong>")[0]
    assert code_digest(code) == order.code_digest
    assert f'data-copy="{code}"' in page and "data-print" in page and "/help/track/" in page


def test_the_number_stays_half_an_hour_for_whoever_entered_it(
    sign_in, estate, entrance, time_machine
):
    time_machine.move_to(timezone.now(), tick=False)
    client = sign_in("worker")
    facts = {"help": "errand", "where": f"e-{entrance.code}", "name": NAME, "phone": PHONE}
    address = client.post(url("order_new"), facts | {"token": str(uuid.uuid4())}).url
    card, other = "vo-key", order_in(estate, phone="13900000777")
    time_machine.move_to(timezone.now() + timedelta(minutes=29), tick=False)
    for _ in range(2):
        assert card in text_of(client.get(address))
    assert card not in text_of(client.get(url("order", other.pk)))
    time_machine.move_to(timezone.now() + timedelta(minutes=2), tick=False)
    assert card not in text_of(client.get(address))
    client.post(url("order_new"), facts | {"words": "面", "token": str(uuid.uuid4())})
    address = url("order", Order.objects.latest("pk").pk)
    assert card in text_of(client.get(address))
    assert card not in text_of(sign_in("secretary").get(address))


def test_for_a_regular_one_nothing_is_asked_again(sign_in, estate, order, cast):
    helped = order.beneficiary
    type(helped).objects.filter(pk=helped.pk).update(is_regular=True)
    client = sign_in("worker")
    address = f"{url('order_new')}?beneficiary={helped.pk}"
    assert 'name="phone"' not in text_of(client.get(address))
    client.post(address, {"help": "company", "token": str(uuid.uuid4())})
    new = Order.objects.exclude(pk=order.pk).get()
    assert (new.beneficiary, new.entrance) == (helped, order.entrance)


def test_for_a_home_the_place_is_filled_in(sign_in, estate, entrance):
    home = HomeFactory(entrance=entrance, number="902")
    client = sign_in("worker")
    address = f"{url('order_new')}?home={home.pk}"
    page = text_of(client.get(address))
    assert f'value="e-{entrance.code}" selected' in page and 'value="902"' in page
    wish = a_wish(entrance, door="902")
    client.post(address, wish)
    assert Order.objects.get().home == home


def test_other_peoples_regulars_and_homes_are_nothing(sign_in, cast, order, other_estate):
    type(order.beneficiary).objects.update(is_regular=True)
    home = HomeFactory(entrance=entrance_in(order.area))
    client = sign_in("sibling_worker")
    assert other_estate.pk
    for query in (f"beneficiary={order.beneficiary_id}", f"home={home.pk}", "area=9e9"):
        context = client.get(f"{url('order_new')}?{query}").context
        assert (context["beneficiary"], context["home"]) == (None, None)
        assert context["estate"] == other_estate


def test_cancelled_by_the_station_with_a_reason(sign_in, order):
    client = sign_in("worker")
    assert client.post(url("order_cancel", order.pk), {"why": ""}).status_code == 422
    assert client.post(url("order_cancel", order.pk), {"why": "重复了"}).status_code == 302
    assert fresh(order).cancelled_why == "重复了"


# passed on


def test_from_elsewhere_an_order_without_name_and_phone(estate, cast, order):
    kind, home = referrals["volunteers.order"], HomeFactory(entrance=entrance_in(estate))
    facts = {
        "kind": "volunteers.order",
        "from_obj": order,  # any object with a type and a key
        "area": estate,
        "home": home,
        "text": "老人要人陪着去医院",
        "by": cast("worker"),
        "token": uuid.uuid4(),
    }
    raised, again = refer(**facts), refer(**facts)
    assert raised.pk == again.pk
    assert (raised.channel, raised.home, raised.help) == ("referral", home, "other")
    assert orders.words_of(raised) == "老人要人陪着去医院"
    outcome = kind.outcomes([raised.pk])[raised.pk]
    assert (outcome.state, outcome.is_done) == ("待派单", False)


def test_an_order_that_is_really_an_issue(sign_in, order):
    client = sign_in("worker")
    page = text_of(client.get(url("order", order.pk)))
    assert "转成诉求" in page and "转成点单" not in page
    wrong = {"kind": "deliberation.issue", "text": f"打{PHONE}问"}
    assert client.post(url("order_refer", order.pk), wrong).status_code == 422
    right = {"kind": "deliberation.issue", "text": "楼道灯不亮", "token": str(uuid.uuid4())}
    assert client.post(url("order_refer", order.pk), right).status_code == 302
    assert "转出去的" in text_of(client.get(url("order", order.pk)))


def test_where_it_came_from_without_a_link_for_whom_may_not_see_it(order, cast):
    behind = origins["volunteers.order"].run
    assert behind([order.pk], cast("worker"))[order.pk].url == order.get_absolute_url()
    outcome = behind([order.pk], cast("officer"))[order.pk]
    assert (outcome.title, outcome.url) == ("点单", "")


def test_around_a_home_stand_its_own_orders_for_staff(estate, cast):
    home, other = (HomeFactory(entrance=entrance_in(estate)) for _ in range(2))
    own = order_in(estate, home=home, entrance=home.entrance)
    order_in(estate, home=other, entrance=other.entrance)
    around = around_home["volunteers.orders"].run
    assert [one.title for one in around(home, cast("worker"))] == [own.title]
    for who in ("officer", "volunteer", "sibling_worker"):
        assert around(home, cast(who)) == []


def test_a_door_without_a_building_is_asked_where(sign_in, estate, entrance):
    client = sign_in("worker")
    address = f"{url('order_new')}?area={estate.pk}"
    answer = client.post(address, a_wish(entrance, where=""))
    assert answer.status_code == 422
    assert answer.context["form"].errors["where"] == ["选一下是哪一栋，光有门牌找不到人。"]
    assert DOOR in text_of(answer) and not Order.objects.exists()
    assert client.post(address, a_wish(entrance, where="", door="")).status_code == 302
    assert client.post(address, a_wish(entrance)).status_code == 302
    assert [order.building for order in Order.objects.order_by("pk")] == [None, entrance.building]


# the volunteer's phone


def test_who_is_only_asked_sees_no_person(sign_in, order, me, cast):
    put_out(order, cast("worker"), me)
    client = sign_in("volunteer")
    for address in (url("my_orders"), url("my_order", order.pk)):
        page = text_of(client.get(address))
        assert "跑腿代买" in page and str(order.entrance) in page
        for secret in (NAME, PHONE, DOOR, WORDS):
            assert secret not in page
    assert not Act.objects.filter(verb="volunteers.reveal_beneficiary").exists()


def test_who_accepted_sees_whom_to_help_and_the_look_is_recorded_once(sign_in, order, me, cast):
    put_out(order, cast("worker"), me)
    client = sign_in("volunteer")
    client.post(url("my_accept", order.pk))
    for _ in range(3):
        page = text_of(client.get(url("my_order", order.pk)))
        for fact in (NAME, f'href="tel:{PHONE}"', DOOR, WORDS):
            assert fact in page
    assert Act.objects.filter(verb="volunteers.reveal_beneficiary").count() == 1


def test_when_it_is_done_the_person_is_gone_from_the_page(sign_in, order, me, cast):
    put_out(order, cast("worker"), me)
    client = sign_in("volunteer")
    for name in ("my_accept", "my_set_out", "my_begin", "my_finish"):
        assert client.post(url(name, order.pk), {"sure": "on"}).status_code == 302
        assert client.get(url("my_order", order.pk)).status_code == 200
    assert fresh(order).state == OrderState.DONE
    page = text_of(client.get(url("my_order", order.pk)))
    assert "辛苦您" in page
    for secret in (NAME, PHONE, DOOR, WORDS):
        assert secret not in page


def test_the_loser_hears_it_kindly(sign_in, order, me, cast, community):
    winner = volunteer_in(community)
    put_out(order, cast("worker"), me, winner)
    orders.accept(ask=ask_of(order, winner), by=winner.user)
    answer = sign_in("volunteer").post(url("my_accept", order.pk))
    page = text_of(answer)
    assert answer.status_code == 422
    assert "刚刚有邻居先接了" in page and "谢谢您愿意来" in page
    assert NAME not in page


def test_another_volunteer_finds_nothing(client, order, me, cast, community):
    other = volunteer_in(community)
    taken(order, cast("worker"), me)
    client.force_login(other.user, backend="stations.foundation.sign_in.PhoneOrNameBackend")
    assert client.get(url("my_order", order.pk)).status_code == 404
    for name in ("my_accept", "my_decline", "my_set_out", "my_begin", "my_hand_over", "my_finish"):
        assert client.post(url(name, order.pk), {"words": "x"}).status_code == 404
    assert fresh(order).volunteer == me


def test_the_leader_of_the_team_sees_it_without_the_person(client, order, cast, community):
    leader, helper = volunteer_in(community), volunteer_in(community)
    team_in(community, leader=leader, members=[helper])
    taken(order, cast("worker"), helper)
    client.force_login(leader.user, backend="stations.foundation.sign_in.PhoneOrNameBackend")
    page = text_of(client.get(url("my_order", order.pk)))
    assert str(helper) in page
    for secret in (NAME, PHONE, DOOR, WORDS):
        assert secret not in page
    assert client.post(url("my_set_out", order.pk)).status_code == 422


def test_a_posted_volunteer_without_a_record_is_refused(sign_in, cast):
    assert sign_in("volunteer").get(url("my_orders")).status_code == 403


def test_asked_taken_and_done_stand_on_one_page(sign_in, estate, me, cast):
    worker = cast("worker")
    put_out(order_in(estate), worker, me)
    taken(order_in(estate), worker, me)
    done(order_in(estate), worker, me)
    context = sign_in("volunteer").get(url("my_orders")).context
    assert [len(context[name]) for name in ("asks", "taken", "done")] == [1, 1, 1]


def test_my_orders_asks_as_often_for_many(sign_in, estate, me, cast):
    client, numbers = sign_in("volunteer"), []
    for many in (1, 8):
        for _ in range(many):
            put_out(order_in(estate), cast("worker"), me)
        client.get(url("my_orders"))
        with CaptureQueriesContext(connection) as queries:
            client.get(url("my_orders"))
        numbers.append(len(queries))
    assert numbers[0] == numbers[1]


def test_minutes_are_asked_when_the_clock_never_ran(sign_in, order, me, cast):
    taken(order, cast("worker"), me)
    client = sign_in("volunteer")
    client.post(url("my_set_out", order.pk))
    answer = client.post(url("my_finish", order.pk), {"minutes": ""})
    assert answer.status_code == 422 and "多少分钟" in text_of(answer)
    assert client.post(url("my_finish", order.pk), {"minutes": 40}).status_code == 302
    assert fresh(order).hours.get().minutes == 40


@pytest.mark.parametrize("name", ["my_set_out", "my_begin"])
def test_before_the_day_it_is_asked_whether_they_agreed(name, sign_in, estate, me, cast):
    later = order_in(estate, wanted_on=timezone.localdate() + timedelta(days=2), part=0)
    taken(later, cast("worker"), me)
    client = sign_in("volunteer")
    page = text_of(client.get(url("my_order", later.pk)))
    assert 'name="agreed"' in page and "对方同意提前" in page
    answer = client.post(url(name, later.pk))
    assert answer.status_code == 422
    assert "还没到。要提前去，先打电话和对方说好" in text_of(answer)
    assert 'name="agreed"' in text_of(answer)
    assert fresh(later).state == OrderState.ACCEPTED
    assert client.post(url(name, later.pk), {"agreed": "on"}).status_code == 302
    assert fresh(later).state == OrderState.ON_WAY
    assert 'name="agreed"' not in text_of(client.get(url("my_order", later.pk)))


@pytest.mark.parametrize("days", [None, 0])
def test_on_the_day_nobody_is_asked_about_it(days, sign_in, estate, me, cast, time_machine):
    now = timezone.localtime().replace(hour=10, minute=0)
    time_machine.move_to(now, tick=False)
    day = None if days is None else timezone.localdate()
    order = taken(order_in(estate, wanted_on=day), cast("worker"), me)
    client = sign_in("volunteer")
    assert 'name="agreed"' not in text_of(client.get(url("my_order", order.pk)))
    assert client.post(url("my_set_out", order.pk)).status_code == 302


def test_who_cannot_take_two_at_once_can_still_say_no(sign_in, estate, me, cast):
    then = {"wanted_on": timezone.localdate() + timedelta(days=2), "part": 0}
    second = put_out(order_in(estate, **then), cast("worker"), me)
    taken(order_in(estate, **then), cast("worker"), me)
    client = sign_in("volunteer")
    answer = client.post(url("my_accept", second.pk))
    page = text_of(answer)
    assert answer.status_code == 422
    assert "您那天上午已经接了一单，两头赶不上" in page
    assert ask_of(second, me).state == "asked" and url("my_decline", second.pk) in page
    assert client.post(url("my_decline", second.pk)).status_code == 302


def test_handing_over_asks_why(sign_in, order, me, cast, community):
    volunteer_in(community)
    taken(order, cast("worker"), me)
    client = sign_in("volunteer")
    assert client.post(url("my_hand_over", order.pk), {"words": ""}).status_code == 422
    assert client.post(url("my_hand_over", order.pk), {"words": "发烧"}).status_code == 302
    assert fresh(order).state == OrderState.DISPATCHED
    assert "转给别人了" in text_of(client.get(url("my_order", order.pk)))


def test_staff_who_are_no_volunteers_have_no_phone_page(sign_in, order):
    client = sign_in("worker")
    assert client.get(url("my_orders")).status_code == 403
    assert client.post(url("my_accept", order.pk)).status_code == 403
