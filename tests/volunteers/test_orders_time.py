"""改时间: another day or part of it, until somebody is on the way."""

from datetime import date, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from stations.models import Act, Duty, Message
from tests.support.at_once import at_once
from tests.volunteers.events import event_in, signed, slot_of
from tests.volunteers.order_rows import ask_of, fresh, order_in, put_out, taken
from tests.volunteers.rows import team_in, volunteer_in
from volunteers.choices import ANY_TIME, AskState, Help, OrderState, Part, free_bit
from volunteers.models import Package, Volunteer
from volunteers.services import orders
from volunteers.services.orders.keeping import keep_order_duties
from volunteers.services.packages import GAP_DUTY, keep_gap_duty, make_orders, month_of
from volunteers.services.suggest import has_time

pytestmark = pytest.mark.django_db
S = OrderState
WEDNESDAY, THURSDAY = date(2026, 11, 25), date(2026, 11, 26)
OLD = {"wanted_on": WEDNESDAY, "part": Part.MORNING}
NEW = {"wanted_on": THURSDAY, "part": Part.AFTERNOON}


def here(text):
    return timezone.make_aware(datetime.fromisoformat(text))


@pytest.fixture(autouse=True)
def monday(request, time_machine):
    time_machine.move_to(here("2026-11-23 10:00"), tick="transaction" in request.keywords)


@pytest.fixture
def many(community):
    return [volunteer_in(community) for _ in range(4)]


def heard(volunteer):
    """Titles of what somebody was told, without what they were told of other orders."""
    rows = Message.objects.filter(recipient=volunteer.user).order_by("pk")
    return [title.split("：")[0].split("？")[0] for title in rows.values_list("title", flat=True)]


def duties_of(order):
    return Duty.objects.open().filter(object_id=order.pk, kind__startswith="volunteers.")


def lines(order):
    return list(order.events.order_by("pk").values_list("kind", flat=True))


# nobody was asked yet


def test_an_order_that_waits_is_just_changed(estate, worker, time_machine):
    order = order_in(estate, **OLD)
    was = duties_of(order).get()
    time_machine.move_to(here("2026-11-23 15:00"), tick=False)
    order = orders.change_time(order=order, by=worker, **NEW)
    assert (order.wanted_on, order.part, order.state) == (THURSDAY, Part.AFTERNOON, S.ORDERED)
    assert fresh(order).due_at == here("2026-11-26 18:00")
    duty = duties_of(order).get()
    assert (duty.pk, duty.since, duty.until) == (was.pk, was.since, was.until)
    assert duty.subtitle.endswith("11月26日周四下午")
    event = order.events.get(kind="time")
    assert event.words == "11月25日周三上午 → 11月26日周四下午"
    assert event.public_words == "时间改到11月26日下午。"
    act = Act.objects.get(verb="volunteers.change_time")
    assert act.by == worker and not act.detail


def test_whoever_ordered_changes_it_too(estate):
    order = orders.change_time(order=order_in(estate, **OLD), by=None, **NEW)
    assert order.events.get(kind="time").actor == "居民"
    assert Act.objects.get(verb="volunteers.change_time").actor == "居民"


def test_the_same_time_again_is_nothing(estate, worker, many):
    order = taken(order_in(estate, **OLD, minutes=40), worker, many[0])
    for minutes in (None, 40):
        again = orders.change_time(order=order, by=worker, **OLD, minutes=minutes)
        assert again.state == S.ACCEPTED and "time" not in lines(order)
    orders.change_time(order=order, by=worker, **NEW)
    orders.change_time(order=order, by=worker, **NEW)
    assert lines(order).count("time") == 1


def test_how_long_it_takes_is_a_part_of_the_time(estate, worker, many):
    order = taken(order_in(estate, **OLD, minutes=40), worker, many[0])
    order = orders.change_time(order=order, by=worker, **OLD, minutes=180)
    assert (order.state, order.minutes) == (S.DISPATCHED, 180)
    event = order.events.get(kind="time")
    assert event.words == "11月25日周三上午，40分钟 → 11月25日周三上午，3小时"
    assert event.public_words == "时间改到11月25日上午，大约3小时。"
    ask = ask_of(order, many[0])
    assert orders.times_before([ask]) == {ask.pk: "11月25日周三上午，40分钟"}


