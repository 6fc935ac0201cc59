"""改平面图: houses drawn with the mouse or with numbers, and the picture under them."""

import json
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from residents_map.services.plans import mark_of, save_outlines, sheet_of
from stations.models import Act, Building, EstatePlan
from tests.factories import BuildingFactory
from tests.residents_map.test_plan import houses, url
from tests.support.pictures import jpeg, upload

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def own_files(settings, tmp_path):
    settings.MEDIA_ROOT = str(tmp_path)


def save(client, estate, **fields):
    address = reverse("residents_map:plan_edit", args=[estate.pk])
    fields = {"seen": mark_of(EstatePlan.objects.filter(area=estate).first())} | fields
    return client.post(address, fields)


def test_houses_are_drawn_with_the_mouse(estate, sign_in):
    one, two = houses(estate, 2)
    points = [[100, 100], [300, 100], [300, 260], [100, 260]]
    answer = save(sign_in("worker"), estate, outlines=json.dumps({one.pk: points}))
    assert answer.url == url(estate)
    one.refresh_from_db()
    assert one.outline == points
    placed = {row.pk: row for row in sheet_of(estate).placed}
    assert placed[one.pk].box == (100, 100, 200, 160)
    assert placed[two.pk].box is not None  # the plan places the other by itself
    assert Act.objects.filter(verb="residents_map.draw_plan", area=estate).count() == 1


def test_houses_are_placed_with_numbers(estate, sign_in):
    one, two = houses(estate, 2)
    client = sign_in("worker")
    boxes = {f"{side}_{one.pk}": n for side, n in zip("xywh", (10, 20, 200, 90), strict=True)}
    assert save(client, estate, **boxes).status_code == 302
    one.refresh_from_db()
    assert one.outline == [[10, 20], [210, 20], [210, 110], [10, 110]]
    page = client.get(reverse("residents_map:plan_edit", args=[estate.pk])).content.decode()
    assert re.search(rf'name="w_{one.pk}" value="200', page)
    refused = save(client, estate, **{f"x_{two.pk}": 5})
    assert refused.status_code == 422
    assert "四个数都填" in refused.content.decode()


@pytest.mark.parametrize(
    "sent",
    [
        "nonsense",
        "[1, 2]",
        '{"1": 5}',
        '{"x": [[1,2],[3,4],[5,6]]}',
        '{"%s": [[1,2],[300,4]]}',
        '{"%s": [[1,2],[NaN,4],[5,60]]}',
        '{"%s": [[1,2],[1e999,4],[5,60]]}',
        '{"%s": [[5,5],[6,5],[6,6]]}',
        '{"%s": [[-500,-500],[-400,-500],[-400,-400]]}',
        '{"99999999": [[1,2],[300,4],[50,600]]}',
        "[" * 30000,
    ],
)
def test_what_is_no_house_is_refused(estate, sign_in, sent):
    (one,) = houses(estate, 1)
    sent = sent % one.pk if "%s" in sent else sent
    assert save(sign_in("worker"), estate, outlines=sent).status_code == 422
    one.refresh_from_db()
    assert one.outline == []


def test_somebody_elses_newer_lines_are_kept(estate, sign_in, cast):
    (one,) = houses(estate, 1)
    points = [[100, 100], [300, 100], [300, 260]]
    client = sign_in("worker")
    save_outlines(area=estate, by=cast("colleague"), outlines={one.pk: points}, size=(900, 500))
    refused = save(client, estate, outlines="{}", seen="")
    assert refused.status_code == 422 and "别人刚改过" in refused.content.decode()
    one.refresh_from_db()
    assert one.outline == points


def test_a_house_of_another_estate_is_not_moved(estate, other_estate, sign_in):
    houses(estate, 1)
    theirs = BuildingFactory(area=other_estate, number=1)
    sent = json.dumps({theirs.pk: [[100, 100], [300, 100], [300, 260]]})
    assert save(sign_in("worker"), estate, outlines=sent).status_code == 422
    theirs.refresh_from_db()
    assert theirs.outline == []


def send_picture(client, estate, file):
    return client.post(
        reverse("residents_map:plan_put_picture", args=[estate.pk]), {"picture": file}
    )


def test_a_picture_is_drawn_anew_and_guarded(
    estate, sign_in, django_capture_on_commit_callbacks, tmp_path
):
    (one,) = houses(estate, 1)
    client = sign_in("worker")
    with django_capture_on_commit_callbacks(execute=True):
        assert send_picture(client, estate, upload("plan.jpg", width=640, height=480)).url
    plan = EstatePlan.objects.get(area=estate)
    assert (plan.width, plan.height) == (640, 480)
    save(client, estate, outlines=json.dumps({one.pk: [[64, 64], [320, 64], [320, 200]]}))
    assert [row.points for row in sheet_of(estate).placed] == ["90,90 450,90 450,281.2"]
    assert "polygon" in client.get(url(estate)).content.decode()
    address = reverse("residents_map:plan_picture", args=[estate.pk])
    answer = client.get(address)
    assert answer["Content-Type"] == "image/jpeg"
    assert "no-store" in answer["Cache-Control"] and "sandbox" in answer["Content-Security-Policy"]
    assert b"".join(answer.streaming_content)[:2] == b"\xff\xd8"
    assert sign_in("sibling_worker").get(address).status_code == 404
    assert sign_in("officer").get(address).status_code == 403
    client = sign_in("worker")
    with django_capture_on_commit_callbacks(execute=True):
        client.post(reverse("residents_map:plan_drop_picture", args=[estate.pk]))
    assert client.get(address).status_code == 404
    assert Building.objects.get(pk=one.pk).outline == []
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


def test_other_files_are_refused_in_a_sentence(estate, sign_in):
    client = sign_in("worker")
    for name, content, words in (
        ("plan.pdf", b"%PDF-1.4 nothing", "这不是照片"),
        ("plan.png", jpeg(), "对不上"),
        ("plan.jpg", b"", "空"),
        ("plan.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>", "打不开"),
    ):
        answer = send_picture(client, estate, SimpleUploadedFile(name, content))
        assert answer.status_code == 422
        assert words in answer.content.decode(), name
    assert not EstatePlan.objects.filter(area=estate).exclude(picture="").exists()
