"""民情图: what the plan shows, to whom, in how many queries; and who draws it."""

import json
import re
from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from residents_map.foundation.drawing import House, draw_plan
from residents_map.models import CareEvent, Household, Rental
from residents_map.services.layers import layers_of, per_hundred, ramp_of
from residents_map.services.people import person_left
from tests.factories import BuildingFactory, EntranceFactory, HomeFactory, report
from tests.residents_map.rows import home_in, household_in, kind, person_in
from tests.support.queries import count_queries

pytestmark = pytest.mark.django_db


def url(area, **query):
    address = reverse("residents_map:plan", args=[area.pk])
    return address + ("?" + "&".join(f"{k}={v}" for k, v in query.items()) if query else "")


def houses(estate, count):
    """So many buildings with one entrance and two homes each."""
    made = []
    for n in range(1, count + 1):
        building = BuildingFactory(area=estate, number=n)
        entrance = EntranceFactory(building=building, number=1)
        HomeFactory(entrance=entrance, number="101")
        HomeFactory(entrance=entrance, number="102")
        made.append(building)
    return made


def old_one(estate, worker, building, number, **more):
    """An old woman who lives alone."""
    home = building.entrances.first().homes.get(number=number)
    return person_in(household_in(estate, worker, home=home), worker, **({"phone": ""} | more))


def plan_visit(household, days, tier="month"):
    day = timezone.localdate() + timedelta(days=days)
    Household.objects.filter(pk=household.pk).update(tier=tier, next_visit_on=day)


# ----- the page


def test_the_menu_leads_to_the_estate_with_people(estate, community, sign_in, cast):
    from tests.factories import AreaFactory

    bigger = AreaFactory(name="大小区", level=estate.level, parent=community, home_count=900)
    household_in(estate, cast("worker"))
    client = sign_in("worker")
    assert client.get("/map/").url == url(estate)
    client.get(url(bigger))
    assert client.get("/map/").url == url(bigger)  # the one opened last


def test_nobody_sees_an_estate_of_others(estate, sign_in):
    assert sign_in("sibling_worker").get(url(estate)).status_code == 404
    assert sign_in("officer").get(url(estate)).status_code == 403


def test_only_estates_have_a_plan(community, sign_in):
    assert sign_in("worker").get(url(community)).status_code == 404


def test_it_counts_by_building_and_names_nobody_in_full(estate, sign_in, cast):
    worker = cast("worker")
    one, two = houses(estate, 2)
    first = old_one(estate, worker, one, "101")
    old_one(estate, worker, one, "102", name="王桂香")
    old_one(estate, worker, two, "101", name="李大山", kinds=[kind("party-branch")])
    plan_visit(first.household, -2)
    answer = sign_in("worker").get(url(estate, kind="alone"))
    text = answer.content.decode()
    for name in ("刘桂芳", "王桂香", "李大山"):
        assert name not in text
    assert "刘*芳" in text and "超 2 天" in text
    assert "独居老人 <b>2 人</b>，全小区最多。" in text  # the default is where it burns
    assert "七天内 1 户走访" not in text and "1 户走访已超期" in text
    assert re.search(r'aria-label="1 栋，独居老人 2 人，1 户走访超期"', text)
    assert 'title="支部党员 1"' in text  # the parts of 党员先锋 in words
    assert "no-store" in answer["Cache-Control"]


def test_whoever_is_of_a_part_is_of_the_whole_once(estate, cast):
    worker = cast("worker")
    (one,) = houses(estate, 1)
    both = [kind("party"), kind("party-branch"), kind("party-work")]
    old_one(estate, worker, one, "101", kinds=both)
    old_one(estate, worker, one, "102", kinds=[kind("party-work")])
    party = next(layer for layer in layers_of(estate, worker) if layer.key == "party")
    assert party.counts == {one.pk: 2}
    assert party.words == "支部党员 1、在职党员 2"