@pytest.mark.parametrize(
    ("wanted_on", "part", "public", "due"),
    [
        (THURSDAY, None, "时间改到11月26日。", "2026-11-26 21:00"),
        (None, None, "时间改成“哪天都行”。", "2026-11-26 17:30"),
        (None, Part.EVENING, "时间改成“哪天都行，晚上”。", "2026-11-26 17:30"),
    ],
)
def test_what_whoever_ordered_reads(estate, wanted_on, part, public, due):
    order = order_in(estate, **OLD)
    order = orders.change_time(order=order, by=None, wanted_on=wanted_on, part=part)
    assert order.events.get(kind="time").public_words == public
    assert order.due_at == here(due)


# what is refused


@pytest.mark.parametrize(
    ("wanted_on", "part", "sentence"),
    [
        (date(2026, 11, 22), None, "已经过了"),
        (date(2026, 11, 23), Part.MORNING, "已经过了"),
        (date(2027, 1, 23), None, "两个月"),
    ],
)
def test_a_day_that_cannot_be_ordered_is_refused(
    estate, worker, wanted_on, part, sentence, time_machine
):
    order = order_in(estate, **OLD)
    time_machine.move_to(here("2026-11-23 13:00"), tick=False)
    with pytest.raises(ValidationError, match=sentence):
        orders.change_time(order=order, by=worker, wanted_on=wanted_on, part=part)
    assert (fresh(order).wanted_on, lines(order)) == (WEDNESDAY, ["ordered"])


def test_not_once_somebody_is_on_the_way(estate, worker, many):
    order = taken(order_in(estate), worker, many[0])
    orders.set_out(order=order, by=many[0].user)
    for by in (worker, None):
        with pytest.raises(ValidationError, match="已经在路上了"):
            orders.change_time(order=order, by=by, **NEW)
    orders.begin_service(order=order, by=many[0].user)
    orders.finish(order=order, by=many[0].user)
    with pytest.raises(ValidationError, match="做完了"):
        orders.change_time(order=order, by=worker, **NEW)


def test_not_after_it_was_cancelled(estate, worker):
    order = orders.cancel(order=order_in(estate), by=worker, why="不用了")
    with pytest.raises(ValidationError, match="已取消"):
        orders.change_time(order=order, by=worker, **NEW)


# some were asked


def test_those_who_were_asked_hear_of_it_and_have_time_anew(estate, worker, many, time_machine):
    order = put_out(order_in(estate, **OLD), worker, *many[:2])
    orders.decline(ask=ask_of(order, many[1]), by=many[1].user)
    until = ask_of(order, many[0]).until
    time_machine.move_to(until - timedelta(minutes=1), tick=False)
    order = orders.change_time(order=order, by=None, **NEW)
    ask = ask_of(order, many[0])
    assert (order.state, order.round, ask.state) == (S.DISPATCHED, 1, AskState.ASKED)
    assert ask.until > until
    assert heard(many[0]) == ["请您帮忙", "时间改了，还去得了吗"]
    assert heard(many[1]) == ["请您帮忙"]
    body = Message.objects.get(title__startswith="时间改了，还").body
    assert "原来11月25日周三上午，改成11月26日周四下午" in body
    order = orders.accept(ask=ask, by=many[0].user)
    assert (order.state, order.volunteer) == (S.ACCEPTED, many[0])


def not_free(many, worker, estate):
    Volunteer.objects.filter(pk=many[0].pk).update(free=ANY_TIME & ~free_bit(3, Part.AFTERNOON))


def elsewhere(many, worker, estate):
    taken(order_in(estate, **NEW), worker, many[0])


def at_an_event(many, worker, estate):
    begins = here("2026-11-26 14:00")
    slots = [(begins, begins + timedelta(hours=1), 3)]
    signed(slot_of(event_in(estate, worker, slots=slots)), many[0])


def not_insured(many, worker, estate):
    Volunteer.objects.filter(pk=many[0].pk).update(insured_until=WEDNESDAY)


