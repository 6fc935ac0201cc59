"""公示、回访、免一环、销号、回头看 by browser."""

from datetime import timedelta

import pytest
from django.utils import timezone

from deliberation.choices import State
from deliberation.models import Issue, Notice, Waiver
from deliberation.services import closing, tasks, triage
from tests.factories import report

pytestmark = pytest.mark.django_db

COMMUNITY = {
    "worker": 302,
    "secretary": 302,
    "officer": 403,
    "district": 404,
    "volunteer": 404,
    "admin": 404,
    "sibling_worker": 404,
    "sibling_secretary": 404,
    "stranger": 404,
    "anonymous": "login",
}
SECRETARY = COMMUNITY | {"worker": 403}
WORDS = {"title": "充电桩装好了", "body": "四个充电桩通电了。", "days": "15"}


def done(estate, cast, **more):
    issue = report(estate, **more)
    triage.accept_issue(issue=issue, by=cast("worker"))
    triage.route_directly(
        issue=issue,
        by=cast("worker"),
        title="换插座",
        responsible="property",
        due_at=timezone.now() + timedelta(days=5),
    )
    task = issue.tasks.get()
    tasks.finish_task(task=task, by=cast("worker"), words="换好了，试过能用")
    tasks.verify_task(task=task, by=cast("colleague"))
    issue.refresh_from_db()
    return issue


def noticed(estate, cast):
    issue = done(estate, cast)
    closing.publish_notice(issue=issue, by=cast("worker"), title="换好了", body="换好了。")
    return issue


def rated(estate, cast, level=5):
    issue = noticed(estate, cast)
    closing.rate_issue(issue=issue, level=level)
    return issue


def closed(estate, cast):
    issue = rated(estate, cast)
    closing.close_issue(issue=issue, by=cast("secretary"))
    return issue


def quiet(estate, cast):
    return done(estate, cast, consent_public=False)


def angry(estate, cast):
    return rated(estate, cast, level=1)


# act: (the issue, who may, what is posted, the state afterwards)
ACTS = {
    "publish": (done, COMMUNITY, WORDS | {"publish": "1"}, State.NOTICED),
    "skip-notice": (quiet, COMMUNITY, {}, State.NOTICED),
    "call-back": (angry, COMMUNITY, {"words": "说清楚了"}, State.ACCEPTED),
    "waive": (noticed, SECRETARY, {"link": "rating", "reason": "搬走了"}, State.RATED),
    "close": (rated, SECRETARY, {"words": ""}, State.CLOSED),
    "reinspect": (closed, COMMUNITY, {"held": "yes", "words": "没有反弹"}, State.CLOSED),
}
TABLE = [
    (act, who, status) for act, (_, access, *_) in ACTS.items() for who, status in access.items()
]


@pytest.mark.parametrize(("act", "who", "status"), TABLE)
def test_who_may(estate, cast, sign_in, act, who, status):
    prepare, _, posted, after = ACTS[act]
    issue = prepare(estate, cast)
    before = Issue.objects.get(pk=issue.pk).state
    response = sign_in(who).post(f"/issues/{issue.pk}/{act}/", posted)
    assert response.status_code == (302 if status == "login" else status)
    assert Issue.objects.get(pk=issue.pk).state == (after if status == 302 else before)
    if status == 302:
        assert sign_in(who).get(f"/issues/{issue.pk}/").status_code == 200


@pytest.mark.parametrize(
    ("act", "prepare", "posted", "sentence"),
    [
        ("skip-notice", done, {}, "请公示办理结果"),
        ("call-back", rated, {"words": "说清楚了"}, "没有要回访的评价"),
        ("waive", noticed, {"link": "rating", "reason": ""}, "这一项要填"),
        ("close", noticed, {"words": "办好了，请销"}, "居民评议"),
        ("reinspect", rated, {"held": "yes", "words": "没有反弹的样子"}, "不用回头看"),
    ],
)
def test_refused_keeps_what_was_typed(estate, cast, sign_in, act, prepare, posted, sentence):
    issue = prepare(estate, cast)
    before = Issue.objects.get(pk=issue.pk).state
    response = sign_in("secretary").post(f"/issues/{issue.pk}/{act}/", posted)
    page = response.content.decode()
    assert response.status_code == 422
    assert sentence in page
    assert posted.get("words", "") in page
    assert Issue.objects.get(pk=issue.pk).state == before


@pytest.mark.parametrize("act", ["skip-notice", "call-back", "waive", "close", "reinspect"])
def test_acts_are_only_posted(estate, sign_in, act):
    assert sign_in("secretary").get(f"/issues/{report(estate).pk}/{act}/").status_code == 405


