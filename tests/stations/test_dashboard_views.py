"""The dashboard and the wall: who sees them, what they cost, where their figures lead."""

import random
import re
from datetime import date, datetime, timedelta
from urllib.parse import parse_qsl, urlsplit

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.db import connection
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from deliberation.filters import IssueFilter
from deliberation.models import Issue, Notice
from stations.choices import Role
from stations.foundation.periods import period_of, twelve_weeks
from stations.models import Area, Figure
from stations.registries import permissions
from stations.services import figures
from stations.services.dashboard import picture_of
from tests.factories import AreaFactory, PostingFactory, UserFactory, report
from tests.stations.rows import issues_at

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 19, 9, 12, tzinfo=timezone.get_default_timezone())
TODAY = NOW.date()
SEES = {
    "worker": 200,
    "secretary": 200,
    "officer": 200,
    "district": 200,
    "volunteer": 403,
    "admin": 403,
    "sibling_worker": 404,
    "far_officer": 404,
    "stranger": 404,
    "anonymous": 302,
}


@pytest.fixture(autouse=True)
def nineteenth_of_november():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def busy(estate, other_estate, far_estate):
    """Half a year of issues in three communities, counted."""
    rng = random.Random(3)
    places = [estate, other_estate, far_estate]
    issues_at(places, rng, number=400, first=date(2026, 5, 1), last=TODAY)
    Area.objects.exclude(level=1).update(home_count=500)
    figures.count_again()
    return places


@pytest.mark.parametrize(("who", "status"), SEES.items())
@pytest.mark.parametrize("page", ["dashboard", "wall"])
def test_who_sees_a_community(who, status, page, sign_in, community):
    assert sign_in(who).get(f"/{page}/{community.pk}/").status_code == status


@pytest.mark.parametrize(
    ("who", "place"),
    [("worker", "community"), ("officer", "street"), ("district", "district")],
)
def test_the_own_area_comes_first(who, place, sign_in, request):
    area = request.getfixturevalue(place)
    assert sign_in(who).get("/dashboard/").url == f"/dashboard/{area.pk}/"


@pytest.mark.parametrize(
    ("who", "status"),
    [("volunteer", 403), ("admin", 403), ("stranger", 403), ("anonymous", 302)],
)
def test_who_has_no_dashboard(who, status, sign_in):
    assert sign_in(who).get("/dashboard/").status_code == status


def test_whoever_is_posted_below_does_not_see_above(sign_in, street, city):
    client = sign_in("worker")
    assert client.get(f"/dashboard/{street.pk}/").status_code == 404
    assert client.get(f"/dashboard/{city.pk}/").status_code == 404


@pytest.mark.parametrize("page", ["dashboard", "wall"])
def test_a_city_costs_what_an_estate_costs(page, busy, city, street, community, client):
    """The same person, the same page, any level: the same number of queries."""
    user = UserFactory()
    PostingFactory(user=user, area=city, role=Role.DISTRICT)
    client.force_login(user, backend="stations.foundation.sign_in.PhoneOrNameBackend")
    client.get(f"/{page}/{city.pk}/")  # the session's first request writes its clock
    counts = {}
    for area in (busy[0], community, street, city):
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert client.get(f"/{page}/{area.pk}/").status_code == 200
        counts[area.get_level_display()] = len(queries)
    assert len(set(counts.values())) == 1, counts
    assert max(counts.values()) <= 18, counts


def test_more_places_cost_no_more_queries(busy, street, sign_in):
    client = sign_in("officer")
    client.get(f"/dashboard/{street.pk}/")

    def cost():
        with CaptureQueriesContext(connection) as queries:
            client.get(f"/dashboard/{street.pk}/")
        return len(queries)

    few = cost()
    for seed in range(100, 130):
        community = AreaFactory(level=4, parent=street)
        issues_at(
            [AreaFactory(level=5, parent=community)],
            random.Random(seed),
            number=2,
            first=TODAY - timedelta(40),
            last=TODAY,
        )
    figures.count_again()
    assert cost() == few


