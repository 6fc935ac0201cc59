"""Everything a resident sees without an account: the report, the receipt, the progress."""

import io
import json
import re
import threading
import uuid
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from deliberation.choices import PhotoStage, State
from deliberation.models import Issue, MeToo, Notice, Photo, UsedToken
from deliberation.services import closing, gate, intake, tasks, triage
from stations.foundation.codes import code_from
from stations.models import Area
from tests.factories import (
    BuildingFactory,
    EntranceFactory,
    PlaceFactory,
    StationFactory,
    meeting_at,
    report,
)

pytestmark = pytest.mark.django_db

TEXT = "车棚的插座坏了三个，有一个都烧黑了。晚上没地方充电。"
NAME, PHONE = "周桂兰", "13900006021"


@pytest.fixture(autouse=True)
def photos_of_their_own(settings, tmp_path):
    settings.MEDIA_ROOT = str(tmp_path / "media")


@pytest.fixture
def entrance(estate):
    return EntranceFactory(building=BuildingFactory(area=estate, number=3), number=2, code="e3x2")


def jpeg(name="现场.jpg", size=(60, 40)):
    out = io.BytesIO()
    Image.new("RGB", size, (120, 90, 60)).save(out, "JPEG")
    return SimpleUploadedFile(name, out.getvalue(), content_type="image/jpeg")


def filled(**more):
    facts = {
        "token": str(uuid.uuid4()),
        "category": "ebike",
        "text": TEXT,
        "where": "e-e3x2",
        "name": NAME,
        "phone": "+86 139 0000 ６０21",
    }
    return facts | more


def send(client, estate, **more):
    return client.post(f"/e/{estate.code}/report/", filled(**more))


def code_on(client):
    page = client.get("/received/").content.decode()
    return re.search(r'tracking-code">([0-9A-Z-]{19})<', page)[1]


def look_up(client, issue, tail=""):
    """Give the code of an issue made by `report` (its token is the form's)."""
    return client.post("/track/", {"code": code_from(issue.token), "tail": tail})


def solve(challenge):
    """A browser's answer to the proof of work."""
    import altcha

    parsed = altcha.Challenge.from_dict(challenge)
    solution = altcha.solve_challenge(parsed)
    return altcha.Payload(challenge=parsed, solution=solution).to_base64()


# ----- the report ---------------------------------------------------------------------------


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


# ----- neighbours ---------------------------------------------------------------------------


def same(client, estate, text="车棚插座坏了，充电难"):
    url = f"/e/{estate.code}/same/"
    return client.post(url, {"category": "ebike", "text": text}).content.decode()


def test_neighbours_reports_show_no_strangers_words(client, estate, entrance, cast):
    issue = report(
        estate, entrance=entrance, text="车棚插座坏了，周桂兰家住3栋2单元1802，车牌川A12345"
    )
    fresh = same(client, estate)
    assert "有人报过电动车的事" in fresh
    assert "3栋2单元" in fresh
    triage.accept_issue(issue=issue, by=cast("worker"))
    checked = same(client, estate)
    assert "车棚插座坏了" in checked
    for secret in (NAME, "1802", "A12345", PHONE):
        assert secret not in fresh + checked


def test_similar_reports_of_other_estates_stay_there(client, estate, other_estate):
    report(other_estate)
    assert "邻居好像说过" not in same(client, estate)
    assert client.get(f"/e/{estate.code}/same/").status_code == 405


def test_me_too_counts_a_browser_once(client, estate, other_estate, entrance):
    issue = report(estate)
    url = f"/e/{estate.code}/me-too/{issue.pk}/"
    for _ in range(3):
        assert client.post(url, {"where": "e-e3x2"}).status_code == 302
    issue.refresh_from_db()
    assert issue.me_too_count == 1
    assert MeToo.objects.get().entrance == entrance
    assert Client().post(url).status_code == 302
    part = client.post(url, headers={"HX-Request": "true"}).content.decode()
    assert "一共 3 户遇到" in part
    assert client.post(f"/e/{other_estate.code}/me-too/{issue.pk}/").status_code == 404
    assert client.post(f"/e/{estate.code}/me-too/{10**30}/").status_code == 404


def test_me_too_is_bounded_per_network(client, estate):
    issue = report(estate)
    url = f"/e/{estate.code}/me-too/{issue.pk}/"
    codes = [Client().post(url).status_code for _ in range(gate.ME_TOO.size + 1)]
    assert codes[-1] == 429
    assert set(codes[:-1]) == {302}


# ----- looking up ---------------------------------------------------------------------------


