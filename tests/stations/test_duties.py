"""Every duty's clock over weeks with 调休, and who hears when: once each, whatever happens."""

from collections import defaultdict
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction

from stations.choices import DutyStep, Role
from stations.models import Duty, Message, Told
from stations.registries import duties
from stations.services.duties import desk_order, end_duty, start_duty, tell_about_duties
from stations.services.work import later, run
from tests.factories import AreaFactory, PostingFactory, UserFactory
from tests.support.at_once import at_once
from tests.volunteers import parts

SHANGHAI = ZoneInfo("Asia/Shanghai")
ACCEPT = "deliberation.accept"


def at(text):
    return datetime.fromisoformat(f"2026-{text}").replace(tzinfo=SHANGHAI)


# Working days a duty gives; a promise to people, so changing one must be noticed here.
PROMISED = {
    "deliberation.accept": 1,
    "deliberation.ask": 5,
    "deliberation.route": 3,
    "deliberation.hear": 10,
    "deliberation.answer": 5,
    "deliberation.notice": 3,
    "deliberation.rating": 7,
    "deliberation.call_back": 1,
    "deliberation.close": 3,
    "deliberation.reinspect": 20,
    "deliberation.do_task": 5,
    "deliberation.verify_task": 2,
    "deliberation.hold_meeting": 1,
    "residents_map.visit": 7,
    "residents_map.care": 1,
    "residents_map.child_look": 1,
    "residents_map.rental_visit": 7,
    "residents_map.rental_appeal": 3,
    **parts.PROMISED,
}
# Where the n-th working day ends, counted by hand on the State Council's calendar of 2026.
# Before Spring Festival: Saturday 14 February is worked, 15 to 23 off, Saturday 28 worked.
SPRING = {
    1: "02-14", 2: "02-24", 3: "02-25", 5: "02-27", 7: "03-02", 10: "03-05", 20: "03-19",
}  # fmt: skip
# Before National Day: 1 to 7 October off, Saturday 10 worked.
AUTUMN = {
    1: "10-08", 2: "10-09", 3: "10-10", 5: "10-13", 7: "10-15", 10: "10-20", 20: "11-03",
}  # fmt: skip
# May: Friday 8; Saturday 9 worked (for the holiday before).
MAY = {
    1: "05-09", 2: "05-11", 3: "05-12", 5: "05-14", 7: "05-18", 10: "05-21", 20: "06-04",
}  # fmt: skip


def test_every_duty_is_promised_here():
    assert {kind.key: kind.days for kind in duties} == PROMISED


@pytest.mark.django_db
@pytest.mark.parametrize("kind", PROMISED)
@pytest.mark.parametrize(
    ("start", "ends"),
    [("02-13T10:00", SPRING), ("09-30T16:00", AUTUMN), ("05-08T09:00", MAY)],
    ids=["spring festival", "national day", "worked saturday"],
)
def test_clock_counts_working_days(estate, kind, start, ends):
    duty = start_duty(kind, on=estate, title="事", since=at(start))
    assert duty.until == at(f"{ends[PROMISED[kind]]}T17:30")
    assert duty.since <= duty.half_at <= duty.most_at <= duty.until


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("start", "half", "most"),
    [
        # 1.5 h are left on 30 September, 9 h follow on 8 October: half of 10.5 is 5.25
        ("09-30T16:00", "10-08T12:15", "10-08T15:24"),
        # 7.5 h on Friday, 9 h on the worked Saturday: half of 16.5 is 8.25
        ("02-13T10:00", "02-14T09:15", "02-14T14:12"),
        # reported in the holiday: nothing runs before the office opens
        ("10-03T20:00", "10-08T13:00", "10-08T15:42"),
    ],
)
def test_half_and_most_of_the_working_time(estate, start, half, most):
    duty = start_duty(ACCEPT, on=estate, title="事", since=at(start))
    assert (duty.half_at, duty.most_at) == (at(half), at(most))


@pytest.mark.django_db
def test_starting_again_moves_the_clock_and_keeps_the_record(estate):
    first = start_duty(ACCEPT, on=estate, title="事", since=at("10-12T09:00"))
    second = start_duty(ACCEPT, on=estate, title="事", since=at("10-13T09:00"))
    first.refresh_from_db()
    assert first.ended_at is not None
    assert list(Duty.objects.open()) == [second]
    assert end_duty(ACCEPT, on=estate) == 1
    assert end_duty(ACCEPT, on=estate) == 0


@pytest.mark.django_db
def test_a_deadline_before_the_start_is_the_start(estate):
    duty = start_duty(
        ACCEPT, on=estate, title="事", since=at("10-12T09:00"), until=at("10-01T09:00")
    )
    assert duty.until == duty.since


@pytest.fixture
def staff(cast):
    return {who: cast(who) for who in ("worker", "secretary", "officer")}


@pytest.fixture
def far_staff(cast):
    """People who must never hear of our estate."""
    return {who: cast(who) for who in ("sibling_worker", "sibling_secretary", "far_officer")}