def listed(url, user):
    """How many issues the list shows behind a link, by the list's own filter."""
    query = dict(parse_qsl(urlsplit(url).query))
    request = RequestFactory().get("/issues/", query)
    request.user = user
    found = IssueFilter(request.GET, Issue.objects.visible_to(user), request=request)
    assert found.is_valid(), found.errors
    return found.qs.count()


def everything_with_a_link(picture):
    """Every figure of a picture that leads somewhere, with where it stands."""
    for place in [picture.here, *picture.children]:
        for name in ("received", "finished", "open", "overdue"):
            yield f"{place.area} {name}", getattr(place, name)
        for rate in place.rates:
            yield f"{place.area} {rate.rate.key} above", rate.above
            yield f"{place.area} {rate.rate.key} below", rate.below
        for bar in place.late_kinds:
            yield f"{place.area} late {bar.label}", bar.count
    for split in picture.splits.values():
        for bar in split.bars:
            yield f"{split.indicator.key} {bar.label}", bar.count
    for week in picture.weeks:
        yield f"{week.label} received", week.received
        yield f"{week.label} finished", week.finished


@pytest.mark.parametrize("key", ["weeks", "month", "year"])
def test_every_figure_leads_to_just_its_cases(key, busy, street, cast):
    officer = cast("officer")
    picture = picture_of(street, period_of(key, TODAY), today=TODAY, opens=lambda p, at: True)
    checked = 0
    for where, count in everything_with_a_link(picture):
        assert bool(count.url) == bool(count.number), where
        if count.url:
            assert listed(count.url, officer) == count.number, where
            checked += 1
    assert checked > 60


def test_the_district_sees_figures_but_no_way_to_the_cases(busy, street, sign_in):
    officer = sign_in("officer").get(f"/dashboard/{street.pk}/").content.decode()
    assert "/issues/?area=" in officer
    district = sign_in("district").get(f"/dashboard/{street.pk}/").content.decode()
    assert "/issues/?" not in district
    strip = re.compile(r"<[^>]*>|\s")
    figures_of = [
        [
            strip.sub("", str(part))
            for part in BeautifulSoup(page, "html.parser").select(".rate .of, .compare td")
        ]
        for page in (officer, district)
    ]
    assert figures_of[0] == figures_of[1] != []


def test_each_permission_an_indicator_names_is_declared(busy):
    from stations.registries import indicators

    for indicator in indicators:
        assert (indicator.cases is None) == (indicator.opened_by is None)
        assert indicator.opened_by is None or indicator.opened_by.key in permissions


def test_the_page_shows_what_was_counted(busy, street, sign_in):
    page = BeautifulSoup(sign_in("officer").get(f"/dashboard/{street.pk}/").content, "html.parser")
    period = twelve_weeks(TODAY)
    issues = Issue.objects.counted().filter(
        area__in=Area.objects.under(street), received_on__range=(period.first, period.last)
    )
    sentence = page.select_one(".dash-head p").get_text("", strip=False)
    assert f"收到 {issues.count()} 件，办结 {issues.finished().count()} 件。" in sentence
    assert "8 月 24 日至 11 月 15 日，12 个整周" in page.get_text()
    names = [rate.select_one(".name").text for rate in page.select(".rate")]
    assert names == [
        "响应率",
        "解决率",
        "满意率",
        "按时办结率",
        "月探访率",
        "点单按时率",
        "一轮接单率",
    ]
    solved, finished = issues.solved().count(), issues.finished().count()
    resolution = page.select(".rate")[1].get_text()
    assert f"{solved} / {finished} 件" in resolution
    assert f"{solved / finished * 100:.1f}%" in resolution
    assert [row.th.text for row in page.select(".compare tbody tr")] in (
        ["锦绣", "庆云山"],
        ["庆云山", "锦绣"],
    )
    assert page.select("details.as-table table")  # every chart can be read as a table


def test_nothing_yet_is_dashes_and_no_zero_percent(estate, street, community, sign_in):
    for page in ("dashboard", "wall"):
        for area in (estate, community, street):
            response = sign_in("officer").get(f"/{page}/{area.pk}/")
            assert response.status_code == 200
            text = response.content.decode()
            assert "—" in text
            assert "0.0" not in BeautifulSoup(text, "html.parser").get_text()
    assert (
        "这段时间没有收到诉求。"
        in sign_in("officer").get(f"/dashboard/{street.pk}/").content.decode()
    )


