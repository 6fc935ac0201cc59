"""Days nobody can mean, in addresses and in forms: refused in words, never a server error."""

import pytest
from django.utils import timezone

from tests.volunteers.events import begun, event_in, signed, slot_of
from tests.volunteers.hour_rows import People
from tests.volunteers.parts.care import package_for, person_in
from tests.volunteers.rows import volunteer_in
from volunteers.models import Event, SignUp
from volunteers.services import attendance

pytestmark = pytest.mark.django_db
BACK = "stations.foundation.sign_in.PhoneOrNameBackend"
STRANGE = ("9999-12-31", "0001-01-01", "x", "2026-02-30", "\x00")


@pytest.fixture
def leader(community, client):
    people = People(community)
    client.force_login(people.leader.user, backend=BACK)
    client.raise_request_exception = True
    return client


@pytest.mark.parametrize("day", STRANGE)
def test_events_of_a_strange_day_are_all_events(leader, day):
    response = leader.get("/mine/events/", {"day": day})
    assert response.status_code == 200 and response.context["day"] is None


def test_events_of_a_day(leader):
    today = timezone.localdate()
    assert leader.get("/mine/events/", {"day": today}).context["day"] == today


def event_form(day):
    return {
        "title": "扫雪", "kind": "service", "help": "errand", "place": "南门", "day": day,
        "begins": "09:00", "ends": "10:00", "seats": 3, "weeks": 8,
    }  # fmt: skip


@pytest.mark.parametrize("day", STRANGE)
def test_no_event_on_a_strange_day(leader, day):
    response = leader.post("/mine/events/new/", event_form(day))
    assert response.status_code == 422 and "day" in response.context["form"].errors
    assert not Event.objects.exists()


@pytest.mark.parametrize("day", STRANGE)
def test_days_of_the_other_forms(day, estate, cast, sign_in):
    client = sign_in("worker")
    client.raise_request_exception = True
    package = package_for(person_in(estate, cast("worker")), cast("worker"))
    asked = {"help": package.helps[0], "wanted_on": day, "part": 0}
    assert client.post(f"/packages/{package.pk}/again/", asked).status_code == 422
    for address, names in (
        ("/lists/needs/new/", ("first_on", "last_on")),
        ("/lists/resources/new/", ("first_on", "last_on")),
        ("/donations/new/", ("received_on",)),
    ):
        response = client.post(address, dict.fromkeys(names, day))
        assert response.status_code == 422
        assert set(names) <= set(response.context["form"].errors)


@pytest.mark.parametrize(
    "address",
    [
        "/wishes/?after=abc&area=%F0%9F%98%80",
        "/donations/?after=9999-99-99",
        "/donations/?after=9999-12-31&view=%00",
        "/packages/?building=99999999999999999999",
        "/lists/?q=%00&sort=%00&help=%00",
        "/lists/fits/?area=0",
        "/lists/balance/?area=%00",
        "/calls/?first=%00&area=99999999999999999999",
        "/events/?view=past&after=0001-01-01",
        "/events/?after=9999-12-31",
        "/mine/events/new/?team=%00",
    ],
)
def test_strange_addresses(address, sign_in, leader):
    client = leader if address.startswith("/mine/") else sign_in("worker")
    client.raise_request_exception = True
    assert client.get(address).status_code < 500


def test_of_what_is_past_it_is_said_who_came(estate, community, cast, sign_in):
    slot = slot_of(event_in(estate, cast("worker"), seats=5))
    people = [volunteer_in(community) for _ in range(3)]
    signed(slot, *people)
    begun(slot)
    for row in list(SignUp.objects.filter(slot=slot))[:2]:
        attendance.check_in(sign_up=row, by=row.volunteer.user)
    begun(slot, minutes=200, lasts=90)
    attendance.close_slots()
    client = sign_in("worker")
    for address in (slot.event.get_absolute_url(), "/events/?view=past"):
        assert "报 3 到 <b>2</b>" in client.get(address).content.decode()
