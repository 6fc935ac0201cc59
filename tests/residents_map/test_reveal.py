"""查看: one field, one reason, one line in the log; children only after somebody agreed."""

from datetime import date, timedelta

import pytest
from django.db import DatabaseError, connection
from django.urls import reverse
from django.utils import timezone

from residents_map.models import ChildLook
from residents_map.services import reveals
from stations.models import Act, Duty, Message
from tests.residents_map.rows import PHONE, household_in, identity_number, person_in
from tests.support.duties import assert_duties_are_true

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


@pytest.fixture
def worker(cast):
    cast("secretary")
    return cast("worker")


@pytest.fixture
def household(estate, worker):
    return household_in(estate, worker)


@pytest.fixture
def person(household, worker):
    return person_in(household, worker, health="糖尿病，打胰岛素")


@pytest.fixture
def child(household, person, worker):
    number = identity_number(date(2019, 6, 1), 5)
    return person_in(
        household, worker, name="刘小满", identity_number=number, phone="", birth_on=None
    )


def address(person, name="reveal"):
    return reverse(f"residents_map:{name}", args=[person.pk])


def acts(verb="residents_map.reveal_"):
    return Act.objects.filter(verb__startswith=verb)


def test_a_field_is_shown_once_and_written_down_once(person, household, sign_in):
    client = sign_in("worker")
    asking = client.get(address(person), {"field": "phone"}, headers=HTMX).content.decode()
    assert "走访前联系" in asking
    assert PHONE not in asking
    assert not acts().exists()
    answer = client.post(address(person), {"field": "phone", "reason": "visit"}, headers=HTMX)
    assert PHONE in answer.content.decode()
    assert answer["Cache-Control"] == "no-store"
    act = acts().get()
    assert (act.verb, act.on_id) == ("residents_map.reveal_phone", household.pk)
    assert act.detail == {"person": person.pk, "reason": "走访前联系", "why": "visit"}
    home = reverse("residents_map:home", args=[household.home_id])
    for again in (
        home,
        address(person) + "?field=phone",
        address(person) + "?field=phone&masked=1",
    ):
        assert PHONE not in client.get(again).content.decode()
    assert acts().count() == 1


def test_without_a_reason_nothing_is_shown(person, sign_in):
    answer = sign_in("worker").post(address(person), {"field": "phone"}, headers=HTMX)
    assert answer.status_code == 422
    assert "选一个理由" in answer.content.decode()
    assert PHONE not in answer.content.decode()
    assert not acts().exists()


def test_without_javascript_the_page_goes_away_by_itself(person, household, sign_in):
    answer = sign_in("worker").post(address(person), {"field": "health", "reason": "emergency"})
    assert "胰岛素" in answer.content.decode()
    assert answer["Refresh"] == f"600; url=/map/homes/{household.home_id}/"


@pytest.mark.parametrize("field", ["", "uuid", "phone_index", "name_sealed"])
def test_only_protected_fields_are_asked_for(field, person, sign_in):
    assert sign_in("worker").get(address(person), {"field": field}).status_code == 400


def test_who_may_not_ask(person, sign_in, other_estate):
    facts = {"field": "phone", "reason": "visit"}
    for who, status in {"sibling_worker": 404, "officer": 404, "admin": 404}.items():
        answer = sign_in(who).post(address(person), facts)
        assert answer.status_code == status, who
        assert PHONE not in answer.content.decode()
    assert not acts().exists()


def test_when_the_log_cannot_be_written_nothing_is_shown(person, household, sign_in):
    """D4: fails closed."""
    client = sign_in("worker")
    client.raise_request_exception = False
    home = reverse("residents_map:home", args=[household.home_id])
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(
            "CREATE FUNCTION pg_temp.full_disk() RETURNS trigger LANGUAGE plpgsql AS"
            " $$ BEGIN RAISE EXCEPTION 'no room'; END $$"
        )
        cursor.execute(
            "CREATE TRIGGER full_disk BEFORE INSERT ON stations_act"
            " FOR EACH ROW EXECUTE FUNCTION pg_temp.full_disk()"
        )
    facts = {"field": "phone", "reason": "visit"}
    for answer in (
        client.post(address(person), facts, headers=HTMX),
        client.get(home),
        client.post(reverse("residents_map:search"), {"q": "刘桂芳"}),
    ):
        assert answer.status_code in (500, 503)
        assert PHONE not in answer.content.decode()
        assert "刘桂芳" not in answer.content.decode()
        assert "刘*芳" not in answer.content.decode()
    assert DatabaseError  # what the act log raised stays inside


def test_the_secretary_hears_once_a_day(person, cast, worker):
    for field in ("phone", "health", "phone"):
        reveals.reveal_field(person=person, field=field, by=worker, reason="visit")
    told = Message.objects.filter(recipient=cast("secretary"))
    assert [message.key.split(":")[0] for message in told] == ["residents_map.looked"]
    assert PHONE not in f"{told[0].title}{told[0].body}{told[0].url}"
    assert not Message.objects.filter(recipient=worker).exists()


def test_more_than_thirty_an_hour_alarm_the_secretary_once(person, cast, worker):
    def alarms():
        return Message.objects.filter(key__startswith="residents_map.many_looks").count()

    for _ in range(30):
        reveals.reveal_field(person=person, field="phone", by=worker, reason="visit")
    assert alarms() == 0
    for _ in range(4):
        reveals.reveal_field(person=person, field="phone", by=worker, reason="visit")
    assert alarms() == 1


