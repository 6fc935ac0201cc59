"""Volunteers: joining on a phone, being let in, minors, a rest, leaving and coming back."""

import re
import uuid
from datetime import date, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from stations.choices import Role
from stations.models import Act, Message, User
from tests.factories import BuildingFactory, UserFactory
from tests.volunteers.parts.people import PERSON, counted, member_of, waiting_in
from tests.volunteers.rows import brand_in, team_in, volunteer_in
from volunteers.choices import ANY_TIME, MemberState, VolunteerState, free_bit
from volunteers.models import Ask, Membership, Order, Position, Roster, Volunteer
from volunteers.services import people, profiles
from volunteers.services.beneficiaries import new_beneficiary
from volunteers.services.mine import hours_of_year

pytestmark = pytest.mark.django_db

BACKEND = "stations.foundation.sign_in.PhoneOrNameBackend"
MINOR = {
    "is_minor": "yes",
    "guardian_name": "李妈妈",
    "guardian_phone": "139 1111 3333",
    "guardian_knows": "on",
}


def birthday(years):
    return timezone.localdate() - timedelta(days=years * 366)


def send(client, team, **more):
    return client.post(f"/join/{team.invite_code}/", {**PERSON, "token": uuid.uuid4()} | more)


def fresh(row):
    return type(row).objects.get(pk=row.pk)


def signed_in(user):
    client = Client()
    client.force_login(user, backend=BACKEND)
    return client


def order_for(volunteer, estate, state="accepted", **more):
    """An order that this volunteer took."""
    return Order.objects.create(
        token=uuid.uuid4(), code_digest=uuid.uuid4().hex, area=estate, help="errand", state=state,
        beneficiary=new_beneficiary(area=estate, name="刘桂芳", phone="13900000002"),
        due_at=timezone.now() + timedelta(days=1), volunteer=volunteer,
        **{"accepted_at": timezone.now()} | more,
    )  # fmt: skip


def join_team(team, volunteer):
    """They are in that team."""
    facts = {"area": team.area, "state": MemberState.IN}
    return Membership.objects.create(team=team, volunteer=volunteer, **facts)


# joining


def test_one_page_makes_account_volunteer_and_request(community, estate, client, cast):
    leader = volunteer_in(community)
    team, building = team_in(community, leader=leader), BuildingFactory(area=estate)
    answer = send(client, team, where=f"b-{building.code}", reach="1")
    assert answer.status_code == 302 and answer.url == "/joined/"
    assert "报名" in client.get("/joined/").content.decode()
    user = User.objects.get(phone="13911112222")
    volunteer = user.volunteer
    assert user.check_password(PERSON["password"]) and not user.username.isdigit()
    assert (volunteer.estate, volunteer.building, volunteer.reach) == (estate, building, 1)
    assert volunteer.free == free_bit(0, 0) | free_bit(1, 1)
    assert (volunteer.state, volunteer.area) == (VolunteerState.APPLIED, community)
    assert not user.postings.exists()
    assert volunteer.memberships.get().state == MemberState.APPLIED
    assert Message.objects.filter(recipient=leader.user, title__contains="想加入").count() == 1
    assert Act.objects.get(verb="volunteers.join").actor == "居民"


def test_before_the_yes_nothing_opens(community, client):
    team = team_in(community)
    send(client, team)
    assert client.login(username="139 1111 2222", password=PERSON["password"])
    home = client.get("/home/", follow=True).content.decode()
    assert "等队长同意" in home
    for page in ("/mine/", "/mine/events/1/", "/mine/team/1/", "/messages/", "/desk/"):
        assert client.get(page).url == "/mine/standing/"  # never a page for staff
    standing = client.get("/mine/standing/").content.decode()
    assert "等队长同意" in standing and str(team) in standing
    people.admit(membership=Membership.objects.get(), by=staff_of(community))
    assert client.get("/home/").url == "/mine/"


def staff_of(community):
    from tests.factories import PostingFactory

    user = UserFactory(name="值班")
    PostingFactory(user=user, area=community, role=Role.WORKER)
    return user