def heard():
    """{name: [steps in the order they were heard]}"""
    found = defaultdict(list)
    for step, name in Told.objects.order_by("pk").values_list("step", "person__name"):
        found[name].append(step)
    return dict(found)


@pytest.mark.django_db
def test_a_week_of_hours_over_national_day(estate, staff, far_staff, time_machine):
    """The beat every hour from 30 September 16:00: who hears when, and silence in between."""
    moment = at("09-30T16:00")
    start_duty(ACCEPT, on=estate, title="路灯不亮", since=moment)
    when = {}
    while moment < at("10-10T18:00"):
        time_machine.move_to(moment, tick=False)
        tell_about_duties()
        for told in Told.objects.select_related("person"):
            when.setdefault((told.person.name, told.step), moment)
        moment += timedelta(hours=1)
    assert when == {
        ("worker", 50): at("10-08T13:00"),
        ("worker", 80): at("10-08T16:00"),
        ("secretary", 80): at("10-08T16:00"),
        ("worker", 100): at("10-08T18:00"),
        ("secretary", 100): at("10-08T18:00"),
        ("officer", 100): at("10-08T18:00"),
    }
    assert Message.objects.count() == 6
    said = list(
        Message.objects.filter(recipient=staff["worker"])
        .order_by("pk")
        .values_list("body", flat=True)
    )
    assert said == [
        "时间过半，10月8日 17:30前要受理。",
        "快到期了，10月8日 17:30前要受理。",
        "已经超期，本该10月8日 17:30前受理。",
    ]
    assert Message.objects.filter(url=f"/issues/{estate.pk}/").count() == 6


@pytest.mark.django_db
@pytest.mark.parametrize("kind", PROMISED)
def test_every_kind_is_reminded_and_escalated(estate, staff, far_staff, kind, time_machine):
    duty = start_duty(kind, on=estate, title="事", since=at("09-30T16:00"))
    holder = {"worker": "worker", "secretary": "secretary", "officer": "officer"}[duty.role]
    for moment in (duty.half_at, duty.most_at, duty.until):
        time_machine.move_to(moment - timedelta(seconds=1), tick=False)
        tell_about_duties()
        time_machine.move_to(moment, tick=False)
        tell_about_duties()
    expected = defaultdict(list)
    for step in DutyStep:
        who = {holder}
        who |= {"secretary"} if step >= DutyStep.MOST else set()
        if step >= DutyStep.FULL and "officer" in duties[kind].seen_by:
            who |= {"officer"}
        for name in who:
            expected[name].append(int(step))
    assert heard() == dict(expected)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("since", "until", "hears"),
    [
        ("10-12T09:00", "10-26T17:30", True),  # ten working days in all
        ("10-12T09:00", "10-28T17:30", False),  # twelve, and six still to come
        ("10-12T09:00", "11-30T17:30", False),
    ],
)
def test_half_of_a_long_time_is_noted_without_a_message(
    estate, staff, time_machine, since, until, hears
):
    duty = start_duty(
        "deliberation.reinspect", on=estate, title="事", since=at(since), until=at(until)
    )
    time_machine.move_to(duty.half_at, tick=False)
    assert tell_about_duties() == Message.objects.count() == int(hears)
    assert heard() == {"worker": [50]}
    assert tell_about_duties() == 0
    time_machine.move_to(duty.most_at, tick=False)
    assert tell_about_duties() == 2
    assert heard() == {"worker": [50, 80], "secretary": [80]}


@pytest.mark.django_db
def test_half_of_a_long_time_is_news_when_it_is_told_late(estate, staff, time_machine):
    """After a pause there are five days left, and nobody was told of anything yet."""
    start_duty(
        "deliberation.reinspect", on=estate, title="事",
        since=at("10-12T09:00"), until=at("10-28T17:30"),
    )  # fmt: skip
    time_machine.move_to(at("10-21T16:00"), tick=False)
    assert tell_about_duties() == Message.objects.count() == 1
    assert heard() == {"worker": [50]}


@pytest.mark.django_db
def test_twice_the_same_minute_tells_once(estate, staff, time_machine):
    duty = start_duty(ACCEPT, on=estate, title="事", since=at("10-12T09:00"))
    time_machine.move_to(duty.half_at, tick=False)
    assert tell_about_duties() == 1
    assert tell_about_duties() == 0
    assert Message.objects.count() == 1


@pytest.mark.django_db
def test_after_a_pause_of_26_hours_everybody_hears_once_of_the_highest_step(
    estate, staff, time_machine
):
    duty = start_duty(ACCEPT, on=estate, title="事", since=at("10-12T09:00"))
    time_machine.move_to(duty.until + timedelta(hours=26), tick=False)
    assert tell_about_duties() == 3
    assert heard() == {"worker": [100], "secretary": [100], "officer": [100]}
    assert tell_about_duties() == 0


@pytest.mark.django_db
def test_a_pause_over_two_steps_tells_only_the_later_one(estate, staff, time_machine):
    duty = start_duty(ACCEPT, on=estate, title="事", since=at("10-12T09:00"))
    time_machine.move_to(duty.most_at + timedelta(minutes=5), tick=False)
    tell_about_duties()
    assert heard() == {"worker": [80], "secretary": [80]}


