"""What everybody may see: photos, notices, the front door."""

import re
import uuid
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from deliberation.choices import PhotoStage
from deliberation.models import Notice, Photo
from deliberation.services import closing, triage
from stations.models import Area
from tests.deliberation.resident.rows import NAME, PHONE, counted, filled, look_up
from tests.factories import (
    BuildingFactory,
    EntranceFactory,
    PlaceFactory,
    StationFactory,
    meeting_at,
    report,
)

pytestmark = pytest.mark.django_db


def read(response):
    """The bytes of a response; a file must be read to its end, or it stays open."""
    return b"".join(response) if response.streaming else response.content


def seen(client, photo):
    """The status of the photo and of its small copy, which are always the same."""
    response, small = client.get(photo.url), client.get(photo.thumb_url)
    assert small.status_code == response.status_code
    for one in (response, small):
        read(one)
    return response.status_code


def test_who_may_see_a_photo(client, done, sign_in):
    before = Notice.objects.get().before
    after = Notice.objects.get().after
    own = done.photos.filter(stage=PhotoStage.REPORT).exclude(pk=before.pk).get()
    progress = done.photos.get(stage=PhotoStage.PROGRESS, event__words__contains="师傅")
    assert done.photos.filter(event__words__contains="住户").count() == 1  # for staff only
    everybody = {before, after}

    def visible():
        return {photo for photo in done.photos.all() if seen(client, photo) == 200}

    assert visible() == everybody
    look_up(client, done)
    assert visible() == everybody | {progress}
    client.post(f"/track/{done.pk}/open/", {"tail": "6021"})
    assert visible() == everybody | {progress, own}
    client.logout()
    sign_in("worker")
    assert visible() == set(done.photos.all())
    sign_in("sibling_worker")
    assert visible() == everybody
    sign_in("admin")
    assert visible() == everybody


def test_photos_are_served_harmless(client, done):
    notice = Notice.objects.get()
    public = client.get(notice.after.url)
    assert public["Content-Type"] == "image/jpeg"
    assert public["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert public["X-Content-Type-Options"] == "nosniff"
    assert "public" in public["Cache-Control"]
    assert read(public).startswith(b"\xff\xd8\xff")
    look_up(client, done)
    progress = done.photos.get(stage=PhotoStage.PROGRESS, event__words__contains="师傅")
    private = client.get(progress.url)
    assert private["Cache-Control"] == "private, no-store"
    assert 'filename="photo.jpg"' in private["Content-Disposition"]
    read(private)
    assert client.get(f"/photos/{uuid.uuid4()}/").status_code == 404
    Photo.objects.get(pk=progress.pk).file.storage.delete(progress.file.name)
    assert client.get(progress.url).status_code == 404


def test_a_notice_taken_down_takes_its_photos_along(client, done, cast):
    notice = Notice.objects.get()
    closing.take_down_notice(notice=notice, by=cast("worker"), why="照片里有人脸")
    assert client.get(notice.before.url).status_code == 404
    assert client.get(f"/notices/{notice.pk}/").status_code == 404


# ----- notices and the front door -----------------------------------------------------------


def test_a_notice_is_public_and_holds_nobody(client, done, estate):
    StationFactory(area=estate.parent)
    notice = Notice.objects.get()
    pages = [
        client.get(f"/notices/{notice.pk}/").content.decode(),
        client.get(f"/e/{estate.code}/notices/").content.decode(),
        client.get(f"/e/{estate.code}/").content.decode(),
    ]
    for page in pages:
        assert "插座换好了" in page
        for secret in (NAME, PHONE, "6021", "烧黑"):
            assert secret not in page
    assert f"到{notice.until_day:%-m月%-d日}" in pages[0]
    assert "不对？告诉我们" in pages[0]


def notices(estate, issue, by, number):
    today = timezone.localdate()
    for n in range(number):
        Notice.objects.create(
            issue=issue,
            area=estate,
            title=f"办好第{n}件",
            body="好了",
            from_day=today - timedelta(days=n % 10),
            until_day=today + timedelta(days=20),
            published_by=by,
        )


def test_notices_page_by_page(client, estate, cast):
    issue = report(estate)
    notices(estate, issue, cast("worker"), 45)
    url, found = f"/e/{estate.code}/notices/", []
    while url:
        page = client.get(url).content.decode()
        found += re.findall(r'href="/notices/(\d+)/"', page)
        older = re.search(r'href="(\?after=[^"]+)" rel="next"', page)
        url = f"/e/{estate.code}/notices/{older[1]}" if older else ""
    assert len(found) == len(set(found)) == 45
    for strange in ("x", "20261301.5", "99999999.9", "20261101." + "9" * 40, "\x00", "-.-"):
        url = f"/e/{estate.code}/notices/"
        assert client.get(url, {"after": strange}).status_code == 200


def test_lists_cost_the_same_with_more_rows(client, estate, cast):
    issue, counts = report(estate), []
    for number in (3, 27):
        notices(estate, issue, cast("worker"), number)
        with counted() as queries:
            client.get(f"/e/{estate.code}/notices/")
            client.get(f"/e/{estate.code}/")
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_the_front_door_tells_the_next_meeting(client, estate, cast):
    issue = report(estate, text="3栋2单元1802漏水，周桂兰家遭殃")
    triage.accept_issue(issue=issue, by=cast("worker"))
    meeting = meeting_at(estate, cast("worker"))
    triage.put_before_parties(issue=issue, by=cast("worker"), meeting=meeting)
    page = client.get(f"/e/{estate.code}/").content.decode()
    assert "下次四方议事" in page
    assert re.search(r"(上午|中午|下午|晚上) \d+:\d\d，服务站二楼", page)
    assert "漏水" in page
    assert "1802" not in page
    assert NAME not in page


def test_the_form_costs_the_same_in_a_large_estate(client, estate):
    counts = []
    for number in (1, 14):
        for n in range(number):
            building = BuildingFactory(area=estate, number=100 * number + n)
            for m in range(3):
                EntranceFactory(building=building, number=m + 1)
            PlaceFactory(area=estate)
        with counted() as queries:
            client.get(f"/e/{estate.code}/report/")
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 8


def test_every_post_is_guarded_against_forgery(estate, entrance):
    strict = Client(enforce_csrf_checks=True)
    response = strict.post(f"/e/{estate.code}/report/", filled())
    assert response.status_code == 403
    assert "您写的内容还留着" in response.content.decode()
    issue = report(estate)
    for url in (
        reverse("deliberation:track"),
        reverse("deliberation:me_too", args=[estate.code, issue.pk]),
    ):
        assert strict.post(url).status_code == 403
    assert Area.objects.filter(pk=estate.pk).exists()