def test_a_known_phone_hears_the_same_and_changes_nothing(community, client):
    team = team_in(community)
    known = UserFactory(phone="13911112222", name="早就在")
    known.set_password("old-secret-9Xy")
    known.save()
    unknown = send(client, team, phone="13911112299")
    first = client.get("/joined/").content
    answer = send(client, team)
    assert (answer.status_code, answer.url) == (unknown.status_code, unknown.url)
    page = client.get("/joined/").content
    assert page == first
    known.refresh_from_db()
    assert known.check_password("old-secret-9Xy") and known.name == "早就在"
    assert not Volunteer.objects.filter(user=known).exists()
    send(client, team)
    assert Message.objects.filter(recipient=known).count() == 1


def test_a_page_sent_twice_is_one_request(community, client):
    team, token = team_in(community), uuid.uuid4()
    send(client, team, token=token)
    send(client, team, token=token)
    assert Membership.objects.count() == 1
    assert not Message.objects.filter(recipient__phone="13911112222").exists()


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"phone": "1391111222"}, "11位"),
        ({"phone": "0731-55550110"}, "要填手机号"),
        ({"password": "12345678"}, "密码"),
        ({"name": ""}, "姓名"),
        ({"helps": []}, "至少点一样"),
        ({"where": "b-nothing"}, "没有这个地方"),
        ({"website": "x"}, "像是程序填的"),
        ({"reach": "9"}, "error"),
        ({"is_minor": "yes"}, "出生日期"),
        ({**MINOR, "birthday": birthday(30)}, "这个日期不对"),
        ({**MINOR, "birthday": birthday(15), "guardian_knows": ""}, "先和监护人说好"),
        ({**MINOR, "birthday": birthday(15), "guardian_phone": "1"}, "error"),
    ],
)
def test_what_is_wrong_is_said_and_kept(community, client, wrong, said):
    answer = send(client, team_in(community), **wrong)
    page = answer.content.decode()
    assert answer.status_code == 422 and said in page
    assert wrong.get("name", PERSON["name"]) in page
    assert PERSON["password"] not in page
    assert not User.objects.filter(phone="13911112222").exists()


def test_a_building_of_elsewhere_is_no_place(community, other_estate, client):
    building = BuildingFactory(area=other_estate)
    assert send(client, team_in(community), where=f"b-{building.code}").status_code == 422


def test_no_free_hour_is_any_hour(community, client):
    send(client, team_in(community), free=[])
    assert Volunteer.objects.get(user__phone="13911112222").free == ANY_TIME


def test_a_phone_joins_a_few_times_an_hour(community, client):
    team = team_in(community)
    statuses = [send(client, team).status_code for _ in range(6)]
    assert statuses == [302] * 4 + [429] * 2
    other = send(client, team, phone="13911112298")
    assert other.status_code == 302
    held = send(client, team)
    assert int(held["Retry-After"]) > 0 and "分钟" in held.content.decode()


def test_open_teams_are_offered_closed_ones_only_by_invite(community, estate, client, sibling):
    open_team = team_in(community, name="谁都能来队")
    closed = team_in(community, name="凭码才来队", is_open=False)
    team_in(sibling, name="隔壁社区队")
    page = client.get(f"/e/{estate.code}/join/").content.decode()
    assert "谁都能来队" in page and "凭码才来队" not in page and "隔壁社区队" not in page
    assert client.get(f"/join/{closed.invite_code}/").status_code == 200
    url = f"/e/{estate.code}/join/"
    another = team_in(community, name="第二个队")
    assert client.post(url, {**PERSON, "team": closed.pk}).status_code == 422
    assert client.post(url, {**PERSON, "team": another.pk}).status_code == 302
    assert Membership.objects.get(volunteer__user__phone="13911112222").team == another
    assert open_team.memberships.count() == 0


def test_teams_stand_under_their_brands_and_many_are_folded(community, estate, client):
    last, first = brand_in(community, order=20), brand_in(community, order=10)
    old = timezone.localdate() - timedelta(days=900)
    teams = [team_in(community, brand=last) for _ in range(2)]
    young = team_in(community, brand=first)
    elder = team_in(community, brand=first, since=old)
    url = f"/e/{estate.code}/join/"
    page = client.get(url).content.decode()
    offered = [int(pk) for pk in re.findall(r'name="team" value="(\d+)"', page)]
    assert offered == [elder.pk, young.pk, *(team.pk for team in teams)]
    assert page.count('<details class="vol-fold" open>') == 2  # four are few
    team_in(community, brand=last)
    page = client.get(url).content.decode()
    assert page.count('<details class="vol-fold">') == 2
    page = client.post(url, {"team": elder.pk, "token": uuid.uuid4()}).content.decode()
    assert page.count('<details class="vol-fold" open>') == 1
    assert f'value="{elder.pk}" checked' in page