@pytest.mark.django_db
def test_what_was_done_in_time_is_not_reminded(estate, staff, time_machine):
    duty = start_duty(ACCEPT, on=estate, title="事", since=at("10-12T09:00"))
    end_duty(ACCEPT, on=estate)
    time_machine.move_to(duty.until + timedelta(days=1), tick=False)
    assert tell_about_duties() == 0


@pytest.mark.django_db
def test_told_and_the_messages_are_one_transaction(estate, staff, time_machine):
    duty = start_duty(ACCEPT, on=estate, title="事", since=at("10-12T09:00"))
    time_machine.move_to(duty.until, tick=False)
    with pytest.raises(ValidationError), transaction.atomic():
        tell_about_duties()
        raise ValidationError("the process dies here")
    assert not Told.objects.exists() and not Message.objects.exists()
    assert tell_about_duties() == 3


@pytest.mark.django_db
def test_named_holder_hears_instead_of_the_colleagues(estate, staff, cast, time_machine):
    colleague = cast("colleague")
    duty = start_duty(
        "deliberation.do_task", on=estate, title="事", since=at("10-12T09:00"), holder=colleague
    )
    time_machine.move_to(duty.half_at, tick=False)
    tell_about_duties()
    assert heard() == {"colleague": [50]}


@pytest.mark.django_db
@pytest.mark.parametrize("gone", ["disabled", "posting ended"])
def test_what_a_person_held_who_is_gone_falls_to_the_role(estate, staff, cast, gone, time_machine):
    colleague = cast("colleague")
    duty = start_duty(
        "deliberation.do_task", on=estate, title="事", since=at("10-12T09:00"), holder=colleague
    )
    if gone == "disabled":
        colleague.is_active = False
        colleague.save()
    else:
        colleague.postings.update(until=at("10-12T09:30"))
    time_machine.move_to(duty.half_at, tick=False)
    tell_about_duties()
    assert heard() == {"worker": [50]}
    assert list(Duty.objects.for_person(staff["worker"])) == [duty]


@pytest.mark.django_db
def test_people_of_the_nearest_place_hear(estate, staff, time_machine):
    """The estate's own secretary hears instead of the community's."""
    nearer = UserFactory(name="小区书记")
    PostingFactory(user=nearer, area=estate, role=Role.SECRETARY)
    other = AreaFactory(name="别的小区", level=estate.level, parent=estate.parent)
    for place in (estate, other):
        start_duty("deliberation.close", on=place, title="事", since=at("10-12T09:00"))
    time_machine.move_to(Duty.objects.first().half_at, tick=False)
    tell_about_duties()
    assert heard() == {"小区书记": [50], "secretary": [50]}


@pytest.mark.django_db
def test_many_duties_are_told_in_batches_with_few_queries(
    estate, staff, time_machine, django_assert_max_num_queries
):
    start = at("10-12T09:00")
    places = [AreaFactory(level=estate.level, parent=estate.parent) for _ in range(210)]
    for place in places:
        start_duty(ACCEPT, on=place, title="事", since=start, fresh=True)
    time_machine.move_to(Duty.objects.first().half_at, tick=False)
    assert tell_about_duties() == 210
    assert Told.objects.values("duty").distinct().count() == 210


@pytest.mark.django_db(transaction=True)
def test_two_beats_at_once_tell_everybody_once(estate, staff, time_machine):
    places = [AreaFactory(level=estate.level, parent=estate.parent) for _ in range(40)]
    for place in places:
        start_duty(ACCEPT, on=place, title="事", since=at("10-12T09:00"), fresh=True)
    time_machine.move_to(Duty.objects.first().until, tick=False)
    told = at_once(*[tell_about_duties] * 2)
    assert sum(told) == 40 * 3
    assert Told.objects.count() == Message.objects.count() == 40 * 3


@pytest.mark.django_db(transaction=True)
def test_the_work_row_of_a_minute_delivered_ten_times_tells_once(estate, staff, time_machine):
    duty = start_duty(ACCEPT, on=estate, title="事", since=at("10-12T09:00"))
    time_machine.move_to(duty.until, tick=False)
    row = later("stations.tell_duties", key="202610131730")
    assert later("stations.tell_duties", key="202610131730") == row
    assert sum(at_once(*[lambda: run(row.pk)] * 10)) == 1
    assert Message.objects.count() == 3


@pytest.mark.parametrize(
    ("until", "heading"),
    [
        ("10-14T09:59", "late"),
        ("10-14T17:30", "today"),
        ("10-15T00:00", "tomorrow"),
        ("10-16T17:30", "week"),
        ("10-18T23:59", "week"),
        ("10-19T08:30", "later"),
    ],
)
def test_headings_of_the_desk(until, heading):
    """Wednesday 14 October, 10:00; the week ends on Sunday."""
    assert desk_order(Duty(until=at(until)), at("10-14T10:00")) == heading
