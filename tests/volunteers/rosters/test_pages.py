"""The call sheet, who may run a roster, and what its pages cost."""

import pytest
from django.utils import timezone

from stations.choices import Role
from stations.models import Act
from tests.factories import AreaFactory, BuildingFactory, EntranceFactory, PostingFactory
from tests.support.queries import count_queries
from tests.volunteers.rosters.rows import houses, opened, places
from tests.volunteers.rows import volunteer_in
from volunteers.choices import Reach
from volunteers.models import Position, Roster, Volunteer
from volunteers.services import head_counts, rosters, supplies
from volunteers.services.roster_people import candidates

pytestmark = pytest.mark.django_db


def test_the_call_sheet_has_the_phones_and_leaves_a_look(led, estate, community, cast, sign_in):
    rosters.change_position(
        position=places(led)["2栋"], by=cast("worker"), who=("王建军", "13900007777")
    )
    supplies.ask_supplies(
        roster=led,
        building=places(led)["1栋"].building,
        door="1502",
        words="米10斤",
        by=cast("worker"),
    )
    client = sign_in("worker")
    page = client.get(f"/rosters/{led.pk}/call-sheet/").content.decode()
    for words in ("王建军", "13900007777", "1单元", "缺人", "先锋组", "消杀组"):
        assert words in page
    assert "米10斤" in client.get(f"/rosters/{led.pk}/supply-sheet/").content.decode()
    looks = Act.objects.filter(verb="volunteers.print_call_sheet").order_by("pk")
    assert [act.detail for act in looks] == [{"sheet": "call"}, {"sheet": "supplies"}]


# access and cost


@pytest.mark.parametrize("who", ["sibling_worker", "officer", "volunteer", "stranger"])
def test_nobody_else_runs_a_roster(estate, cast, sign_in, who):
    roster = opened(estate, cast)
    position = places(roster)["1栋"]
    client = sign_in(who)
    for url in (
        f"/rosters/{roster.pk}/",
        f"/rosters/{roster.pk}/fill/",
        f"/rosters/{roster.pk}/counts/",
        f"/rosters/{roster.pk}/wall/",
        f"/rosters/{roster.pk}/supplies/",
        f"/rosters/{roster.pk}/call-sheet/",
        f"/rosters/{roster.pk}/supply-sheet/",
        f"/rosters/positions/{position.pk}/",
        f"/mine/roster/{roster.pk}/",
    ):
        assert client.get(url).status_code == 404, url
    listed = client.get("/rosters/")
    assert listed.status_code == 403 or "全员采样" not in listed.content.decode()


def test_a_worker_is_not_on_a_phone_and_a_volunteer_not_in_the_office(led, sign_in):
    assert sign_in("worker").get(f"/mine/roster/{led.pk}/").status_code == 403
    client = sign_in("volunteer")
    assert client.get(f"/mine/roster/{led.pk}/").status_code == 200
    assert client.get(f"/rosters/{led.pk}/").status_code == 403
    assert client.get(f"/rosters/{led.pk}/fill/").status_code == 403


def test_an_estate_elsewhere_cannot_be_chosen(estate, other_estate, cast, sign_in):
    houses(estate)
    houses(other_estate)
    client = sign_in("worker")
    posted = {"area": other_estate.pk, "title": "防汛"}
    assert client.post("/rosters/new/", posted).status_code == 422
    assert client.post("/rosters/new/", posted | {"area": estate.pk}).status_code == 302
    assert Roster.objects.get().area == estate


def test_pages_cost_the_same_for_many(led, estate, community, cast, sign_in):
    client = sign_in("worker")
    head_counts.start_round(roster=led, by=cast("worker"))
    first = places(led)["1栋"].building
    supplies.ask_supplies(roster=led, building=first, door="1", words="米", by=cast("worker"))
    urls = [
        "/rosters/",
        *(
            f"/rosters/{led.pk}/{page}"
            for page in ("", "fill/", "counts/", "wall/", "supplies/", "call-sheet/")
        ),
    ]
    mine = f"/mine/roster/{led.pk}/"
    few = [count_queries(client, url) for url in urls]
    few_mine = count_queries(sign_in("volunteer"), mine)
    for n in range(6):
        building = BuildingFactory(area=estate, number=100 + n)
        entrance = EntranceFactory(building=building)
        person = volunteer_in(community, estate=estate)
        Position.objects.create(roster=led, area=estate, building=building)
        Position.objects.create(
            roster=led,
            area=estate,
            building=building,
            entrance=entrance,
            volunteer=person,
            filled_at=timezone.now(),
        )
        head_counts.head_count(
            roster=led, building=building, round=1, present=1, expected=2, by=cast("worker")
        )
        supplies.ask_supplies(
            roster=led, building=building, door="101", words="米", by=cast("worker")
        )
    other = houses(AreaFactory(level=5, parent=community))[0].area
    rosters.open_roster(area=other, title="防汛", by=cast("worker"))
    client = sign_in("worker")
    assert [count_queries(client, url) for url in urls] == few
    assert count_queries(sign_in("volunteer"), mine) == few_mine


def test_a_volunteer_posted_elsewhere_is_never_a_candidate(estate, community, sibling):
    volunteer_in(sibling, reach=Reach.STREET)
    here = volunteer_in(community)
    PostingFactory(user=here.user, area=sibling, role=Role.VOLUNTEER)
    assert candidates(estate) == [here]
    assert Volunteer.objects.count() == 2
