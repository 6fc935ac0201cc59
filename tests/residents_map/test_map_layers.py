"""Layers other apps put on the plan: open issues by building, in one query."""

import pytest
from django.urls import reverse

from deliberation.models import Issue
from stations.registries import map_layers
from tests.factories import BuildingFactory, EntranceFactory, report

pytestmark = pytest.mark.django_db


@pytest.fixture
def issues():
    return map_layers["deliberation.issues"]


def test_open_issues_by_building(estate, other_estate, cast, issues, django_assert_num_queries):
    one, two = BuildingFactory(area=estate, number=1), BuildingFactory(area=estate, number=2)
    door = EntranceFactory(building=two)
    report(estate, building=one)
    report(estate, building=one)
    report(estate, entrance=door)
    report(estate)
    report(other_estate, building=BuildingFactory(area=other_estate))
    ended = report(estate, building=one)
    Issue.objects.filter(pk=ended.pk).update(state="returned", due_at=None)
    worker = cast("worker")
    list(worker.current_postings())
    issues.count(estate, worker)
    with django_assert_num_queries(1):
        assert issues.count(estate, worker) == {one.pk: 2, two.pk: 1}
    assert issues.count(estate, cast("sibling_worker")) == {}


def test_the_link_leads_to_what_was_counted(estate, sign_in, issues):
    one, two = BuildingFactory(area=estate, number=1), BuildingFactory(area=estate, number=2)
    here, there = report(estate, building=one), report(estate, building=two)
    text = sign_in("worker").get(issues.url(one)).content.decode()
    assert reverse("deliberation:issue", args=[here.pk]) in text
    assert reverse("deliberation:issue", args=[there.pk]) not in text