def test_a_wrong_code_is_one_sentence(client, estate):
    issue = report(estate)
    pages = []
    for code in ("AAAA-BBBB-CCCC-DDDD", "abc", "🏮" * 16, "\x00" * 16, code_from(uuid.uuid4())):
        response = client.post("/track/", {"code": code})
        assert response.status_code == 422
        pages.append("没有查到" in response.content.decode() or "\x00" in code)
    assert all(pages)
    assert client.get(f"/track/{issue.pk}/").url == "/track/"
    assert client.get("/track/999999999999999999999/").url == "/track/"


def test_guessing_codes_is_limited(client):
    for _ in range(gate.LOOK_UP.size):
        assert client.post("/track/", {"code": "AAAA-BBBB-CCCC-DDDD"}).status_code == 422
    held = client.post("/track/", {"code": "AAAA-BBBB-CCCC-DDDD"})
    assert held.status_code == 429
    assert held["Retry-After"]


def test_with_the_code_alone_nothing_is_personal(client, estate, entrance):
    issue = report(estate, entrance=entrance, door="1802", photos=[])
    intake.add_remark(issue=issue, words="我是周桂兰，就住 1802")
    assert look_up(client, issue).url == f"/track/{issue.pk}/"
    page = client.get(f"/track/{issue.pk}/").content.decode()
    for secret in (NAME, PHONE, "6021", "1802", "烧黑", issue.title):
        assert secret not in page
    assert "您报了这件事" in page
    assert "您补充了情况" in page


def test_with_the_last_digits_own_words_are_shown(client, estate):
    issue = report(estate)
    look_up(client, issue)
    url = f"/track/{issue.pk}/open/"
    wrong = client.post(url, {"tail": "0000"})
    assert wrong.status_code == 422
    assert "对不上" in wrong.content.decode()
    assert "烧黑" not in wrong.content.decode()
    assert client.post(url, {"tail": "６０２１"}).url == f"/track/{issue.pk}/"
    assert "烧黑" in client.get(f"/track/{issue.pk}/").content.decode()
    client.post(f"/track/{issue.pk}/forget/")
    assert client.get(f"/track/{issue.pk}/").url == "/track/"


def test_guessing_digits_is_limited(client, estate):
    issue = report(estate)
    look_up(client, issue)
    url = f"/track/{issue.pk}/open/"
    codes = [client.post(url, {"tail": f"{n:04}"}).status_code for n in range(gate.TAIL.size + 1)]
    assert codes == [422] * gate.TAIL.size + [429]
    assert client.post(url, {"tail": "6021"}).status_code == 429


def test_code_and_digits_at_once(client, estate):
    issue = report(estate)
    look_up(client, issue, tail="6021")
    assert "烧黑" in client.get(f"/track/{issue.pk}/").content.decode()


def test_no_session_no_act(client, estate):
    issue = report(estate)
    for act in ("open", "rate", "remark", "withdraw", "forget"):
        assert client.post(f"/track/{issue.pk}/{act}/", {"level": 5}).url == "/track/"
        assert client.get(f"/track/{issue.pk}/{act}/").status_code == 405
    issue.refresh_from_db()
    assert issue.state == State.RECEIVED


def test_at_most_ten_issues_are_remembered(client, estate):
    issues = [report(estate) for _ in range(11)]
    for issue in issues:
        look_up(client, issue)
    assert client.get(f"/track/{issues[0].pk}/").status_code == 302
    assert client.get(f"/track/{issues[1].pk}/").status_code == 200


def test_remark_once_per_page_with_a_photo(client, estate):
    issue = report(estate)
    look_up(client, issue)
    url, token = f"/track/{issue.pk}/remark/", str(uuid.uuid4())
    for _ in range(2):
        sent = client.post(url, {"words": "左边那排", "token": token, "photos": [jpeg()]})
        assert sent.status_code == 302
    assert issue.events.filter(kind="remark").count() == 1
    assert issue.photos.count() == 1
    empty = client.post(url, {"words": "", "token": str(uuid.uuid4())})
    assert empty.status_code == 422
    assert "写几个字" in empty.content.decode()
    long = client.post(url, {"words": "长" * 501, "token": str(uuid.uuid4())})
    assert long.status_code == 422
    assert "您写了 501 个" in long.content.decode()


def test_withdraw_while_early(client, estate, cast):
    one, two = report(estate), report(estate)
    for issue in (one, two):
        look_up(client, issue)
    assert client.post(f"/track/{one.pk}/withdraw/", {"why": "已经好了"}).status_code == 302
    one.refresh_from_db()
    assert one.state == State.WITHDRAWN
    assert "您撤回了" in client.get(f"/track/{one.pk}/").content.decode()
    triage.accept_issue(issue=two, by=cast("worker"))
    triage.route_directly(
        issue=two,
        by=cast("worker"),
        title="换",
        responsible="property",
        due_at=timezone.now() + timedelta(days=5),
    )
    refused = client.post(f"/track/{two.pk}/withdraw/")
    assert refused.status_code == 422
    assert "不能撤回" in refused.content.decode()


