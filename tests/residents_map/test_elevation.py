"""楼栋图: every home in its place, what it shows, and in how many queries."""

import re
from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from residents_map.models import CareEvent, Household
from residents_map.services.elevation import elevation_of
from tests.factories import BuildingFactory, EntranceFactory, HomeFactory
from tests.residents_map.rows import household_in, kind, person_in
from tests.support.queries import count_queries

pytestmark = pytest.mark.django_db


def house(estate, floors=3, entrances=2, doors=2, number=7):
    """A building with so many homes."""
    building = BuildingFactory(area=estate, number=number, floors=floors)
    for n in range(1, entrances + 1):
        entrance = EntranceFactory(building=building, number=n)
        for floor in range(1, floors + 1):
            for door in range(1, doors + 1):
                HomeFactory(entrance=entrance, floor=floor, number=f"{floor}{door:02d}")
    return building


def home(building, entrance, number):
    return building.entrances.get(number=entrance).homes.get(number=number)


def url(building, query=""):
    return reverse("residents_map:building", args=[building.pk]) + query


def cells(building, user):
    front = elevation_of(building, user)
    return front, {
        (stair.entrance.number, cell.home.number): cell
        for stair in front.staircases
        for _, row in stair.floors
        for cell in row
        if cell
    }


def test_homes_stand_by_entrance_floor_and_door(estate, cast):
    building = house(estate, floors=3, entrances=2, doors=3)
    home(building, 1, "102").delete()
    front, _ = cells(building, cast("worker"))
    assert front.floors == [3, 2, 1]
    assert [stair.name for stair in front.staircases] == ["一单元", "二单元"]
    ground = front.staircases[0].floors[-1][1]
    assert [cell and cell.home.number for cell in ground] == ["101", None, "103"]


@pytest.mark.parametrize("numbers", [("东户", "西户"), ("1", "2"), ("101甲", "101乙")])
def test_doors_with_other_numbers_stand_in_order(estate, cast, numbers):
    building = house(estate, floors=1, entrances=1, doors=0)
    entrance = building.entrances.get()
    for number in numbers:
        HomeFactory(entrance=entrance, floor=1, number=number)
    front, _ = cells(building, cast("worker"))
    (row,) = [row for _, row in front.staircases[0].floors]
    assert {cell.home.number for cell in row} == set(numbers)


def test_a_home_shows_kinds_and_visits_never_names(estate, sign_in, cast):
    worker = cast("worker")
    building = house(estate)
    old = person_in(household_in(estate, worker, home=home(building, 2, "302")), worker)
    Household.objects.filter(pk=old.household_id).update(
        tier="month", next_visit_on=timezone.localdate() - timedelta(days=1)
    )
    family = household_in(estate, worker, home=home(building, 1, "101"))
    for name in ("张建国", "张小红"):
        person_in(
            family,
            worker,
            name=name,
            birth_on=date(1985, 1, 1),
            kinds=[kind("party-work")],
            phone="",
        )
    front, found = cells(building, worker)
    assert [one.key for one in found[2, "302"].kinds] == ["elder", "alone"]
    assert found[2, "302"].due == ("超 1 天", "late")
    assert [one.key for one in found[1, "101"].kinds] == ["party"]
    assert (front.people["party"], front.homes["party"]) == (2, 1)
    assert found[1, "201"].household is None
    assert (front.lived_in, front.vacant, front.due, front.late) == (2, 10, 1, 1)
    text = sign_in("worker").get(url(building, "?kind=elder")).content.decode()
    said = re.sub(r"<svg.*?</svg>|<[^>]+>", "", text)
    assert "302，高龄长者，独居老人，走访超 1 天" in said
    assert "201，没有登记住户" in said
    assert len(re.findall(r'class="h is-hit', text)) == 1
    for name in ("刘桂芳", "张建国", "张小红"):
        assert name not in text


