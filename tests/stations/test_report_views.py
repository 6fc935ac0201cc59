"""The pages of 月报: ask, watch, fetch; and who may."""

from datetime import date, datetime, timedelta

import pytest
import time_machine
from django.core.files.base import ContentFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from stations.models import Report, Work
from stations.services.reports import order_report

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 19, 9, 12, tzinfo=timezone.get_default_timezone())
LISTS = {
    "worker": 200,
    "secretary": 200,
    "officer": 200,
    "district": 403,
    "volunteer": 403,
    "admin": 403,
    "sibling_worker": 200,
    "stranger": 403,
    "anonymous": 302,
}
FETCHES = LISTS | {"sibling_worker": 404, "far_officer": 404, "stranger": 404}


@pytest.fixture(autouse=True)
def now(settings, tmp_path):
    settings.MEDIA_ROOT = str(tmp_path)
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def asked(community, cast):
    """A report somebody asked for, not made yet."""
    return order_report(area=community, month=date(2026, 10, 1), by=cast("worker"))


@pytest.fixture
def ready(asked):
    """The same with files, as the work leaves it."""
    asked.word.save("a.docx", ContentFile(b"word"), save=False)
    asked.excel.save("b.xlsx", ContentFile(b"excel"), save=False)
    asked.snapshot_at = NOW
    asked.save()
    Work.objects.filter(pk=asked.work_id).update(state="done", done_at=NOW)
    return Report.objects.get(pk=asked.pk)


def page_of(response):
    return response.content.decode()


def status_of(response):
    """The status; a file is read to its end, which closes it."""
    if response.streaming:
        b"".join(response.streaming_content)
    return response.status_code


@pytest.mark.parametrize(("who", "status"), LISTS.items())
def test_who_sees_the_list(who, status, sign_in):
    assert sign_in(who).get("/reports/").status_code == status


@pytest.mark.parametrize(("who", "status"), FETCHES.items())
@pytest.mark.parametrize("page", ["", "word/", "excel/"])
def test_who_fetches_a_report(who, status, page, sign_in, ready):
    assert status_of(sign_in(who).get(f"/reports/{ready.pk}/{page}")) == status


@pytest.mark.parametrize(
    ("who", "status"), (FETCHES | dict.fromkeys(["worker", "secretary", "officer"], 302)).items()
)
def test_who_may_try_again(who, status, sign_in, asked):
    Work.objects.filter(pk=asked.work_id).update(state="dead")
    assert sign_in(who).post(f"/reports/{asked.pk}/again/").status_code == status
    assert Work.objects.get().state == (
        "waiting" if status == 302 and who != "anonymous" else "dead"
    )


def test_trying_again_is_refused_while_it_runs(sign_in, asked):
    response = sign_in("worker").post(f"/reports/{asked.pk}/again/", follow=True)
    assert "没有停下" in page_of(response)
    assert sign_in("worker").get(f"/reports/{asked.pk}/again/").status_code == 405


def test_asking_leads_to_the_page_of_the_report(sign_in, community, cast):
    response = sign_in("worker").post("/reports/", {"area": community.pk, "month": "2026-10-01"})
    report = Report.objects.get()
    assert response.url == f"/reports/{report.pk}/"
    assert (report.area, report.asked_by) == (community, cast("worker"))
    assert (report.first_day, report.last_day) == (date(2026, 10, 1), date(2026, 10, 31))
    assert (
        sign_in("worker").post("/reports/", {"area": community.pk, "month": "2026-10-01"}).url
        == response.url
    )


@pytest.mark.parametrize(
    "month", ["2026-12-01", "2020-01-01", "2026-10-02", "x", "", "2026-10\x00"]
)
def test_a_month_that_was_not_offered_is_refused(month, sign_in, community):
    response = sign_in("worker").post("/reports/", {"area": community.pk, "month": month})
    assert response.status_code == 422
    assert "月份" in page_of(response)
    assert not Report.objects.exists()


@pytest.mark.parametrize("place", ["sibling", "street", "estate", "far_community"])
def test_other_places_cannot_be_asked_for(place, sign_in, community, request):
    area = request.getfixturevalue(place)
    response = sign_in("worker").post("/reports/", {"area": area.pk, "month": "2026-10-01"})
    assert response.status_code == 422
    assert "选一个您管的社区或街道。" in page_of(response)
    assert not Report.objects.exists()


