"""点单: the way of an order, by the table and by no other way."""

import uuid
from datetime import date, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from stations.foundation.codes import code_digest
from stations.models import Act, Duty, Message, Stale
from tests.factories import PostingFactory, UserFactory
from tests.support.at_once import at_once
from tests.volunteers.events import event_in, signed, slot_of
from tests.volunteers.hour_rows import be_verified
from tests.volunteers.order_rows import ask_of, done, fresh, order_in, put_out, taken
from tests.volunteers.rows import team_in, verified, volunteer_in
from volunteers.choices import (
    ASK_ROUNDS,
    ORDER_CHANGES,
    AskState,
    Help,
    HourSource,
    OrderState,
    Part,
    Reach,
)
from volunteers.models import Ask, Beneficiary, Hour, Order, Volunteer
from volunteers.services import hours, orders
from volunteers.services.beneficiaries import facts_of
from volunteers.services.orders.chain import answer_until, due_of, move, when_of
from volunteers.services.orders.keeping import late_orders, unconfirmed_orders
from volunteers.services.sign_ups import leave_slot

pytestmark = pytest.mark.django_db
S = OrderState


def here(text):
    return timezone.make_aware(datetime.fromisoformat(text))


def open_duties(order):
    rows = Duty.objects.open().filter(object_id=order.pk, kind__startswith="volunteers.")
    return sorted(rows.values_list("kind", flat=True))


def kinds(order):
    return list(order.events.order_by("pk").values_list("kind", flat=True))


@pytest.fixture
def many(community):
    """Four volunteers whom nobody has asked yet."""
    return [volunteer_in(community) for _ in range(4)]


# ordering


def test_what_was_said_is_sealed_and_no_name_stands_in_lists(estate):
    order = order_in(estate, phone="13900000001", words="买两斤面")
    assert "面" not in order.words_sealed
    assert orders.words_of(order) == "买两斤面"
    assert facts_of(order.beneficiary)["name"] == "刘桂芳"
    told = f"{order} {Duty.objects.get().title} {Duty.objects.get().subtitle} {Act.objects.get()}"
    assert "刘桂芳" not in told and "13900000001" not in told
    assert open_duties(order) == ["volunteers.dispatch"]


def test_sent_twice_it_is_one_order_and_one_code(estate):
    token = uuid.uuid4()
    facts = {"area": estate, "help": "errand", "name": "刘", "token": token}
    first, code = orders.order_help(**facts)
    again, same = orders.order_help(**facts)
    assert (again.pk, same) == (first.pk, code)
    assert first.code_digest == code_digest(code)
    assert Beneficiary.objects.count() == Order.objects.count() == 1


def test_without_name_and_phone_nobody_can_come_but_what_was_referred_needs_neither(estate, worker):
    facts = {"area": estate, "help": "errand", "token": uuid.uuid4()}
    with pytest.raises(ValidationError, match="称呼或者电话"):
        orders.order_help(**facts)
    order, _ = orders.order_help(**facts, channel="referral", by=worker)
    assert order.beneficiary.name_sealed == ""


@pytest.mark.parametrize(
    ("wanted_on", "part", "due"),
    [
        (date(2026, 11, 25), 0, "2026-11-25 12:00"),
        (date(2026, 11, 25), 1, "2026-11-25 18:00"),
        (date(2026, 11, 25), 2, "2026-11-25 21:00"),
        (date(2026, 11, 25), None, "2026-11-25 21:00"),
        (None, None, "2026-11-26 17:30"),  # three working days after Monday
        (None, 0, "2026-11-26 17:30"),
    ],
)
def test_due_at_the_end_of_the_wanted_part_or_after_three_working_days(wanted_on, part, due):
    assert due_of(wanted_on, part, now=here("2026-11-23 10:00")) == here(due)


def test_a_day_that_is_over_or_far_away_is_refused(estate, time_machine):
    time_machine.move_to(here("2026-11-23 13:00"), tick=False)
    with pytest.raises(ValidationError, match="已经过了"):
        order_in(estate, wanted_on=date(2026, 11, 23), part=0)
    with pytest.raises(ValidationError, match="两个月"):
        order_in(estate, wanted_on=date(2027, 3, 1))


def test_when_in_words(estate, time_machine):
    time_machine.move_to(here("2026-11-23 10:00"), tick=False)
    assert when_of(order_in(estate, wanted_on=date(2026, 11, 25), part=0)) == "11月25日周三上午"
    assert when_of(order_in(estate)) == "时间商量"


# the table


@pytest.mark.parametrize("now", list(S))
@pytest.mark.parametrize("then", list(S))
def test_only_the_table_changes_a_state(now, then):
    order = Order(state=now)
    if then in ORDER_CHANGES[now]:
        move(order, then)
        assert order.state == then
    else:
        with pytest.raises(ValidationError):
            move(order, then)
        assert order.state == now


