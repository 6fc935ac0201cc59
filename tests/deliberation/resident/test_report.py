"""报事 by a resident: the page behind the door's code, the receipt, and the gate before it."""

import json
import re
import threading
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.utils import timezone

from deliberation.models import Issue, UsedToken
from deliberation.services import gate, intake
from tests.deliberation.resident.rows import PHONE, TEXT, filled, jpeg
from tests.factories import StationFactory

pytestmark = pytest.mark.django_db


def send(client, estate, **more):
    return client.post(f"/e/{estate.code}/report/", filled(**more))


def code_on(client):
    page = client.get("/received/").content.decode()
    return re.search(r'tracking-code">([0-9A-Z-]{19})<', page)[1]


def solve(challenge):
    """A browser's answer to the proof of work."""
    import altcha

    parsed = altcha.Challenge.from_dict(challenge)
    solution = altcha.solve_challenge(parsed)
    return altcha.Payload(challenge=parsed, solution=solution).to_base64()


def test_the_page_knows_the_door_it_hangs_on(client, estate, entrance):
    StationFactory(area=estate.parent)
    page = client.get(f"/e/{estate.code}/report/?at=e3x2").content.decode()
    assert "<b>3</b>栋<b>2</b>单元" in page
    assert 'value="e-e3x2" selected' in page
    assert "data-no-draft" in page
    assert not re.search(r'name="consent_public"[^>]*checked', page)
    assert page.count('name="category"') == 12
    assert 'data-draft="report-' in page
    assert "0731-55550110" in page
    other = client.get(f"/e/{estate.code}/report/").content.decode()
    tokens = [re.search(r'name="token" value="([^"]+)"', text)[1] for text in (page, other)]
    assert tokens[0] != tokens[1]


def test_a_report_becomes_an_issue_and_a_receipt(client, estate, entrance):
    response = send(client, estate, photos=[jpeg(), jpeg("二.jpg")], door="1802", spot="车棚东头")
    assert (response.status_code, response.url) == (302, "/received/")
    issue = Issue.objects.get()
    assert (issue.entrance, issue.building) == (entrance, entrance.building)
    assert (issue.text, issue.spot, issue.category) == (TEXT, "车棚东头", "ebike")
    assert issue.reporter.consent_public is False
    assert intake.phone_of(issue.reporter) == PHONE
    assert issue.photos.count() == 2
    page = client.get("/received/")
    text = page.content.decode()
    code = code_on(client)
    assert f"/track/#{code}" in text
    assert "收到了，周桂兰" in text
    assert f'data-draft-done="report-{estate.code}"' in text
    assert "no-store" in page["Cache-Control"]
    assert PHONE not in text
    due = timezone.localtime(issue.respond_by)
    assert f"{due:%-m月%-d日}" in text
    # This browser may look at once; the code opens it everywhere else.
    assert client.get(f"/track/{issue.pk}/").status_code == 200
    assert Client().post("/track/", {"code": code.lower()}).url == f"/track/{issue.pk}/"


def test_the_receipt_does_not_stay_for_ever(client, estate, entrance, time_machine):
    send(client, estate)
    assert client.get("/received/").status_code == 200
    time_machine.move_to(timezone.now() + timedelta(minutes=31))
    assert client.get("/received/").url == "/track/"
    assert Client().get("/received/").url == "/track/"


def test_sent_twice_is_one_issue_and_one_code(client, estate, entrance):
    facts = filled()
    codes = []
    for _ in range(3):
        client.post(f"/e/{estate.code}/report/", facts)
        codes.append(code_on(client))
    assert Issue.objects.count() == 1
    assert len(set(codes)) == 1


def test_another_matter_on_the_same_page_is_not_lost(client, estate, entrance):
    facts = filled()
    client.post(f"/e/{estate.code}/report/", facts)
    client.post(f"/e/{estate.code}/report/", facts | {"text": "还有，路灯也不亮。"})
    assert Issue.objects.count() == 2


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"text": "  "}, "一句话也行"),
        ({"text": "长" * 1001}, "您写了 1001 个"),
        ({"phone": ""}, "请留一个能打通的电话"),
        ({"phone": "1390000602"}, "您填了10位"),
        ({"where": "e-nowhere"}, "没有这个地方"),
        ({"category": "aliens"}, "重新点一下"),
    ],
)
def test_what_is_refused_keeps_what_was_typed(client, estate, entrance, change, sentence):
    response = send(client, estate, spot="车棚东头", **change)
    page = response.content.decode()
    assert response.status_code == 422
    assert sentence in page
    assert "车棚东头" in page
    assert "text" in change or TEXT in page
    assert not Issue.objects.exists()


