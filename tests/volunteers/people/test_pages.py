"""Volunteers as the staff sees them, and the first page of a volunteer's phone."""

import re
from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from stations.models import Act
from tests.volunteers.parts.people import counted, member_of, waiting_in
from tests.volunteers.people.rows import fresh, order_for, signed_in
from tests.volunteers.rows import team_in, volunteer_in
from volunteers.choices import MemberState, VolunteerState
from volunteers.models import Ask, Membership, Order, Position, Roster
from volunteers.services.mine import hours_of_year

pytestmark = pytest.mark.django_db


def join_team(team, volunteer):
    """They are in that team."""
    facts = {"area": team.area, "state": MemberState.IN}
    return Membership.objects.create(team=team, volunteer=volunteer, **facts)


def test_the_list_by_team_help_state_and_the_end_of_a_number(community, sibling, sign_in):
    team = team_in(community)
    one = member_of(team, helps=["repair"]).volunteer
    two = volunteer_in(community, helps=["arts"], state=VolunteerState.PAUSED)
    volunteer_in(sibling)
    client = sign_in("worker")

    def names(query):
        page = client.get(f"/volunteers/people/?{query}").content.decode()
        return set(re.findall(r"志愿者\d+", re.sub(r"(?s)<select.*?</select>", "", page)))

    assert names("") == {str(one), str(two)}
    assert names(f"team={team.pk}") == names("help=repair") == {str(one)}
    assert names("state=paused") == {str(two)}
    assert names(f"q={one.user.phone[-4:]}") == names(f"q={one.number}") == {str(one)}
    assert names(f"q={two}") >= {str(two)}
    assert names("q=不存在的人") == set()
    assert names("help=nonsense&state=x&team=x") == {str(one), str(two)}


def test_opening_a_volunteer_is_recorded(community, cast, sign_in):
    volunteer = volunteer_in(community)
    assert sign_in("worker").get(f"/volunteers/people/{volunteer.pk}/").status_code == 200
    act = Act.objects.get(verb="volunteers.view_volunteer")
    assert (act.by, act.on_id) == (cast("worker"), volunteer.pk)
    for who in ("sibling_worker", "officer", "district", "stranger"):
        assert sign_in(who).get(f"/volunteers/people/{volunteer.pk}/").status_code == 404


def test_the_page_of_a_volunteer_says_what_they_do(
    community, estate, sign_in, django_assert_num_queries
):
    volunteer = volunteer_in(community)
    client, url = sign_in("worker"), f"/volunteers/people/{volunteer.pk}/"
    page = client.get(url).content.decode()
    assert "手上没有单" in page and "还没做过单" in page
    with CaptureQueriesContext(connection) as empty:
        client.get(url)
    for _ in range(3):
        order_for(volunteer, estate)
        order_for(volunteer, estate, state="done", done_at=timezone.now())
        join_team(team_in(community), volunteer)
    with django_assert_num_queries(len(empty)):
        page = client.get(url).content.decode()
    rows = Order.objects.filter(volunteer=volunteer)
    assert all(f'href="/orders/{order.pk}/">{order.title}' in page for order in rows)
    assert all(str(one.team) in page for one in volunteer.memberships.all())
    assert "今年的小时数" in page and "刘桂芳" not in page


def test_insurance_has_an_end(community, cast, sign_in):
    volunteer = volunteer_in(community, insured_until=None)
    client, until = sign_in("worker"), timezone.localdate() + timedelta(days=200)
    client.post(f"/volunteers/people/{volunteer.pk}/insurance/", {"until": until})
    assert fresh(volunteer).is_insured(until)
    assert not fresh(volunteer).is_insured(until + timedelta(days=1))
    far = until + timedelta(days=2000)
    page = client.post(f"/volunteers/people/{volunteer.pk}/insurance/", {"until": far}, follow=True)
    assert "最多登记三年" in page.content.decode()
    client.post(f"/volunteers/people/{volunteer.pk}/insurance/", {"until": ""})
    assert fresh(volunteer).insured_until is None