@pytest.mark.parametrize("makes", [not_free, elsewhere, at_an_event, not_insured])
def test_who_has_no_time_then_is_let_go_and_the_next_are_asked(estate, worker, many, makes):
    order = put_out(order_in(estate, help=Help.REPAIR, **OLD), worker, many[0])
    makes(many, worker, estate)
    order = orders.change_time(order=order, by=worker, **NEW)
    assert ask_of(order, many[0]).state == AskState.WITHDRAWN
    assert heard(many[0])[-1] == "时间改了，不用回话了"
    waiting = set(order.asks.waiting().values_list("volunteer", flat=True))
    assert waiting == {one.pk for one in many[1:]}
    assert (order.state, order.round) == (S.DISPATCHED, 2)
    with pytest.raises(ValidationError, match="不用再接了"):
        orders.accept(ask=ask_of(order, many[0]), by=many[0].user)


def test_while_one_is_waited_for_nobody_else_is_asked(estate, worker, many):
    order = put_out(order_in(estate, **OLD), worker, *many[:2])
    not_free(many, worker, estate)
    order = orders.change_time(order=order, by=worker, **NEW)
    assert (order.round, order.asks.waiting().get().volunteer) == (1, many[1])


def test_nobody_left_goes_back_to_the_worker(estate, worker, many):
    Volunteer.objects.exclude(pk=many[0].pk).update(state="paused")
    order = put_out(order_in(estate, **OLD), worker, many[0])
    not_free(many, worker, estate)
    order = orders.change_time(order=order, by=None, **NEW)
    assert order.state == S.ORDERED
    assert lines(order)[-2:] == ["time", "nobody"]
    assert duties_of(order).get().kind == "volunteers.dispatch"


def test_who_said_no_to_the_old_day_may_be_asked_for_the_new_one(
    estate, worker, community, time_machine
):
    one = volunteer_in(community)
    order = put_out(order_in(estate, **OLD), worker, one)
    orders.decline(ask=ask_of(order, one), by=one.user)
    assert fresh(order).state == S.ORDERED  # nobody else is there
    time_machine.move_to(here("2026-11-23 11:00"), tick=False)
    order = orders.change_time(order=order, by=worker, **NEW)
    order = put_out(order, worker, one)
    orders.decline(ask=ask_of(order, one), by=one.user)
    assert fresh(order).state == S.ORDERED and fresh(order).round == 2


def test_the_rounds_are_counted_anew(estate, worker, community, time_machine):
    """Three rounds were spent on the old time: the new one has three of its own."""
    people = [volunteer_in(community) for _ in range(14)]
    order = put_out(order_in(estate, **OLD), worker, people[0])
    for _ in range(2):
        time_machine.move_to(order.asks.last().until, tick=False)
        orders.ask_again(order=order)
    assert fresh(order).round == 3
    orders.change_time(order=order, by=None, **NEW)
    time_machine.move_to(order.asks.last().until, tick=False)
    order = orders.ask_again(order=order)
    assert (order.state, order.round) == (S.DISPATCHED, 4)


# somebody took it


def test_who_took_it_keeps_it_only_with_another_yes(estate, worker, many, time_machine):
    team = team_in(many[0].area, leader=many[1], members=[many[0]])
    order = taken(order_in(estate, **OLD), worker, many[0])
    assert order.team == team
    time_machine.move_to(here("2026-11-24 10:00"), tick=False)
    order = orders.change_time(order=order, by=None, **NEW)
    order = fresh(order)
    ask = ask_of(order, many[0])
    many[0].refresh_from_db()
    assert (order.state, order.volunteer, order.accepted_at) == (S.DISPATCHED, None, None)
    assert (order.team, many[0].open_count) == (None, 0)
    assert (ask.state, ask.answered_at, ask.until) == (
        AskState.ASKED,
        None,
        here("2026-11-24 14:00"),
    )
    assert heard(many[0])[-1] == "时间改了，还去得了吗"
    body = Message.objects.get(title__startswith="时间改了，还").body
    assert "去得了请再点一次“我去”" in body
    assert orders.reveal_for_volunteer(order=order, volunteer=many[0]) is None
    order = orders.accept(ask=ask, by=many[0].user)
    many[0].refresh_from_db()
    assert (order.state, order.team, many[0].open_count) == (S.ACCEPTED, team, 1)
    assert order.asks.filter(state=AskState.ACCEPTED).count() == 1