def test_without_a_phone_only_the_code_works(client, estate, entrance):
    assert send(client, estate, phone="", no_phone="on").status_code == 302
    issue = Issue.objects.get()
    assert issue.reporter.phone_sealed == ""
    assert "看我写的" not in client.get(f"/track/{issue.pk}/").content.decode()


def test_a_refused_photo_is_named_and_nothing_is_lost(client, estate, entrance):
    bad = SimpleUploadedFile("说明.jpg", b"no picture at all", content_type="image/jpeg")
    response = send(client, estate, photos=[jpeg(), bad])
    page = response.content.decode()
    assert response.status_code == 422
    assert "“说明.jpg”：这不是照片" in page
    assert TEXT in page
    assert PHONE[-2:] in page
    assert not Issue.objects.exists()
    many = send(client, estate, photos=[jpeg(f"{n}.jpg") for n in range(7)])
    assert "最多 6 张" in many.content.decode()


@pytest.mark.parametrize(
    "text",
    [
        "坏\x00了",
        "🏮灯坏了" * 40,
        "𠮷家的灯坏了\u202e",
        "灯\u200b坏了",
        "坏" * 33_000,
        "ｅ３ \t\v 坏",
    ],
)
def test_strange_text_is_kept_or_refused_never_an_error(client, estate, entrance, text):
    response = send(client, estate, text=text, name=text[:30], door="\x001802")
    assert response.status_code in (302, 422)
    if response.status_code == 302:
        assert "\x00" not in Issue.objects.get().text


def test_strange_tokens_and_codes_are_no_error(client, estate, entrance):
    assert send(client, estate, token="' OR 1=1").status_code == 302
    for at in ("\x00", "x" * 5000, "e-e3x2", "../.."):
        assert client.get(f"/e/{estate.code}/report/", {"at": at}).status_code == 200
    assert client.get("/e/no-such-estate/report/").status_code == 404
    assert client.get(f"/e/{estate.parent.code}/report/").status_code == 404


@pytest.mark.django_db(transaction=True)
def test_sent_at_once_is_one_issue(estate, entrance):
    facts, codes = filled(), []

    def post():
        client = Client()
        try:
            client.post(f"/e/{estate.code}/report/", facts)
            codes.append(code_on(client))
        finally:
            connection.close()

    threads = [threading.Thread(target=post) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Issue.objects.count() == 1
    assert len(codes) == 6
    assert len(set(codes)) == 1


def test_a_full_disk_costs_the_photos_not_the_report(client, estate, entrance, settings, tmp_path):
    (tmp_path / "full").write_text("a file where the folder should be")
    settings.MEDIA_ROOT = str(tmp_path / "full")
    assert send(client, estate, photos=[jpeg()]).status_code == 302
    assert Issue.objects.get().photos.count() == 0
    assert "照片没有存上" in client.get("/received/").content.decode()


# ----- the gate -----------------------------------------------------------------------------


def challenge_on(response):
    page = response.content.decode()
    from html import unescape

    return json.loads(unescape(re.search(r'data-challenge="([^"]+)"', page)[1]))


def test_a_busy_network_works_a_moment_then_is_let_in(client, estate, entrance, monkeypatch):
    monkeypatch.setattr(gate, "DIFFICULTY", 3)
    for _ in range(gate.REPORT_EASY.size):
        assert send(client, estate, phone="", no_phone="on").status_code == 302
    held = send(client, estate)
    page = held.content.decode()
    assert held.status_code == 422
    assert "请再按一次" in page
    assert TEXT in page
    proof = solve(challenge_on(held))
    before = Issue.objects.count()
    assert send(client, estate, altcha=proof).status_code == 302
    assert Issue.objects.count() == before + 1
    assert UsedToken.objects.count() == 1
    # The same proof is good once.
    assert send(client, estate, altcha=proof).status_code == 422


def test_a_robot_in_the_hidden_box_is_asked_for_work(client, estate, entrance):
    assert send(client, estate, website="http://spam.example").status_code == 422
    assert not Issue.objects.exists()


def test_one_phone_does_not_report_all_day(client, estate, entrance):
    for _ in range(gate.REPORT_PHONE.size):
        assert send(client, estate).status_code == 302
    held = send(client, estate)
    assert held.status_code == 429
    assert int(held["Retry-After"]) > 0
    assert "这个电话今天报得不少了" in held.content.decode()
    assert TEXT in held.content.decode()
    assert send(client, estate, phone="13900006022").status_code == 302


def test_a_receipt_is_repeated_even_for_a_held_network(client, estate, entrance):
    facts = filled()
    client.post(f"/e/{estate.code}/report/", facts)
    for _ in range(gate.REPORT_EASY.size):
        send(client, estate, phone="", no_phone="on")
    assert client.post(f"/e/{estate.code}/report/", facts).status_code == 302
