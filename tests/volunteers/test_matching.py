"""对接: what fits a need and in which order, against a plain reading of the rules."""

from datetime import date, timedelta

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from stations.choices import Level
from tests.factories import AreaFactory
from tests.volunteers.giving import match_in, need_in, resource_in
from tests.volunteers.rows import partner_in, volunteer_in
from volunteers.choices import Help, NeedState, Sort
from volunteers.models import Match, Need, Resource
from volunteers.services import lists, matches
from volunteers.services.matching import (
    Suggested,
    suggest_for,
    suggest_for_open_needs,
    suggest_resources,
)

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 22)


# the oracle: the rules as a person reads them, one resource after the other


def ancestors(area):
    found = []
    while area is not None:
        found.append(area)
        area = area.parent
    return found


def at_level(area, level):
    return next((one for one in ancestors(area) if one.level == level), None)


def nearness(need, resource):
    """0 estate, 1 community, 2 street, 3 given higher up; None out of reach."""
    here, there = need.area, resource.area
    for near, level in enumerate((Level.ESTATE, Level.COMMUNITY, Level.STREET)):
        mine, its = at_level(here, level), at_level(there, level)
        if mine is not None and mine == its:
            return near
    return 3 if there in ancestors(here) else None


def overlap(need, resource):
    first = max(need.first_on or date.min, resource.first_on or date.min)
    last = min(need.last_on or date.max, resource.last_on or date.max)
    return first <= last


def naive(need, resources, limit):
    taken = sum(m.quantity for m in Match.objects.filter(need=need) if m.state != "declined")
    wanted = need.quantity - taken
    found = []
    for resource in resources:
        near = nearness(need, resource)
        if near is None or resource.sort != need.sort or resource.left == 0:
            continue
        if need.sort == Sort.GOODS and resource.unit != need.unit:
            continue
        if need.help and resource.help != need.help:
            continue
        if resource.ended_at or (resource.last_on and resource.last_on < TODAY):
            continue
        if not overlap(need, resource):
            continue
        enough = 0 if resource.left >= wanted else 1
        found.append((near, enough, resource.last_on or date.max, resource.pk))
    return [pk for *_, pk in sorted(found)[:limit]]


@pytest.fixture
def tree(city, district, street, community, estate, sibling, other_estate, far_estate):
    """Two districts; the first has two streets, one of them two communities and three estates."""
    second = AreaFactory(name="锦绣家园", level=Level.ESTATE, parent=community)
    elsewhere = AreaFactory(name="渌水区", level=Level.DISTRICT, parent=city)
    far = AreaFactory(name="渌江街道", level=Level.STREET, parent=elsewhere)
    last = AreaFactory(name="渌江社区", level=Level.COMMUNITY, parent=far)
    return {
        "needs": [estate, second, community, other_estate, far_estate, last],
        "resources": [
            city, district, street, community, estate, second, sibling, other_estate,
            far_estate.parent, far_estate, elsewhere, far, last,
        ],
    }  # fmt: skip


days = st.one_of(st.none(), st.integers(-20, 40).map(lambda n: TODAY + timedelta(days=n)))
spans = st.tuples(days, days).map(lambda span: tuple(sorted(span)) if None not in span else span)
facts = st.fixed_dictionaries(
    {
        "at": st.integers(0, 12),
        "sort": st.sampled_from([Sort.GOODS, Sort.SKILL]),
        "unit": st.sampled_from(["份", "份", "台"]),
        "help": st.sampled_from(["", Help.REPAIR, Help.HAIRCUT]),
        "span": spans,
        "quantity": st.integers(1, 12),
    }
)
offers = st.fixed_dictionaries(
    {"facts": facts, "left": st.integers(0, 12), "ended": st.sampled_from([False] * 5 + [True])}
)


def row(told, places):
    first, last = told["span"]
    return {
        "area": places[told["at"] % len(places)],
        "sort": told["sort"],
        "unit": told["unit"],
        "help": told["help"],
        "first_on": first,
        "last_on": last,
        "quantity": told["quantity"],
        "title": "一样东西",
    }


