"""没人来，或者没做好: what the worker does after the telephone. Somebody else is sent, or it is settled;
nothing of it is forgotten and no hour counts by itself."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from stations.models import Duty
from stations.registries import duties
from tests.support.at_once import at_once
from tests.volunteers.order_rows import ask_of, done, fresh, order_in, put_out, taken
from tests.volunteers.rows import verified, volunteer_in
from volunteers.choices import AskState, Help, HourState, OrderState
from volunteers.models import Hour, Order, Package
from volunteers.services import hours, orders
from volunteers.services.orders.calling import CALL_DUTY
from volunteers.services.orders.chain import CONFIRM_DUTY, DISPATCH_DUTY
from volunteers.services.orders.keeping import keep_order_duties, unconfirmed_orders
from volunteers.services.packages import month_of

pytestmark = pytest.mark.django_db
TAIL, PHONE = "0611", "13900000611"


@pytest.fixture
def one(community):
    return volunteer_in(community)


@pytest.fixture
def doubted(estate, worker, one):
    return orders.doubt_order(order=done(order_in(estate, phone=PHONE), worker, one))


def follows(client, order):
    session = client.session
    session["help_orders"] = [order.pk]
    session.save()
    return client.get(f"/help/orders/{order.pk}/").content.decode()


def served_by(order, worker, volunteer):
    """Sent again, and done by somebody else."""
    put_out(order, worker, volunteer)
    order = orders.accept(ask=ask_of(order, volunteer), by=volunteer.user)
    orders.begin_service(order=order, by=volunteer.user)
    return orders.finish(order=order, by=volunteer.user)


def open_kinds(order):
    rows = Duty.objects.open().filter(object_id=order.pk, kind__startswith="volunteers.")
    rows = rows.exclude(kind__contains="hour")
    return sorted(rows.values_list("kind", flat=True))


# sent again


def test_one_press_sends_somebody_again_and_nothing_is_forgotten(doubted, one, sign_in, client):
    before = list(doubted.events.values_list("pk", flat=True))
    staff = sign_in("worker")
    page = staff.get(f"/orders/{doubted.pk}/").content.decode()
    assert ">再派人去</button>" in page and ">电话里说好了</button>" in page
    answer = staff.post(f"/orders/{doubted.pk}/again/")
    assert answer.status_code == 302 and answer.url.endswith("#dispatch")
    order = fresh(doubted)
    assert (order.state, order.volunteer, order.done_at) == (OrderState.ORDERED, None, None)
    assert (order.call_since, order.begun_at, order.accepted_at) == (None, None, None)
    assert list(order.events.values_list("pk", flat=True))[:-1] == before
    assert order.events.last().kind == "again"
    assert ask_of(order, one).state == AskState.TAKEN_BACK
    assert open_kinds(order) == [DISPATCH_DUTY]
    for kind in (DISPATCH_DUTY, CALL_DUTY, CONFIRM_DUTY):
        held = Duty.objects.open().filter(kind=kind).values_list("object_id", flat=True)
        assert sorted(held) == sorted(duties[kind].truth())
    one.refresh_from_db()
    assert one.open_count == 0
    assert 'id="dispatch"' in staff.get(f"/orders/{order.pk}/").content.decode()
    client.logout()
    page = follows(client, order)
    assert "再派人去，正在帮您找" in page and "社区给您打电话说谁来" in page
    assert "还在<br>帮您找人" in page


def test_whoever_goes_then_has_an_hour_of_their_own_and_the_first_stays_held(
    doubted, one, estate, worker
):
    orders.send_again(order=doubted, by=worker, words="没人来")
    two = volunteer_in(estate.parent)
    order = served_by(doubted, worker, two)
    first, second = order.hours.order_by("pk")
    assert (first.volunteer, first.state) == (one, HourState.HELD)
    assert (second.volunteer, second.state) == (two, HourState.REPORTED)
    orders.confirm_order_as_served(order=order, tail=TAIL)
    first, second = order.hours.order_by("pk")
    assert (first.state, first.other_at) == (HourState.HELD, None)
    assert second.other_at is not None
    assert fresh(order).state == OrderState.CONFIRMED


def test_the_stations_word_for_the_first_hour_is_no_word_for_the_second(
    doubted, one, estate, worker, cast
):
    verified(worker, estate.parent)
    secretary = cast("secretary")
    verified(secretary, estate.parent)
    orders.send_again(order=doubted, by=worker)
    order = served_by(doubted, worker, two := volunteer_in(estate.parent))
    first = order.hours.get(volunteer=one)
    hours.decide_hours(hour=first, by=secretary, counts=True, words="人去过，没敲开门")
    first.refresh_from_db()
    assert first.state == HourState.REPORTED
    orders.confirm_hour_as_station(hour=first, by=worker)
    assert fresh(order).state == OrderState.DONE
    assert order.hours.get(volunteer=two).other_at is None


def test_hours_let_go_on_before_anybody_knew_are_held_again(doubted, one, worker, cast, estate):
    secretary = cast("secretary")
    verified(secretary, estate.parent)
    hours.decide_hours(hour=doubted.hours.get(), by=secretary, counts=True, words="先算着")
    assert doubted.hours.get().state == HourState.REPORTED
    orders.send_again(order=fresh(doubted), by=worker)
    hour = doubted.hours.get()
    assert hour.state == HourState.HELD and "又派了人" in hour.odd


def test_the_database_gives_one_person_one_hour_of_an_order(doubted):
    hour = doubted.hours.get()
    hour.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        hour.save(force_insert=True)
    assert Hour.objects.count() == 1


def test_whoever_went_is_not_sent_again(doubted, one, estate, worker, time_machine):
    order = orders.send_again(order=doubted, by=worker)
    with pytest.raises(ValidationError, match="上次去过"):
        put_out(order, worker, one)
    two = volunteer_in(estate.parent)
    order = put_out(order, worker, two)
    order = orders.decline(ask=ask_of(order, two), by=two.user)
    assert order.state == OrderState.ORDERED  # nobody else is there
    assert order.asks.filter(volunteer=one).count() == 1


def test_a_time_that_is_over_is_agreed_on_anew(estate, worker, one, time_machine):
    now = timezone.localtime().replace(hour=10, minute=0)
    time_machine.move_to(now, tick=False)
    order = taken(order_in(estate, wanted_on=now.date(), part=0), worker, one)
    orders.begin_service(order=order, by=one.user)
    time_machine.move_to(now + timedelta(hours=1), tick=False)
    order = orders.finish(order=order, by=one.user)
    orders.doubt_order(order=order)
    time_machine.move_to(now + timedelta(days=1), tick=False)
    order = orders.send_again(order=order, by=worker)
    assert (order.wanted_on, order.part) == (None, None)
    assert order.due_at > timezone.now() and not order.is_late


def test_a_time_that_lies_ahead_stays(estate, worker, one):
    day = timezone.localdate() + timedelta(days=2)
    order = taken(order_in(estate, wanted_on=day, part=1), worker, one)
    order = orders.begin_service(order=order, by=one.user, agreed=True)
    orders.doubt_order(order=orders.finish(order=order, by=one.user))
    order = orders.send_again(order=fresh(order), by=worker)
    assert (order.wanted_on, order.part) == (day, 1)


def test_said_again_after_the_second_one_too(doubted, estate, worker):
    orders.send_again(order=doubted, by=worker)
    order = served_by(doubted, worker, volunteer_in(estate.parent))
    orders.doubt_order(order=order)
    order = fresh(order)
    assert order.call_since and order.events.filter(kind="doubted").count() == 2
    assert set(order.hours.values_list("state", flat=True)) == {HourState.HELD}


def test_what_was_not_said_to_be_wrong_is_not_sent_again(estate, worker, one):
    order = taken(order_in(estate, phone=PHONE), worker, one)
    for bring in (
        lambda: None,
        lambda: orders.finish(order=orders.begin_service(order=order, by=one.user), by=one.user),
        lambda: orders.confirm_order_as_served(order=order, tail=TAIL),
        lambda: orders.rate(order=order, rating=1),
    ):
        bring()
        with pytest.raises(ValidationError, match="没有说没人来"):
            orders.send_again(order=order, by=worker)


def test_pressed_twice_it_is_sent_once(doubted, worker):
    orders.send_again(order=doubted, by=worker)
    orders.send_again(order=doubted, by=worker)
    assert doubted.events.filter(kind="again").count() == 1


@pytest.mark.parametrize("who", ["sibling_worker", "officer", "volunteer", "stranger"])
def test_nobody_else_sends_again(who, doubted, sign_in):
    assert sign_in(who).post(f"/orders/{doubted.pk}/again/").status_code in (403, 404)
    assert fresh(doubted).state == OrderState.DONE


@pytest.mark.django_db(transaction=True)
def test_sent_again_while_the_resident_confirms_one_of_the_two_happens(estate, cast):
    worker = cast("worker")
    for _ in range(4):
        one = volunteer_in(estate.parent)
        order = orders.doubt_order(order=done(order_in(estate, phone=PHONE), worker, one))
        at_once(
            lambda order=order: orders.send_again(order=order, by=worker),
            lambda order=order: orders.confirm_order_as_served(order=order, tail=TAIL),
            lambda order=order: orders.answer_call(order=order, by=worker),
        )
        order = fresh(order)
        assert order.state in (OrderState.ORDERED, OrderState.CONFIRMED, OrderState.DONE)
        assert (order.volunteer is None) == (order.state == OrderState.ORDERED)
        assert order.hours.get().state == HourState.HELD


# a visit of a package


def test_a_visit_that_nobody_made_is_open_again(estate, worker, one, time_machine):
    now = timezone.localtime().replace(day=10, hour=10, minute=0)
    time_machine.move_to(now, tick=False)
    first = order_in(estate)
    package = Package.objects.create(
        beneficiary=first.beneficiary, area=estate, name="医康养", helps=[Help.ERRAND],
        per_month=1, by=worker, since=now.date().replace(day=1),
    )  # fmt: skip
    due = now.replace(hour=12)
    Order.objects.filter(pk=first.pk).update(
        package=package, wanted_on=now.date(), part=0, due_at=due
    )
    order = taken(fresh(first), worker, one)
    order = orders.finish(order=orders.begin_service(order=order, by=one.user), by=one.user)
    orders.doubt_order(order=order)
    time_machine.move_to(now + timedelta(days=1), tick=False)
    order = orders.send_again(order=fresh(order), by=worker)
    assert (order.wanted_on - now.date()).days == 2 and order.due_at > timezone.now()
    states = [visit.state for visit in month_of([package])[package.pk] if visit.order == order]
    assert states == ["ordered"]


# settled on the telephone


def test_one_press_notes_that_it_is_settled(doubted, sign_in, client):
    staff = sign_in("worker")
    assert staff.post(f"/orders/{doubted.pk}/called/").status_code == 302
    order = fresh(doubted)
    assert (order.state, order.call_since) == (OrderState.DONE, None)
    assert order.events.last().words == "电话里说好了"
    assert order.hours.get().state == HourState.HELD
    assert ">再派人去</button>" not in staff.get(f"/orders/{order.pk}/").content.decode()
    client.logout()
    page = follows(client, order)
    assert "社区给您打过电话了。办好了，就在下面填一下" in page and "填电话后四位" in page


def test_whoever_was_rung_is_not_to_be_rung_again(doubted, worker, time_machine):
    time_machine.move_to(timezone.now() + timedelta(days=3), tick=False)
    assert not unconfirmed_orders().exists()  # the call is owed: one is enough
    orders.answer_call(order=doubted, by=worker)
    keep_order_duties()
    assert not unconfirmed_orders().exists() and open_kinds(doubted) == []


def test_what_nobody_confirmed_for_two_days_is_rung_about(estate, worker, one, time_machine):
    order = done(order_in(estate), worker, one)
    time_machine.move_to(timezone.now() + timedelta(days=3), tick=False)
    assert unconfirmed_orders().get() == order
    verified(worker, estate.parent)
    hours.confirm_as_station(hour=order.hours.get(), by=worker)
    assert not unconfirmed_orders().exists()


def test_rung_and_heard_that_it_was_done_after_all(doubted, worker):
    orders.confirm_order_as_station(order=doubted, by=worker)
    order = fresh(doubted)
    assert (order.state, order.call_since) == (OrderState.CONFIRMED, None)
    assert open_kinds(order) == [] and order.hours.get().state == HourState.HELD


def test_a_call_that_was_not_made_in_time_is_said_so(doubted, client, time_machine):
    until = Duty.objects.open().get(kind=CALL_DUTY).until
    assert "打电话问一问。没人来的，再派人去。" in follows(client, doubted)
    time_machine.move_to(until + timedelta(minutes=1), tick=False)
    client.logout()
    page = follows(client, doubted)
    assert "还没打，对不起" in page and "打电话问一问" not in page
