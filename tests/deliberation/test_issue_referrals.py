"""转出去: what an issue's page offers others to help with; the issue goes on in its own chain."""

import uuid

import pytest
from django.core.exceptions import ValidationError

from deliberation.choices import Channel, State
from deliberation.models import Event, Issue
from deliberation.services import triage
from stations.models import Act, Referral
from stations.registries import handovers, referrals
from stations.services.referring import came_from, refer, taken_over
from tests.factories import BuildingFactory, EntranceFactory, HomeFactory, report
from volunteers.models import Need, Wish

pytestmark = pytest.mark.django_db

PHONE = "13900006021"
TEXT = f"老人下不了楼，想请人帮着买米。打{PHONE}找周桂兰。"
OTHERS = ("volunteers.wish", "volunteers.need")


@pytest.fixture
def home(estate):
    entrance = EntranceFactory(building=BuildingFactory(area=estate))
    return HomeFactory(entrance=entrance, number="402")


@pytest.fixture
def issue(estate, home):
    return report(estate, text=TEXT, entrance=home.entrance, door="402")


def page_of(client, issue):
    return client.get(f"/issues/{issue.pk}/").content.decode()


def sent(kind="volunteers.need", text="老人要个轮椅"):
    return {"kind": kind, "text": text, "token": str(uuid.uuid4())}


def post(client, issue, **more):
    return client.post(f"/issues/{issue.pk}/refer/", sent(**more))


def give(issue, user, who=""):
    return handovers["deliberation.issue"].give(issue.pk, user, who)


# the page


@pytest.mark.parametrize("who", ["worker", "secretary"])
def test_the_page_offers_what_others_can_help_with(who, issue, sign_in):
    page = page_of(sign_in(who), issue)
    assert f'href="/orders/new/?from=deliberation.issue:{issue.pk}"' in page
    for key in ("volunteers.order", *OTHERS):
        assert referrals[key].label in page
    assert "帮一把的事" in page and "诉求还在这里，不会因此销号" in page
    assert "转成诉求" not in page
    offers = page[page.index('id="refer"') :]
    assert "想请人帮着买米" in offers and PHONE not in offers and "周桂兰" not in offers


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("officer", 403),
        ("district", 404),
        ("volunteer", 404),
        ("sibling_worker", 404),
        ("stranger", 404),
    ],
)
def test_who_may_not_act_is_offered_nothing(who, status, issue, cast, sign_in):
    client = sign_in(who)
    assert 'id="refer"' not in page_of(client, issue)
    assert post(client, issue).status_code == status
    assert give(issue, cast(who)) is None
    assert not Referral.objects.exists() and not Need.objects.exists()


def test_in_every_unsolved_state_and_in_no_other(issue, cast, sign_in):
    client, worker = sign_in("worker"), cast("worker")
    assert 'id="refer"' in page_of(client, issue)
    triage.accept_issue(issue=issue, by=worker)
    assert 'id="refer"' in page_of(client, issue)
    triage.pass_to_street(issue=issue, by=worker, reason="要供电局")
    assert 'id="refer"' in page_of(client, issue)
    Issue.objects.filter(pk=issue.pk).update(state=State.RETURNED)
    assert 'id="refer"' not in page_of(client, issue)
    answer = post(client, issue)
    assert answer.status_code == 422 and "不用再转了" in answer.content.decode()
    assert not Need.objects.exists() and not Referral.objects.exists()


@pytest.mark.parametrize(("key", "model"), list(zip(OTHERS, (Wish, Need), strict=True)))
def test_a_few_words_raise_it_and_both_sides_follow(key, model, issue, cast, sign_in):
    client = sign_in("worker")
    asked = sent(kind=key)
    for _ in range(3):
        assert client.post(f"/issues/{issue.pk}/refer/", asked).status_code == 302
    thing = model.objects.get()
    (back,) = came_from(thing, cast("worker"))
    assert (back.title, back.url, back.state) == (issue.title, f"/issues/{issue.pk}/", "来自诉求")
    page = page_of(client, issue)
    assert "转出去的" in page and thing.get_absolute_url() in page
    assert thing.get_state_display() in page
    issue.refresh_from_db()
    assert issue.state == State.RECEIVED and issue.due_at  # its own chain goes on
    line = Event.objects.get(issue=issue, kind="referred")
    assert (line.words, line.public_words) == (referrals[key].label, "")
    assert Act.objects.filter(verb="deliberation.referred").count() == 1


def test_a_need_says_that_an_issue_told_of_it(issue, sign_in):
    post(sign_in("worker"), issue)
    assert Need.objects.get().source == "issue"