def test_the_layers_beyond_kinds(estate, cast):
    worker = cast("worker")
    one, two = houses(estate, 2)
    frail = old_one(estate, worker, one, "101", kinds=[kind("disabled"), kind("hardship")])
    old_one(estate, worker, two, "101", birth_on=date(1990, 1, 1))
    plan_visit(frail.household, 6)
    late = household_in(estate, worker, home=home_in(estate, building=two))
    plan_visit(late, -1)
    Rental.objects.create(
        home=late.home, area=estate, building=two, uuid="0b0e64a4-56a7-4f9a-9f2f-5a1f4f1f3e11"
    )
    report(estate, building=two)
    report(estate)
    layers = {layer.key: layer for layer in layers_of(estate, worker)}
    assert layers["care"].counts == {one.pk: 1}  # three reasons, one person
    assert layers["visits"].counts == {one.pk: 1, two.pk: 1}
    assert layers["visits"].late == {two.pk: 1}
    assert layers["rentals"].counts == {two.pk: 1}
    assert layers["issues"].counts == {two.pk: 1}
    assert f"building={two.pk}" in layers["issues"].url(two)
    person_left(person=frail, by=worker)
    assert next(one for one in layers_of(estate, worker) if one.key == "care").counts == {}


def test_what_happened_stands_first(estate, sign_in, cast):
    worker = cast("worker")
    one, two = houses(estate, 2)
    late = old_one(estate, worker, one, "101", name="王桂香")
    plan_visit(late.household, -3)
    fallen = old_one(estate, worker, two, "101")  # nobody visits her regularly
    both = old_one(estate, worker, two, "102", name="李大山")
    plan_visit(both.household, -5)
    for person, hours in ((fallen, 2), (both, 30)):
        CareEvent.objects.create(
            household=person.household,
            area=estate,
            kind="fall",
            at=timezone.now() - timedelta(hours=hours),
            by=worker,
        )
    visits = next(layer for layer in layers_of(estate, worker) if layer.key == "visits")
    assert visits.counts == {one.pk: 1, two.pk: 2}
    assert visits.urgent == {two.pk: 2}
    assert visits.late == {one.pk: 1}  # counted once, where it burns most
    text = sign_in("worker").get(url(estate, kind="visits")).content.decode()
    assert "<h2>2 栋</h2>" in text and '<b class="late">2 户有急事</b>' in text
    assert 'aria-label="2 栋，该走访 2 户，2 户有急事"' in text
    assert len(re.findall(r"<text y=\"5\">急</text>", text)) == 1
    due = re.search(r'<ul class="due-list">(.*?)</ul>', text, re.DOTALL)[1]
    lines = re.findall(r"<li.*?</li>", due, re.DOTALL)
    assert "李*山" in lines[0] and "急事：摔倒，超 6 小时" in lines[0]
    assert "刘*芳" in lines[1] and re.search(r"急事：摔倒，[今明]天 \d\d:\d\d 前去看", lines[1])
    assert "王*香" in lines[2] and "超 3 天" in lines[2]
    CareEvent.objects.all().delete()
    calm = sign_in("worker").get(url(estate)).content.decode()
    assert "急" not in calm.partition('class="map')[2].partition("</aside>")[0]


def test_houses_are_reached_by_number_behind_a_skip_link(estate, sign_in, cast):
    old_one(estate, cast("worker"), houses(estate, 7)[0], "101")
    text = sign_in("worker").get(url(estate)).content.decode()
    assert text.index('href="#houses"') < text.index('class="legend"') < text.index('id="houses"')
    said = re.findall(r'class="m-go"[^>]*aria-label="(\d+) 栋', text)
    assert said == list("1234567")


def test_a_visit_in_seven_days_is_not_within_seven_days(estate, cast):
    household = household_in(estate, cast("worker"))
    plan_visit(household, 7)
    assert next(one for one in layers_of(estate, cast("worker")) if one.key == "visits").total == 0


def test_filter_and_building_live_in_the_address(estate, sign_in, cast):
    worker = cast("worker")
    one, two = houses(estate, 2)
    old_one(estate, worker, one, "101")
    old_one(estate, worker, two, "101", birth_on=date(1990, 1, 1), kinds=[kind("disabled")])
    text = sign_in("worker").get(url(estate, kind="disabled", building=two.pk)).content.decode()
    assert "残障人士 <b>1 人</b>，全小区最多。" in text
    assert re.search(r'class="kf is-on" href="[^"]*kind=disabled', text)
    data = json.loads(re.search(r'id="plan-data"[^>]*>(.*?)</script>', text, re.DOTALL)[1])
    assert data["on"] == "disabled"
    assert data["layers"]["disabled"]["by"][0]["s"] == {str(two.pk): 2}
    assert data["layers"]["disabled"]["by"][1]["n"] == {str(two.pk): "50.0"}  # of two homes


def test_strange_addresses_show_the_plan(estate, sign_in, cast):
    houses(estate, 1)
    household_in(estate, cast("worker"))
    client = sign_in("worker")
    for query in ("kind=x&building=-1&per=%00", "building=99999999999999999999", "list=building"):
        assert client.get(url(estate) + "?" + query).status_code == 200