def test_the_whole_way(estate, worker, community):
    leader = volunteer_in(community)
    helper = volunteer_in(community)
    team = team_in(community, leader=leader, members=[helper])
    order = order_in(estate, phone="13900000022")
    put_out(order, worker, helper)
    assert fresh(order).state == S.DISPATCHED
    assert open_duties(order) == ["volunteers.order_answer"]
    order = orders.accept(ask=ask_of(order, helper), by=helper.user)
    assert (order.state, order.volunteer, order.team) == (S.ACCEPTED, helper, team)
    helper.refresh_from_db()
    assert helper.open_count == 1
    order = orders.set_out(order=order, by=helper.user)
    order = orders.begin_service(order=order, by=helper.user)
    assert order.state == S.ON_WAY and order.begun_at
    order = orders.finish(order=order, by=helper.user)
    helper.refresh_from_db()
    assert (order.state, helper.open_count) == (S.DONE, 0)
    hour = Hour.objects.get(order=order)
    assert (hour.source, hour.team, hour.area) == (HourSource.CLOCK, team, estate)
    order = orders.confirm_order_as_served(order=order, tail="0022")
    hour.refresh_from_db()
    assert order.state == S.CONFIRMED and hour.other_as == "served"
    order = orders.rate(order=order, rating=5, words="好")
    assert (order.state, order.rating) == (S.RATED, 5)
    assert kinds(order) == [
        "ordered",
        "dispatched",
        "accepted",
        "on_way",
        "begun",
        "done",
        "confirmed",
        "rated",
    ]
    assert all("刘桂芳" not in event.public_words + event.words for event in order.events.all())
    assert all(str(helper) not in event.public_words for event in order.events.all())


def test_what_cannot_be_is_refused_in_words(estate, worker, many):
    order = order_in(estate)
    helper = many[0]
    with pytest.raises(ValidationError, match="不在您手上"):
        orders.set_out(order=order, by=helper.user)
    with pytest.raises(ValidationError, match="还没按"):
        orders.confirm_order_as_served(order=order, tail="1111")
    with pytest.raises(ValidationError, match="至少选一位"):
        orders.dispatch(order=order, by=worker, volunteers=[])
    taken(order, worker, helper)
    with pytest.raises(ValidationError, match="出发"):
        orders.finish(order=fresh(order), by=helper.user, minutes=30)
    with pytest.raises(ValidationError, match="已接单"):
        put_out(order, worker, many[1])
    with pytest.raises(ValidationError, match="先确认"):
        orders.rate(order=order, rating=5)


# 派单: rules


@pytest.mark.parametrize(
    ("help", "facts", "sentence"),
    [
        (Help.REPAIR, {"insured_until": None}, "没有保险"),
        (Help.REPAIR, {"insured_until": date(2020, 1, 1)}, "没有保险"),
        (Help.ERRAND, {"state": "paused"}, "不在队"),
        (Help.ERRAND, {"minor_until": date(2090, 1, 1)}, "十八岁"),
    ],
)
def test_whoever_may_not_is_refused_even_when_picked_by_hand(
    help, facts, sentence, estate, worker, community
):
    if "minor_until" in facts:
        facts = facts | {"guardian_agreed_at": timezone.now()}
    wrong = volunteer_in(community, **facts)
    order = order_in(estate, help=help)
    with pytest.raises(ValidationError, match=sentence):
        put_out(order, worker, wrong, volunteer_in(community))
    assert not Ask.objects.exists()


def test_a_minor_may_keep_company(estate, worker, community):
    young = volunteer_in(community, minor_until=date(2090, 1, 1), guardian_agreed_at=timezone.now())
    order = put_out(order_in(estate, help=Help.COMPANY), worker, young)
    assert order.state == S.DISPATCHED


def test_insured_today_is_not_enough_for_the_day_it_is_wanted(estate, worker, community):
    helper = volunteer_in(community, insured_until=timezone.localdate() + timedelta(days=1))
    day = timezone.localdate() + timedelta(days=3)
    with pytest.raises(ValidationError, match="没有保险"):
        put_out(order_in(estate, help=Help.REPAIR, wanted_on=day), worker, helper)


def test_nobody_takes_their_own_order_and_nobody_comes_from_another_street(
    estate, worker, community, far_community, sibling
):
    user = UserFactory(phone="13900000031")
    order = order_in(estate, phone="13900000031")
    with pytest.raises(ValidationError, match="自己点的"):
        put_out(order, worker, volunteer_in(community, user=user))
    with pytest.raises(ValidationError, match="本街道"):
        put_out(order, worker, volunteer_in(far_community))
    put_out(order, worker, volunteer_in(sibling, reach=Reach.STREET))
    assert fresh(order).state == S.DISPATCHED