@pytest.mark.parametrize(
    "query",
    [
        "period=month",
        "period=year",
        "period=weeks",
        "period=%00",
        "period=" + "9" * 3000,
        "sort=-received",
        "sort=homes",
        "sort=overdue",
        "sort=open",
        "sort=__class__",
        "sort=-%00",
    ],
)
def test_whatever_stands_in_the_address(query, busy, street, sign_in):
    assert sign_in("officer").get(f"/dashboard/{street.pk}/?{query}").status_code == 200


def test_the_places_stand_in_the_order_asked_for(busy, street, sign_in):
    issues_at(busy[:1], random.Random(50), number=9, first=date(2026, 9, 1), last=date(2026, 10, 1))
    figures.count_again()
    client = sign_in("officer")

    def order(sort):
        page = BeautifulSoup(
            client.get(f"/dashboard/{street.pk}/?sort={sort}").content, "html.parser"
        )
        sorted_by = page.select_one("th[aria-sort$=ending]")
        return [row.th.text for row in page.select(".compare tbody tr")], sorted_by["aria-sort"]

    up, down = order("received"), order("-received")
    assert up[0] == down[0][::-1]
    assert (up[1], down[1]) == ("ascending", "descending")


def test_when_it_was_counted_is_said(estate, street, sign_in):
    client = sign_in("officer")
    assert "还没有统计过" in client.get(f"/dashboard/{street.pk}/").content.decode()
    from stations.services.work import later, run

    report(estate)
    assert run(later("stations.count_moment", key="1").pk)
    page = client.get(f"/dashboard/{street.pk}/").content.decode()
    assert "统计于 11 月 19 日 09:12，有新变化等着算" in page
    assert run(later("stations.count_again", key="1").pk)
    assert "有新变化" not in client.get(f"/dashboard/{street.pk}/").content.decode()


def test_staff_are_not_ranked(busy, street, sign_in, cast):
    page = sign_in("officer").get(f"/dashboard/{street.pk}/").content.decode()
    main = BeautifulSoup(page, "html.parser").main.get_text()
    assert cast("worker").name not in main
    assert cast("officer").name not in main


def test_the_wall_has_no_links_and_names_nobody(busy, street, estate, sign_in, cast):
    issue = report(estate)
    Issue.objects.filter(pk=issue.pk).update(finished_at=NOW, received_on=TODAY - timedelta(14))
    Notice.objects.create(
        issue=issue,
        area=estate,
        title="南门坡道装好了扶手",
        body="好了",
        from_day=TODAY,
        until_day=TODAY + timedelta(days=14),
        published_by=cast("worker"),
    )
    response = sign_in("officer").get(f"/wall/{street.pk}/")
    page = BeautifulSoup(response.content, "html.parser")
    wall = page.select_one("#wall")
    assert not wall.select("a")
    assert wall["hx-trigger"] == "every 600s"
    assert "锦绣江山" in wall.footer.text
    assert "南门坡道装好了扶手" in wall.footer.text
    assert "用了 14 天" in wall.footer.text
    for name in ("周桂兰", "officer", "worker"):
        assert name not in wall.get_text()
    part = sign_in("officer").get(f"/wall/{street.pk}/", headers={"HX-Request": "true"})
    assert str(BeautifulSoup(part.content, "html.parser").select_one("#wall")) == str(wall)


def test_the_wall_counts_today(busy, estate, street, sign_in):
    report(estate)
    figures.count_again()
    picture = picture_of(street, twelve_weeks(TODAY), today=TODAY)
    new = Figure.objects.get(area=street, day=TODAY, key="deliberation.received").number
    text = (
        BeautifulSoup(sign_in("officer").get(f"/wall/{street.pk}/").content, "html.parser")
        .select_one(".today")
        .get_text(" ", strip=True)
    )
    finished = Issue.objects.finished_today().filter(area__in=Area.objects.under(street)).count()
    assert text.startswith(f"今天 新收到 {new} 已办结 {finished} 正在办 {picture.here.open.number}")