def test_the_list_holds_the_own_places_only(sign_in, asked, sibling, cast):
    order_report(area=sibling, month=date(2026, 9, 1), by=cast("sibling_worker"))
    page = page_of(sign_in("worker").get("/reports/"))
    assert "锦绣社区2026年10月月报" in page
    assert "庆云山社区" not in page
    officer = page_of(sign_in("officer").get("/reports/"))
    assert "庆云山社区2026年9月月报" in officer
    only = page_of(sign_in("officer").get(f"/reports/?area={sibling.pk}"))
    assert "锦绣社区2026年10月月报" not in only


def test_the_list_turns_pages_and_costs_the_same(sign_in, street, cast):
    client = sign_in("officer")
    client.get("/reports/")

    def cost(url="/reports/"):
        with CaptureQueriesContext(connection) as queries:
            response = client.get(url)
        return len(queries), response

    def add(number):
        Report.objects.bulk_create(
            Report(area=street, first_day=date(2020, 1, 1), last_day=date(2020, 1, 31))
            for _ in range(number)
        )

    add(3)
    few, _ = cost()
    add(32)
    many, response = cost()
    assert many == few
    assert len(response.context["rows"]) == 30
    older = response.context["older"]
    assert len(client.get(f"/reports/{older}").context["rows"]) == 5


@pytest.mark.parametrize("query", ["area=x", "area=-1", "area=" + "9" * 40, "after=%00", "after=²"])
def test_whatever_stands_in_the_address(query, sign_in, asked):
    assert sign_in("worker").get(f"/reports/?{query}").status_code == 200


def test_the_page_watches_until_it_is_ready(sign_in, asked):
    client = sign_in("worker")
    page = page_of(client.get(f"/reports/{asked.pk}/"))
    assert 'hx-trigger="every 2s"' in page
    assert "排队中" in page
    Work.objects.filter(pk=asked.work_id).update(
        state="running", progress=62, lease_until=NOW + timedelta(minutes=1)
    )
    part = page_of(client.get(f"/reports/{asked.pk}/", headers={"HX-Request": "true"}))
    assert part.lstrip().startswith('<div id="job"')
    assert "做到 62%" in part
    assert part.strip() in page_of(client.get(f"/reports/{asked.pk}/"))


def test_a_ready_report_offers_both_files_and_asks_no_more(sign_in, ready):
    page = page_of(sign_in("worker").get(f"/reports/{ready.pk}/"))
    assert "hx-trigger" not in page
    assert f"/reports/{ready.pk}/word/" in page
    assert f"/reports/{ready.pk}/excel/" in page


def test_a_failed_report_says_so(sign_in, asked):
    Work.objects.filter(pk=asked.work_id).update(state="dead")
    page = page_of(sign_in("worker").get(f"/reports/{asked.pk}/"))
    assert "没做成" in page
    assert f"/reports/{asked.pk}/again/" in page
    assert "hx-trigger" not in page


def test_a_report_nobody_may_have_says_so(sign_in, asked):
    Work.objects.filter(pk=asked.work_id).update(state="done", done_at=NOW)
    page = page_of(sign_in("worker").get(f"/reports/{asked.pk}/"))
    assert "已经不在这个岗位上" in page


@pytest.mark.parametrize(
    ("page", "body", "ending"), [("word", b"word", "docx"), ("excel", b"excel", "xlsx")]
)
def test_a_file_cannot_do_harm(page, body, ending, sign_in, ready):
    response = sign_in("worker").get(f"/reports/{ready.pk}/{page}/")
    assert b"".join(response.streaming_content) == body
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert "no-store" in response["Cache-Control"]
    told = response["Content-Disposition"]
    assert told.startswith("attachment; filename*=utf-8''")
    assert told.endswith(f".{ending}")
    assert "%E9%94%A6%E7%BB%A3" in told  # 锦绣


@pytest.mark.parametrize("page", ["word", "excel"])
def test_what_is_not_made_yet_is_not_there(page, sign_in, asked):
    assert sign_in("worker").get(f"/reports/{asked.pk}/{page}/").status_code == 404


def test_a_lost_right_closes_the_files_at_once(sign_in, ready, cast):
    client = sign_in("worker")
    assert status_of(client.get(f"/reports/{ready.pk}/word/")) == 200
    cast("worker").postings.update(until=NOW - timedelta(seconds=1))
    assert client.get(f"/reports/{ready.pk}/word/").status_code == 404
