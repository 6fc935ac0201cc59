"""月报预览: the page says what both files will say, to whoever may make them, before they are made."""

import random
from datetime import date, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from stations.models import Act, Report
from stations.services.report_contents import collect, word_context
from stations.services.reports import order_report
from tests.stations.rows import issues_at
from tests.stations.test_report_views import LISTS

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 19, 9, 12, tzinfo=timezone.get_default_timezone())
OCTOBER = date(2026, 10, 1)


@pytest.fixture(autouse=True)
def now():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def busy(estate, other_estate):
    """Issues of three months in two communities."""
    some = {"number": 60, "first": date(2026, 9, 1), "last": date(2026, 11, 18)}
    issues_at([estate, other_estate], random.Random(5), **some)


def url_of(area, month=OCTOBER):
    return f"/reports/preview/?area={area.pk}&month={month}"


def page_at(client, url):
    return BeautifulSoup(client.get(url).content, "html.parser")


def words(tag):
    return "".join(tag.get_text().split())


@pytest.mark.parametrize(("who", "status"), LISTS.items())
def test_whoever_makes_reports_looks_at_them(who, status, sign_in):
    assert sign_in(who).get("/reports/preview/").status_code == status


@pytest.mark.parametrize("place", ["community", "street"])
def test_the_page_says_what_the_files_say(place, busy, sign_in, cast, request):
    area = request.getfixturevalue(place)
    page = page_at(sign_in("officer"), url_of(area))
    report = order_report(area=area, month=OCTOBER, by=cast("officer"))
    contents = word_context(collect(report))
    text = words(page.main)
    assert contents["received"] > 10
    assert words(page.h1) == f"{area}2026年10月月报"
    for sentence in [contents["words"], *(one["words"] for one in contents["sections"])]:
        assert "".join(sentence.split()) in text
    tables = page.select(".report-look table")
    kept = [[[words(c) for c in row.find_all(["td", "th"])] for row in one.select("tbody tr")]
            for one in tables]  # fmt: skip
    rates = [[r["label"], r["percent"], f"{r['above']}/{r['below']}"] for r in contents["rates"]]
    assert [row[:3] for row in kept[0]] == rates
    places = contents["places"] if len(contents["places"]) > 1 else []
    lists = [places, *(s["rows"] for s in contents["splits"] if s["rows"])]
    lists += [one["rows"] for one in contents["sections"] if one["rows"]]
    wanted = [[["".join(str(c).split()) for c in row] for row in rows] for rows in lists if rows]
    assert kept[1:] == wanted


def test_looking_makes_nothing(busy, sign_in, community):
    acts = Act.objects.count()
    sign_in("worker").get(url_of(community))
    assert not Report.objects.exists() and Act.objects.count() == acts


def test_from_the_form_to_the_page_and_on_to_the_files(busy, sign_in, community):
    client = sign_in("worker")
    asked = {"area": community.pk, "month": "2026-10-01"}
    response = client.post("/reports/", asked | {"preview": "1"})
    assert response.url == url_of(community) and not Report.objects.exists()
    form = page_at(client, response.url).select_one(".report-head form")
    fields = {one["name"]: one["value"] for one in form.select("input")}
    client.post(form["action"], {key: fields[key] for key in asked})
    report = Report.objects.get()
    assert (report.area, report.first_day, report.last_day) == (
        community,
        OCTOBER,
        date(2026, 10, 31),
    )


def test_months_lead_to_their_neighbours_as_far_as_they_are_offered(busy, sign_in, community):
    client = sign_in("worker")

    def months(month):
        links = page_at(client, url_of(community, month)).select(".report-acts nav a")
        return [parse_qs(urlsplit(a["href"]).query)["month"][0] for a in links]

    assert months(OCTOBER) == ["2026-09-01", "2026-11-01"]
    assert months(date(2026, 11, 1)) == ["2026-10-01"]
    assert len(months(date(2025, 12, 1))) == 1 + (date(2025, 12, 1) > date(2025, 11, 30))


def test_a_month_that_runs_ends_today(busy, sign_in, community):
    page = page_at(sign_in("worker"), url_of(community, date(2026, 11, 1)))
    assert "2026-11-01至2026-11-19" in words(page.main) and "到今天为止" in page.main.get_text()


def test_without_an_address_last_month_of_the_first_place(busy, sign_in, community, street):
    assert words(page_at(sign_in("worker"), "/reports/preview/").h1) == f"{community}2026年10月月报"
    assert words(page_at(sign_in("officer"), "/reports/preview/").h1) == f"{street}2026年10月月报"


@pytest.mark.parametrize("place", ["sibling", "street", "estate", "far_community"])
def test_other_places_cannot_be_looked_at(place, sign_in, request):
    response = sign_in("worker").get(url_of(request.getfixturevalue(place)))
    assert response.status_code == 422
    assert "选一个您管的社区或街道。" in response.content.decode()


@pytest.mark.parametrize("month", ["2026-12-01", "2020-01-01", "2026-10-02", "x", "2026-10%00"])
def test_a_month_that_is_not_offered_is_refused(month, sign_in, community):
    response = sign_in("worker").get(url_of(community, month))
    assert response.status_code == 422 and "月份" in response.content.decode()


def test_more_rows_cost_no_more_queries(busy, estate, street, sign_in):
    client = sign_in("officer")
    client.get(url_of(street))

    def cost():
        with CaptureQueriesContext(connection) as queries:
            assert client.get(url_of(street)).status_code == 200
        return len(queries)

    few = cost()
    more = {"number": 80, "first": OCTOBER, "last": OCTOBER + timedelta(days=30)}
    issues_at([estate], random.Random(6), **more)
    assert cost() == few
