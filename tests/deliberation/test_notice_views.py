"""The staff's list of notices, and taking one down."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from deliberation.models import Notice
from tests.factories import report

pytestmark = pytest.mark.django_db

SEES = {
    "worker": 200,
    "secretary": 200,
    "officer": 200,
    "sibling_worker": 200,  # the page, with their own notices
    "district": 403,
    "volunteer": 403,
    "admin": 403,
    "stranger": 403,
    "anonymous": 302,
}
TAKES_DOWN = {
    "worker": 302,
    "secretary": 302,
    "officer": 403,
    "district": 404,
    "volunteer": 404,
    "admin": 404,
    "sibling_worker": 404,
    "stranger": 404,
    "anonymous": 302,
}


def notice(area, by, *, days_ago=0, **more):
    first = timezone.localdate() - timedelta(days=days_ago)
    facts = {"title": "充电桩装好了", "body": "通电了。", "published_by": by} | more
    return Notice.objects.create(
        issue=report(area),
        area=area,
        from_day=first,
        until_day=first + timedelta(days=14),
        **facts,
    )


@pytest.mark.parametrize(("who", "status"), SEES.items())
def test_who_sees_the_list(estate, sign_in, who, status):
    assert sign_in(who).get("/notices/").status_code == status


def test_each_notice_stands_under_one_heading(estate, other_estate, cast, sign_in):
    worker = cast("worker")
    live = notice(estate, worker)
    ended = notice(estate, worker, days_ago=30)
    taken = notice(estate, worker, taken_down_at=timezone.now(), taken_down_why="写错了")
    notice(other_estate, worker)
    client = sign_in("worker")
    for view, row in (("live", live), ("ended", ended), ("taken", taken), ("\x00", live)):
        assert client.get("/notices/", {"view": view}).context["rows"] == [row]
    assert f"/notices/{live.pk}/" in client.get("/notices/").content.decode()
    assert "写错了" in client.get("/notices/?view=taken").content.decode()


def test_list_asks_as_often_for_30_rows_as_for_3(estate, cast, sign_in):
    client = sign_in("worker")

    def queries():
        client.get("/notices/")
        with CaptureQueriesContext(connection) as caught:
            client.get("/notices/")
        return len(caught)

    for _ in range(3):
        notice(estate, cast("worker"))
    few = queries()
    for _ in range(27):
        notice(estate, cast("worker"))
    assert queries() == few


def test_pages_hold_every_notice_once(estate, cast, sign_in):
    for number in range(30):
        notice(estate, cast("worker"), days_ago=number // 4)
    client, seen, address = sign_in("worker"), [], "/notices/"
    while address:
        context = client.get(address).context
        seen += [row.pk for row in context["rows"]]
        address = f"/notices/{context['pages']['older']}" if context["pages"]["older"] else ""
    assert len(seen) == len(set(seen)) == 30


@pytest.mark.parametrize(("who", "status"), TAKES_DOWN.items())
def test_who_takes_down(estate, cast, sign_in, who, status):
    row = notice(estate, cast("colleague"))
    response = sign_in(who).post(f"/notices/{row.pk}/take-down/", {"why": "照片放错了"})
    assert response.status_code == status
    row.refresh_from_db()
    assert bool(row.taken_down_at) == (status == 302 and who != "anonymous")


def test_taking_down_needs_a_reason_and_happens_once(estate, cast, sign_in):
    row = notice(estate, cast("worker"))
    client = sign_in("worker")
    refused = client.post(f"/notices/{row.pk}/take-down/", {"why": ""})
    assert refused.status_code == 422
    assert '<details class="take-down" open>' in refused.content.decode()
    assert client.post(f"/notices/{row.pk}/take-down/", {"why": "写错了"}).status_code == 302
    again = client.post(f"/notices/{row.pk}/take-down/", {"why": "再撤一次"})
    assert again.status_code == 422
    assert client.get(f"/notices/{row.pk}/take-down/").status_code == 405