# ----- to the end ---------------------------------------------------------------------------


@pytest.fixture
def done(estate, cast):
    """An issue with photos, handled, on a live notice, waiting to be rated."""
    from stations.foundation.photos import Remade

    def picture():
        out = io.BytesIO()
        Image.new("RGB", (8, 6)).save(out, "JPEG")
        return Remade(jpeg=out.getvalue(), thumb=out.getvalue(), width=8, height=6)

    worker, colleague = cast("worker"), cast("colleague")
    issue = report(estate, photos=[picture(), picture()])
    triage.accept_issue(issue=issue, by=worker)
    triage.route_directly(
        issue=issue,
        by=worker,
        title="换插座",
        responsible="property",
        due_at=timezone.now() + timedelta(days=5),
    )
    task = issue.tasks.get()
    tasks.report_progress(task=task, by=worker, words="师傅来看过", photos=[picture()])
    tasks.report_progress(task=task, by=worker, words="查住户", photos=[picture()], is_public=False)
    tasks.finish_task(task=task, by=worker, words="换好了", photos=[picture()])
    tasks.verify_task(task=task, by=colleague)
    issue.refresh_from_db()
    closing.publish_notice(
        issue=issue,
        by=worker,
        title="插座换好了",
        body="三个插座都换了新的。",
        before=issue.photos.filter(stage=PhotoStage.REPORT).first(),
        after=issue.photos.get(stage=PhotoStage.AFTER),
    )
    issue.refresh_from_db()
    return issue


def test_rating_through_the_link(client, done):
    look_up(client, done)
    page = client.get(f"/track/{done.pk}/").content.decode()
    assert "等您评一评" in page
    assert page.count('name="level"') == 5
    url = f"/track/{done.pk}/rate/"
    assert client.post(url, {"level": ""}).status_code == 422
    assert client.post(url, {"level": "9"}).status_code == 422
    unrated = client.post(url, {"words": "挺好"}).content.decode()
    assert "先点一个表情" in unrated
    assert "挺好" in unrated
    assert client.post(url, {"level": "5", "words": "挺好"}).status_code == 302
    assert done.ratings.get().level == 5
    again = client.post(url, {"level": "1"})
    assert again.status_code == 422
    assert "您已经评过了" in again.content.decode()


def test_a_low_rating_reopens(client, done):
    look_up(client, done)
    client.post(f"/track/{done.pk}/rate/", {"level": "1"})
    done.refresh_from_db()
    assert (done.state, done.reopened_count) == (State.ACCEPTED, 1)
    assert "重新办" in client.get(f"/track/{done.pk}/").content.decode()


def test_a_merged_issue_shows_where_it_went_on(client, estate, cast):
    target, mine = report(estate), report(estate, phone="13900006022", text="插座坏了，我是王五")
    triage.merge_issues(issue=target, others=[mine], by=cast("worker"))
    triage.accept_issue(issue=target, by=cast("worker"), reply="下周开会商量。")
    look_up(client, mine)
    page = client.get(f"/track/{mine.pk}/").content.decode()
    assert "并在一起办，一共 2 户遇到" in page
    assert "下周开会商量" in page
    assert page.count("您报了这件事") == 1
    assert "烧黑" not in page


def test_what_the_four_parties_said_is_public(client, estate, cast):
    from tests.deliberation.test_chain import resolve

    issue = report(estate)
    triage.accept_issue(issue=issue, by=cast("worker"))
    resolve(issue, cast("worker"))
    look_up(client, issue)
    page = client.get(f"/track/{issue.pk}/").content.decode()
    assert "在 3 栋车棚装四个充电桩" in page
    assert "〔条件" not in page
    assert "业委会<span>附条件</span>" in page


def test_many_events_cost_no_more_queries(client, estate, cast):
    counts = []
    for notes in (3, 30):
        issue = report(estate)
        for number in range(notes):
            triage.add_note(issue=issue, by=cast("worker"), words=f"第{number}次", is_public=True)
        look_up(client, issue)
        with _counted() as queries:
            client.get(f"/track/{issue.pk}/")
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 20


def _counted():
    return CaptureQueriesContext(connection)


# ----- photos -------------------------------------------------------------------------------


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
        with _counted() as queries:
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
        with _counted() as queries:
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