def test_the_overview_counts_what_waits_and_ranks_nobody(community, estate, cast, sign_in):
    membership = waiting_in(team_in(community))
    order_for(None, estate, state="ordered", accepted_at=None)
    page = sign_in("worker").get("/volunteers/").content.decode()
    assert re.search(r"等加入队伍</span><b>1</b>", page)
    assert str(membership.volunteer) not in page
    officer = sign_in("officer").get("/volunteers/").content.decode()
    assert "等加入队伍" not in officer and "等核对身份" in officer


# the volunteer's phone


def full_house(community, estate, user, many):
    """A volunteer with `many` of everything."""
    own = volunteer_in(community, user=user)
    for _ in range(many):
        team = team_in(community, leader=own)
        waiting_in(team)
        order_for(own, estate)
        asked = order_for(None, estate, state="dispatched", accepted_at=None)
        Ask.objects.create(
            order=asked, volunteer=own, area=estate, round=1,
            until=timezone.now() + timedelta(hours=2),
        )  # fmt: skip
    return own


def test_the_first_page_costs_the_same_for_many(
    community, estate, cast, sign_in, django_assert_max_num_queries
):
    own = full_house(community, estate, cast("volunteer"), 4)
    client = sign_in("volunteer")
    with django_assert_max_num_queries(18):
        page = client.get("/mine/").content.decode()
    assert "有人要帮忙" in page and "等您点头" in page and "<b>4</b> 人" in page
    assert "刘桂芳" not in page and "13900000002" not in page
    team = own.leads.first()
    for _ in range(4):
        member_of(team)
    with django_assert_max_num_queries(14):
        client.get(f"/mine/team/{team.pk}/")


@pytest.mark.parametrize(
    ("clock", "said"),
    [
        ("07:30", "早上好"),
        ("12:10", "中午好"),
        ("15:00", "下午好"),
        ("21:31", "晚上好"),
        ("00:01", "夜深了"),
    ],
)
def test_the_greeting_goes_by_the_clock_here(community, cast, time_machine, clock, said):
    volunteer_in(community, user=cast("volunteer"))
    time_machine.move_to(datetime.fromisoformat(f"2026-11-22T{clock}+08:00"), tick=False)
    client = signed_in(cast("volunteer"))
    assert said in client.get("/mine/").content.decode()


def test_an_open_emergency_stands_above_everything(community, estate, cast, sign_in):
    own = volunteer_in(community, user=cast("volunteer"))
    roster = Roster.objects.create(area=estate, title="全员采样", opened_by=cast("worker"))
    client = sign_in("volunteer")
    assert "全员采样" not in client.get("/mine/").content.decode()
    Position.objects.create(roster=roster, area=estate, group="vanguard", volunteer=own)
    assert "全员采样" in client.get("/mine/").content.decode()
    Roster.objects.update(closed_at=timezone.now())
    assert "全员采样" not in client.get("/mine/").content.decode()


def test_an_ask_that_is_over_is_not_shown(community, estate, cast, sign_in):
    full_house(community, estate, cast("volunteer"), 1)
    Ask.objects.update(until=timezone.now() - timedelta(minutes=1))
    assert "有人要帮忙" not in sign_in("volunteer").get("/mine/").content.decode()


def test_hours_of_the_year_by_state(community):
    team = team_in(community, leader=volunteer_in(community))
    just = timezone.now() - timedelta(minutes=5)
    counted(team, just, 60)
    counted(team, just, 30)
    counted(team, just, 45, state="shown", number=None)
    counted(team, just, 20, state="reported", number=None)
    counted(team, just, 25, state="refused", number=None)
    year = timezone.localdate(just).year
    expected = {"counted": 90, "shown": 45, "waiting": 20}
    assert hours_of_year(team.leader, year) == expected
    assert hours_of_year(team.leader, year + 1) == dict.fromkeys(expected, 0)


def test_whoever_is_posted_but_no_volunteer_is_told(cast, sign_in):
    assert sign_in("volunteer").get("/mine/").status_code == 403
