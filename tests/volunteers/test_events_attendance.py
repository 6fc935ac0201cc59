"""签到, 提醒, 日历: who was there, who is told when, and what telephones read."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from stations.models import Act, Message
from tests.volunteers.events import begun, event_in, in_days, moved_to, signed, slot_of
from tests.volunteers.rows import team_in, volunteer_in
from tests.volunteers.test_events import order_of
from volunteers.choices import EventState, Part, SignUpState
from volunteers.foundation.ics import calendar_file, escaped, folded
from volunteers.models import Event, Hour, SignUp
from volunteers.services import attendance, calendars, events, reminders, sign_ups

pytestmark = pytest.mark.django_db


@pytest.fixture
def somebody(community):
    return volunteer_in(community)


def expected(estate, worker, somebody, minutes=10, **facts):
    """A sign-up of a slot that began so many minutes ago."""
    slot = slot_of(event_in(estate, worker, **facts))
    [row] = signed(slot, somebody)
    begun(slot, minutes)
    return SignUp.objects.get(pk=row.pk)


def present(row, worker, since):
    """Checked in, as if at another moment."""
    row = attendance.check_in(sign_up=row, by=worker)
    SignUp.objects.filter(pk=row.pk).update(present_at=since)
    return SignUp.objects.get(pk=row.pk)


# called off


@pytest.mark.parametrize(("minutes", "served"), [(-20, None), (40, 40)])
def test_after_it_was_called_off_nobody_serves(estate, worker, somebody, minutes, served):
    """Who came early served nobody; who was there already served until then and not to the end."""
    row = expected(estate, worker, somebody, minutes)
    present(row, worker, timezone.now() - timedelta(minutes=max(minutes, 0)))
    events.cancel_event(event=row.slot.event, by=worker, why="下雨")
    attendance.close_slots(timezone.now() + timedelta(days=1))
    assert list(Hour.objects.values_list("minutes", flat=True)) == ([served] if served else [])
    row.refresh_from_db()
    assert row.state == (SignUpState.LEFT if served else SignUpState.CANCELLED)


# checking in and out


@pytest.mark.parametrize(
    ("minutes", "words"), [(-31, "来早了"), (-29, ""), (0, ""), (89, ""), (90, "已经结束")]
)
def test_one_checks_in_from_half_an_hour_before_until_the_end(
    estate, worker, somebody, minutes, words
):
    row = expected(estate, worker, somebody, minutes)
    if words:
        with pytest.raises(ValidationError, match=words):
            attendance.check_in(sign_up=row, by=somebody.user)
        return
    row = attendance.check_in(sign_up=row, by=somebody.user)
    assert row.state == "present"
    with pytest.raises(ValidationError, match="已经签到"):
        attendance.check_in(sign_up=row, by=somebody.user)


def test_the_log_says_when_it_was_done_by_hand(estate, worker, somebody, community):
    attendance.check_in(sign_up=expected(estate, worker, somebody), by=worker)
    other = volunteer_in(community)
    attendance.check_in(sign_up=expected(estate, worker, other), by=other.user)
    acts = Act.objects.filter(verb="volunteers.check_in").order_by("pk")
    assert [(act.by, act.detail["by_hand"]) for act in acts] == [
        (worker, True),
        (other.user, False),
    ]


def test_who_waits_does_not_check_in(estate, worker, somebody, community):
    slot = slot_of(event_in(estate, worker, seats=1))
    _, row = signed(slot, volunteer_in(community), somebody)
    begun(slot)
    row.refresh_from_db()
    with pytest.raises(ValidationError, match="候补"):
        attendance.check_in(sign_up=row, by=somebody.user)


def test_checking_out_opens_hours_of_the_time_there(estate, worker, somebody, community):
    """Early comers get no minutes before the beginning."""
    team = team_in(community)
    row = expected(estate, worker, somebody, 45, team=team, help="care")
    row = present(row, worker, row.starts_at - timedelta(minutes=20))
    attendance.check_out(sign_up=row, by=somebody.user)
    hour = Hour.objects.get()
    assert (hour.volunteer, hour.team, hour.sign_up, hour.source) == (somebody, team, row, "slot")
    assert (hour.began_at, hour.minutes, hour.help) == (row.starts_at, 45, "care")
    assert (hour.state, hour.words) == ("reported", "陪老人晒太阳")
    with pytest.raises(ValidationError, match="已经签退"):
        attendance.check_out(sign_up=row, by=somebody.user)


@pytest.mark.parametrize("kind", ["club", "training"])
def test_a_club_gives_no_hours(estate, worker, somebody, kind):
    row = present(expected(estate, worker, somebody, 45, kind=kind), worker, timezone.now())
    SignUp.objects.filter(pk=row.pk).update(present_at=row.starts_at)
    assert attendance.check_out(sign_up=row, by=somebody.user).state == "left"
    assert not Hour.objects.exists()


def test_who_left_before_it_began_has_no_hours(estate, worker, somebody):
    row = expected(estate, worker, somebody, -10)
    row = attendance.check_in(sign_up=row, by=worker)
    attendance.check_out(sign_up=row, by=worker)
    assert not Hour.objects.exists()


def test_after_the_end(estate, worker, somebody, community):
    """Who never came is a no-show; who forgot to check out left at the end."""
    slot = slot_of(event_in(estate, worker, seats=2))
    never, waited = volunteer_in(community), volunteer_in(community)
    rows = signed(slot, somebody, never, waited)
    begun(slot)
    attendance.check_in(sign_up=rows[0], by=worker)
    assert attendance.close_slots() == 0
    begun(slot, minutes=100)
    SignUp.objects.filter(pk=rows[0].pk).update(present_at=slot.starts_at + timedelta(minutes=5))
    assert attendance.close_slots() == 2
    states = slot.sign_ups.order_by("pk").values_list("state", flat=True)
    assert list(states) == ["left", "no_show", "waiting"]
    hour = Hour.objects.get()
    assert (hour.volunteer, hour.minutes, hour.ended_at) == (somebody, 85, slot.ends_at)
    assert Event.objects.get().state == EventState.OVER
    assert attendance.close_slots() == 0
    assert not Message.objects.filter(recipient=never.user).exists()


# reminders


def reminded(person):
    return list(Message.objects.filter(recipient=person.user).values_list("key", flat=True))


def test_the_day_before_and_two_hours_before_once_each(estate, worker, somebody):
    slot = slot_of(event_in(estate, worker, days=(5,)))
    [row] = signed(slot, somebody)
    assert reminders.remind(slot.starts_at - timedelta(hours=25)) == 0
    assert reminders.remind(slot.starts_at - timedelta(hours=23)) == 1
    assert reminders.remind(slot.starts_at - timedelta(hours=22)) == 0
    assert reminders.remind(slot.starts_at - timedelta(hours=2)) == 1
    assert reminders.remind(slot.starts_at - timedelta(minutes=1)) == 0
    assert reminders.remind(slot.starts_at) == 0
    assert reminded(somebody) == [f"sign_up:{row.pk}:soon", f"sign_up:{row.pk}:day"]


def test_nobody_else_is_reminded(estate, worker, somebody, community):
    """Not who waits, not who signed up on the last day, nobody of what was cancelled."""
    event = event_in(estate, worker, days=(1,), seats=1)
    slot = slot_of(event)
    late = timezone.now() + timedelta(hours=20)
    moved_to(slot, late, late + timedelta(hours=1))
    signed(slot, somebody, volunteer_in(community))
    assert reminders.remind() == 0
    two_hours_before = late - timedelta(hours=1)
    events.cancel_event(event=event, by=worker, why="雨")
    assert reminders.remind(two_hours_before) == 0


# calendars


def unfolded(file):
    return file.decode().replace("\r\n ", "").split("\r\n")


@given(st.text(max_size=200))
def test_lines_are_cut_by_bytes_and_never_through_a_character(words):
    line = f"SUMMARY:{escaped(words)}"
    cut = folded(line)
    assert cut.endswith("\r\n") and cut.replace("\r\n ", "") == f"{line}\r\n"
    assert all(len(piece.encode()) <= 75 for piece in cut.split("\r\n"))


def test_words_are_escaped():
    assert escaped("a;b,c\\d\r\ne\x00") == "a\\;b\\,c\\\\d\\ne"


def test_a_file_of_two_entries():
    entries = [
        {
            "uid": "slot-1@x",
            "title": "清洁日，三栋",
            "begins": datetime(2026, 11, 28, 1, tzinfo=UTC),
            "ends": datetime(2026, 11, 28, 2, 30, tzinfo=UTC),
            "place": "中心广场",
        },
        {"uid": "order-2@x", "title": "陪诊", "begins": date(2026, 12, 31), "status": "CANCELLED"},
    ]
    file = calendar_file(entries, name="同心", now=datetime(2026, 11, 22, tzinfo=UTC))
    lines = unfolded(file)
    assert lines[0] == "BEGIN:VCALENDAR" and lines[-2:] == ["END:VCALENDAR", ""]
    for line in (
        "VERSION:2.0",
        "UID:slot-1@x",
        "DTSTAMP:20261122T000000Z",
        "DTSTART:20261128T010000Z",
        "DTEND:20261128T023000Z",
        "LOCATION:中心广场",
        "STATUS:CONFIRMED",
        "DTSTART;VALUE=DATE:20261231",
        "DTEND;VALUE=DATE:20270101",
        "STATUS:CANCELLED",
    ):
        assert line in lines
    assert b"\n" not in file.replace(b"\r\n", b"")


def test_ones_own_calendar(estate, worker, somebody):
    slot = slot_of(event_in(estate, worker))
    [row] = signed(slot, somebody)
    order = order_of(somebody, estate, day=in_days(4)[0].date(), part=Part.MORNING)
    lines = unfolded(calendars.own_calendar(somebody))
    assert {
        f"UID:slot-{slot.pk}@{calendars.host()}",
        f"UID:order-{order.pk}@{calendars.host()}",
    } <= set(lines)
    assert "SUMMARY:跑腿代买（上午）" in lines and "LOCATION:锦绣江山3栋" in lines
    assert "SEQUENCE:0" in lines
    sign_ups.leave_slot(sign_up=row, by=somebody.user)
    lines = unfolded(calendars.own_calendar(somebody))
    assert "STATUS:CANCELLED" in lines and "SEQUENCE:1" in lines
    signed(slot, somebody)  # changed their mind: the same entry, newer
    lines = unfolded(calendars.own_calendar(somebody))
    assert lines.count(f"UID:slot-{slot.pk}@{calendars.host()}") == 1
    assert "STATUS:CANCELLED" not in lines and "SEQUENCE:2" in lines
    events.cancel_event(event=slot.event, by=worker, why="雨")
    lines = unfolded(calendars.own_calendar(somebody))
    assert "STATUS:CANCELLED" in lines and "SEQUENCE:3" in lines


def test_the_address_is_a_secret_that_a_new_password_changes(somebody, community, client):
    token = calendars.calendar_token(somebody)
    url = f"/mine/calendar/{token}.ics"
    answer = client.get(url)
    assert answer.status_code == 200
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    other = volunteer_in(community)
    for wrong in (
        token[:-1] + ("0" if token[-1] != "0" else "1"),
        token.replace(f"{somebody.pk}-", f"{other.pk}-"),
        "x",
        "9" * 30 + "-a",
    ):
        assert client.get(f"/mine/calendar/{wrong}.ics").status_code == 404
    somebody.user.set_password("ein neues, langes")
    somebody.user.save()
    assert client.get(url).status_code == 404


def test_the_calendar_of_who_left_is_gone(somebody, client):
    url = f"/mine/calendar/{calendars.calendar_token(somebody)}.ics"
    type(somebody).objects.update(state="left")
    assert client.get(url).status_code == 404
