"""events: its share of the tests that walk the whole portal."""

from datetime import timedelta

from django.utils import timezone

from stations.models import Message
from tests.volunteers.events import begun, event_in, signed, slot_of
from tests.volunteers.rows import team_in, volunteer_in
from volunteers.models import SignUp, Slot, Volunteer
from volunteers.services.attendance import check_in
from volunteers.services.calendars import calendar_token
from volunteers.services.sign_ups import leave_slot


def of_event(world):
    return {"pk": world.event.pk}


def of_slot(world):
    return {"pk": world.slot.pk}


def of_sign_up(world):
    return {"pk": world.sign_up.pk}


def of_code(world):
    return {"code": world.slot.code}


WALK = {
    **dict.fromkeys(["events", "event_new", "my_events", "my_event_new"], lambda world: {}),
    **dict.fromkeys(
        [
            "event",
            "event_change",
            "event_open",
            "event_cancel",
            "event_end",
            "slot_add",
            "my_event",
            "my_event_cancel",
            "my_event_change",
        ],
        of_event,
    ),
    **dict.fromkeys(
        [
            "slot",
            "slot_drop",
            "slot_cancel",
            "my_slot_cancel",
            "slot_seats",
            "slot_qr",
            "slot_sheet",
            "slot_sign_up",
            "slot_calendar",
            "my_slot",
            "my_slot_qr",
        ],
        of_slot,
    ),
    **dict.fromkeys(
        [
            "sign_up_in",
            "sign_up_out",
            "sign_up_take",
            "sign_up_leave",
            "my_sign_up_in",
            "my_sign_up_out",
        ],
        of_sign_up,
    ),
    **dict.fromkeys(["check_in", "check_out"], of_code),
    "calendar": lambda world: {"token": calendar_token(world.volunteer)},
    "public_events": lambda world: {"code": world.area.code},
}


def build(world, cast):
    """An event of a team that the volunteer of the cast leads, who also signed up."""
    world.own_team = team_in(world.area.parent, leader=world.volunteer)
    world.event = event_in(world.area, cast("worker"), team=world.own_team)
    world.slot = slot_of(world.event)
    [world.sign_up] = signed(world.slot, world.volunteer)


class Stage:
    """Events, slots and sign-ups in the states from which an act is possible."""

    def ev_volunteer(self):
        user = self.cast("volunteer")
        known = Volunteer.objects.filter(user=user).first()
        return known or volunteer_in(self.estate.parent, user=user)

    def ev_event(self, **facts):
        team = team_in(self.estate.parent, leader=self.ev_volunteer())
        return event_in(self.estate, self.worker, team=team, **facts)

    def ev_draft(self):
        return self.ev_event(opens=False)

    def ev_over(self):
        event = self.ev_event()
        begun(slot_of(event), minutes=300)
        return event

    def ev_slot(self):
        return slot_of(self.ev_event())

    def ev_one_of_two(self):
        return slot_of(self.ev_event(days=(2, 9)))

    def ev_signed(self):
        slot = self.ev_slot()
        return signed(slot, self.ev_volunteer())[0]

    def ev_offered(self):
        slot = slot_of(self.ev_event(seats=1))
        first, second = signed(slot, volunteer_in(self.estate.parent), self.ev_volunteer())
        leave_slot(sign_up=first, by=self.worker)
        second.refresh_from_db()
        return second

    def ev_expected(self):
        row = self.ev_signed()
        begun(row.slot)
        return SignUp.objects.get(pk=row.pk)

    def ev_present(self):
        row = self.ev_expected()
        return check_in(sign_up=row, by=self.worker)

    def ev_code(self):
        return self.ev_expected().slot

    def ev_code_present(self):
        row = self.ev_present()
        earlier = timezone.now() - timedelta(minutes=5)
        SignUp.objects.filter(pk=row.pk).update(present_at=earlier)
        return Slot.objects.get(pk=row.slot_id)


def facts(stage, found):
    """What the form of an event asks."""
    day = timezone.localdate() + timedelta(days=3)
    return {
        "title": "周六义诊",
        "kind": "service",
        "help": "care",
        "place": "服务站",
        "day": day.isoformat(),
        "begins": "09:00",
        "ends": "11:00",
        "seats": "5",
        "weeks": "2",
    }


def staff_facts(stage, found):
    return facts(stage, found) | {"area": stage.estate.pk, "team": "", "opens": "on"}