def test_a_childs_data_wait_for_the_secretary(child, household, cast, sign_in, worker):
    client = sign_in("worker")
    home = reverse("residents_map:home", args=[household.home_id])
    assert "申请看" in client.get(home).content.decode()
    facts = {"field": "name", "reason": "visit"}
    assert client.post(address(child), facts, headers=HTMX).status_code == 404
    with pytest.raises(Exception, match="书记同意"):
        reveals.reveal_field(person=child, field="name", by=worker, reason="visit")
    assert client.post(address(child, "child_look_ask"), {"reason": "check"}).status_code == 302
    assert client.post(address(child, "child_look_ask"), {"reason": "check"}).status_code == 422
    look = ChildLook.objects.get()
    duty = Duty.objects.open().get(kind="residents_map.child_look")
    assert (duty.object_id, duty.role) == (look.pk, "secretary")
    assert "小满" not in duty.title
    assert_duties_are_true()
    assert client.post(address(look, "child_look"), {"is_agreed": "yes"}).status_code == 403
    secretary = sign_in("secretary")
    assert "想看一个孩子的资料" in secretary.get(address(look, "child_look")).content.decode()
    assert secretary.post(address(look, "child_look"), {"is_agreed": "yes"}).status_code == 302
    assert secretary.post(address(look, "child_look"), {"is_agreed": "no"}).status_code == 422
    assert_duties_are_true()
    assert Message.objects.filter(recipient=worker, key__contains="child_look").count() == 1
    client = sign_in("worker")
    assert "书记同意您看到" in client.get(home).content.decode()
    assert "刘小满" in client.post(address(child), facts, headers=HTMX).content.decode()
    assert acts("residents_map.reveal_name").count() == 1
    # The colleague asked for nothing, and a day later it is over for everybody.
    assert sign_in("colleague").post(address(child), facts).status_code == 404
    ChildLook.objects.update(until=timezone.now() - timedelta(minutes=1))
    assert sign_in("worker").post(address(child), facts).status_code == 404


def test_a_refusal_shows_nothing(child, cast, worker):
    look = reveals.ask_child_look(person=child, by=worker, reason="visit")
    reveals.answer_child_look(look=look, by=cast("secretary"), is_agreed=False)
    assert not reveals.may_see_child(child, worker)
    assert "没有同意" in Message.objects.get(recipient=worker).body


def test_nobody_agrees_to_their_own(child, cast, worker, community):
    from stations.choices import Role
    from tests.factories import PostingFactory

    secretary = cast("secretary")
    with pytest.raises(Exception, match="自己不能同意自己"):
        reveals.ask_child_look(person=child, by=secretary, reason="visit")
    second = PostingFactory(area=community, role=Role.SECRETARY).user
    look = reveals.ask_child_look(person=child, by=secretary, reason="visit")
    with pytest.raises(Exception, match="另一位书记"):
        reveals.answer_child_look(look=look, by=secretary, is_agreed=True)
    reveals.answer_child_look(look=look, by=second, is_agreed=True)
    assert reveals.may_see_child(child, secretary)


def test_the_page_of_looks_says_who_what_and_why(person, household, sign_in, worker):
    client = sign_in("worker")
    client.get(reverse("residents_map:home", args=[household.home_id]))
    reveals.reveal_field(person=person, field="health", by=worker, reason="emergency")
    text = client.get(reverse("residents_map:looks", args=[household.home_id])).content.decode()
    for words in ("worker", "打开一户", "看身体情况", "刘*芳", "应急"):
        assert words in text
    assert "胰岛素" not in text


def test_another_reason_needs_a_few_words(person, household, sign_in, worker):
    client = sign_in("worker")
    facts = {"field": "phone", "reason": "other"}
    for words in ("", "   ", "字" * 41):
        refused = client.post(address(person), facts | {"words": words}, headers=HTMX)
        assert refused.status_code == 422
        assert PHONE not in refused.content.decode()
    assert not acts().exists()
    shown = client.post(address(person), facts | {"words": "楼上 漏水找她关阀门"}, headers=HTMX)
    assert PHONE in shown.content.decode()
    act = acts().get()
    assert (act.detail["why"], act.detail["words"]) == ("other", "楼上 漏水找她关阀门")
    looks = client.get(reverse("residents_map:looks", args=[household.home_id])).content.decode()
    assert "别的：楼上 漏水找她关阀门" in looks


@pytest.mark.parametrize("words", ["打13900000002问问", "990000194003070012", "刘桂芳家里的事"])
def test_the_words_hold_nobodys_name_or_number(words, person, sign_in):
    facts = {"field": "phone", "reason": "other", "words": words}
    answer = sign_in("worker").post(address(person), facts, headers=HTMX)
    assert answer.status_code == 422
    assert "请去掉" in answer.content.decode()
    assert not acts().exists()


def test_the_other_reasons_keep_no_words(person, worker):
    reveals.reveal_field(
        person=person, field="phone", by=worker, reason="visit", words="13900000002"
    )
    assert "words" not in acts().get().detail


def test_the_secretary_reads_the_words_of_who_asks_for_a_child(child, cast, sign_in, worker):
    page = address(child, "child_look_ask")
    client = sign_in("worker")
    assert client.post(page, {"reason": "other"}).status_code == 422
    assert client.post(page, {"reason": "other", "words": "入学登记"}).status_code == 302
    look = ChildLook.objects.get()
    duty = Duty.objects.open().get(kind="residents_map.child_look")
    assert duty.subtitle == "为了别的：入学登记"
    asked = sign_in("secretary").get(reverse("residents_map:child_look", args=[look.pk]))
    assert "别的：入学登记" in asked.content.decode()