def test_the_panel_alone_for_a_building(estate, sign_in, cast):
    one, two = houses(estate, 2)
    old_one(estate, cast("worker"), one, "101")
    answer = sign_in("worker").get(url(estate, building=two.pk), headers={"HX-Request": "true"})
    text = answer.content.decode()
    assert text.lstrip().startswith('<aside class="panel" id="plan-panel"')
    assert "2 栋" in text and '<svg class="plan"' not in text


def test_an_estate_without_people_offers_the_import(estate, sign_in):
    houses(estate, 3)
    text = sign_in("worker").get(url(estate)).content.decode()
    assert "还没有住户" in text
    assert "七天内该走访" not in text


def test_an_estate_without_buildings(estate, sign_in):
    assert sign_in("worker").get(url(estate)).status_code == 200


def test_queries_do_not_grow(estate, other_estate, community, sign_in, cast):
    from tests.factories import AreaFactory

    worker = cast("worker")
    small = AreaFactory(name="小的", level=estate.level, parent=community)
    (only,) = houses(small, 1)
    plan_visit(old_one(small, worker, only, "101").household, 1)
    for n, building in enumerate(houses(estate, 12)):
        first = old_one(estate, worker, building, "101", kinds=[kind("party-work")])
        plan_visit(first.household, n - 4)
        old_one(estate, worker, building, "102", name="王桂香")
        report(estate, building=building)
        if n % 2:
            CareEvent.objects.create(household=first.household, area=estate, kind="fall", by=worker)
    client = sign_in("worker")
    client.get(url(small))
    few = count_queries(client, url(small))
    client.get(url(estate))
    assert count_queries(client, url(estate)) == few <= 32


# ----- classes


def test_classes_of_numbers():
    ramp = ramp_of({1: 9, 2: 1, 3: 5, 4: 3, 5: 0})
    assert ramp.classes == {1: 4, 2: 1, 3: 3, 4: 2}
    assert [label for _, label in ramp.labels] == ["1–2", "3–4", "5–6", "7 以上"]
    assert ramp_of({}).labels == []
    assert ramp_of({1: 4, 2: 4}).classes == {1: 2, 2: 2}
    for top in range(1, 40):
        values = {n: n for n in range(1, top + 1)}
        told = ramp_of(values)
        assert list(told.classes) == list(values)
        assert sorted(told.classes.values()) == list(told.classes.values())
        assert max(told.classes.values()) <= 4 and len(told.labels) <= 4


def test_for_each_hundred_homes():
    assert per_hundred({1: 3, 2: 1, 3: 5}, {1: 60, 2: 0}) == {1: 5.0}
    rates = ramp_of({1: 0.4, 2: 6.2, 3: 3.1}, digits=1)
    assert rates.classes == {1: 1, 2: 4, 3: 2}
    assert rates.shown[2] == "6.2"


# ----- the drawing


def test_every_house_has_its_own_place():
    for count in (1, 2, 3, 5, 6, 9, 14, 20, 33, 70):
        made = tuple(House(n, n, 3 + n * 7 % 31, 1 + n % 4) for n in range(1, count + 1))
        layout = draw_plan(f"e{count}", made).layout
        spots = [layout.spots[n] for n in range(1, count + 1)]
        for at, one in enumerate(spots):
            assert one.x > 0 and one.x + one.width + 11 < layout.width
            assert layout.wall[1] < one.top and one.y < layout.wall[3]
            for other in spots[:at]:
                apart = one.x + one.width + 8 <= other.x or other.x + other.width + 8 <= one.x
                assert apart or one.y <= other.top - 16 or other.y <= one.top - 16, (count, at)


def test_the_same_estate_is_drawn_the_same_way():
    made = tuple(House(n, n, 18, 3) for n in range(1, 9))
    first = draw_plan("xq1", made)
    draw_plan.cache_clear()
    assert draw_plan("xq1", made) == first
    assert draw_plan("xq2", made).behind != first.behind


def test_the_ledger_is_found_from_an_estate_with_people(estate, sign_in, cast):
    household_in(estate, cast("worker"))
    page = sign_in("worker").get(url(estate)).content.decode()
    menu = page.split('class="ledger-menu"')[1].split("</details>")[0]
    for address in (
        f"{reverse('residents_map:imports')}?area={estate.pk}",
        reverse("residents_map:exports", args=[estate.pk]),
        reverse("residents_map:kinds"),
    ):
        assert f'href="{address}"' in menu