@settings(
    max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
@given(
    st.lists(st.tuples(facts, st.integers(0, 4)), min_size=1, max_size=5),
    st.lists(offers, max_size=14),
    st.integers(1, 6),
)
def test_suggestions_are_what_the_rules_say(tree, cast, wants, given_, limit):
    Match.objects.all().delete()
    Need.objects.all().delete()
    Resource.objects.all().delete()
    by, partner = cast("worker"), partner_in(tree["resources"][0])
    resources = [
        Resource.objects.create(
            **row(told["facts"], tree["resources"]) | {"quantity": 12},
            left=told["left"],
            ended_at=timezone.now() if told["ended"] else None,
            partner=partner,
            by=by,
        )
        for told in given_
    ]
    needs = []
    for told, taken in wants:
        need = Need.objects.create(**row(told, tree["needs"]), by=by)
        if taken and resources and taken < need.quantity:
            Match.objects.create(
                need=need, resource=resources[0], area=need.area, quantity=taken, by=by
            )
        needs.append(need)
    expected = {need.pk: naive(need, resources, limit) for need in needs}
    for need in needs:
        found = suggest_resources(need, limit, today=TODAY)
        assert [one.resource for one in found] == expected[need.pk]
    whole = {
        need: [one.resource for one in found]
        for need, found in suggest_for_open_needs(tree["resources"][0], limit, today=TODAY)
    }
    some = {pk: keys for pk, keys in expected.items() if keys}
    assert whole == some
    together = suggest_for(needs, limit, today=TODAY)
    assert {pk: [one.resource for one in found] for pk, found in together.items()} == some


def test_the_reason_in_words(estate, community, cast):
    worker = cast("worker")
    until = timezone.localdate().replace(month=12, day=31)
    resource_in(
        community,
        worker,
        quantity=60,
        last_on=until,
        partner=partner_in(community, name="老秦鞋铺"),
    )
    need = need_in(estate, worker, quantity=60)
    told = suggest_resources(need)[0]
    assert told.why == "同一社区，够用（还剩 60 份），12月31日前有效"
    assert (told.giver, told.quantity) == ("老秦鞋铺", 60)
    few = Suggested(1, 2, "米", "店", "袋", 3, None, 0, False, 10)
    assert few.why == "同一小区，不够，先给一部分（还剩 3 袋），长期有效"
    assert few.quantity == 3


def test_goods_are_offered_by_the_same_unit_only(estate, community, city, cast):
    """Vests are no washing machine; a lesson is counted by 位 or by 次 all the same."""
    worker = cast("worker")
    machine = need_in(estate, worker, title="旧洗衣机", unit="台", quantity=1)
    vests = resource_in(community, worker, title="反光背心", unit="件")
    resource_in(city, worker, title="市里的背心", unit="件")
    assert suggest_resources(machine) == [] and suggest_for([machine]) == {}
    assert list(suggest_for_open_needs(city)) == []
    assert suggest_resources(machine, resource=vests) == []  # nor when it is named
    mended = resource_in(city, worker, title="修好的家电", unit="台", quantity=2)
    assert [one.resource for one in suggest_resources(machine)] == [mended.pk]
    lesson = resource_in(community, worker, sort=Sort.SKILL, help=Help.HAIRCUT, unit="次")
    need = need_in(estate, worker, sort=Sort.SKILL, help=Help.HAIRCUT, unit="位")
    assert [one.resource for one in suggest_resources(need)] == [lesson.pk]


def test_a_volunteer_gives_too(estate, community, cast):
    worker = cast("worker")
    volunteer = volunteer_in(community)
    resource_in(community, worker, volunteer=volunteer, sort=Sort.SKILL, help=Help.HAIRCUT)
    need = need_in(estate, worker, sort=Sort.SKILL, help=Help.HAIRCUT, quantity=1)
    assert suggest_resources(need)[0].giver == str(volunteer.user)


def test_one_query_each(estate, community, cast, django_assert_num_queries):
    worker = cast("worker")
    needs = [need_in(estate, worker) for _ in range(3)]
    for _ in range(4):
        resource_in(community, worker)
    with django_assert_num_queries(1):
        assert len(suggest_resources(needs[0])) == 4
    with django_assert_num_queries(1):
        assert len(suggest_for(needs, 2)) == 3
    assert suggest_for([]) == {}


def test_a_city_comes_in_pieces(city, estate, community, cast):
    """The whole city through a server's cursor: needs by key, each once, none without an offer."""
    worker = cast("worker")
    resource_in(community, worker, quantity=9)
    many = [need_in(estate, worker, quantity=1) for _ in range(30)]
    need_in(estate, worker, sort=Sort.MONEY)
    found = list(suggest_for_open_needs(city, limit_each=1))
    assert [need for need, _ in found] == [need.pk for need in many]
    assert all(len(rows) == 1 for _, rows in found)
    assert list(suggest_for_open_needs(AreaFactory(name="别的市"))) == []


def test_what_is_matched_or_closed_is_not_suggested(estate, cast):
    worker = cast("worker")
    match = match_in(estate, worker)
    need = match.need
    need.refresh_from_db()
    assert need.state == NeedState.MATCHED
    assert suggest_resources(need) == []
    matches.decline_match(match=match, by=worker, why="太远")
    need.refresh_from_db()
    assert [one.resource for one in suggest_resources(need)] == [match.resource_id]
    lists.close_need(need=need, by=worker)
    assert suggest_resources(need) == []