def test_a_team_that_takes_money_agrees_on_it_first(estate, worker, community):
    helper = volunteer_in(community)
    team = team_in(community, members=[helper], price_fen=2000, price_words="一次20元")
    order = order_in(estate, team=team)
    with pytest.raises(ValidationError, match="低偿"):
        put_out(order, worker, helper)
    order = orders.agree_price(order=order, by=worker, team=team, price_fen=1500)
    assert (order.price_fen, order.price_words) == (1500, "一次20元")
    order = put_out(order, worker, helper)
    assert order.state == S.DISPATCHED and order.events.filter(kind="price").exists()
    with pytest.raises(ValidationError, match="派单以前"):
        orders.agree_price(order=order, by=worker, team=team)


def test_a_free_team_needs_no_price(estate, worker, community):
    with pytest.raises(ValidationError, match="不收钱"):
        orders.agree_price(order=order_in(estate), by=worker, team=team_in(community))


# 接单


def test_one_accepts_the_other_hears_it_kindly(estate, worker, many):
    order = put_out(order_in(estate), worker, *many[:2])
    first, second = many[:2]
    orders.accept(ask=ask_of(order, first), by=first.user)
    with pytest.raises(ValidationError, match="刚刚有邻居先接了，谢谢您愿意来"):
        orders.accept(ask=ask_of(order, second), by=second.user)
    assert ask_of(order, second).state == AskState.TAKEN
    assert Message.objects.filter(recipient=second.user, title__startswith="有邻居接了").exists()
    second.refresh_from_db()
    assert second.open_count == 0


def test_nobody_answers_for_somebody_else(estate, worker, many):
    order = put_out(order_in(estate), worker, many[0])
    for act in (orders.accept, orders.decline):
        with pytest.raises(ValidationError, match="没有问您"):
            act(ask=ask_of(order, many[0]), by=many[1].user)


def test_pressed_twice_is_once(estate, worker, many):
    order = taken(order_in(estate), worker, many[0])
    orders.accept(ask=ask_of(order, many[0]), by=many[0].user)
    many[0].refresh_from_db()
    assert many[0].open_count == 1
    assert kinds(order).count("accepted") == 1


def test_a_late_yes_is_better_than_none(estate, worker, many):
    order = put_out(order_in(estate), worker, many[0])
    Ask.objects.update(until=timezone.now() - timedelta(minutes=1))
    orders.ask_again(order=order)
    assert ask_of(order, many[0]).state == AskState.SILENT
    order = orders.accept(ask=ask_of(order, many[0]), by=many[0].user)
    assert order.volunteer == many[0]
    assert not Ask.objects.waiting().exists()


# asking on


def test_a_no_of_the_last_one_asks_the_next_at_once(estate, worker, many):
    order = put_out(order_in(estate), worker, *many[:2])
    orders.decline(ask=ask_of(order, many[0]), by=many[0].user, words="要上班")
    assert fresh(order).round == 1
    orders.decline(ask=ask_of(order, many[1]), by=many[1].user)
    order = fresh(order)
    assert (order.state, order.round) == (S.DISPATCHED, 2)
    assert set(order.asks.waiting().values_list("volunteer", flat=True)) == {
        many[2].pk,
        many[3].pk,
    }
    assert Act.objects.filter(verb="volunteers.ask_again").count() == 1


def test_silence_asks_the_next_ones_and_three_rounds_are_enough(estate, worker, community):
    people = [volunteer_in(community) for _ in range(12)]
    order = put_out(order_in(estate), worker, people[0])
    for number in range(2, ASK_ROUNDS + 1):
        Ask.objects.update(until=timezone.now() - timedelta(minutes=1))
        assert orders.ask_late_orders_again()
        assert fresh(order).round == number
        assert order.asks.waiting().count() == 3
    Ask.objects.update(until=timezone.now() - timedelta(minutes=1))
    orders.ask_late_orders_again()
    order = fresh(order)
    assert order.state == S.ORDERED
    assert kinds(order)[-1] == "nobody"
    assert not order.asks.waiting().exists()
    duty = Duty.objects.open().get(kind="volunteers.dispatch", object_id=order.pk)
    assert duty.title.startswith("没人能接")
    assert Message.objects.filter(recipient=worker, title__startswith="没人能接").count() == 1


def test_put_out_again_by_hand_the_rounds_begin_anew(estate, worker, community):
    people = [volunteer_in(community) for _ in range(12)]
    order = put_out(order_in(estate), worker, people[0])
    while fresh(order).state == S.DISPATCHED:
        Ask.objects.update(until=timezone.now() - timedelta(minutes=1))
        orders.ask_late_orders_again()
    put_out(order, worker, people[0])
    Ask.objects.update(until=timezone.now() - timedelta(minutes=1))
    orders.ask_late_orders_again()
    assert fresh(order).state == S.DISPATCHED


