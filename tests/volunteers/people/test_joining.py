"""报名: strangers join a team, its leader lets them in, minors with a guardian."""

import re
import uuid
from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from stations.choices import Role
from stations.models import Act, Message, User
from tests.factories import BuildingFactory, UserFactory
from tests.volunteers.hour_rows import staff_in
from tests.volunteers.parts.people import PERSON, member_of, waiting_in
from tests.volunteers.people.rows import fresh, signed_in
from tests.volunteers.rows import brand_in, team_in, volunteer_in
from volunteers.choices import ANY_TIME, MemberState, VolunteerState, free_bit
from volunteers.models import Membership, Volunteer
from volunteers.services import people, profiles

pytestmark = pytest.mark.django_db


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


def test_a_leader_whose_account_is_out_of_use_is_not_told_but_the_station(community):
    leader = volunteer_in(community)
    team = team_in(community, leader=leader)
    worker, gone = (staff_in(community, Role.WORKER) for _ in range(2))
    User.objects.filter(pk__in=[leader.user_id, gone.pk]).update(is_active=False)
    asks = volunteer_in(community)
    people.join_team(team=team, by=asks.user)
    membership = asks.memberships.get()
    told = Message.objects.values_list("recipient", flat=True)
    assert list(told) == [worker.pk]
    people.admit(membership=membership, by=worker)
    assert not Message.objects.filter(recipient__in=[leader.user_id, gone.pk]).exists()
