"""Orders at the office: what is due when, what is late, what is found again, what is erased."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from stations.models import Act, Duty, Message
from stations.registries import duties, indicators
from stations.services.duties import desk_order
from tests.volunteers.order_rows import ask_of, done, fresh, order_in, put_out, taken
from tests.volunteers.rows import team_in, volunteer_in
from volunteers.choices import AskState, MemberState, OrderEventKind, OrderState
from volunteers.models import Ask, Beneficiary, Membership, Order
from volunteers.services import care, orders, packages, teams
from volunteers.services.orders.chain import DISPATCH_DUTY, LATE_DUTY

pytestmark = pytest.mark.django_db
SUNDAY = datetime(2026, 11, 22, 10, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
MONDAY = SUNDAY.date() + timedelta(days=1)


def url(name, *args):
    return reverse(f"volunteers:{name}", args=args)


def late(order, **ago):
    Order.objects.filter(pk=order.pk).update(due_at=timezone.now() - timedelta(**ago))
    return fresh(order)


# a team that takes money by now


def test_a_price_of_one_team_holds_up_nobody_elses_order(estate, community, cast):
    worker = cast("worker")
    one, other, third = (volunteer_in(community) for _ in range(3))
    team = team_in(community, members=[one])
    first, second = order_in(estate, team=team), order_in(estate)
    put_out(first, worker, one)
    put_out(second, worker, other)
    teams.change_team(team=team, by=worker, price_fen=2000, price_words="一次20元")
    Ask.objects.update(until=timezone.now() - timedelta(minutes=1))
    orders.ask_late_orders_again()
    assert second.asks.filter(state=AskState.ASKED, volunteer=third).exists()
    first = fresh(first)
    assert first.state == OrderState.ORDERED
    duty = Duty.objects.open().get(kind=DISPATCH_DUTY, object_id=first.pk)
    assert duty.title.startswith("先说定价钱")
    assert "先和对方说定价钱" in first.events.get(kind=OrderEventKind.NOBODY).words
    body = Message.objects.get(recipient=worker, title__startswith="先说定价钱").body
    assert "说定价钱" in body


def test_what_is_refused_for_one_is_logged_and_stops_no_other(
    estate, community, cast, monkeypatch, caplog
):
    asked = [put_out(order_in(estate), cast("worker"), volunteer_in(community)) for _ in range(2)]
    Ask.objects.update(until=timezone.now() - timedelta(minutes=1))
    ask_next = orders.dispatching.ask_next

    def refusing(order, **facts):
        if order.pk == asked[0].pk:
            raise ValidationError("nein")
        return ask_next(order, **facts)

    monkeypatch.setattr(orders.dispatching, "ask_next", refusing)
    orders.ask_late_orders_again()
    assert asked[1].asks.filter(state=AskState.SILENT).exists()
    assert f"order {asked[0].pk} is not asked on" in caplog.text


def test_handed_over_although_the_team_takes_money_by_now(estate, community, cast):
    worker, one = cast("worker"), volunteer_in(community)
    team = team_in(community, members=[one, volunteer_in(community)])
    helped = care.add_beneficiary(by=worker, name="王奶奶", phone="13911112222", area=estate)
    package = packages.add_package(
        beneficiary=helped, by=worker, name="医康养", helps=["company"], per_month=2, team=team
    )
    day = timezone.localdate() + timedelta(days=2)
    order = packages.visit_again(package=package, by=worker, help="company", wanted_on=day, part=0)
    order = taken(order, worker, one)
    teams.change_team(team=team, by=worker, price_fen=2000, price_words="一次20元")
    orders.hand_over(order=order, by=one.user, words="病了")
    assert (fresh(order).volunteer, fresh(order).state) == (None, OrderState.ORDERED)


# a team's order is for its members


def test_a_teams_order_goes_to_its_members_alone(estate, community, cast, sign_in):
    worker, inside, outside = cast("worker"), volunteer_in(community), volunteer_in(community)
    order = order_in(estate, team=team_in(community, members=[inside]))
    with pytest.raises(ValidationError, match="不在"):
        put_out(order, worker, inside, outside)
    form = sign_in("worker").get(url("order", order.pk)).context["dispatch_form"]
    assert list(form.fields["other"].queryset) == [inside]
    order = put_out(order, worker, inside)
    Membership.objects.filter(volunteer=inside).update(state=MemberState.LEFT)
    with pytest.raises(ValidationError, match="不在队里"):
        orders.accept(ask=ask_of(order, inside), by=inside.user)


def test_who_left_the_team_meanwhile_does_not_serve_for_it(estate, community, cast):
    one = volunteer_in(community)
    team_in(community, members=[one])
    order = put_out(order_in(estate), cast("worker"), one)
    assert ask_of(order, one).team is not None
    Membership.objects.filter(volunteer=one).update(state=MemberState.LEFT)
    assert orders.accept(ask=ask_of(order, one), by=one.user).team is None


def test_who_was_asked_twice_accepts_the_last_time_and_hears_of_no_other(estate, community, cast):
    worker, one = cast("worker"), volunteer_in(community)
    order = put_out(order_in(estate), worker, one, volunteer_in(community))
    first = ask_of(order, one)
    Ask.objects.filter(pk=first.pk).update(state=AskState.SILENT)
    put_out(order, worker, one)
    orders.accept(ask=Ask.objects.get(pk=first.pk), by=one.user)
    assert ask_of(order, one).state == AskState.ACCEPTED
    assert not Message.objects.filter(recipient=one.user, title__startswith="有邻居接了").exists()


# what is erased


def test_what_volunteers_and_staff_wrote_is_erased_too(estate, community, cast):
    worker, one, other = cast("worker"), volunteer_in(community), volunteer_in(community)
    order = put_out(order_in(estate), worker, one, other)
    orders.decline(ask=ask_of(order, one), by=one.user, words="刘桂芳电话13900007001打不通")
    order = orders.accept(ask=ask_of(order, other), by=other.user)
    orders.cancel(order=order, by=worker, why="刘桂芳住院了")
    assert order.events.get(kind=OrderEventKind.DECLINED).words == "某居民电话某电话打不通"
    long_ago = timezone.now() - timedelta(days=200)
    Order.objects.update(created_at=long_ago, state_since=long_ago)
    Beneficiary.objects.update(since=timezone.localdate(long_ago))
    assert orders.erase_beneficiaries() == 1
    order.refresh_from_db()
    events = order.events.values_list("words", "public_words")
    left = [order.cancelled_why, *order.asks.values_list("words", flat=True), *sum(events, ())]
    assert not [words for words in left if "刘桂芳" in words]
    assert order.cancelled_why == ""


# by when somebody must be asked


@pytest.mark.parametrize(
    "facts, until",
    [
        ({}, "2026-11-23 17:30"),
        # 7:00 would be two hours before it begins; nobody is there until 8:30.
        ({"wanted_on": MONDAY, "part": 0}, "2026-11-23 09:00"),
        ({"wanted_on": MONDAY, "part": 1}, "2026-11-23 10:00"),
        ({"wanted_on": MONDAY, "part": 2}, "2026-11-23 16:00"),
        ({"wanted_on": MONDAY}, "2026-11-23 10:00"),
        ({"wanted_on": MONDAY + timedelta(days=9), "part": 0}, "2026-11-23 17:30"),
        ({"wanted_on": SUNDAY.date(), "part": 0}, "2026-11-22 10:30"),
    ],
)
def test_somebody_is_asked_before_the_appointment(estate, facts, until):
    with time_machine.travel(SUNDAY, tick=False):
        order = order_in(estate, **facts)
    duty = Duty.objects.get(kind=DISPATCH_DUTY, object_id=order.pk)
    assert f"{timezone.localtime(duty.until):%Y-%m-%d %H:%M}" == until


def test_a_sooner_day_leaves_less_time_and_a_later_one_gives_none_anew(estate, cast):
    with time_machine.travel(SUNDAY, tick=False):
        order = order_in(estate)
        move = {"order": order, "by": cast("worker"), "part": 0}
        orders.change_time(wanted_on=MONDAY, **move)
        duty = Duty.objects.open().get(kind=DISPATCH_DUTY)
        assert timezone.localtime(duty.until).hour == 9
    with time_machine.travel(SUNDAY + timedelta(hours=12), tick=False):
        orders.change_time(wanted_on=MONDAY + timedelta(days=20), **move)
        duty.refresh_from_db()
        assert f"{timezone.localtime(duty.until):%d %H:%M}" == "23 17:30"


def test_what_is_late_stands_among_what_is_overdue(estate, community, cast):
    order = late(taken(order_in(estate), cast("worker"), volunteer_in(community)), minutes=5)
    orders.keep_order_duties()
    duty = Duty.objects.open().get(kind=LATE_DUTY, object_id=order.pk)
    assert desk_order(duty, timezone.now()) == "late"
    assert list(duties[LATE_DUTY].truth()) == [order.pk]


# late once is late


def test_another_time_does_not_make_a_late_order_one_in_time(estate, community, cast):
    worker, one = cast("worker"), volunteer_in(community)
    tomorrow = timezone.localdate() + timedelta(days=1)
    moved, kept = (taken(order_in(estate), worker, one) for _ in range(2))
    moved = late(moved, hours=1)
    for order in (moved, kept):
        orders.change_time(order=order, by=worker, wanted_on=tomorrow, part=None)
        orders.accept(ask=ask_of(order, one), by=one.user)
        order = orders.begin_service(order=fresh(order), by=one.user, agreed=True)
        orders.finish(order=order, by=one.user)
    day = timezone.localdate()
    counted = [
        sum(indicators[f"volunteers.{key}"].run([estate.pk], [day]).values())
        for key in ("served", "in_time")
    ]
    assert counted == [2, 1]
    assert "过了约好的时间才改" in moved.events.get(kind=OrderEventKind.TIME).words


# what the office does about a late one


def test_somebody_else_goes_instead(estate, community, cast, sign_in):
    worker, one, other = cast("worker"), volunteer_in(community), volunteer_in(community)
    order = taken(order_in(estate), worker, one)
    client = sign_in("worker")
    answer = client.post(url("order_take_back", order.pk))
    assert answer.status_code == 422 and "还没过" in answer.content.decode()
    order = late(order, hours=1)
    page = client.get(url("order", order.pk)).content.decode()
    assert "先打电话问志愿者" in page and f"tel:{one.user.phone}" in page and "按时去" not in page
    assert client.post(url("order_take_back", order.pk)).status_code == 302
    order = fresh(order)
    assert (order.volunteer, order.state) == (None, OrderState.DISPATCHED)
    assert list(order.asks.waiting().values_list("volunteer", flat=True)) == [other.pk]
    message = Message.objects.get(recipient=one.user, title__startswith="这一单换人去了")
    assert "谢谢您" in message.body
    one.refresh_from_db()
    assert one.open_count == 0
    assert client.post(url("order_take_back", order.pk)).status_code == 422


def test_the_volunteer_is_asked_to_press_done(estate, community, cast, sign_in):
    one = volunteer_in(community)
    order = late(taken(order_in(estate), cast("worker"), one), hours=1)
    client = sign_in("worker")
    for _ in range(2):
        assert client.post(url("order_remind", order.pk)).status_code == 302
    assert Message.objects.filter(recipient=one.user, title__startswith="做完了").count() == 1
    assert fresh(order).state == OrderState.ACCEPTED
    assert Act.objects.filter(verb="volunteers.remind_done").count() == 2


# found again


def test_an_order_is_found_by_number_and_by_the_whole_phone(estate, other_estate, sign_in):
    order, other = order_in(estate, phone="13900000456"), order_in(other_estate)
    client, find = sign_in("worker"), url("order_find")
    for typed in (f"DD-{order.pk}", f"dd{order.pk}", f" {order.pk} ", f"ＤＤ－{order.pk}"):
        assert client.post(find, {"q": typed}).url == url("order", order.pk), typed
    answer = client.post(find, {"q": "139 0000 0456"})
    assert "139" not in answer.url.split("who=")[0] and "0456" not in answer.url
    assert [row.pk for row in client.get(answer.url).context["rows"]] == [order.pk]
    for typed in (f"DD-{other.pk}", "13900009999", "999999999"):
        answer = client.post(find, {"q": typed}, follow=True)
        assert "没有找到" in answer.content.decode()
    for typed in ("刘桂芳", "", "0456\x00", "9" * 30):
        answer = client.post(find, {"q": typed}, follow=True)
        assert answer.redirect_chain and "没有找到这一单" not in answer.content.decode()


def test_the_number_stands_on_the_pages(estate, community, cast, sign_in):
    order = taken(order_in(estate), cast("worker"), volunteer_in(community, user=cast("volunteer")))
    for who, address in (
        ("worker", url("order", order.pk)),
        ("worker", url("orders") + "?view=taken"),
        ("volunteer", url("my_order", order.pk)),
    ):
        assert f"DD-{order.pk}" in sign_in(who).get(address).content.decode()


# the list


def test_what_was_done_last_stands_first(estate, community, cast, sign_in):
    rows = [done(order_in(estate), cast("worker"), volunteer_in(community)) for _ in range(3)]
    for order, hours in zip(rows, (2, 1, 3), strict=True):
        at = timezone.now() - timedelta(hours=hours)
        state = OrderState.CONFIRMED
        Order.objects.filter(pk=order.pk).update(begun_at=None, done_at=at, state=state)
    shown = sign_in("worker").get(url("orders"), {"view": "done"}).context["rows"]
    assert [row.pk for row in shown] == [rows[1].pk, rows[0].pk, rows[2].pk]


def test_an_orders_page_leads_along_its_list_and_back(estate, sign_in):
    first, second, third = (order_in(estate) for _ in range(3))
    client = sign_in("worker")
    page = client.get(url("orders"), {"help": "errand"}).content.decode()
    address = f"/orders/{second.pk}/?back=help%3Derrand"
    assert address in page and f"{address}#dispatch" in page
    answer = client.get(address)
    turn = answer.context["turn"]
    assert (turn["before"], turn["after"]) == (first, third)
    assert 'href="/orders/?help=errand"' in answer.content.decode()
    assert client.get(url("order", second.pk)).context["turn"] is None


@pytest.mark.parametrize(
    "query",
    [
        "last=9999-12-31", "first=0001-01-01", "last=0001-01-01&view=done", "first=%00",
        "who=%00", "who=%F0%9F%98%80", "back=%00", "view=done&after=9999-99-99~1",
    ],
)  # fmt: skip
def test_strange_addresses_are_a_page(query, estate, sign_in):
    order, client = order_in(estate), sign_in("worker")
    client.raise_request_exception = True
    assert client.get(f"{url('orders')}?{query}").status_code == 200
    for back in (query, query.replace("=", "%3D").replace("&", "%26")):
        assert client.get(f"{url('order', order.pk)}?back={back}").status_code == 200


@pytest.mark.parametrize("day", ["9999-12-31", "0001-01-01", "\x00"])
def test_strange_days_of_forms_are_refused_in_words(day, estate, sign_in):
    order, client = order_in(estate), sign_in("worker")
    client.raise_request_exception = True
    wish = {"help": "errand", "name": "刘", "wanted_on": day}
    assert client.post(url("order_new"), wish).status_code == 422
    assert client.post(url("order_time", order.pk), {"wanted_on": day}).status_code == 422


def test_one_of_name_and_phone_is_said_to_be_needed(estate, sign_in):
    page = sign_in("worker").get(url("order_new")).content.decode()
    assert "称呼、电话至少写一样。" in page
    assert '怎么称呼<span class="may">' not in page and '电话<span class="may">' not in page
    order = order_in(estate)
    assert (
        "居民看得到，写得客气些。" in sign_in("worker").get(url("order", order.pk)).content.decode()
    )