def nothing(stage, found):
    return {}


def why(stage, found):
    return {"why": "下大雨"}


def of_stage(name):
    return lambda stage: getattr(stage, name)()


ACTS = {
    "event_new": ("worker", of_stage("ev_event"), staff_facts, ["add_event", "open_event"]),
    "event_change": ("worker", of_stage("ev_event"), facts, ["change_event"]),
    "event_open": ("worker", of_stage("ev_draft"), nothing, ["open_event"]),
    "event_cancel": ("worker", of_stage("ev_event"), why, ["cancel_event"]),
    "event_end": ("worker", of_stage("ev_over"), nothing, ["end_event"]),
    "slot_add": ("worker", of_stage("ev_event"), facts, ["change_event"]),
    "slot_seats": (
        "worker",
        of_stage("ev_slot"),
        lambda stage, found: {"seats": "9"},
        ["change_event"],
    ),
    "slot_drop": ("worker", of_stage("ev_slot"), nothing, ["change_event"]),
    "slot_cancel": ("worker", of_stage("ev_one_of_two"), why, ["cancel_slot"]),
    "sign_up_in": ("worker", of_stage("ev_expected"), nothing, ["check_in"]),
    "sign_up_out": ("worker", of_stage("ev_present"), nothing, ["check_out"]),
    "my_event_new": ("volunteer", of_stage("ev_event"), facts, ["add_event", "open_event"]),
    "my_event_change": (
        "volunteer",
        of_stage("ev_event"),
        lambda stage, found: {"title": "扫雪", "kind": "service", "help": "other", "place": "北门"},
        ["change_event"],
    ),
    "my_event_cancel": ("volunteer", of_stage("ev_event"), why, ["cancel_event"]),
    "my_slot_cancel": ("volunteer", of_stage("ev_one_of_two"), why, ["cancel_slot"]),
    "my_sign_up_in": ("volunteer", of_stage("ev_expected"), nothing, ["check_in"]),
    "my_sign_up_out": ("volunteer", of_stage("ev_present"), nothing, ["check_out"]),
    "slot_sign_up": ("volunteer", of_stage("ev_slot"), nothing, ["sign_up"]),
    "sign_up_take": ("volunteer", of_stage("ev_offered"), nothing, ["take_seat"]),
    "sign_up_leave": ("volunteer", of_stage("ev_signed"), nothing, ["leave_slot"]),
    "check_in": ("volunteer", of_stage("ev_code"), nothing, ["check_in"]),
    "check_out": ("volunteer", of_stage("ev_code_present"), nothing, ["check_out"]),
}
READ = {
    "events",
    "event",
    "slot",
    "slot_qr",
    "slot_sheet",
    "my_events",
    "my_event",
    "my_slot",
    "my_slot_qr",
    "slot_calendar",
    "calendar",
    "public_events",
}


# later work


def waiting(cast, estate):
    """One who waits, and an offer that ran out: the seat goes on to the third."""
    community = estate.parent
    slot = slot_of(event_in(estate, cast("worker"), seats=1))
    first, second, _third = signed(slot, *(volunteer_in(community) for _ in range(3)))
    leave_slot(sign_up=first, by=cast("worker"))
    SignUp.objects.filter(pk=second.pk).update(offered_until=timezone.now())
    return {}, lambda: (
        list(SignUp.objects.order_by("pk").values_list("state", flat=True)),
        Message.objects.count(),
    )


def soon(cast, estate):
    """Two hours before, nobody has heard."""
    slot = slot_of(event_in(estate, cast("worker")))
    signed(slot, volunteer_in(estate.parent))
    begun(slot, minutes=-90)
    return {}, lambda: Message.objects.count()


def over(cast, estate):
    """One came and one did not, and the slot is over."""
    slot = slot_of(event_in(estate, cast("worker")))
    here, _ = signed(slot, volunteer_in(estate.parent), volunteer_in(estate.parent))
    begun(slot, minutes=30)
    check_in(sign_up=here, by=cast("worker"))
    begun(slot, minutes=200)
    SignUp.objects.filter(pk=here.pk).update(present_at=slot.starts_at)
    return {}, lambda: list(SignUp.objects.order_by("pk").values_list("state", "hour__minutes"))


CASES = {
    "volunteers.move_up": waiting,
    "volunteers.remind_slots": soon,
    "volunteers.close_slots": over,
}
