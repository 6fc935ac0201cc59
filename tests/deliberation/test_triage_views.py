"""受理与分派 by browser: each act's access table, a happy and a refused case."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from deliberation.choices import State
from deliberation.models import Issue
from deliberation.services import intake, triage
from stations.models import Act
from tests.factories import BuildingFactory, EntranceFactory, meeting_at, report

pytestmark = pytest.mark.django_db

COMMUNITY = {
    "worker": 302,
    "secretary": 302,
    "officer": 403,
    "district": 404,
    "volunteer": 404,
    "admin": 404,
    "sibling_worker": 404,
    "stranger": 404,
    "anonymous": "login",
}
STAFF = COMMUNITY | {"officer": 302}
STREET = COMMUNITY | {"worker": 403, "secretary": 403, "officer": 302}


def in_days(days):
    return (timezone.localdate() + timedelta(days=days)).isoformat()


def task(**more):
    return {"title": "换插座", "responsible": "property", "due_at": in_days(5)} | more


def accepted(issue, cast):
    triage.accept_issue(issue=issue, by=cast("colleague"))


def deliberating(issue, cast):
    accepted(issue, cast)
    triage.put_before_parties(issue=issue, by=cast("colleague"))


def handling(issue, cast):
    accepted(issue, cast)
    triage.route_directly(
        issue=issue,
        by=cast("colleague"),
        title="换插座",
        responsible="property",
        due_at=timezone.now() + timedelta(days=5),
    )


def at_street(issue, cast):
    accepted(issue, cast)
    triage.pass_to_street(issue=issue, by=cast("colleague"), reason="要供电局")


def as_it_came(issue, cast):
    pass


# act: (how the issue gets there, who may, what is posted, what is refused and why)
ACTS = {
    "accept": (
        as_it_came,
        COMMUNITY,
        {"reply": "明天来看。"},
        {"reply": "打 13900006021"},
        "手机号",
    ),
    "ask": (as_it_came, COMMUNITY, {"question": "是哪一排？"}, {"question": ""}, "这一项要填。"),
    "return": (as_it_came, COMMUNITY, {"reason": "归供电局管。"}, {"reason": ""}, "这一项要填。"),
    "correct": (
        as_it_came,
        COMMUNITY,
        {"title": "车棚插座", "category": "fire", "where": ""},
        {"title": "", "category": "fire"},
        "这一项要填。",
    ),
    "direct": (accepted, COMMUNITY, task(), task(due_at=in_days(-3)), "期限要在今天以后"),
    "parties": (accepted, COMMUNITY, {"meeting": ""}, {"meeting": "99999"}, "选一个列出来的"),
    "street": (accepted, COMMUNITY, {"reason": "要供电局"}, {"reason": ""}, "这一项要填。"),
    "answer": (
        at_street,
        STREET,
        {"words": "已协调供电局", "is_solved": "yes"},
        {"words": "请打 13900006021", "is_solved": "no"},
        "手机号",
    ),
    "send-back": (at_street, STREET, {"reason": "先摸底"}, {"reason": ""}, "这一项要填。"),
    "task": (handling, STAFF, task(), task(title="长" * 61), "60"),
    "note": (
        as_it_came,
        STAFF,
        {"words": "看过现场"},
        {"words": "业主电话 13900006021", "is_public": "on"},
        "手机号",
    ),
}
TABLE = [
    (act, who, status) for act, (_, access, *_) in ACTS.items() for who, status in access.items()
]


@pytest.mark.parametrize(("act", "who", "status"), TABLE)
def test_who_may(estate, cast, sign_in, act, who, status):
    prepare, _, posted, *_ = ACTS[act]
    issue = report(estate)
    prepare(issue, cast)
    response = sign_in(who).post(f"/issues/{issue.pk}/{act}/", posted)
    if status == "login":
        assert response.status_code == 302
        assert "/account/login/" in response.url
    else:
        assert response.status_code == status
    if status == 302:
        assert response.url == f"/issues/{issue.pk}/"
        assert sign_in(who).get(response.url).status_code == 200


@pytest.mark.parametrize("act", ACTS)
def test_refused_keeps_what_was_typed(estate, cast, sign_in, act):
    prepare, access, _, posted, sentence = ACTS[act]
    issue = report(estate)
    prepare(issue, cast)
    before = Issue.objects.get(pk=issue.pk).state
    who = "worker" if access["worker"] == 302 else "officer"
    response = sign_in(who).post(f"/issues/{issue.pk}/{act}/", posted)
    page = response.content.decode()
    assert response.status_code == 422
    assert sentence in page
    for value in posted.values():
        if len(value) > 5:
            assert value in page
    assert Issue.objects.get(pk=issue.pk).state == before


@pytest.mark.parametrize("act", [*ACTS, "merge", "agenda", "undo", "reveal"])
def test_acts_are_only_posted(estate, sign_in, act):
    issue = report(estate)
    who = "officer" if act in ("answer", "send-back") else "worker"
    assert sign_in(who).get(f"/issues/{issue.pk}/{act}/").status_code == 405


def test_refused_act_stands_open(estate, cast, sign_in):
    issue = report(estate)
    page = sign_in("worker").post(f"/issues/{issue.pk}/return/", {"reason": ""}).content.decode()
    assert '<details class="act" id="return" open>' in page
    assert '<details class="act" id="ask">' in page


def test_an_act_is_unfolded_when_asked_for(estate, sign_in):
    """By its address, or by htmx as a part; the part is what the page then shows."""
    issue, client = report(estate), sign_in("worker")
    address = f"/issues/{issue.pk}/"
    closed = client.get(address).content.decode()
    assert f'hx-get="{address}?act=return"' in closed
    assert f'href="{address}?act=return#return"' in closed
    assert f'action="{address}return/"' not in closed
    whole = client.get(f"{address}?act=return").content.decode()
    assert '<details class="act" id="return" open>' in whole
    part = client.get(f"{address}?act=return", headers={"HX-Request": "true"}).content.decode()
    assert part.strip().startswith("<form")
    assert without_token(part) in without_token(whole)


def without_token(markup):
    return re.sub(r'(csrfmiddlewaretoken" value=")\w+', r"\1", markup).strip()


@pytest.mark.parametrize(
    ("who", "act"),
    [("worker", "close"), ("worker", "nonsense"), ("officer", "return"), ("worker", "note")],
)
def test_an_act_that_cannot_be_done_has_no_form(estate, sign_in, who, act):
    address = f"/issues/{report(estate).pk}/?act={act}"
    part = sign_in(who).get(address, headers={"HX-Request": "true"}).content.decode()
    assert "<form" not in part
    assert "不能办" in part
    whole = sign_in(who).get(address)
    assert whole.status_code == 200
    assert " open>" not in whole.content.decode()


def test_an_act_in_the_wrong_state_is_refused_on_the_page(estate, cast, sign_in):
    """Somebody else was quicker: the sentence stands there, nothing is done twice."""
    issue = report(estate)
    triage.return_issue(issue=issue, by=cast("colleague"), reason="归供电局管")
    response = sign_in("worker").post(f"/issues/{issue.pk}/accept/", {"reply": "来看看"})
    assert response.status_code == 422
    assert Issue.objects.get().state == State.RETURNED


@pytest.mark.parametrize(
    ("who", "keys"),
    [
        ("worker", {"direct", "parties", "street", "ask", "correct", "merge", "return"}),
        ("officer", set()),
    ],
)
def test_only_acts_of_ones_role_are_offered(estate, cast, sign_in, who, keys):
    issue = report(estate)
    accepted(issue, cast)
    context = sign_in(who).get(f"/issues/{issue.pk}/").context
    offered = [*context["others"], *([context["main"]] if context["main"] else [])]
    assert {offer["act"].key for offer in offered} == keys
    assert context["note_form"] is not None


def test_the_officer_is_offered_the_answer(estate, cast, sign_in):
    issue = report(estate)
    at_street(issue, cast)
    assert sign_in("officer").get(f"/issues/{issue.pk}/").context["main"]["act"].key == "answer"
    assert sign_in("worker").get(f"/issues/{issue.pk}/").context["main"] is None


def test_many_households_propose_the_four_parties(estate, cast, sign_in):
    issue = report(estate)
    accepted(issue, cast)
    assert sign_in("worker").get(f"/issues/{issue.pk}/").context["main"]["act"].key == "direct"
    entrance = EntranceFactory(building=BuildingFactory(area=estate, number=3), number=2)
    for number in range(10):
        intake.meet_it_too(issue=issue, who=f"w{number}", entrance=entrance)
    page = sign_in("worker").get(f"/issues/{issue.pk}/")
    assert page.context["main"]["act"].key == "parties"
    assert "10 户也遇到" in page.content.decode()
    assert "3栋2单元" in page.content.decode()


@pytest.mark.parametrize(("who", "status"), (COMMUNITY | {"stranger": 404}).items())
def test_who_merges(estate, sign_in, who, status):
    one, two = report(estate), report(estate)
    response = sign_in(who).post(f"/issues/{one.pk}/merge/", {"others": [two.pk]})
    assert response.status_code == (302 if status == "login" else status)


def test_merge_by_tick_and_by_number(estate, other_estate, sign_in):
    one, two, three = (report(estate) for _ in range(3))
    far = report(other_estate)
    client, url = sign_in("worker"), f"/issues/{one.pk}/merge/"
    for number in (f"SQ-{far.pk}", "SQ-999999", "\x00", "９９", "x" * 20):
        refused = client.post(url, {"number": number})
        assert refused.status_code == 422
    assert client.post(url, {}).status_code == 422
    done = client.post(url, {"others": [two.pk], "number": f"sq {three.pk}"})
    assert done.status_code == 302
    assert Issue.objects.get(pk=one.pk).households == 3
    assert f"SQ-{one.pk}" in client.get(f"/issues/{two.pk}/").content.decode()


@pytest.mark.parametrize(("who", "status"), COMMUNITY.items())
def test_who_puts_on_the_agenda(estate, cast, sign_in, who, status):
    issue = report(estate)
    deliberating(issue, cast)
    meeting = meeting_at(estate, cast("worker"))
    response = sign_in(who).post(f"/issues/{issue.pk}/agenda/", {"meeting": meeting.pk})
    assert response.status_code == (302 if status == "login" else status)
    assert meeting.items.count() == (1 if status == 302 else 0)


def test_put_before_parties_with_a_meeting(estate, cast, sign_in):
    issue = report(estate)
    accepted(issue, cast)
    meeting = meeting_at(estate, cast("worker"))
    client = sign_in("worker")
    assert "还能加 12 项" in client.get(f"/issues/{issue.pk}/?act=parties").content.decode()
    client.post(f"/issues/{issue.pk}/parties/", {"meeting": meeting.pk, "question": "充电桩放哪里"})
    assert meeting.items.get().title == "充电桩放哪里"
    page = client.get(f"/issues/{issue.pk}/")
    assert page.context["lead"]["url"] == f"/meetings/{meeting.pk}/"


def test_task_ends_when_the_office_closes(estate, cast, sign_in):
    issue = report(estate)
    accepted(issue, cast)
    posted = task(user=cast("colleague").pk)
    assert sign_in("worker").post(f"/issues/{issue.pk}/direct/", posted).status_code == 302
    made = issue.tasks.get()
    assert timezone.localtime(made.due_at).strftime("%H:%M") == "17:30"
    assert made.user == cast("colleague")


def test_task_cannot_go_to_the_desk_of_another_community(estate, cast, sign_in):
    issue = report(estate)
    accepted(issue, cast)
    posted = task(user=cast("sibling_worker").pk)
    assert sign_in("worker").post(f"/issues/{issue.pk}/direct/", posted).status_code == 422


def test_undo_is_offered_for_ten_minutes_to_who_did_it(estate, sign_in):
    issue = report(estate)
    client = sign_in("worker")
    done = client.post(f"/issues/{issue.pk}/accept/", {"reply": ""}, follow=True)
    assert f'action="/issues/{issue.pk}/undo/"' in done.content.decode()
    assert sign_in("colleague").post(f"/issues/{issue.pk}/undo/").status_code == 422
    assert sign_in("worker").post(f"/issues/{issue.pk}/undo/").status_code == 302
    assert Issue.objects.get().state == State.RECEIVED
    again = sign_in("worker").post(f"/issues/{issue.pk}/undo/")
    assert again.status_code == 422
    assert "不能撤销" in again.content.decode()


@pytest.mark.parametrize(("who", "status"), (COMMUNITY | {"worker": 422, "secretary": 422}).items())
def test_who_may_undo(estate, sign_in, who, status):
    response = sign_in(who).post(f"/issues/{report(estate).pk}/undo/")
    assert response.status_code == (302 if status == "login" else status)


@pytest.mark.parametrize(("who", "status"), (COMMUNITY | {"worker": 200, "secretary": 200}).items())
def test_who_sees_the_phone_number(estate, sign_in, who, status):
    issue = report(estate)
    response = sign_in(who).post(f"/issues/{issue.pk}/reveal/", {"reason": "回居民的话"})
    assert response.status_code == (302 if status == "login" else status)
    assert ("13900006021" in response.content.decode()) == (status == 200)
    assert Act.objects.filter(verb="deliberation.reveal_phone").count() == (status == 200)


def test_the_phone_number_is_in_one_answer_only(estate, sign_in):
    issue, client = report(estate), sign_in("worker")
    part = client.post(
        f"/issues/{issue.pk}/reveal/", {"reason": "回访"}, headers={"HX-Request": "true"}
    ).content.decode()
    assert "13900006021" in part
    assert "<html" not in part
    page = client.get(f"/issues/{issue.pk}/").content.decode()
    assert "13900006021" not in page
    assert "139****6021" in page
    assert "已经看过 1 次" in page


def test_the_phone_number_needs_a_reason(estate, sign_in):
    response = sign_in("worker").post(f"/issues/{report(estate).pk}/reveal/", {"reason": "好奇"})
    assert response.status_code == 422
    assert "13900006021" not in response.content.decode()
    assert not Act.objects.filter(verb="deliberation.reveal_phone").exists()


def test_timeline_shows_what_was_asked_for(estate, cast, sign_in):
    issue = report(estate)
    triage.add_note(issue=issue, by=cast("worker"), words="内部的话")
    triage.add_note(issue=issue, by=cast("worker"), words="公开的话", is_public=True)
    client = sign_in("worker")

    def shown(which):
        return [
            e.words for e in client.get(f"/issues/{issue.pk}/?log={which}").context["log"]["events"]
        ]

    assert "内部的话" in shown("all")
    assert "公开的话" in shown("all")
    assert "内部的话" not in shown("public")
    assert shown("internal") == ["内部的话"]


def test_correcting_the_place_offers_only_this_estate(estate, other_estate, sign_in):
    issue = report(estate)
    foreign = EntranceFactory(building=BuildingFactory(area=other_estate))
    own = EntranceFactory(building=BuildingFactory(area=estate, number=5), number=1)
    posted = {"title": "车棚插座", "category": "ebike"}
    client, url = sign_in("worker"), f"/issues/{issue.pk}/correct/"
    assert client.post(url, posted | {"where": f"e{foreign.pk}"}).status_code == 422
    assert client.post(url, posted | {"where": f"e{own.pk}"}).status_code == 302
    assert Issue.objects.get(pk=issue.pk).where == "5栋1单元"
