"""也遇到 and 查进度: what neighbours and whoever has the code may see and do."""

import uuid
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from deliberation.choices import State
from deliberation.models import MeToo
from deliberation.services import gate, intake, triage
from stations.foundation.codes import code_from
from tests.deliberation.resident.rows import NAME, PHONE, jpeg, look_up
from tests.factories import report

pytestmark = pytest.mark.django_db


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
