"""A rest, leaving, coming back, and one's own profile."""

import re

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from tests.factories import BuildingFactory
from tests.volunteers.people.rows import fresh, order_for
from tests.volunteers.rows import team_in, volunteer_in
from volunteers.choices import ANY_TIME, MemberState, VolunteerState
from volunteers.models import Membership, Order, Volunteer
from volunteers.services import people, profiles, teams

pytestmark = pytest.mark.django_db


def test_leaving_keeps_number_and_record_and_closes_the_pages(community, cast, sign_in):
    volunteer = volunteer_in(community, user=cast("volunteer"))
    team = team_in(community, members=[volunteer])
    client = sign_in("volunteer")
    assert client.post("/mine/leave/").url == "/mine/standing/"
    volunteer.refresh_from_db()
    assert volunteer.state == VolunteerState.LEFT and volunteer.left_at
    assert not fresh(cast("volunteer")).current_postings()
    assert client.get("/mine/").url == "/mine/standing/"
    assert "留着" in client.get("/home/", follow=True).content.decode()
    client.post("/mine/back/", {})
    assert fresh(volunteer).state == VolunteerState.LEFT  # a team has to be chosen
    client.post("/mine/back/", {"team": team.pk})
    assert fresh(volunteer).state == VolunteerState.APPLIED
    membership = Membership.objects.waiting().get(volunteer=volunteer)
    number = volunteer.number
    Volunteer.objects.filter(pk=volunteer.pk).update(number=f"V{number[1:]}")
    people.admit(membership=membership, by=cast("worker"))
    back = fresh(volunteer)
    assert (back.state, back.number, back.left_at) == ("active", number, None)
    assert client.get("/mine/").status_code == 200


def test_nobody_leaves_whom_somebody_waits_for(community, estate):
    volunteer = volunteer_in(community)
    team = team_in(community, leader=volunteer)
    with pytest.raises(ValidationError, match="还带着队"):
        profiles.leave(volunteer=volunteer, by=volunteer.user)
    team.leader = None
    team.save()
    order = order_for(volunteer, estate)
    with pytest.raises(ValidationError, match="手上还有单"):
        profiles.leave(volunteer=volunteer, by=volunteer.user)
    Order.objects.filter(pk=order.pk).update(state="cancelled")
    assert profiles.leave(volunteer=volunteer, by=volunteer.user).state == "left"


def test_a_rest_and_back(community, cast, sign_in):
    volunteer = volunteer_in(community, user=cast("volunteer"))
    client = sign_in("volunteer")
    client.post("/mine/pause/")
    assert fresh(volunteer).state == VolunteerState.PAUSED
    assert "歇一阵" in client.get("/mine/").content.decode()
    assert client.post("/mine/back/").url == "/mine/"
    assert fresh(volunteer).state == VolunteerState.ACTIVE
    with pytest.raises(ValidationError, match="没有离开"):
        profiles.come_back(by=volunteer.user)


def test_nobody_rests_while_somebody_waits_for_them(community, estate, cast, sign_in):
    volunteer = volunteer_in(community, user=cast("volunteer"))
    order = order_for(volunteer, estate)
    page = sign_in("volunteer").post("/mine/pause/", follow=True).content.decode()
    assert "先做完或转给别人" in page
    assert fresh(volunteer).state == VolunteerState.ACTIVE
    Order.objects.filter(pk=order.pk).update(state="done", done_at=timezone.now())
    assert profiles.pause_volunteer(volunteer=volunteer, by=volunteer.user).state == "paused"


def test_whoever_said_nothing_about_time_finds_no_hour_lit(community, cast, sign_in):
    """Nothing said is any time: no box is lit, and the first tap says "then", on all pages."""
    volunteer = volunteer_in(community, user=cast("volunteer"), helps=["errand"], free=ANY_TIME)
    client, page = sign_in("volunteer"), f"/volunteers/people/{volunteer.pk}/"
    lit = r'name="free" value="(\d+)" aria-label="[^"]+" checked'
    assert re.findall(lit, client.get("/mine/profile/").content.decode()) == []
    assert "什么时候都行" in sign_in("worker").get(page).content.decode()
    client = sign_in("volunteer")
    assert client.post("/mine/profile/", {"helps": ["errand"], "reach": "3"}).status_code == 302
    assert fresh(volunteer).free == ANY_TIME
    data = {"helps": ["errand"], "free": ["3"], "reach": "3"}
    assert client.post("/mine/profile/", data).status_code == 302
    assert fresh(volunteer).free == 1 << 3
    assert re.findall(lit, client.get("/mine/profile/").content.decode()) == ["3"]
    shown = sign_in("worker").get(page).content.decode()
    assert "什么时候都行" not in shown and shown.count('class="is-free"') == 1


def test_whoever_left_the_only_team_is_in_none_on_every_page(community, cast, sign_in):
    """They may still be asked, and every page says who confirms their hours: a secretary."""
    volunteer = volunteer_in(community, user=cast("volunteer"), helps=["errand"])
    team = team_in(community)
    held = Membership.objects.create(
        team=team, volunteer=volunteer, area=community, state=MemberState.IN
    )
    client = sign_in("volunteer")
    ours = ("/mine/profile/", "/mine/standing/")
    assert all("在队" in client.get(page).content.decode() for page in ours)
    teams.leave_team(membership=held, by=volunteer.user)
    for page in ours:
        shown = client.get(page).content.decode()
        assert "还没有队" in shown and "时数由社区书记确认" in shown and "在队" not in shown
    shown = sign_in("worker").get(f"/volunteers/people/{volunteer.pk}/").content.decode()
    assert "时数由书记确认" in shown and "在册" in shown


def test_the_profile_shows_and_takes_what_changed(community, estate, cast, sign_in):
    volunteer = volunteer_in(community, user=cast("volunteer"), helps=["errand"], free=0b1001)
    building = BuildingFactory(area=estate)
    client = sign_in("volunteer")
    page = client.get("/mine/profile/").content.decode()
    checked = re.findall(r'name="free" value="(\d+)" aria-label="[^"]+" checked', page)
    assert checked == ["0", "3"]
    data = {"helps": ["repair", "phone"], "free": ["20"], "reach": "4"}
    data |= {"where": f"b-{building.code}", "is_party_member": "on"}
    assert client.post("/mine/profile/", data).status_code == 302
    volunteer.refresh_from_db()
    assert (volunteer.helps, volunteer.free) == (["repair", "phone"], 1 << 20)
    assert (volunteer.estate, volunteer.building) == (estate, building)
    assert volunteer.is_party_member
    assert client.post("/mine/profile/", {"reach": "4"}).status_code == 422