def test_who_still_thinks_is_waited_for(estate, worker, many):
    order = put_out(order_in(estate), worker, *many[:2])
    Ask.objects.filter(volunteer=many[0]).update(until=timezone.now() - timedelta(minutes=1))
    orders.ask_late_orders_again()
    assert ask_of(order, many[0]).state == AskState.SILENT
    assert fresh(order).round == 1


def test_nobody_left_to_ask(estate, worker, community):
    only = volunteer_in(community)
    order = put_out(order_in(estate), worker, only)
    orders.decline(ask=ask_of(order, only), by=only.user)
    order = fresh(order)
    assert order.state == S.ORDERED and kinds(order)[-1] == "nobody"
    assert open_duties(order) == ["volunteers.dispatch"]


@pytest.mark.parametrize(
    ("asked", "until"),
    [
        ("2026-11-23 10:00", "2026-11-23 14:00"),
        ("2026-11-23 17:00", "2026-11-23 21:00"),
        ("2026-11-23 19:00", "2026-11-24 11:00"),  # two hours today, two tomorrow
        ("2026-11-23 21:00", "2026-11-24 13:00"),
        ("2026-11-23 23:30", "2026-11-24 13:00"),
        ("2026-11-24 03:00", "2026-11-24 13:00"),
    ],
)
def test_nobody_has_to_answer_at_night(asked, until):
    assert answer_until(here(asked), here("2026-12-20 12:00")) == here(until)


def test_when_it_is_wanted_soon_less_time_is_left():
    assert answer_until(here("2026-11-23 10:00"), here("2026-11-23 12:00")) == here(
        "2026-11-23 11:00"
    )
    assert answer_until(here("2026-11-23 11:50"), here("2026-11-23 12:00")) == here(
        "2026-11-23 12:20"
    )


@pytest.mark.parametrize(
    ("asked", "due", "until"),
    [
        # at night for the next morning: half of the three hours by day
        ("2026-11-22 21:30", "2026-11-23 12:00", "2026-11-23 10:30"),
        ("2026-11-23 03:00", "2026-11-23 12:00", "2026-11-23 10:30"),
        # in the evening for the next morning: half of 1 + 2 hours
        ("2026-11-22 20:00", "2026-11-23 11:00", "2026-11-23 09:30"),
        # the half hour runs on the next morning
        ("2026-11-22 20:50", "2026-11-22 21:00", "2026-11-23 09:20"),
        ("2026-11-22 23:00", "2026-11-22 21:00", "2026-11-23 09:30"),
    ],
)
def test_wanted_soon_is_no_reason_to_answer_at_night(asked, due, until):
    assert answer_until(here(asked), here(due)) == here(until)


def test_no_answer_is_ever_due_at_night():
    """Whenever somebody is asked and whatever is wanted."""
    start = here("2026-11-23 00:00")
    for asked in range(48):
        for ahead in (-3, 1, 2, 5, 9, 14, 20, 31, 50):
            now = start + timedelta(minutes=30 * asked)
            until = timezone.localtime(answer_until(now, now + timedelta(hours=ahead)))
            assert until > now
            assert 9 * 60 <= until.hour * 60 + until.minute <= 21 * 60


# who is at an event then does not take an order


@pytest.mark.parametrize(
    ("part", "clashes"), [(Part.MORNING, True), (Part.AFTERNOON, False), (None, False)]
)
def test_whoever_has_a_seat_then_does_not_take_the_order(estate, worker, many, part, clashes):
    slot = slot_of(event_in(estate, worker, days=(2,)))  # 9:00 to 10:30
    day = timezone.localdate(slot.starts_at)
    order = put_out(order_in(estate, wanted_on=day, part=part), worker, *many[:2])
    signed(slot, many[0])
    ask = ask_of(order, many[0])
    if clashes:
        with pytest.raises(ValidationError, match=f"{many[0]}.*报了“陪老人晒太阳”，两头赶不上"):
            put_out(order_in(estate, wanted_on=day, part=part), worker, many[0])
        with pytest.raises(ValidationError, match="报了“陪老人晒太阳”，两头赶不上"):
            orders.accept(ask=ask, by=many[0].user)
        assert fresh(order).state == S.DISPATCHED
        ask = ask_of(order, many[1])
    orders.accept(ask=ask, by=ask.volunteer.user)
    assert fresh(order).state == S.ACCEPTED


def test_a_seat_given_back_is_in_nobodys_way(estate, worker, many):
    slot = slot_of(event_in(estate, worker, days=(2,)))
    (row,) = signed(slot, many[0])
    leave_slot(sign_up=row, by=many[0].user)
    day = timezone.localdate(slot.starts_at)
    order = taken(order_in(estate, wanted_on=day, part=Part.MORNING), worker, many[0])
    assert order.volunteer == many[0]