@pytest.mark.parametrize("says_no", [True, False])
def test_a_no_or_silence_goes_on_as_usual(estate, worker, many, says_no, time_machine):
    order = taken(order_in(estate, **OLD), worker, many[0])
    orders.change_time(order=order, by=worker, **NEW)
    ask = ask_of(order, many[0])
    if says_no:
        orders.decline(ask=ask, by=many[0].user)
    else:
        time_machine.move_to(ask.until, tick=False)
        orders.ask_late_orders_again()
    order = fresh(order)
    assert (order.state, order.round) == (S.DISPATCHED, 2)
    waiting = set(order.asks.waiting().values_list("volunteer", flat=True))
    assert waiting == {one.pk for one in many[1:]}


def test_who_took_it_is_asked_also_at_an_unusual_hour_but_not_when_elsewhere(estate, worker, many):
    order = taken(order_in(estate, **OLD), worker, many[0])
    not_free(many, worker, estate)
    order = orders.change_time(order=order, by=worker, **NEW)
    assert ask_of(order, many[0]).state == AskState.ASKED
    other = taken(order_in(estate, **OLD), worker, many[1])
    elsewhere(many[1:], worker, estate)
    other = orders.change_time(order=other, by=worker, **NEW)
    assert ask_of(other, many[1]).state == AskState.WITHDRAWN
    assert heard(many[1])[-1] == "时间改了，不用回话了"
    many[1].refresh_from_db()
    assert (other.state, other.round, many[1].open_count) == (S.DISPATCHED, 2, 1)


def test_it_is_no_longer_late(estate, worker, many, time_machine):
    order = taken(order_in(estate, **OLD), worker, many[0])
    time_machine.move_to(here("2026-11-25 13:00"), tick=False)
    keep_order_duties()
    assert duties_of(order).get().kind == "volunteers.order_late"
    order = orders.change_time(order=order, by=worker, **NEW)
    assert duties_of(order).get().kind == "volunteers.order_answer"
    orders.accept(ask=ask_of(order, many[0]), by=many[0].user)
    keep_order_duties()
    assert not duties_of(order).exists()
    time_machine.move_to(here("2026-11-26 19:00"), tick=False)
    keep_order_duties()
    assert duties_of(order).get().kind == "volunteers.order_late"


def test_a_yes_to_a_time_that_stood_on_an_old_page_is_asked_again(estate, worker, many):
    order = put_out(order_in(estate, **OLD, minutes=40), worker, many[0])
    seen = "2026-11-25/0/40"
    order = orders.change_time(order=order, by=None, **NEW)
    ask = ask_of(order, many[0])
    with pytest.raises(ValidationError, match="时间刚改成11月26日周四下午，大约40分钟"):
        orders.accept(ask=ask, by=many[0].user, seen=seen)
    assert ask_of(order, many[0]).state == AskState.ASKED
    order = orders.accept(ask=ask, by=many[0].user, seen="2026-11-26/1/40")
    assert order.state == S.ACCEPTED


def test_the_time_as_they_knew_it(estate, worker, many, time_machine):
    """Through two changes it is the first one; a yes in between is to the time of then."""
    friday = {"wanted_on": date(2026, 11, 27), "part": None}
    order = taken(order_in(estate, **OLD), worker, many[0])

    def before():
        ask = ask_of(order, many[0])
        return orders.times_before([ask]).get(ask.pk)

    assert before() is None
    orders.change_time(order=order, by=worker, **NEW)
    orders.change_time(order=order, by=worker, **friday)
    assert before() == "11月25日周三上午"
    orders.accept(ask=ask_of(order, many[0]), by=many[0].user)
    assert before() is None
    orders.change_time(order=order, by=worker, **NEW)
    assert before() == "11月27日周五"
    orders.change_time(order=order, by=worker, **friday)
    assert before() is None  # as it was when they said yes
    time_machine.move_to(here("2026-11-23 11:00"), tick=False)
    put_out(order, worker, many[1])
    assert orders.times_before([ask_of(order, many[1])]) == {}


@pytest.mark.parametrize("day", [None, WEDNESDAY])
@pytest.mark.parametrize("part", [None, *Part])
@pytest.mark.parametrize("free", [0, ANY_TIME, free_bit(2, Part.EVENING), free_bit(3, 0)])
def test_has_time_by_the_bits_of_the_week(day, part, free):
    evening = free_bit(2, Part.EVENING)
    expected = day is None or free == ANY_TIME or (free == evening and part in (None, 2))
    assert has_time(Volunteer(free=free), day, part) is expected


# a package


