"""有回音: by when whoever ordered hears once somebody was asked, who rings them, and what a worker
is told where that moment has passed."""

from datetime import datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from stations.models import Duty, Message
from stations.registries import duties
from stations.services.duties import tell_about_duties
from tests.volunteers.order_rows import ask_of, fresh, order_in, put_out, taken
from tests.volunteers.rows import volunteer_in
from tests.volunteers.test_hours_at_once import Beside
from volunteers.choices import AskState, OrderState
from volunteers.indicators import in_time
from volunteers.services import orders
from volunteers.services.orders.chain import DISPATCH_DUTY
from volunteers.services.orders.hearing import ANSWER_DUTY, WORD_DUTIES
from volunteers.services.orders.keeping import keep_order_duties
from volunteers.services.orders.promises import promise_of, said_until

pytestmark = pytest.mark.django_db
ASKING = "正在问附近的志愿者，有人接了会先给您打电话。"


def here(text):
    return timezone.make_aware(datetime.fromisoformat(text))


@pytest.fixture(autouse=True)
def monday(time_machine):
    time_machine.move_to(here("2026-11-23 10:00"), tick=False)


def word_of(order):
    """(kind, end) of the one open duty to bring word."""
    duty = Duty.objects.open().get(kind__in=WORD_DUTIES, object_id=order.pk)
    return duty.kind, f"{timezone.localtime(duty.until):%m-%d %H:%M}"


def follows(client, order):
    session = client.session
    session["help_orders"] = [order.pk]
    session.save()
    return client.get(f"/help/orders/{order.pk}/").content.decode()


def assert_words_are_true():
    for kind in WORD_DUTIES:
        held = Duty.objects.open().filter(kind=kind).values_list("object_id", flat=True)
        assert sorted(held) == sorted(duties[kind].truth())


def test_what_was_promised_before_anybody_was_asked_holds_afterwards(estate, worker, client):
    order = order_in(estate)
    assert promise_of(order) == "最晚明天下班前，社区给您打电话说谁来。"
    order = put_out(order, worker, volunteer_in(estate.parent))
    assert word_of(order) == (ANSWER_DUTY, "11-24 17:30")
    said = f"{ASKING}没人来得了，最晚明天下班前，社区给您打电话。"
    assert promise_of(order) == said and said in follows(client, order)
    assert_words_are_true()


def test_asking_the_next_ones_puts_nothing_off(estate, worker, time_machine):
    people = [volunteer_in(estate.parent) for _ in range(4)]
    order = put_out(order_in(estate), worker, people[0])
    time_machine.move_to(here("2026-11-23 16:00"), tick=False)
    orders.ask_late_orders_again()
    assert (fresh(order).state, fresh(order).round) == (OrderState.DISPATCHED, 2)
    assert word_of(order) == (ANSWER_DUTY, "11-24 17:30")
    time_machine.move_to(here("2026-11-24 11:00"), tick=False)
    orders.ask_late_orders_again()
    assert fresh(order).state == OrderState.ORDERED  # nobody is left
    assert word_of(order) == (DISPATCH_DUTY, "11-24 17:30")
    assert promise_of(fresh(order)) == "最晚今天下班前，社区给您打电话说谁来。"
    put_out(order, worker, volunteer_in(estate.parent))
    assert word_of(order) == (ANSWER_DUTY, "11-24 17:30")
    assert_words_are_true()


def test_asked_late_there_is_time_to_hear_the_first_ones_out(estate, worker, time_machine):
    order = order_in(estate)
    time_machine.move_to(here("2026-11-24 16:00"), tick=False)
    order = put_out(order, worker, volunteer_in(estate.parent))
    assert word_of(order) == (ANSWER_DUTY, "11-24 20:30")
    assert "最晚今天20:30前，社区给您打电话" in promise_of(order)


def test_wanted_this_afternoon_there_is_word_before_the_evening(estate, worker):
    order = put_out(
        order_in(estate, wanted_on=timezone.localdate(), part=1),
        worker,
        volunteer_in(estate.parent),
    )
    assert word_of(order) == (ANSWER_DUTY, "11-23 14:30")
    assert "最晚今天14:30前" in promise_of(order)