def test_publishing_begins_with_the_words_about_the_work(estate, cast, sign_in):
    issue = done(estate, cast)
    client = sign_in("worker")
    assert client.get(f"/issues/{issue.pk}/").context["lead"]["label"] == "公示结果"
    page = client.get(f"/issues/{issue.pk}/publish/").content.decode()
    assert "换好了，试过能用" in page
    assert 'name="publish"' not in page  # first look, then publish


def test_preview_shows_it_as_the_public_will_see_it_and_publishes_nothing(estate, cast, sign_in):
    issue = done(estate, cast)
    preview = sign_in("worker").post(f"/issues/{issue.pk}/publish/", WORDS | {"preview": "1"})
    page = preview.content.decode()
    assert preview.status_code == 200
    assert '<article class="notice as-public">' in page
    assert "四个充电桩通电了。" in page
    assert 'name="publish"' in page
    assert not Notice.objects.exists()


@pytest.mark.parametrize("button", ["preview", "publish"])
@pytest.mark.parametrize(
    ("body", "marked"),
    [
        ("有事打 13900006021 找物业。", "13900006021"),
        ("周桂兰说好用。", "周桂兰"),
        ("湘B·12345 已经挪走。", "湘B·12345"),
    ],
)
def test_personal_data_is_marked_and_refused(estate, cast, sign_in, button, body, marked):
    issue = done(estate, cast)
    response = sign_in("worker").post(
        f"/issues/{issue.pk}/publish/", WORDS | {"body": body, button: "1"}
    )
    page = response.content.decode()
    assert response.status_code == 422
    assert f"<mark>{marked}</mark>" in page
    assert 'name="publish"' not in page
    assert not Notice.objects.exists()


def test_publishing_is_at_least_15_days(estate, cast, sign_in):
    issue = done(estate, cast)
    response = sign_in("worker").post(
        f"/issues/{issue.pk}/publish/", WORDS | {"days": "14", "publish": "1"}
    )
    assert response.status_code == 422
    assert not Notice.objects.exists()


def test_publishing_takes_only_photos_of_the_issue(estate, cast, sign_in):
    issue = done(estate, cast)
    response = sign_in("worker").post(
        f"/issues/{issue.pk}/publish/",
        WORDS | {"publish": "1", "before": "00000000-0000-0000-0000-000000000000"},
    )
    assert response.status_code == 422


def test_an_issue_that_is_not_done_has_nothing_to_publish(estate, sign_in):
    issue = report(estate)
    response = sign_in("worker").get(f"/issues/{issue.pk}/publish/")
    assert response.url == f"/issues/{issue.pk}/"


def test_without_consent_only_skipping_is_offered(estate, cast, sign_in):
    page = sign_in("worker").get(f"/issues/{quiet(estate, cast).pk}/")
    assert page.context["main"]["act"].key == "skip-notice"
    assert page.context["lead"] is None


def test_a_low_rating_puts_the_call_first(estate, cast, sign_in):
    page = sign_in("worker").get(f"/issues/{angry(estate, cast).pk}/")
    assert page.context["main"]["act"].key == "call-back"


def test_the_secretary_sees_what_a_close_still_needs(estate, cast, sign_in):
    issue = noticed(estate, cast)
    page = sign_in("secretary").get(f"/issues/{issue.pk}/")
    assert {link["label"]: link["state"] for link in page.context["links"]} == {
        "验收过的任务": "there",
        "公示": "there",
        "居民评议": "missing",
    }
    sign_in("secretary").post(
        f"/issues/{issue.pk}/waive/", {"link": "rating", "reason": "搬走了，联系不上"}
    )
    assert Waiver.objects.get().by == cast("secretary")
    assert "搬走了，联系不上" in sign_in("worker").get(f"/issues/{issue.pk}/").content.decode()


def test_staff_cannot_rate_but_are_told_what_to_say(estate, cast, sign_in):
    page = sign_in("worker").get(f"/issues/{noticed(estate, cast).pk}/").content.decode()
    assert "站里不代评" in page
    assert 'name="level"' not in page


def test_a_problem_that_came_back_is_opened_again(estate, cast, sign_in):
    issue = closed(estate, cast)
    sign_in("worker").post(
        f"/issues/{issue.pk}/reinspect/", {"held": "no", "words": "又烧黑了一个"}
    )
    assert Issue.objects.get(pk=issue.pk).state == State.ACCEPTED