def test_who_takes_an_order_and_signs_up_at_once_does_one_of_them(estate, worker, many):
    """The volunteer's row is held: the second one reads what the first one did."""
    order = put_out(order_in(estate), worker, many[0])
    with CaptureQueriesContext(connection) as seen:
        orders.accept(ask=ask_of(order, many[0]), by=many[0].user)
    held = [query["sql"] for query in seen if "FOR NO KEY UPDATE" in query["sql"]]
    assert any('FROM "volunteers_volunteer"' in sql for sql in held)


# one order at a time, and on its day


@pytest.mark.parametrize(
    ("days", "part", "clashes"),
    [(2, Part.MORNING, True), (2, Part.AFTERNOON, False), (3, Part.MORNING, False)]
    + [(2, None, False), (None, Part.MORNING, False)],
)
def test_two_orders_at_the_same_time_are_not_taken(estate, worker, many, days, part, clashes):
    today = timezone.localdate()
    held = {"wanted_on": today + timedelta(days=2), "part": Part.MORNING}
    day = None if days is None else today + timedelta(days=days)
    order = put_out(order_in(estate, wanted_on=day, part=part), worker, *many[:2])
    first = taken(order_in(estate, **held), worker, many[0])
    ask = ask_of(order, many[0])
    if clashes:
        third = order_in(estate, wanted_on=day, part=part)
        with pytest.raises(ValidationError, match=f"{many[0]}那天上午已经接了一单，两头赶不上"):
            put_out(third, worker, many[0])
        with pytest.raises(ValidationError, match="您那天上午已经接了一单，两头赶不上"):
            orders.accept(ask=ask, by=many[0].user)
        assert ask_of(order, many[0]).state == AskState.ASKED
        orders.hand_over(order=first, by=many[0].user, words="发烧了")
    orders.accept(ask=ask_of(order, many[0]), by=many[0].user)
    assert fresh(order).volunteer == many[0]


@pytest.mark.parametrize("act", [orders.set_out, orders.begin_service])
def test_before_the_day_nobody_goes_unless_it_was_agreed(act, estate, worker, many, time_machine):
    time_machine.move_to(here("2026-11-23 10:00"), tick=False)
    wanted = {"wanted_on": date(2026, 11, 25), "part": Part.MORNING}
    order, other = (taken(order_in(estate, **wanted), worker, one) for one in many[:2])
    sentence = "约的是11月25日（周三），还没到。要提前去，先打电话和对方说好"
    with pytest.raises(ValidationError, match=sentence):
        act(order=order, by=many[0].user)
    assert fresh(order).state == S.ACCEPTED
    act(order=order, by=many[0].user, agreed=True)
    assert fresh(order).state == S.ON_WAY
    assert order.events.get(kind="on_way").words == "对方同意提前"
    orders.begin_service(order=order, by=many[0].user)  # agreed once is enough
    time_machine.move_to(here("2026-11-25 00:01"), tick=False)
    act(order=other, by=many[1].user)
    assert other.events.get(kind="on_way").words == ""


# 转给别人, 取消


def test_handed_over_others_are_asked_at_once_but_not_the_same(estate, worker, many):
    order = taken(order_in(estate), worker, many[0])
    order = orders.hand_over(order=order, by=many[0].user, words="发烧了")
    order = fresh(order)
    assert (order.state, order.volunteer) == (S.DISPATCHED, None)
    assert set(order.asks.waiting().values_list("volunteer", flat=True)) == {
        one.pk for one in many[1:]
    }
    assert ask_of(order, many[0]).state == AskState.HANDED_OVER
    many[0].refresh_from_db()
    assert many[0].open_count == 0
    assert kinds(order)[-2:] == ["handed_over", "dispatched"]


def test_whoever_was_too_late_before_may_take_it_when_it_is_handed_over(estate, worker, many):
    order = put_out(order_in(estate), worker, *many[:2])
    orders.accept(ask=ask_of(order, many[0]), by=many[0].user)
    orders.hand_over(order=fresh(order), by=many[0].user, words="要上班")
    order = orders.accept(ask=ask_of(order, many[1]), by=many[1].user)
    assert order.volunteer == many[1]


def test_handed_over_not_only_the_same_team_is_asked(estate, worker, community):
    first, other = volunteer_in(community), volunteer_in(community)
    team = team_in(community, members=[first])
    order = taken(order_in(estate), worker, first)
    assert order.team == team
    order = fresh(orders.hand_over(order=order, by=first.user, words="发烧了"))
    assert order.team is None
    assert [ask.volunteer for ask in order.asks.waiting()] == [other]