def test_without_an_open_team_the_page_says_whom_to_call(estate, client):
    assert "没有队在招人" in client.get(f"/e/{estate.code}/join/").content.decode()


def test_a_worker_joins_with_the_account_they_have(community, sign_in, cast):
    team = team_in(community)
    client = sign_in("worker")
    page = client.get(f"/join/{team.invite_code}/").content.decode()
    assert "设一个密码" not in page
    answer = send(client, team)
    assert answer.url == "/joined/"
    volunteer = Volunteer.objects.get(user=cast("worker"))
    with pytest.raises(ValidationError, match="不能自己同意自己"):
        people.admit(membership=volunteer.memberships.get(), by=cast("worker"))
    assert client.get(f"/join/{team.invite_code}/").url == "/mine/standing/"


# letting in


def test_the_leader_says_yes_on_the_phone(community, cast, sign_in):
    leader = volunteer_in(community, user=cast("volunteer"))
    team = team_in(community, leader=leader)
    membership = waiting_in(team)
    client = sign_in("volunteer")
    page = client.get(f"/mine/team/{team.pk}/").content.decode()
    assert str(membership.volunteer) in page
    page = client.get(f"/mine/members/{membership.pk}/").content.decode()
    assert f"tel:{membership.volunteer.user.phone}" in page
    client.post(f"/mine/members/{membership.pk}/admit/")
    volunteer = fresh(membership.volunteer)
    assert fresh(membership).decided_by == leader.user
    assert (volunteer.state, volunteer.number) == ("active", f"V{community.pk}00001")
    assert volunteer.user.postings.get().area == community
    again = client.post(f"/mine/members/{membership.pk}/admit/", follow=True).content.decode()
    assert "已经答复过了" in again
    page = client.get(f"/mine/team/{team.pk}/").content.decode()
    assert f"tel:{volunteer.user.phone}" in page


@pytest.mark.parametrize("who", ["sibling_worker", "officer", "volunteer", "far_officer"])
def test_nobody_else_lets_anybody_in(community, cast, who):
    volunteer_in(community, user=cast("volunteer"))
    membership = waiting_in(team_in(community))
    for act in (people.admit, people.refuse_member):
        with pytest.raises(ValidationError, match="只有队长"):
            act(membership=membership, by=cast(who))


def test_a_member_sees_no_other_member(community, cast, sign_in):
    own = volunteer_in(community, user=cast("volunteer"))
    leader = volunteer_in(community)
    team = team_in(community, leader=leader, members=[own])
    other, waiting = member_of(team), waiting_in(team)
    client = sign_in("volunteer")
    page = client.get(f"/mine/team/{team.pk}/").content.decode()
    assert str(leader) in page
    assert str(other.volunteer) not in page and str(waiting.volunteer) not in page
    assert client.get(f"/mine/members/{other.pk}/").status_code == 404
    assert client.post(f"/mine/members/{waiting.pk}/admit/").status_code == 404


@pytest.mark.parametrize("state", [MemberState.LEFT, MemberState.REFUSED])
def test_a_leader_opens_nobody_who_left_or_was_refused(community, cast, sign_in, state):
    leader = volunteer_in(community, user=cast("volunteer"))
    one, other = team_in(community, leader=leader), team_in(community, leader=leader)
    asked = waiting_in(one)
    page, client = f"/mine/members/{asked.pk}/", sign_in("volunteer")
    assert asked.volunteer.user.phone in client.get(page).content.decode()
    Membership.objects.filter(pk=asked.pk).update(state=state)
    assert client.get(page).status_code == 404
    assert not Volunteer.objects.visible_to(leader.user).filter(pk=asked.volunteer_id).exists()
    # Back in another of their teams: the leader may ring up again, there.
    again = Membership.objects.create(team=other, volunteer=asked.volunteer, area=community)
    assert client.get(page).status_code == 404
    assert client.get(f"/mine/members/{again.pk}/").status_code == 200