@pytest.mark.parametrize("words", [f"打{PHONE}", "周桂兰要买米", "微信lgf123456"])
def test_nobody_leaves_with_the_words(words, issue, sign_in):
    answer = post(sign_in("worker"), issue, text=words)
    assert answer.status_code == 422 and "请去掉" in answer.content.decode()
    assert words in answer.content.decode() and not Need.objects.exists()


@pytest.mark.parametrize("kind", ["", "deliberation.issue", "volunteers.order", "nothing\x00"])
def test_what_is_not_raised_by_a_few_words(kind, issue, sign_in):
    assert post(sign_in("worker"), issue, kind=kind).status_code == 302
    assert not Referral.objects.exists() and Issue.objects.count() == 1


def test_what_was_raised_costs_the_page_few_queries(
    issue, cast, sign_in, django_assert_max_num_queries
):
    client = sign_in("worker")
    page_of(client, issue)
    with django_assert_max_num_queries(60) as counted:
        page_of(client, issue)
    before = len(counted)
    for _ in range(4):
        for key in OTHERS:
            post(client, issue, kind=key)
    page_of(client, issue)  # the messages of the acts are read
    with django_assert_max_num_queries(before + 2):  # one for each kind of thing
        page_of(client, issue)


# what others take over


def test_an_order_is_told_in_public_that_help_is_sought(issue, cast):
    triage.note_passed_on(issue=issue, kind=referrals["volunteers.order"], by=cast("worker"))
    line = Event.objects.get(issue=issue, kind="referred")
    assert line.public_words == "社区正在请志愿者来帮忙。"
    triage.note_passed_on(issue=issue, kind=referrals["volunteers.wish"], by=cast("worker"))
    assert Event.objects.filter(issue=issue, kind="referred").public().count() == 1


def test_what_is_solved_is_not_passed_on(issue, cast):
    Issue.objects.filter(pk=issue.pk).update(state=State.DONE)
    with pytest.raises(ValidationError, match="不用再转了"):
        triage.note_passed_on(issue=issue, kind=referrals["volunteers.order"], by=cast("worker"))


def test_what_an_issue_hands_over(issue, home, estate, cast):
    worker = cast("worker")
    kind, source = taken_over(f"deliberation.issue:{issue.pk}", worker)
    assert (kind.label, source.title, source.url) == ("诉求", issue.title, f"/issues/{issue.pk}/")
    assert (source.area, source.home, source.entrance) == (estate, home, home.entrance)
    assert source.building == home.entrance.building
    assert "想请人帮着买米" in source.text and PHONE not in source.text
    assert not Act.objects.filter(verb="deliberation.reveal_phone").exists()  # nobody looked yet
    assert source.contact() == {"name": "周桂兰", "phone": PHONE, "door": "402"}
    (look,) = Act.objects.filter(verb="deliberation.reveal_phone")
    assert (look.by, look.on_id) == (worker, issue.pk)
    assert look.detail["reason"] == "转成别的单子" and PHONE not in str(look.detail)


def test_without_a_phone_there_is_no_look(estate, cast):
    issue = report(estate, name="", phone="")
    assert give(issue, cast("worker")).contact() == {"name": "", "phone": "", "door": ""}
    assert not Act.objects.filter(verb="deliberation.reveal_phone").exists()


def test_a_home_only_where_entrance_and_door_say_one(estate, home, cast):
    for facts in ({"door": "402"}, {"entrance": home.entrance, "door": "403"}):
        assert give(report(estate, **facts), cast("worker")).home is None


@pytest.mark.parametrize("source", ["", "deliberation.issue", "deliberation.issue:x", "a.b:1"])
def test_a_strange_source_is_none(source, cast):
    assert taken_over(source, cast("worker")) is None


# what an order really was


def test_an_issue_out_of_an_order_keeps_its_place(issue, home, cast, estate, sign_in):
    from tests.volunteers.order_rows import order_in

    order = order_in(estate, entrance=home.entrance)
    raised = refer(
        kind="deliberation.issue",
        from_obj=order,
        area=estate,
        home=None,
        building=order.building,
        entrance=order.entrance,
        text="楼道灯不亮",
        by=cast("worker"),
        token=uuid.uuid4(),
    )
    assert (raised.channel, raised.entrance) == (Channel.ORDER, home.entrance)
    assert raised.building == home.entrance.building
    page = page_of(sign_in("worker"), raised)
    assert "点单转来" in page and order.get_absolute_url() in page
    assert "要回话，请打开来的那一单看电话。" in page
    page = page_of(sign_in("officer"), raised)
    assert "点单转来" in page and order.get_absolute_url() not in page
    assert "请打开来的那一单" not in page
    assert "请打开来的那一单" not in page_of(sign_in("worker"), issue)
