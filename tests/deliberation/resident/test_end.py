"""From the rating to the end, as the resident sees it."""

import pytest

from deliberation.choices import State
from deliberation.services import triage
from tests.deliberation.resident.rows import counted, look_up
from tests.factories import report

pytestmark = pytest.mark.django_db


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
        with counted() as queries:
            client.get(f"/track/{issue.pk}/")
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 20
