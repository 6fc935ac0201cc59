"""One act fills the roster, positions change hands, and two workers fill at once."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from stations.models import Act, Message
from tests.support.at_once import at_once
from tests.volunteers.rosters.rows import houses, opened, places
from tests.volunteers.rows import volunteer_in
from volunteers.choices import Reach, VolunteerState
from volunteers.models import Roster, Volunteer
from volunteers.services import head_counts, rosters
from volunteers.services.roster_people import propose

pytestmark = pytest.mark.django_db


def told(volunteer):
    return list(Message.objects.filter(recipient=volunteer.user).values_list("title", flat=True))


def test_one_act_fills_everything_and_tells_everybody(estate, community, cast, sign_in):
    roster = opened(estate, cast)
    people = [volunteer_in(community, estate=estate) for _ in range(8)]
    client = sign_in("worker")
    page = client.get(f"/rosters/{roster.pk}/fill/").content.decode()
    assert "10 个位置，都替您配好了人" in page
    at = places(roster)
    posted = {f"who-{pk}": one.pk for pk, one in propose(roster).items()}
    posted |= {f"who-{at['2栋'].pk}": "", f"name-{at['2栋'].pk}": "王建军"}
    posted |= {f"phone-{at['2栋'].pk}": "139 0000 7777", f"who-{at['1栋2单元'].pk}": ""}
    answer = client.post(f"/rosters/{roster.pk}/fill/", posted, follow=True)
    page = answer.content.decode()
    assert "排好了9个位置" in page
    assert "还缺 1 人" in page
    at = places(roster)
    lead = at["2栋"]
    assert (lead.name, lead.volunteer, rosters.phone_of(lead)) == ("王建军", None, "13900007777")
    assert "13900007777" not in lead.phone_sealed
    assert "应急：您负责1栋" in told(at["1栋"].volunteer)
    assert Act.objects.filter(verb="volunteers.fill_roster").count() == 1
    assert sum(bool(told(one)) for one in people) >= 4


def test_a_name_with_its_number_is_the_volunteer(estate, community, cast, sign_in):
    roster = opened(estate, cast)
    far = volunteer_in(community, reach=Reach.BUILDING)  # nobody would propose them
    lead = places(roster)["1栋"]
    posted = {f"name-{lead.pk}": f"{far} {far.number}"}
    assert sign_in("worker").post(f"/rosters/{roster.pk}/fill/", posted).status_code == 302
    lead.refresh_from_db()
    assert lead.volunteer == far


@pytest.mark.parametrize(
    ("name", "phone", "said"),
    [("王建军", "", "留个电话"), ("王建军", "1390000", "11位")],
)
def test_somebody_without_an_account_needs_a_number(estate, cast, sign_in, name, phone, said):
    roster = opened(estate, cast)
    lead = places(roster)["1栋"]
    posted = {f"name-{lead.pk}": name, f"phone-{lead.pk}": phone}
    answer = sign_in("worker").post(f"/rosters/{roster.pk}/fill/", posted)
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert name in answer.content.decode()
    assert not roster.positions.filled().exists()


def test_one_person_keeps_one_place(estate, community, cast):
    roster = opened(estate, cast)
    one, at = volunteer_in(community, estate=estate), places(roster)
    with pytest.raises(ValidationError, match="选了两处：1栋、2栋"):
        rosters.fill_roster(
            roster=roster, by=cast("worker"), choices={at["1栋"].pk: one.pk, at["2栋"].pk: one.pk}
        )
    both = {at["1栋"].pk: one.pk, at["代购组"].pk: one.pk}  # a group comes on top
    assert rosters.fill_roster(roster=roster, by=cast("worker"), choices=both).filled == 2
    gone = volunteer_in(community, state=VolunteerState.LEFT)
    with pytest.raises(ValidationError, match="2栋选的人现在来不了"):
        rosters.fill_roster(roster=roster, by=cast("worker"), choices={at["2栋"].pk: gone.pk})
    with pytest.raises(ValidationError, match="还没有选人"):
        rosters.fill_roster(roster=roster, by=cast("worker"), choices={at["2栋"].pk: None})


@pytest.mark.django_db(transaction=True)
def test_two_workers_fill_at_once(estate, community, cast):
    roster = opened(estate, cast)
    at = places(roster)
    a, b, c = (volunteer_in(community, estate=estate) for _ in range(3))
    worker, colleague = cast("worker"), cast("colleague")
    results = at_once(
        lambda: rosters.fill_roster(
            roster=roster, by=worker, choices={at["1栋"].pk: a.pk, at["1栋1单元"].pk: b.pk}
        ),
        lambda: rosters.fill_roster(
            roster=roster, by=colleague, choices={at["1栋"].pk: b.pk, at["2栋"].pk: c.pk}
        ),
    )
    # Whoever came second found 1栋 filled (and, after the colleague, b standing there).
    assert sorted((one.filled, one.left) for one in results) in ([(0, 2), (2, 0)], [(1, 1), (2, 0)])
    standing = list(
        roster.positions.filter(volunteer__isnull=False).values_list("volunteer", flat=True)
    )
    assert len(standing) == len(set(standing))
    assert Message.objects.filter(key__startswith="position:").count() == len(standing)


@pytest.mark.django_db(transaction=True)
def test_two_workers_open_at_once(estate, cast):
    houses(estate)
    worker, colleague = cast("worker"), cast("colleague")
    results = at_once(
        lambda: rosters.open_roster(area=estate, title="防汛", by=worker),
        lambda: rosters.open_roster(area=estate, title="防汛", by=colleague),
    )
    assert sum(isinstance(one, str) for one in results) == 1
    assert Roster.objects.count() == 1


# one position


def test_somebody_else_stands_there(estate, community, cast, sign_in):
    roster, worker = opened(estate, cast), cast("worker")
    one, other = (volunteer_in(community, estate=estate) for _ in range(2))
    lead = places(roster)["1栋"]
    url = f"/rosters/positions/{lead.pk}/"
    client = sign_in("worker")
    assert client.post(url, {"who": one.pk}).status_code == 302
    page = client.get(url).content.decode()
    assert str(one) in page
    assert one.user.phone in page
    assert client.post(url, {"who": other.pk}).status_code == 302
    assert "应急：1栋换人了，您不用去了" in told(one)
    assert "应急：您负责1栋" in told(other)
    door = places(roster)["1栋1单元"]
    with pytest.raises(ValidationError, match="已经在1栋了"):
        rosters.change_position(position=door, by=worker, who=other.pk)
    assert client.post(url, {"who": ""}).status_code == 422
    assert client.post(f"{url}clear/").status_code == 302
    assert not roster.positions.filled().exists()
    assert "缺人" in client.get(url).content.decode()
    again = client.post(f"{url}clear/", follow=True)
    assert "本来就空着" in again.content.decode()


@pytest.mark.parametrize("until", [None, -1])
def test_nobody_disinfects_without_insurance(estate, community, cast, sign_in, until):
    """志愿服务条例 第17条: also where staff choose against the proposal."""
    roster, worker = opened(estate, cast), cast("worker")
    day = until and timezone.localdate() + timedelta(days=until)
    one = volunteer_in(community, estate=estate, insured_until=day)
    place = places(roster)["消杀组"]
    with pytest.raises(ValidationError, match="不能进消杀组"):
        rosters.fill_roster(roster=roster, by=worker, choices={place.pk: one.pk})
    answer = sign_in("worker").post(f"/rosters/positions/{place.pk}/", {"who": one.pk})
    assert answer.status_code == 422
    assert "没有在保的保险，不能进消杀组" in answer.content.decode()
    assert not roster.positions.filled().exists()
    Volunteer.objects.filter(pk=one.pk).update(insured_until=timezone.localdate())
    rosters.fill_roster(roster=roster, by=worker, choices={place.pk: one.pk})
    assert roster.positions.get(group="disinfection").volunteer == one


def test_a_group_grows(estate, community, cast, sign_in):
    roster = opened(estate, cast)
    client = sign_in("worker")
    answer = client.post(f"/rosters/{roster.pk}/groups/", {"group": "shopping"})
    assert roster.positions.filter(group="shopping").count() == 2
    assert answer["Location"].startswith("/rosters/positions/")
    client.post(f"/rosters/{roster.pk}/groups/", {"group": "cooks"})
    assert roster.positions.exclude(group="").count() == 5


def test_when_it_is_over_nothing_moves(estate, community, cast, sign_in):
    roster, worker = opened(estate, cast), cast("worker")
    one, lead = volunteer_in(community, estate=estate), places(roster)["1栋"]
    rosters.change_position(position=lead, by=worker, who=one.pk)
    assert sign_in("worker").post(f"/rosters/{roster.pk}/close/").status_code == 302
    assert any("应急结束了" in title for title in told(one))
    for act in (
        lambda: rosters.close_roster(roster=roster, by=worker),
        lambda: rosters.fill_roster(roster=roster, by=worker, choices={lead.pk: one.pk}),
        lambda: rosters.clear_position(position=lead, by=worker),
        lambda: rosters.add_position(roster=roster, by=worker, group="shopping"),
        lambda: head_counts.start_round(roster=roster, by=worker),
    ):
        with pytest.raises(ValidationError, match="已经结束"):
            act()
    assert not Roster.objects.visible_to(one.user).exists()
