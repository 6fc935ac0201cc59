"""What whoever ordered is promised: by when somebody rings, who comes, which day; and the call."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.utils import timezone

from stations.models import Duty
from stations.registries import duties
from tests.factories import StationFactory, UserFactory
from tests.volunteers.order_rows import done, entrance_in, fresh, order_in, put_out, taken
from tests.volunteers.rows import team_in, verified, volunteer_in
from volunteers.models import Order, Volunteer
from volunteers.services import hours, orders
from volunteers.services.orders.calling import CALL_DUTY
from volunteers.services.orders.journey import chain_of, due_words
from volunteers.services.orders.keeping import keep_order_duties
from volunteers.services.orders.promises import promise_of, who_comes

pytestmark = pytest.mark.django_db
MONDAY = datetime(2026, 11, 23, 10, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
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


def open_duties(order):
    rows = Duty.objects.open().filter(object_id=order.pk, kind__startswith="volunteers.")
    return sorted(rows.exclude(kind__contains="hour").values_list("kind", flat=True))


def at_hour(day, hour, minute=0):
    return MONDAY.replace(day=day, hour=hour, minute=minute)


# by when somebody rings


@pytest.mark.parametrize(
    ("now", "wanted", "owed", "said"),
    [
        # in time for the office: by today's closing
        (at_hour(23, 10), (date(2026, 11, 24), 0), "11-23 17:30", "最晚今天下班前"),
        # after closing: as soon as it opens, before the morning begins
        (at_hour(23, 22), (date(2026, 11, 24), 0), "11-24 09:00", "最晚明天9:00前"),
        (at_hour(23, 17, 15), (date(2026, 11, 24), 0), "11-24 09:00", "最晚明天9:00前"),
        (at_hour(24, 6), (date(2026, 11, 24), 0), "11-24 09:00", "最晚今天9:00前"),
        # a weekend lies between
        (at_hour(27, 10), (date(2026, 11, 30), 0), "11-27 17:30", "最晚今天下班前"),
        (at_hour(28, 10), (date(2026, 11, 30), 0), "11-30 09:00", "最晚11月30日9:00前"),
        (at_hour(23, 10), (date(2026, 11, 23), 1), "11-23 10:30", "最晚今天10:30前"),
        (at_hour(23, 10), (date(2026, 11, 24), 2), "11-24 16:00", "最晚明天16:00前"),
    ],
)
def test_one_deadline_at_which_somebody_is_there(estate, worker, sign_in, now, wanted, owed, said):
    with time_machine.travel(now, tick=False):
        order = order_in(estate, wanted_on=wanted[0], part=wanted[1])
        until = timezone.localtime(Duty.objects.get(kind="volunteers.dispatch").until)
        assert f"{until:%m-%d %H:%M}" == owed
        assert promise_of(order) == f"{said}，社区给您打电话说谁来。"
        page = sign_in("worker").get(f"/orders/{order.pk}/").content.decode()
        assert f"最晚{due_words(order)}派出去" in page and page.count(due_words(order)) > 1


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
        assert promise_of(order) == "最晚今天16:00前，社区给您打电话说谁来。"


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
    assert client.post(f"{here}doubt/").status_code == 422  # which of the two is asked first
    assert fresh(order).call_since is None
    client.post(f"{here}doubt/", {"what": "没人来"})
    order = fresh(order)
    duty = Duty.objects.open().get(kind=CALL_DUTY)
    page = client.get(here).content.decode()
    assert "给您打电话" in page and "按错了，收回" in page and "填电话后四位" in page
    assert (order.state, order.hours.get().state) == ("done", "held")
    assert order.hours.get().odd == "服务对象说没人来"
    assert duty.title == f"没人来，打电话问：{order.title}"
    assert_calls_are_true()
    client.post(f"{here}doubt/", {"what": "来了没做好"})  # once is enough
    assert order.events.filter(kind="doubted").count() == 1
    staff = sign_in("worker")
    page = staff.get(f"/orders/{order.pk}/").content.decode()
    assert "打电话问问" in page and "服务对象说没人来。" in page
    staff.post(f"/orders/{order.pk}/called/", {"words": "人没来，另找了一位"})
    assert fresh(order).call_since is None
    assert not Duty.objects.open().filter(kind=CALL_DUTY).exists()
    assert "打电话问问" not in staff.get(f"/orders/{order.pk}/").content.decode()


def test_pressed_by_mistake_it_is_taken_back_and_the_hour_stays_held(estate, cast, client):
    verified(secretary := cast("secretary"), estate.parent)
    order = done(order_in(estate, phone="13900000611"), cast("worker"), volunteer_in(estate.parent))
    here = follows(client, order)
    client.post(f"{here}doubt/", {"what": "没人来"})
    for _ in range(2):
        assert client.post(f"{here}undoubt/").status_code == 302
    order = fresh(order)
    assert order.call_since is None and order.events.filter(kind="doubted").count() == 2
    assert not Duty.objects.open().filter(kind=CALL_DUTY).exists()
    hour = order.hours.get()
    assert (hour.state, hour.odd) == ("held", "服务对象后来说按错了；服务对象说没人来")
    page = client.get(here).content.decode()
    assert "您说按错了，收回了。" in page and "按错了，收回</button>" not in page
    client.post(f"{here}confirm/", {"tail": "0611"})
    order = fresh(order)
    hour.refresh_from_db()
    assert (order.state, hour.state, hour.other_at) == ("confirmed", "held", None)
    hours.decide_hours(hour=hour, by=secretary, counts=True, words="按错了")
    hour.refresh_from_db()
    assert hour.state == "reported"  # two people say so all the same


def test_taken_back_it_can_be_said_again(estate, cast):
    order = done(order_in(estate), cast("worker"), volunteer_in(estate.parent))
    for what in ("没人来", "来了没做好"):
        order = orders.take_back_doubt(order=orders.doubt_order(order=order, what=what))
    order = orders.doubt_order(order=order, what="来了没做好")
    assert Duty.objects.open().get(kind=CALL_DUTY).title.startswith("来了没做好，打电话问")
    orders.answer_call(order=order, by=cast("worker"))
    with pytest.raises(ValidationError, match="打过电话"):
        orders.take_back_doubt(order=order)


def test_done_after_all_and_confirmed_nobody_need_ring(estate, cast):
    order = done(order_in(estate, phone="13900000611"), cast("worker"), volunteer_in(estate.parent))
    order = orders.doubt_order(order=order, what="没人来")
    order = orders.confirm_order_as_served(order=order, tail="0611")
    assert (order.call_since, order.hours.get().state) == (None, "held")
    assert_calls_are_true()


def test_one_complaint_is_one_duty(estate, cast):
    order = done(order_in(estate), cast("worker"), volunteer_in(estate.parent))
    ago = timezone.now() - timedelta(days=3)
    Order.objects.filter(pk=order.pk).update(begun_at=ago, done_at=ago)
    keep_order_duties()
    assert open_duties(order) == ["volunteers.confirm_order"]
    orders.doubt_order(order=order, what="没人来")
    assert open_duties(order) == [CALL_DUTY]
    assert duties[CALL_DUTY].label == "电话回访"
    keep_order_duties()
    assert open_duties(order) == [CALL_DUTY]


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
    assert (
        order.hours.get().state == "held" and order.hours.get().odd == f"服务对象评得不高：{told}"
    )
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
    assert fresh(order).hours.get().state != "held" and fresh(order).call_since is None


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


def test_the_letters_are_explained_and_nothing_is_said_twice(estate, cast, client):
    order = order_in(estate, wanted_on=timezone.localdate() + timedelta(days=2), part=0)
    page = client.get(follows(client, order)).content.decode()
    legend = page.split('class="help-legend"')[1].split("</p>")[0]
    assert "<b>说</b>说要帮忙" in legend and "<b>评</b>评一评" in legend
    assert "您说要帮忙。" not in page


def test_what_is_done_is_headed_by_when_it_was_done(estate, cast, client):
    volunteer = volunteer_in(estate.parent)
    wanted = timezone.localdate() + timedelta(days=3)
    order = taken(order_in(estate, wanted_on=wanted, part=0), cast("worker"), volunteer)
    orders.begin_service(order=order, by=volunteer.user, agreed=True)
    order = orders.finish(order=order, by=volunteer.user)
    head = client.get(follows(client, order)).content.decode().split("</section>")[0]
    today = timezone.localdate()
    assert f"{today:%-m月%-d日}周" in head and "做完</p>" in head
    assert f"{wanted:%-m月%-d日}" not in head