def test_a_team_with_an_agreed_price_keeps_its_order(estate, worker, community):
    first, mate, stranger = (volunteer_in(community) for _ in range(3))
    team = team_in(community, members=[first, mate], price_fen=2000, price_words="一次20元")
    order = orders.agree_price(order=order_in(estate), by=worker, team=team)
    taken(order, worker, first)
    order = fresh(orders.hand_over(order=order, by=first.user, words="发烧了"))
    assert order.team == team
    assert [ask.volunteer for ask in order.asks.waiting()] == [mate] != [stranger]


def test_once_the_time_is_over_nobody_is_asked_any_more(estate, worker, many):
    day = timezone.localdate() + timedelta(days=1)
    order = put_out(order_in(estate, wanted_on=day), worker, many[0])
    Order.objects.filter(pk=order.pk).update(due_at=timezone.now() - timedelta(minutes=1))
    orders.decline(ask=ask_of(order, many[0]), by=many[0].user)
    assert (fresh(order).state, kinds(order)[-1]) == (S.ORDERED, "nobody")


@pytest.mark.parametrize("act", ["asked", "taken", "handed over", "cancelled"])
def test_the_day_it_came_in_is_counted_anew(act, estate, worker, many):
    order = order_in(estate)
    then = timezone.now() - timedelta(days=4)
    Order.objects.filter(pk=order.pk).update(created_at=then)
    if act in ("taken", "handed over"):
        put_out(order, worker, *many[:2])
    if act == "handed over":
        orders.accept(ask=ask_of(order, many[0]), by=many[0].user)
    Stale.objects.all().delete()
    if act == "asked":
        put_out(order, worker, many[0])
    elif act == "taken":
        orders.accept(ask=ask_of(order, many[0]), by=many[0].user)
    elif act == "handed over":
        orders.hand_over(order=fresh(order), by=many[0].user, words="发烧了")
    else:
        orders.cancel(order=order, by=None)
    days = set(Stale.objects.filter(area=estate).values_list("day", flat=True))
    assert days == {timezone.localdate(then)}


def test_cancelled_nobody_comes(estate, worker, many):
    order = put_out(order_in(estate), worker, *many[:2])
    orders.cancel(order=order, by=None)
    order = fresh(order)
    assert order.state == S.CANCELLED and open_duties(order) == []
    assert set(order.asks.values_list("state", flat=True)) == {AskState.WITHDRAWN}
    assert Message.objects.filter(title__startswith="不用去了").count() == 2
    with pytest.raises(ValidationError, match="不用再接"):
        orders.accept(ask=ask_of(order, many[0]), by=many[0].user)


def test_who_ordered_cannot_cancel_once_somebody_is_on_the_way(estate, worker, many):
    order = taken(order_in(estate), worker, many[0])
    order = orders.set_out(order=order, by=many[0].user)
    with pytest.raises(ValidationError, match="路上"):
        orders.cancel(order=order, by=None)
    orders.cancel(order=order, by=worker, why="老人住院了")
    many[0].refresh_from_db()
    assert many[0].open_count == 0
    assert Message.objects.filter(recipient=many[0].user, title__startswith="不用去").exists()


# 做完


def test_without_the_clock_the_minutes_are_said(estate, worker, many):
    helper = many[0]
    order = taken(order_in(estate), worker, helper)
    orders.set_out(order=order, by=helper.user)
    for minutes, sentence in ((None, "多少分钟"), (3, "5到720"), (800, "5到720")):
        with pytest.raises(ValidationError, match=sentence):
            orders.finish(order=order, by=helper.user, minutes=minutes)
    orders.finish(order=order, by=helper.user, minutes=45)
    hour = Hour.objects.get(order=order)
    assert (hour.source, hour.minutes) == (HourSource.SAID, 45)


def test_a_clock_that_was_forgotten_does_not_count(estate, worker, many):
    helper = many[0]
    order = taken(order_in(estate), worker, helper)
    orders.begin_service(order=order, by=helper.user)
    Order.objects.filter(pk=order.pk).update(begun_at=timezone.now() - timedelta(hours=13))
    with pytest.raises(ValidationError, match="12小时"):
        orders.finish(order=order, by=helper.user)
    orders.finish(order=order, by=helper.user, minutes=60)
    assert Hour.objects.get(order=order).source == HourSource.SAID


# 确认, 评价


def test_confirmed_with_the_right_digits_only(estate, worker, many):
    order = done(order_in(estate, phone="13900000044"), worker, many[0])
    with pytest.raises(ValidationError, match="对不上"):
        orders.confirm_order_as_served(order=order, tail="0045")
    with pytest.raises(ValidationError, match="对不上"):
        orders.confirm_order_as_served(order=order, tail="")
    orders.confirm_order_as_served(order=order, tail="0044")
    assert fresh(order).state == S.CONFIRMED


