"""What whoever ordered is promised: by when somebody rings, who comes, which day; and the call."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.utils import timezone

from stations.models import Duty
from stations.registries import duties
from tests.factories import StationFactory, UserFactory
from tests.volunteers.order_rows import done, entrance_in, fresh, order_in, put_out, taken
from tests.volunteers.rows import team_in, volunteer_in
from volunteers.models import Volunteer
from volunteers.services import orders
from volunteers.services.orders.calling import CALL_DUTY
from volunteers.services.orders.journey import chain_of, due_words
from volunteers.services.orders.promises import promise_of, who_comes

pytestmark = pytest.mark.django_db
SUNDAY_NIGHT = datetime(2026, 11, 22, 23, 43, tzinfo=ZoneInfo("Asia/Shanghai"))


def me_of(cast, estate):
    user = cast("volunteer")
    return Volunteer.objects.filter(user=user).first() or volunteer_in(estate.parent, user=user)


def follows(client, order):
    session = client.session
    session["help_orders"] = [order.pk]
    session.save()
    return f"/help/orders/{order.pk}/"


def assert_calls_are_true():
    held = Duty.objects.open().filter(kind=CALL_DUTY).values_list("object_id", flat=True)
    assert sorted(held) == sorted(duties[CALL_DUTY].truth())


# by when somebody rings


def test_the_day_that_is_promised_is_the_one_on_the_desk(estate, cast, client):
    with time_machine.travel(SUNDAY_NIGHT, tick=False):
        order = order_in(estate)
        until = Duty.objects.get(kind="volunteers.dispatch").until
        assert timezone.localdate(until).isoformat() == "2026-11-23"
        assert promise_of(order) == "最晚明天下班前，社区给您打电话说谁来。"
        assert due_words(order) == "11月23日下班前"
        assert chain_of(order, [])[1]["note"] == "11月23日下班前"
        page = client.get(follows(client, order)).content.decode()
    assert "最晚明天下班前，社区给您打电话说谁来。" in page


def test_wanted_sooner_it_is_promised_before_that(estate):
    with time_machine.travel(SUNDAY_NIGHT - timedelta(hours=12), tick=False):
        today = timezone.localdate()
        order = order_in(estate, wanted_on=today, part=2)
        assert promise_of(order) == "11月22日周日晚上之前，社区给您打电话说谁来。"


# who comes, and when


def test_who_is_at_the_door_can_be_asked_for(estate, cast, client):
    StationFactory(area=estate.parent)
    volunteer = volunteer_in(estate.parent, user=UserFactory(name="吴海棠"))
    order = taken(order_in(estate), cast("worker"), volunteer)
    page = client.get(follows(client, order)).content.decode()
    assert volunteer.number in page and "不放心，打这个电话问" in page and "tel:" in page
    assert "吴志愿者" in page and "海棠" not in page
    assert "会先给您打电话说好哪天来" in page
    put = put_out(order_in(estate), cast("worker"), volunteer_in(estate.parent))
    assert "不放心" not in client.get(follows(client, put)).content.decode()


def test_the_day_said_on_the_telephone_is_the_orders_day(estate, cast, client, sign_in):
    volunteer, day = me_of(cast, estate), timezone.localdate() + timedelta(days=3)
    order = taken(order_in(estate), cast("worker"), volunteer)
    phone = sign_in("volunteer")
    assert "打电话说好了哪天去" in phone.get(f"/mine/orders/{order.pk}/").content.decode()
    empty = phone.post(f"/mine/orders/{order.pk}/day/", {"part": "0"})
    assert empty.status_code == 422 and "选一下说好了哪天" in empty.content.decode()
    facts = {"day": "other", "wanted_on": str(day), "part": "0"}
    assert phone.post(f"/mine/orders/{order.pk}/day/", facts).status_code == 302
    order = fresh(order)
    assert (order.state, order.wanted_on, order.part) == ("accepted", day, 0)
    assert timezone.localtime(order.due_at).date() == day
    assert "打电话说好了哪天去" not in phone.get(f"/mine/orders/{order.pk}/").content.decode()
    assert f"{who_comes(order)}周" in promise_of(order) or "来，来前打电话" in promise_of(order)
    client.logout()
    assert "上午来" in client.get(follows(client, order)).content.decode()
    with pytest.raises(ValidationError, match="日子定了"):
        orders.agree_day(order=order, by=volunteer.user, wanted_on=day + timedelta(days=1))


def test_a_day_is_agreed_on_by_who_has_the_order_and_lies_ahead(estate, cast):
    volunteer = volunteer_in(estate.parent)
    order = taken(order_in(estate), cast("worker"), volunteer)
    today = timezone.localdate()
    with pytest.raises(ValidationError, match="不在您手上"):
        orders.agree_day(order=order, by=cast("worker"), wanted_on=today)
    with pytest.raises(ValidationError, match="已经过了"):
        orders.agree_day(order=order, by=volunteer.user, wanted_on=today - timedelta(days=1))
    day = today + timedelta(days=2)
    other = order_in(estate, wanted_on=day, part=1)
    taken(other, cast("worker"), volunteer)
    with pytest.raises(ValidationError, match="两头赶不上"):
        orders.agree_day(order=order, by=volunteer.user, wanted_on=day, part=1)
    assert fresh(order).wanted_on is None


# nobody came, or it was not good


def test_nobody_came_brings_a_call_and_holds_the_hour(estate, cast, client, sign_in):
    order = done(order_in(estate), cast("worker"), volunteer_in(estate.parent))
    here = follows(client, order)
    assert "没人来，或者没做好" in client.get(here).content.decode()
    client.post(f"{here}doubt/")
    order = fresh(order)
    duty = Duty.objects.open().get(kind=CALL_DUTY)
    page = client.get(here).content.decode()
    assert "给您打电话" in page and "填电话后四位" not in page
    assert (order.state, order.hour.state) == ("done", "held")
    assert "没人来" in order.hour.odd and order.title in duty.title
    assert_calls_are_true()
    client.post(f"{here}doubt/")  # once is enough
    assert order.events.filter(kind="doubted").count() == 1
    staff = sign_in("worker")
    assert "打过电话了" in staff.get(f"/orders/{order.pk}/").content.decode()
    assert staff.post(f"/orders/{order.pk}/called/", {"words": " "}).status_code == 422
    staff.post(f"/orders/{order.pk}/called/", {"words": "人没来，另找了一位"})
    assert fresh(order).call_since is None
    assert not Duty.objects.open().filter(kind=CALL_DUTY).exists()
    assert ">打过电话了</button>" not in staff.get(f"/orders/{order.pk}/").content.decode()


def test_only_what_is_done_can_be_doubted(estate, cast):
    order = taken(order_in(estate), cast("worker"), volunteer_in(estate.parent))
    with pytest.raises(ValidationError, match="做完了"):
        orders.doubt_order(order=order)


@pytest.mark.parametrize(
    ("words", "told"),
    [("来晚了一个钟头", "来晚了一个钟头"), ("打13900000999骂他", "1分"), ("", "1分")],
)
def test_a_low_rating_brings_a_call_and_holds_the_hour(estate, cast, words, told):
    order = done(order_in(estate, phone="13900000611"), cast("worker"), volunteer_in(estate.parent))
    orders.confirm_order_as_served(order=order, tail="0611")
    orders.rate(order=order, rating=1, words=words)
    order = fresh(order)
    assert order.hour.state == "held" and order.hour.odd == f"服务对象评得不高：{told}"
    duty = Duty.objects.open().get(kind=CALL_DUTY)
    assert duty.title.startswith("差评回访：") and duty.object_id == order.pk
    assert_calls_are_true()
    orders.answer_call(order=order, by=cast("worker"), words="道过歉了")
    assert_calls_are_true()
    with pytest.raises(ValidationError, match="没有等着打的电话"):
        orders.answer_call(order=order, by=cast("worker"), words="再打一次")


def test_a_good_rating_brings_neither(estate, cast):
    order = done(order_in(estate, phone="13900000611"), cast("worker"), volunteer_in(estate.parent))
    orders.confirm_order_as_served(order=order, tail="0611")
    orders.rate(order=order, rating=3)
    assert fresh(order).hour.state != "held" and fresh(order).call_since is None


# plain words


def test_residents_read_their_own_words(estate, cast, client):
    order = order_in(estate, help="escort")
    page = client.get(follows(client, order)).content.decode()
    listed = client.get("/help/track/").content.decode()
    assert "陪着看病" in page and "说要帮忙" in page
    assert "正在找人" in listed and "报事、找人帮忙时给您的" in listed
    for word in ("派单", "下单", "点单", "陪诊"):
        assert word not in page and word not in listed


def test_digits_of_a_wrong_length_are_told_so(estate, cast, client):
    order = done(order_in(estate), cast("worker"), volunteer_in(estate.parent))
    answer = client.post(f"{follows(client, order)}confirm/", {"tail": "12"})
    assert answer.status_code == 422 and "要填四位数字" in answer.content.decode()


def test_what_still_runs_stands_where_this_browser_begins(estate, other_estate, client):
    order, gone = order_in(estate, help="escort"), order_in(estate)
    orders.cancel(order=gone, by=None)
    session = client.session
    session["help_orders"] = [order.pk, gone.pk]
    session.save()
    for address in (f"/e/{estate.code}/", f"/e/{estate.code}/help/"):
        page = client.get(address).content.decode()
        assert f"/help/orders/{order.pk}/" in page and "陪着看病" in page
        assert f"/help/orders/{gone.pk}/" not in page
    assert "/help/orders/" not in client.get(f"/e/{other_estate.code}/").content.decode()
    client.logout()
    assert "/help/orders/" not in client.get(f"/e/{estate.code}/").content.decode()


def test_a_team_that_takes_its_cost_is_told_before_anybody_asks(estate, client):
    here = f"/e/{estate.code}/help/"
    assert "收成本的队" not in client.get(here).content.decode()
    facts = {"price_fen": 1000, "price_words": "10元一次", "helps": ["repair", "haircut"]}
    team_in(estate.parent, leader=volunteer_in(estate.parent), **facts)
    page = client.get(here).content.decode()
    assert "也有收成本的队：10元一次，先说好再来" in page
    assert "help-cost is-repair" in page and "help-cost is-cleaning" not in page


def test_the_door_opens_with_two_ways(estate, client):
    code = entrance_in(estate).code
    page = client.get(f"/q/{code}/", follow=True).content.decode()
    assert "报个事 · 找人帮忙" in page and f"/e/{estate.code}/help/?at={code}" in page
    assert "two-ways" not in client.get(f"/e/{estate.code}/report/").content.decode()