@pytest.fixture
def visit(estate, worker):
    """A visit of a package on the 25th."""
    first = order_in(estate)
    package = Package.objects.create(
        beneficiary=first.beneficiary, area=estate, name="康养", helps=["care"], by=worker
    )
    return order_in(
        estate, package=package, beneficiary=first.beneficiary, channel="package", **OLD
    )


@pytest.mark.parametrize("wanted_on", [date(2026, 12, 2), None])
def test_a_visit_stays_in_its_month(visit, worker, wanted_on):
    with pytest.raises(ValidationError, match="服务包里11月的.*补一次"):
        orders.change_time(order=visit, by=worker, wanted_on=wanted_on, part=None)
    with pytest.raises(ValidationError, match="给服务站打电话"):
        orders.change_time(order=visit, by=None, wanted_on=wanted_on, part=None)


def test_a_visit_put_off_within_its_month_is_no_gap_any_more(estate, worker, time_machine):
    time_machine.move_to(here("2026-11-12 10:00"), tick=False)
    facts = {"per_month": 1, "weekday": 2, "since": date(2026, 11, 1), "name": "康养"}
    helped = order_in(estate).beneficiary
    package = Package.objects.create(
        beneficiary=helped, area=estate, helps=["care"], by=worker, **facts
    )
    assert make_orders([package]) == 1
    order = package.orders.get()
    assert order.wanted_on == date(2026, 11, 18)
    time_machine.move_to(here("2026-11-19 08:00"), tick=False)
    keep_gap_duty(package)
    assert Duty.objects.open().filter(kind=GAP_DUTY).exists()
    friday = date(2026, 11, 20)
    order = orders.change_time(order=order, by=None, wanted_on=friday, part=Part.MORNING)
    assert order.package == package and order.wanted_on == friday
    assert [(one.day, one.state) for one in month_of([package])[package.pk]] == [
        (friday, "ordered")
    ]
    assert not Duty.objects.open().filter(kind=GAP_DUTY).exists()
    assert make_orders([package]) == 0  # the visit is there, on another day


# at once


@pytest.mark.django_db(transaction=True)
def test_changed_while_somebody_accepts_either_wins_cleanly(estate, cast):
    worker = cast("worker")
    one = volunteer_in(estate.parent)
    for number in range(4):
        day = WEDNESDAY + timedelta(days=7 * number)
        order = order_in(estate, wanted_on=day, part=Part.MORNING, minutes=40)
        ask, by = ask_of(put_out(order, worker, one), one), one.user
        later = {"wanted_on": day + timedelta(days=1), "part": Part.MORNING}
        changed, said = at_once(
            lambda order=order, later=later: orders.change_time(order=order, by=None, **later),
            lambda ask=ask, by=by, day=day: orders.accept(ask=ask, by=by, seen=f"{day}/0/40"),
        )
        order, one = fresh(order), Volunteer.objects.get(pk=one.pk)
        assert changed.wanted_on == order.wanted_on == later["wanted_on"]
        # They had it before, or hear that the time is another: never do they have it unasked.
        assert said.startswith("时间刚改成") if isinstance(said, str) else said.volunteer == one
        assert (order.state, order.volunteer_id, one.open_count) == (S.DISPATCHED, None, 0)
        assert ask_of(order, one).state == AskState.ASKED


@pytest.mark.django_db(transaction=True)
def test_pressed_many_times_at_once_it_is_changed_once(estate, cast):
    order = taken(order_in(estate, **OLD), cast("worker"), one := volunteer_in(estate.parent))
    at_once(*[lambda: orders.change_time(order=order, by=None, **NEW)] * 6)
    one.refresh_from_db()
    assert lines(order).count("time") == 1
    assert (fresh(order).state, one.open_count) == (S.DISPATCHED, 0)


# the pages


def url(name, *args):
    return reverse(f"volunteers:{name}", args=args)


def text_of(answer):
    return answer.content.decode()


@pytest.fixture
def me(cast, community):
    return volunteer_in(community, user=cast("volunteer"))


def test_staff_change_the_time_on_the_orders_page(sign_in, estate):
    order, client = order_in(estate, **OLD), sign_in("worker")
    page = text_of(client.get(url("order", order.pk)))
    assert url("order_time", order.pk) in page and 'value="2026-11-25"' in page
    answer = client.post(url("order_time", order.pk), {"wanted_on": "2026-11-26", "part": "1"})
    assert answer.status_code == 302
    assert (fresh(order).wanted_on, fresh(order).part) == (THURSDAY, Part.AFTERNOON)
    assert "11月25日周三上午 → 11月26日周四下午" in text_of(client.get(url("order", order.pk)))