def test_numbers_run_within_a_community(community, sibling, cast):
    worker = cast("worker")
    numbers = []
    for _ in range(2):
        membership = people.admit(membership=waiting_in(team_in(community)), by=worker)
        numbers.append(membership.volunteer.number)
    other = people.admit(membership=waiting_in(team_in(sibling)), by=cast("sibling_worker"))
    assert numbers == [f"V{community.pk}00001", f"V{community.pk}00002"]
    assert other.volunteer.number == f"V{sibling.pk}00001"


def test_a_no_leaves_the_way_to_another_team(community, cast):
    membership = waiting_in(team_in(community))
    people.refuse_member(membership=membership, by=cast("worker"))
    volunteer = fresh(membership.volunteer)
    assert volunteer.state == VolunteerState.REFUSED
    client = signed_in(volunteer.user)
    assert "没有加上" in client.get("/home/", follow=True).content.decode()
    other = team_in(community)
    client.post("/mine/teams/join/", {"team": other.pk})
    assert fresh(volunteer).state == VolunteerState.APPLIED
    again = client.post("/mine/teams/join/", {"team": other.pk}, follow=True)
    assert "已经在等" in again.content.decode()


def test_nobody_joins_a_team_of_another_community(community, sibling):
    volunteer = volunteer_in(community)
    with pytest.raises(ValidationError, match="不在您的社区"):
        people.join_team(team=team_in(sibling), by=volunteer.user)


# minors


def test_of_a_minor_the_guardian_agrees_first(community, cast, client):
    leader = volunteer_in(community)
    team = team_in(community, leader=leader)
    born = birthday(15)
    send(client, team, **MINOR, birthday=born)
    volunteer = Volunteer.objects.get(user__phone="13911112222")
    membership = volunteer.memberships.get()
    assert volunteer.minor_until == people.comes_of_age(born)
    with connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(row_to_json(v)::text, '') FROM volunteers_volunteer v")
        row = cursor.fetchone()[0]
    assert "13911113333" not in row and "李妈妈" not in row and born.isoformat() not in row
    with pytest.raises(ValidationError, match="先给监护人打电话"):
        people.admit(membership=membership, by=leader.user)
    with pytest.raises(ValidationError, match="只有队长"):
        profiles.guardian_consent(volunteer=volunteer, by=volunteer_in(community).user)
    with pytest.raises(ValidationError, match="不能自己登记"):
        profiles.guardian_consent(volunteer=volunteer, by=volunteer.user)
    page = signed_in(leader.user).get(f"/mine/members/{membership.pk}/").content.decode()
    assert "tel:13911113333" in page and "同意加入</button>" not in page
    profiles.guardian_consent(volunteer=volunteer, by=leader.user)
    people.admit(membership=membership, by=leader.user)
    assert fresh(volunteer).state == VolunteerState.ACTIVE
    with pytest.raises(ValidationError, match="已经登记过"):
        profiles.guardian_consent(volunteer=volunteer, by=leader.user)


def test_the_database_lets_no_minor_in_without_consent(community):
    with pytest.raises(IntegrityError, match="minor_with_consent"), transaction.atomic():
        volunteer_in(community, minor_until=timezone.localdate() + timedelta(days=9))


@pytest.mark.parametrize(
    ("born", "grown"),
    [
        (date(2010, 6, 1), date(2028, 6, 1)),
        (date(2012, 2, 29), date(2030, 3, 1)),
        (date(2010, 12, 31), date(2028, 12, 31)),
    ],
)
def test_the_day_somebody_comes_of_age(born, grown):
    assert people.comes_of_age(born) == grown


def test_an_adult_leaves_no_birthday(community, client):
    send(client, team_in(community), **(MINOR | {"is_minor": "no", "birthday": birthday(15)}))
    volunteer = Volunteer.objects.get(user__phone="13911112222")
    assert volunteer.minor_until is None and volunteer.guardian_sealed == ""


# a rest, leaving, coming back


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


# staff


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