def test_a_moment_that_has_passed_is_said_to_have_passed_and_goes_up(
    estate, cast, client, time_machine
):
    worker, secretary = cast("worker"), cast("secretary")
    waiting, order = order_in(estate), order_in(estate)
    people = [volunteer_in(estate.parent) for _ in range(2)]
    order = put_out(order, worker, people[0])
    time_machine.move_to(here("2026-11-24 17:31"), tick=False)
    for one in (order, waiting):
        page = follows(client, one)
        assert "说好今天下班前给您打电话，过点了，对不起。" in page and "社区收到催办了" in page
    tell_about_duties()
    for person in (worker, secretary):
        rows = Message.objects.filter(recipient=person, title__contains=order.title)
        assert any("已经超期" in row.title + row.body for row in rows)
    time_machine.move_to(here("2026-11-25 09:00"), tick=False)
    assert promise_of(order).startswith("说好昨天下班前")
    time_machine.move_to(here("2026-11-27 09:00"), tick=False)
    assert promise_of(order).startswith("说好11月24日下班前")
    put_out(order, worker, people[1])
    assert promise_of(fresh(order)).startswith("说好11月24日下班前")  # asking is not ringing


@pytest.mark.parametrize("ends", ["accept", "cancel"])
def test_a_yes_or_a_no_more_ends_it(ends, estate, worker):
    volunteer = volunteer_in(estate.parent)
    order = put_out(order_in(estate), worker, volunteer)
    if ends == "accept":
        orders.accept(ask=ask_of(order, volunteer), by=volunteer.user)
    else:
        orders.cancel(order=order, by=None)
    assert not Duty.objects.open().filter(kind__in=WORD_DUTIES).exists()
    assert_words_are_true()


def test_handed_over_the_word_is_owed_again(estate, worker):
    one, _ = volunteer_in(estate.parent), volunteer_in(estate.parent)
    order = taken(order_in(estate), worker, one)
    order = orders.hand_over(order=order, by=one.user, words="要上班")
    assert order.state == OrderState.DISPATCHED
    assert word_of(order) == (ANSWER_DUTY, "11-24 17:30")
    assert_words_are_true()


def test_with_another_time_a_yes_is_waited_for_again(estate, worker):
    one = volunteer_in(estate.parent)
    order = taken(order_in(estate), worker, one)
    tomorrow = timezone.localdate() + timedelta(days=1)
    order = orders.change_time(order=order, by=None, wanted_on=tomorrow, part=1)
    assert word_of(order) == (ANSWER_DUTY, "11-24 10:00")
    orders.change_time(order=order, by=None, wanted_on=tomorrow, part=2)
    assert word_of(order) == (ANSWER_DUTY, "11-24 16:00")
    title = Duty.objects.open().get(kind=ANSWER_DUTY)
    assert title.subtitle.endswith("11月24日周二晚上")


def test_another_kind_of_help_keeps_what_was_promised(estate, worker, time_machine):
    order = put_out(order_in(estate), worker, volunteer_in(estate.parent))
    time_machine.move_to(here("2026-11-24 09:00"), tick=False)
    order = orders.change_order(order=order, by=worker, help="haircut")
    assert word_of(order) == (DISPATCH_DUTY, "11-24 17:30")
    assert_words_are_true()


# the worker rings


def test_whoever_was_rung_is_owed_the_next_word_from_then_on(
    estate, cast, sign_in, client, time_machine
):
    order = put_out(order_in(estate), cast("worker"), volunteer_in(estate.parent))
    time_machine.move_to(here("2026-11-24 16:00"), tick=False)
    staff = sign_in("worker")
    page = staff.get(f"/orders/{order.pk}/").content.decode()
    assert "给居民回过话了" in page and "最晚11月24日下班前有回音" in page
    staff.post(f"/orders/{order.pk}/called/", {"words": ""})
    assert word_of(order) == (ANSWER_DUTY, "11-25 17:30")
    client.logout()
    page = follows(client, order)
    assert "最晚明天下班前" in page and "社区给您打过电话了，还在帮您找人。" in page
    orders.decline(ask=order.asks.select_related("order").get(), by=order.asks.get().volunteer.user)
    assert word_of(order) == (DISPATCH_DUTY, "11-25 17:30")
    orders.answer_call(order=order, by=cast("worker"), words="他愿意等")
    assert order.events.filter(kind="called").count() == 2
    assert_words_are_true()