def test_without_a_phone_the_station_confirms(estate, worker, many, community):
    order = done(order_in(estate, phone=""), worker, many[0])
    with pytest.raises(ValidationError, match="没留电话"):
        orders.confirm_order_as_served(order=order, tail="")
    with pytest.raises(ValidationError, match="核对身份"):
        orders.confirm_order_as_station(order=order, by=worker)
    verified(worker, community)
    orders.confirm_order_as_station(order=order, by=worker)
    assert fresh(order).state == S.CONFIRMED
    assert Hour.objects.get(order=order).other_by == worker


def test_an_order_to_oneself_is_no_confirmation_and_the_attempt_is_written_down(
    estate, worker, community
):
    """The volunteer's number was another one when asked; confirming it is their own now."""
    user = UserFactory(phone="13900000055")
    helper = volunteer_in(community, user=user)
    order = order_in(estate, phone="13900000056")
    order = done(order, worker, helper)
    type(user).objects.filter(pk=user.pk).update(phone="13900000056")
    with pytest.raises(ValidationError, match="自己的时数"):
        orders.confirm_order_as_served(order=order, tail="0056")
    assert fresh(order).state == S.DONE
    assert Hour.objects.get(order=order).other_at is None
    assert Act.objects.filter(verb="volunteers.hours_attempt").count() == 1


def test_the_served_one_is_not_troubled_with_an_unverified_volunteer(estate, worker, community):
    helper = volunteer_in(community, is_verified=False)
    order = done(order_in(estate, phone="13900000066"), worker, helper)
    orders.confirm_order_as_served(order=order, tail="0066")
    assert fresh(order).state == S.CONFIRMED
    hour = Hour.objects.get(order=order)
    assert hour.other_at is None
    assert Duty.objects.open().filter(object_id=hour.pk, title__startswith="确认时数").exists()


@pytest.mark.parametrize(("rating", "messages"), [(1, 1), (2, 1), (3, 0), (5, 0)])
def test_a_low_rating_is_read_by_the_worker(rating, messages, estate, worker, many):
    order = done(order_in(estate, phone="13900000077"), worker, many[0])
    orders.confirm_order_as_served(order=order, tail="0077")
    orders.rate(order=order, rating=rating, words="")
    assert (
        Message.objects.filter(recipient=worker, title__startswith="评得不高").count() == messages
    )
    with pytest.raises(ValidationError, match="评过了"):
        orders.rate(order=order, rating=5)


@pytest.mark.parametrize("rating", [0, 6, -1])
def test_one_to_five(rating, estate, worker, many):
    order = done(order_in(estate, phone="13900000078"), worker, many[0])
    orders.confirm_order_as_served(order=order, tail="0078")
    with pytest.raises(ValidationError, match="表情"):
        orders.rate(order=order, rating=rating)


# what is kept right by itself


def test_late_orders_stand_on_the_desk_until_they_are_done(estate, worker, many):
    order = taken(order_in(estate), worker, many[0])
    orders.keep_order_duties()
    assert open_duties(order) == []
    Order.objects.filter(pk=order.pk).update(due_at=timezone.now() - timedelta(minutes=1))
    assert list(late_orders()) == [order]
    orders.keep_order_duties()
    orders.keep_order_duties()
    assert open_duties(order) == ["volunteers.order_late"]
    orders.begin_service(order=order, by=many[0].user)
    orders.finish(order=order, by=many[0].user)
    assert open_duties(order) == []


def test_who_has_not_confirmed_after_two_days_is_rung(estate, worker, many):
    order = done(order_in(estate, phone="13900000088"), worker, many[0])
    orders.keep_order_duties()
    assert open_duties(order) == []
    Order.objects.filter(pk=order.pk).update(
        done_at=timezone.now() - timedelta(days=2, minutes=1),
        begun_at=timezone.now() - timedelta(days=3),
    )
    assert list(unconfirmed_orders()) == [order]
    orders.keep_order_duties()
    assert open_duties(order) == ["volunteers.confirm_order"]
    orders.confirm_order_as_served(order=order, tail="0088")
    assert open_duties(order) == []


def test_nobody_is_rung_whose_hours_the_station_has_confirmed(estate, worker, many):
    order = done(order_in(estate), worker, many[0])
    Order.objects.update(done_at=timezone.now() - timedelta(days=3), begun_at=None)
    assert list(unconfirmed_orders()) == [order]
    be_verified(worker, estate.parent)
    hours.confirm_as_station(hour=order.hours.get(), by=worker)
    assert list(unconfirmed_orders()) == []


