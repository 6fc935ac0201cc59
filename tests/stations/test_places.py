"""The places of a person as keys say the same as the subquery, and are read once."""

import pytest
from django.contrib.auth.models import AnonymousUser

from deliberation.models import Issue
from stations.choices import STAFF, Role
from stations.foundation.keyset import capped_counts
from stations.models import Area, User
from stations.models.area import places_of
from tests.factories import PostingFactory, report

EVERYBODY = ("worker", "secretary", "officer", "district", "volunteer", "admin", "stranger")


def pks(places):
    return {place if isinstance(place, int) else place["pk"] for place in places}


@pytest.mark.parametrize("who", EVERYBODY)
@pytest.mark.parametrize("roles", [None, STAFF, {Role.WORKER}])
def test_the_same_places(estate, other_estate, far_estate, cast, who, roles):
    user = User.objects.get(pk=cast(who).pk)
    assert pks(places_of(user, roles)) == set(
        Area.objects.visible_to(user, roles).values_list("pk", flat=True)
    )


def test_nobody_has_no_place(estate):
    assert list(places_of(AnonymousUser())) == []


def test_read_once_and_apart_by_role(community, sibling, estate, cast, django_assert_num_queries):
    PostingFactory(user=cast("worker"), area=sibling, role=Role.SECRETARY)
    user = User.objects.get(pk=cast("worker").pk)
    with django_assert_num_queries(4):  # postings, and the places of three sets of roles
        for _ in range(3):
            assert pks(places_of(user)) == {community.pk, sibling.pk, estate.pk}
            assert pks(places_of(user, {Role.WORKER})) == {community.pk, estate.pk}
            assert pks(places_of(user, {Role.SECRETARY})) == {sibling.pk}


def test_whoever_sees_a_district_gets_a_subquery(estate, far_estate, district, cast):
    PostingFactory(user=cast("stranger"), area=district, role=Role.OFFICER)
    user = User.objects.get(pk=cast("stranger").pk)
    assert "SELECT" in str(Issue.objects.visible_to(user).query).split("IN (", 1)[1]
    here, there = report(estate), report(far_estate)
    assert set(Issue.objects.visible_to(user)) == {here, there}


def test_counts_of_several_sets_in_one_query(estate, far_estate, django_assert_num_queries):
    for _ in range(3):
        report(estate)
    report(far_estate)
    sets = [
        Issue.objects.filter(area=estate),
        Issue.objects.none(),
        Issue.objects.filter(area=far_estate).open(),
        Issue.objects.all(),
    ]
    with django_assert_num_queries(1):
        counted = capped_counts(sets, 2)
    assert counted == [(2, True), (0, False), (1, False), (2, True)]
    assert counted == [(min(rows.count(), 2), rows.count() > 2) for rows in sets]