def test_nobody_is_rung_for_nothing(estate, worker):
    order = taken(order_in(estate), worker, volunteer_in(estate.parent))
    with pytest.raises(ValidationError, match="没有等着打的电话"):
        orders.answer_call(order=order, by=worker)


# by itself


def test_what_lacks_its_duty_gets_it_and_no_other_stays(estate, worker):
    one = volunteer_in(estate.parent)
    order = put_out(order_in(estate), worker, one)
    Duty.objects.filter(kind=ANSWER_DUTY).update(ended_at=timezone.now())
    assert promise_of(order) == ASKING
    keep_order_duties()
    keep_order_duties()
    assert word_of(order)[0] == ANSWER_DUTY
    assert_words_are_true()
    orders.accept(ask=ask_of(order, one), by=one.user)
    keep_order_duties()
    assert_words_are_true()


@pytest.mark.parametrize(
    ("moment", "said"),
    [
        ("2026-11-23 17:30", "今天下班前"),
        ("2026-11-24 17:30", "明天下班前"),
        ("2026-11-25 17:30", "11月25日下班前"),
        ("2026-11-23 14:05", "今天14:05前"),
        ("2026-11-24 07:00", "明天7:00前"),
        ("2026-11-22 21:30", "昨天21:30前"),
        ("2026-11-20 17:30", "11月20日下班前"),
    ],
)
def test_a_moment_in_words(moment, said):
    assert said_until(here(moment)) == said


# taken, and nobody came


def test_after_the_agreed_time_a_new_one_is_asked_for_before_anybody(
    estate, cast, sign_in, client, time_machine
):
    one, _ = volunteer_in(estate.parent), volunteer_in(estate.parent)
    day = timezone.localdate()
    order = taken(order_in(estate, wanted_on=day, part=1), cast("worker"), one)
    time_machine.move_to(here("2026-11-23 19:00"), tick=False)
    staff = sign_in("worker")
    page = staff.post(f"/orders/{order.pk}/take-back/", follow=True).content.decode()
    assert "先和居民说好哪天" in page and "已经在问别人" not in page
    assert "先和居民说好哪天，在下面改时间，再派单" in page
    order = fresh(order)
    assert (order.state, order.wanted_on, order.is_late) == (OrderState.ORDERED, None, False)
    assert order.asks.count() == 1 and not order.events.filter(kind="nobody").exists()
    assert word_of(order) == (DISPATCH_DUTY, "11-24 17:30")
    assert order not in in_time() and "过了约好的时间才改" in order.events.last().words
    client.logout()
    page = follows(client, order)
    assert "社区给您打电话，说好哪天再去" in page and "暂时没人来得了" not in page
    assert_words_are_true()


def test_where_any_day_would_do_the_next_ones_are_asked(estate, cast, sign_in, time_machine):
    one, _ = volunteer_in(estate.parent), volunteer_in(estate.parent)
    order = taken(order_in(estate), cast("worker"), one)
    time_machine.move_to(here("2026-11-27 10:00"), tick=False)
    page = sign_in("worker").post(f"/orders/{order.pk}/take-back/", follow=True).content.decode()
    assert "已经在问别人" in page
    order = fresh(order)
    assert order.state == OrderState.DISPATCHED and order.asks.waiting().count() == 1
    assert order.asks.waiting().get().until > timezone.now()


def test_nobody_is_free_on_a_day_that_is_over(estate, cast, sign_in, time_machine):
    one = volunteer_in(estate.parent)
    order = order_in(estate, wanted_on=timezone.localdate(), part=1)
    staff = sign_in("worker")
    assert "有空" in staff.get(f"/orders/{order.pk}/").content.decode()
    time_machine.move_to(here("2026-11-24 10:00"), tick=False)
    page = sign_in("worker").get(f"/orders/{order.pk}/").content.decode()
    assert "有空" not in page and "想要的时间过了" in page
    with pytest.raises(ValidationError, match="约好的时间过了"):
        put_out(order, cast("worker"), one)
    order = orders.change_time(
        order=order, by=cast("worker"), wanted_on=timezone.localdate(), part=1
    )
    assert put_out(order, cast("worker"), one).state == OrderState.DISPATCHED