def test_a_duty_that_is_none_any_more_goes(estate, worker, many):
    order = taken(order_in(estate), worker, many[0])
    Order.objects.filter(pk=order.pk).update(due_at=timezone.now() - timedelta(minutes=1))
    orders.keep_order_duties()
    Order.objects.filter(pk=order.pk).update(due_at=timezone.now() + timedelta(days=1))
    orders.keep_order_duties()
    assert open_duties(order) == []


def test_services_of_thirty_days_are_counted(estate, worker, many):
    for days in (1, 29, 31):
        order = done(order_in(estate), worker, many[0])
        then = timezone.now() - timedelta(days=days)
        Order.objects.filter(pk=order.pk).update(done_at=then, begun_at=then)
    Volunteer.objects.filter(pk=many[1].pk).update(served_count=7)
    assert orders.count_served() == (2, None)
    assert [Volunteer.objects.get(pk=one.pk).served_count for one in many[:2]] == [2, 0]
    assert orders.count_served() == (0, None)


def test_a_hundred_and_eighty_days_later_nobody_is_known_any_more(estate, worker, many):
    old, new = order_in(estate), order_in(estate)
    regular = order_in(estate)
    for order, days in ((old, 181), (new, 179), (regular, 400)):
        done(order, worker, many[0])
        then = timezone.now() - timedelta(days=days)
        Order.objects.filter(pk=order.pk).update(
            created_at=then, done_at=then, begun_at=then, state_since=then
        )
        Beneficiary.objects.filter(orders=order).update(since=timezone.localdate(then))
    Beneficiary.objects.filter(orders=regular).update(is_regular=True)
    still_open = order_in(estate)
    then = timezone.now() - timedelta(days=300)
    Order.objects.filter(pk=still_open.pk).update(created_at=then, state_since=then)
    Beneficiary.objects.filter(orders=still_open).update(since=timezone.localdate(then))
    assert orders.erase_beneficiaries() == 1
    gone = fresh(old).beneficiary
    assert facts_of(gone) == {"name": "", "phone": "", "door": "", "words": ""}
    assert (gone.phone_index, orders.words_of(fresh(old))) == ("", "")
    for order in (new, regular, still_open):
        assert facts_of(fresh(order).beneficiary)["name"] == "刘桂芳"
    assert Act.objects.filter(verb="volunteers.erase_beneficiary").count() == 1
    assert orders.erase_beneficiaries() == 0


# at once


@pytest.mark.django_db(transaction=True)
def test_eight_press_at_once_and_exactly_one_has_it(estate, cast):
    people = [volunteer_in(estate.parent) for _ in range(8)]
    order = put_out(order_in(estate), cast("worker"), *people)

    def press(one):
        ask = ask_of(order, one)
        return lambda: orders.accept(ask=ask, by=one.user)

    results = at_once(*[press(one) for one in people])
    refusals = [result for result in results if isinstance(result, str)]
    assert refusals == ["刚刚有邻居先接了，谢谢您愿意来。"] * 7
    winner = fresh(order).volunteer
    states = dict(order.asks.values_list("volunteer", "state"))
    assert states.pop(winner.pk) == AskState.ACCEPTED
    assert set(states.values()) == {AskState.TAKEN}
    counts = dict(Volunteer.objects.values_list("pk", "open_count"))
    assert counts == {one.pk: int(one.pk == winner.pk) for one in people}


@pytest.mark.django_db(transaction=True)
def test_twenty_copies_of_a_form_at_once_are_one_order(estate):
    facts = {"token": uuid.uuid4(), "area": estate, "help": "errand", "name": "刘桂芳"}
    results = at_once(*[lambda: orders.order_help(**facts)] * 8)
    assert len({(order.pk, code) for order, code in results}) == 1
    assert Order.objects.count() == Beneficiary.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_the_last_two_say_no_at_once_and_one_round_follows(estate, cast):
    people = [volunteer_in(estate.parent) for _ in range(4)]
    order = put_out(order_in(estate), cast("worker"), *people[:2])
    asks = [(ask_of(order, one), one) for one in people[:2]]
    at_once(*(lambda ask=ask, one=one: orders.decline(ask=ask, by=one.user) for ask, one in asks))
    assert fresh(order).round == 2
    assert order.asks.waiting().count() == 2


def test_the_worker_of_the_place_hears_and_no_other(estate, cast, many):
    worker, sibling = cast("worker"), cast("sibling_worker")
    PostingFactory(user=UserFactory(), area=estate.parent.parent, role="worker")
    order = done(order_in(estate, phone="13900000099"), worker, many[0])
    orders.confirm_order_as_served(order=order, tail="0099")
    orders.rate(order=order, rating=1)
    low = Message.objects.filter(title__startswith="评得不高")
    assert [message.recipient for message in low] == [worker]
    assert not low.filter(recipient=sibling).exists()