def test_what_happened_is_on_the_door(estate, sign_in, cast):
    worker = cast("worker")
    building = house(estate)
    fallen = person_in(household_in(estate, worker, home=home(building, 2, "302")), worker)
    Household.objects.filter(pk=fallen.household_id).update(
        tier="month", next_visit_on=timezone.localdate() - timedelta(days=4)
    )
    CareEvent.objects.create(household=fallen.household, area=estate, kind="fall", by=worker)
    front, found = cells(building, worker)
    assert found[2, "302"].due == ("急", "late") and found[2, "302"].is_marked
    assert (front.due, front.urgent, front.late) == (1, 1, 0)
    client = sign_in("worker")
    text = client.get(url(building)).content.decode()
    said = re.sub(r"<svg.*?</svg>|<[^>]+>", "", text)
    assert "302，高龄长者，独居老人，有急事" in said and "走访超" not in said
    assert "七天内 1 户该走访，1 户有急事。" in said
    assert re.search(r"急事：摔倒，明天 \d\d:\d\d 前去看", said)
    assert re.search(r'class="ent [^"]*is-shown" data-stair="\d+" aria-label="二单元"', text)
    chosen = client.get(url(building, f"?home={fallen.household.home_id}")).content.decode()
    assert re.search(r'<b class="late">急事：摔倒，明天 \d\d:\d\d 前去看</b>', chosen)


def test_who_left_is_not_shown(estate, cast):
    from residents_map.services.people import move_out, person_left

    worker = cast("worker")
    building = house(estate)
    gone = person_in(
        household_in(estate, worker, home=home(building, 1, "101")),
        worker,
        kinds=[kind("disabled")],
    )
    person_left(person=gone, by=worker)
    moved = person_in(household_in(estate, worker, home=home(building, 1, "102")), worker)
    move_out(household=moved.household, by=worker)
    _, found = cells(building, worker)
    assert found[1, "101"].kinds == []
    assert found[1, "102"].household is None


def test_the_chosen_home_without_a_script(estate, sign_in, cast):
    worker = cast("worker")
    building = house(estate)
    old = person_in(household_in(estate, worker, home=home(building, 2, "302")), worker)
    chosen = old.household.home_id
    client = sign_in("worker")
    text = client.get(url(building, f"?home={chosen}")).content.decode()
    assert "二单元 302" in text
    assert f'href="{reverse("residents_map:home", args=[chosen])}"' in text
    assert "刘桂芳" not in text
    part = client.get(url(building, f"?home={chosen}"), headers={"HX-Request": "true"})
    assert part.content.decode().lstrip().startswith('<div class="home-brief" id="home-panel"')
    for strange in ("?home=0&kind=x", "?home=99999999999999999999", "?home=%00"):
        assert client.get(url(building, strange)).status_code == 200


def test_a_house_without_people_and_one_without_homes(estate, sign_in):
    client = sign_in("worker")
    assert "还没有住户" in client.get(url(house(estate))).content.decode()
    bare = BuildingFactory(area=estate, number=9)
    assert "还没有门牌" in client.get(url(bare)).content.decode()


def test_nobody_sees_a_house_of_others(estate, sign_in):
    building = house(estate)
    assert sign_in("sibling_worker").get(url(building)).status_code == 404
    assert sign_in("officer").get(url(building)).status_code == 403


def test_queries_do_not_grow(estate, sign_in, cast):
    worker = cast("worker")
    small, large = house(estate, 1, 1, 1, number=1), house(estate, 9, 3, 3, number=2)
    person_in(household_in(estate, worker, home=home(small, 1, "101")), worker)
    for one in list(large.entrances.get(number=2).homes.all())[:12]:
        someone = person_in(
            household_in(estate, worker, home=one), worker, kinds=[kind("party-work")], phone=""
        )
        Household.objects.filter(pk=someone.household_id).update(
            tier="month", next_visit_on=timezone.localdate()
        )
        CareEvent.objects.create(household=someone.household, area=estate, kind="fall", by=worker)
    Household.objects.filter(building=small).update(
        tier="month", next_visit_on=timezone.localdate()
    )
    client = sign_in("worker")
    client.get(url(small))
    few = count_queries(client, url(small))
    assert count_queries(client, url(large)) == few <= 18