def test_what_was_typed_stays_when_it_is_refused(sign_in, estate):
    order, client = order_in(estate, **OLD), sign_in("worker")
    sent = {"wanted_on": "2026-11-20", "part": "2", "minutes": "77"}
    answer = client.post(url("order_time", order.pk), sent)
    page = text_of(answer)
    assert answer.status_code == 422 and "已经过了" in page
    assert 'value="2026-11-20"' in page and 'value="77"' in page
    assert '<option value="2" selected>' in page
    assert fresh(order).wanted_on == WEDNESDAY


def test_nothing_to_change_once_somebody_is_on_the_way(sign_in, estate, me, worker):
    order = taken(order_in(estate), worker, me)
    client = sign_in("worker")
    assert url("order_time", order.pk) in text_of(client.get(url("order", order.pk)))
    orders.set_out(order=order, by=me.user)
    assert url("order_time", order.pk) not in text_of(client.get(url("order", order.pk)))
    answer = client.post(url("order_time", order.pk), {"wanted_on": "2026-11-26"})
    assert answer.status_code == 422


@pytest.mark.parametrize("who", ["volunteer", "sibling_worker"])
def test_others_do_not_change_it(sign_in, estate, who):
    order = order_in(estate, **OLD)
    answer = sign_in(who).post(url("order_time", order.pk), {"wanted_on": "2026-11-26"})
    assert answer.status_code in (403, 404) and fresh(order).wanted_on == WEDNESDAY


def test_the_phone_says_old_and_new_time(sign_in, estate, me, worker):
    order = taken(order_in(estate, **OLD), worker, me)
    client = sign_in("volunteer")
    assert "时间改了" not in text_of(client.get(url("my_order", order.pk)))
    orders.change_time(order=order, by=None, **NEW)
    for page in (url("my_order", order.pk), url("my_orders")):
        text = text_of(client.get(page))
        assert "时间改了，还去得了吗？" in text
        assert "原来 <span>11月25日周三上午</span>" in text and "<b>11月26日周四下午</b>" in text
        assert "刘桂芳" not in text
        assert 'name="seen" value="2026-11-26/1/' in text
    answer = client.post(url("my_accept", order.pk), {"seen": "2026-11-25/0/40"})
    assert answer.status_code == 422 and "时间刚改成11月26日周四下午" in text_of(answer)
    sent = {"seen": f"2026-11-26/1/{order.minutes}"}
    assert client.post(url("my_accept", order.pk), sent).status_code == 302
    text = text_of(client.get(url("my_order", order.pk)))
    assert "时间改了" not in text and "11月26日周四下午" in text


def test_suggested_again_after_the_time_changed(sign_in, estate, me, worker, time_machine):
    order = put_out(order_in(estate, **OLD), worker, me)
    orders.decline(ask=ask_of(order, me), by=me.user)
    client, pick = sign_in("worker"), f'name="pick" value="{me.pk}"'
    assert pick not in text_of(client.get(url("order", order.pk)))
    time_machine.move_to(here("2026-11-23 10:05"), tick=False)
    orders.change_time(order=order, by=worker, **NEW)
    assert pick in text_of(client.get(url("order", order.pk)))


def test_the_pages_ask_as_often_for_many(sign_in, estate, me, worker, community):
    """Staff's page after many asks and changes; the phone with many changed orders; the act with
    many who are asked."""
    staff, phone = sign_in("worker"), sign_in("volunteer")
    numbers, order = [], order_in(estate, **OLD)
    for many in (1, 6):
        put_out(order, worker, *(volunteer_in(community) for _ in range(many)))
        for _ in range(many):
            changed = put_out(order_in(estate, **OLD), worker, me)
            orders.change_time(order=changed, by=None, **NEW)
        back = OLD if fresh(order).part else NEW
        orders.change_time(order=order, by=worker, **back)
        counts = []
        for client, page in ((staff, url("order", order.pk)), (phone, url("my_orders"))):
            client.get(page)
            with CaptureQueriesContext(connection) as queries:
                client.get(page)
            counts.append(len(queries))
        numbers.append(counts)
    assert numbers[0] == numbers[1]
