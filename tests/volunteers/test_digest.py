"""The block of voluntary service on the dashboard and the wall: its figures, whom they lead where,
and whom they say nothing of."""

from datetime import date, datetime

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from stations.choices import Role
from stations.foundation.periods import period_of
from stations.registries import digests, indicators
from stations.services import figures
from stations.services.digests import digests_of
from tests.factories import PostingFactory, UserFactory
from tests.volunteers import test_indicators
from tests.volunteers.parts.care import package_for, person_in, started
from volunteers.models import Need, Order
from volunteers.services.package_gaps import keep_gap_duties
from volunteers.services.packages import packages_with_gaps

pytestmark = pytest.mark.django_db

lively = test_indicators.lively
LEVELS = ("estate", "community", "street", "city")


def everything(permission, area):
    return True


def of(area, **more):
    """{key: Said} of the area in the running year."""
    period = period_of("year", timezone.localdate())
    [block] = digests_of(area, period, **more)
    return {one.fact.key: one for one in block.said}


@pytest.mark.parametrize("level", ["community", "street", "city"])
def test_every_figure_of_the_block_equals_the_truth(level, lively, request):
    area = request.getfixturevalue(level)
    period = period_of("year", timezone.localdate())
    said = of(area, opens=everything)
    truth = test_indicators.truth(area, period.first, period.last)
    assert {key: one.count.number for key, one in said.items()} == {key: truth[key] for key in said}
    for one in said.values():
        assert one.part.number == truth.get(one.fact.part, 0)
        assert one.part.number <= one.count.number
    hours = truth["volunteers.minutes"] / 60
    assert said["volunteers.minutes"].words == f"{hours:,.1f}".removesuffix(".0")


def test_a_digest_says_what_is_counted():
    for one in digests:
        for fact in one.facts:
            assert fact.key in indicators and (not fact.part or fact.part in indicators)
            assert not indicators[fact.key].splits


def test_any_level_costs_the_same_query(lively, estate, community, street, city, client):
    period = period_of("month", timezone.localdate())
    for area in (estate, community, street, city):
        with CaptureQueriesContext(connection) as queries:
            digests_of(area, period, opens=everything)
        assert len(queries) == 1
    user = UserFactory()
    PostingFactory(user=user, area=city, role=Role.DISTRICT)
    client.force_login(user, backend="stations.foundation.sign_in.PhoneOrNameBackend")
    client.get(f"/dashboard/{city.pk}/")
    costs = set()
    for area in (estate, community, street, city):
        with CaptureQueriesContext(connection) as queries:
            client.get(f"/dashboard/{area.pk}/")
        costs.add(len(queries))
    assert len(costs) == 1


def block(client, area):
    page = client.get(f"/dashboard/{area.pk}/?period=year").content
    return BeautifulSoup(page, "html.parser").select_one(".digest")


def test_figures_lead_to_just_their_cases(lively, community, sign_in):
    client, said = sign_in("worker"), of(community)
    cells = block(client, community).select(".value")
    links = {a["href"].split("?")[0]: a["href"] for cell in cells for a in cell.select("a")}
    assert {"/orders/", "/wishes/", "/lists/", "/packages/"} == set(links)
    for cell, key in zip(cells, ("volunteers.ordered", "volunteers.served"), strict=False):
        tab = BeautifulSoup(client.get(cell.a["href"]).content, "html.parser")
        number = tab.select_one("nav.views a.is-on b").get_text()
        assert int(number) == said[key].count.number > 0
    tab = BeautifulSoup(client.get(links["/wishes/"]).content, "html.parser")
    assert len(tab.select("tr[data-row]")) == said["volunteers.wishes"].count.number
    none = links["/wishes/"].split("first=")[0] + "first=2020-01-01&last=2020-12-31"
    assert not BeautifulSoup(client.get(none).content, "html.parser").select("tr[data-row]")
    page = BeautifulSoup(client.get(links["/lists/"]).content, "html.parser")
    kept = Need.objects.filter(area__path__startswith=community.path, state__in=["open", "matched"])
    titles = page.select('a.vl-title[href^="/lists/needs/"]')
    assert len(titles) == said["volunteers.needs_open"].count.number == kept.count()


def test_the_street_reads_figures_and_may_open_the_lists_only(lively, street, sign_in):
    here = block(sign_in("officer"), street)
    assert {a["href"].split("?")[0] for a in here.select("li a")} == {"/lists/"}
    assert here.select_one(".head a")["href"] == "/volunteers/"
    assert f"{of(street)['volunteers.ordered'].words}" in here.get_text()


def test_few_people_are_told_to_their_station_only(lively, community, street, sign_in):
    """One package lacks a visit in each of two communities: that tells of single people."""
    key = "volunteers.package_gaps"
    assert of(community)[key].words == of(street)[key].words == "不到5"
    assert of(community, opens=everything)[key].words == "1"
    assert "不到5" in block(sign_in("officer"), street).get_text()
    assert "不到5" not in block(sign_in("worker"), community).get_text()
    wall = BeautifulSoup(sign_in("officer").get(f"/wall/{street.pk}/").content, "html.parser")
    strip = wall.select_one(".wall-digest")
    assert "点单" in strip.get_text() and "服务包" not in strip.get_text()
    assert not strip.select("a")


def test_nothing_yet_is_said_in_words(community, street, sign_in):
    client = sign_in("officer")
    assert "这段时间还没有志愿服务。" in block(client, street).get_text()
    wall = BeautifulSoup(client.get(f"/wall/{street.pk}/").content, "html.parser")
    assert not wall.select(".wall-digest")


def test_nobody_is_named_or_ranked(lively, community, street, sign_in):
    people = Order.objects.exclude(volunteer=None).values_list("volunteer__user__name", flat=True)
    for page in (f"/dashboard/{street.pk}/", f"/wall/{street.pk}/"):
        text = sign_in("officer").get(page).content.decode()
        assert not [name for name in set(people) if name in text]


def test_gaps_are_the_packages_that_lack_a_visit(estate, other_estate, cast):
    """What is counted by duty is what the months of the packages say."""
    with time_machine.travel(datetime(2026, 11, 20, 9, tzinfo=timezone.get_default_timezone())):
        by = cast("worker")
        for days in (60, 60, 0):
            started(package_for(person_in(estate, by), by), days)
        keep_gap_duties()
        lacking = packages_with_gaps(today=date(2026, 11, 20))
        figures.count_moment()
        run = indicators["volunteers.package_gaps"].run
        assert run([estate.pk, other_estate.pk], None) == {(estate.pk, None, ""): len(lacking)}
        assert len(lacking) == 2