@pytest.mark.django_db(transaction=True)
def test_cancelled_while_somebody_says_yes(estate, worker):
    """The yes is held open while the worker cancels: whoever waited reads who has it by now."""
    one = volunteer_in(estate.parent)
    order = put_out(order_in(estate), worker, one)
    with transaction.atomic():
        orders.accept(ask=ask_of(order, one), by=one.user)
        cancelling = Beside(lambda: orders.cancel(order=order, by=worker, why="不用了"))
    cancelling.end()
    assert fresh(order).state == OrderState.CANCELLED
    assert Message.objects.filter(recipient=one.user, title__startswith="不用去了").exists()
    one.refresh_from_db()
    assert one.open_count == 0


# lost on the way


def test_whoever_answers_only_when_it_has_gone_back_is_not_sent_away(
    estate, cast, sign_in, time_machine
):
    me = volunteer_in(estate.parent, user=cast("volunteer"))
    order = put_out(order_in(estate), cast("worker"), me)
    time_machine.move_to(here("2026-11-23 16:00"), tick=False)
    orders.ask_late_orders_again()
    assert (fresh(order).state, ask_of(order, me).state) == (
        OrderState.ORDERED,
        AskState.SILENT,
    )
    phone, mine = sign_in("volunteer"), f"/mine/orders/{order.pk}/"
    assert "还没有人接。您去得了吗？" in phone.get(mine).content.decode()
    phone.post(f"{mine}again/")
    phone.post(f"{mine}accept/")
    assert (fresh(order).state, fresh(order).volunteer) == (OrderState.ACCEPTED, me)
    assert order.events.filter(kind="back").exists()


def test_each_time_it_comes_back_the_worker_hears_so(estate, worker):
    one = volunteer_in(estate.parent)
    order = put_out(order_in(estate), worker, one)
    for _ in range(2):
        orders.decline(ask=ask_of(order, one), by=one.user)
        orders.answer_again(ask=ask_of(order, one), by=one.user)
    assert Message.objects.filter(recipient=worker, title__startswith="没人能接").count() == 2


def test_taken_back_twice_is_said_twice(estate, worker, time_machine):
    one = volunteer_in(estate.parent)
    order = taken(order_in(estate), worker, one)
    for day in ("2026-11-27 10:00", "2026-12-04 10:00"):
        time_machine.move_to(here(day), tick=False)
        orders.take_back(order=order, by=worker)
        put_out(order, worker, one)
        orders.accept(ask=ask_of(order, one), by=one.user)
    assert Message.objects.filter(recipient=one.user, title__startswith="这一单换人去").count() == 2


def test_who_did_not_come_is_not_asked_for_another_day_either(estate, worker, time_machine):
    one = volunteer_in(estate.parent)
    order = taken(order_in(estate), worker, one)
    time_machine.move_to(here("2026-11-27 10:00"), tick=False)
    order = orders.take_back(order=order, by=worker)
    assert ask_of(order, one).state == AskState.TAKEN_BACK
    time_machine.move_to(here("2026-11-27 11:00"), tick=False)
    order = orders.change_time(order=order, by=worker, wanted_on=timezone.localdate(), part=2)
    two = volunteer_in(estate.parent)
    order = put_out(order, worker, two)
    order = orders.decline(ask=ask_of(order, two), by=two.user)
    assert fresh(order).state == OrderState.ORDERED
    assert order.asks.filter(volunteer=one).count() == 1


def test_done_pressed_twice_is_done_once(estate, worker):
    one = volunteer_in(estate.parent)
    order = taken(order_in(estate, phone="13900000611"), worker, one)
    orders.begin_service(order=order, by=one.user)
    orders.finish(order=order, by=one.user)
    orders.finish(order=order, by=one.user)
    orders.rate(order=orders.confirm_order_as_served(order=order, tail="0611"), rating=5)
    orders.finish(order=order, by=one.user)
    assert order.events.filter(kind="done").count() == 1
