"""The page of a home: who opens it, what it says, what it keeps for itself."""

import re
from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from residents_map.models import Change, Household, Mark, Person
from residents_map.services import people, reveals
from residents_map.services.visits import record_visit
from stations.models import Act
from tests.residents_map.rows import PHONE, home_in, household_in, identity_number, kind, person_in

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}
SECRETS = (PHONE, "9000000", "糖尿病", "胰岛素", "小满", "20190601", "2019-06-01")


@pytest.fixture
def worker(cast):
    return cast("worker")


@pytest.fixture
def household(estate, worker):
    return household_in(estate, worker)


@pytest.fixture
def person(household, worker):
    return person_in(
        household, worker, identity_number=identity_number(order=2), health="糖尿病，打胰岛素"
    )


def page_of(household, name="home"):
    return reverse(f"residents_map:{name}", args=[household.home_id])


def test_who_opens_a_home(household, person, sign_in, other_estate):
    def answer(who):
        return sign_in(who).get(page_of(household)).status_code

    assert {who: answer(who) for who in ("worker", "secretary")} == {
        "worker": 200,
        "secretary": 200,
    }
    assert answer("sibling_worker") == 404
    assert answer("officer") in (403, 404)
    assert answer("anonymous") == 302


def test_the_page_names_adults_and_masks_the_rest(household, person, worker, sign_in):
    child = person_in(household, worker, name="刘小满", birth_on=date(2019, 6, 1), phone="")
    text = sign_in("worker").get(page_of(household)).content.decode()
    assert "刘桂芳" in text
    assert "139****0001" in text
    assert "990***********" in text
    assert child.masked_name in text
    assert "不满14岁" in text
    assert not [secret for secret in (*SECRETS, identity_number(order=2)) if secret in text]


def test_the_part_is_the_page(household, person, sign_in):
    client = sign_in("worker")
    client.get(page_of(household))  # the first look counts one more who looked
    part = client.get(page_of(household), headers=HTMX).content.decode().strip()
    assert part.startswith('<section class="hh" id="home-panel"')
    assert without_token(part) in without_token(client.get(page_of(household)).content.decode())


def without_token(text):
    import re

    return re.sub(r'value="[\w]{64}"', "", text)


def test_opening_is_written_down_once_an_hour(household, person, sign_in, monkeypatch):
    client = sign_in("worker")
    for _ in range(3):
        client.get(page_of(household))
    looks = Act.objects.filter(verb="residents_map.view_household", on_id=household.pk)
    assert looks.count() == 1
    monkeypatch.setattr(reveals, "OPENED_AGAIN_AFTER", timedelta(0))  # an hour later
    client.get(page_of(household))
    assert looks.count() == 2
    sign_in("secretary").get(page_of(household))
    text = client.get(page_of(household)).content.decode()
    assert "近 30 天有 2 人看过这一户" in text


def test_an_empty_home_offers_moving_in(estate, sign_in, worker):
    home = home_in(estate, number="1203")
    client = sign_in("worker")
    text = client.get(reverse("residents_map:home", args=[home.pk])).content.decode()
    assert "这里没有登记人家" in text
    address = reverse("residents_map:move_in", args=[home.pk])
    assert address in text
    answer = client.post(address, {"tenure": "own", "since": "2020-05-01"})
    household = Household.objects.get(home=home)
    assert answer.url == reverse("residents_map:person_new", args=[household.pk])
    assert client.post(address, {"tenure": "own"}).status_code == 422  # somebody lives there


def test_the_number_of_queries_is_constant(household, person, worker, sign_in):
    client = sign_in("worker")
    client.get(page_of(household))

    def count():
        with CaptureQueriesContext(connection) as queries:
            client.get(page_of(household))
        return len(queries)

    before = count()
    for n in range(8):
        person_in(household, worker, name=f"王{n}五", phone="", kinds=[kind("disabled")])
        person_in(household, worker, name=f"王{n}六", birth_on=date(2019, 1, 1), phone="")
        record_visit(
            household=household, by=worker, token=TOKEN.format(n),
            way="door", state="well", words="都好",
        )  # fmt: skip
    assert count() == before


TOKEN = "00000000-0000-4000-8000-00000000000{}"


def form_of(person, **more):
    return {"name": person.name, "kinship": person.kinship, "lives_here": "1"} | more


def test_a_person_is_entered(household, sign_in):
    address = reverse("residents_map:person_new", args=[household.pk])
    number = identity_number(date(1950, 5, 5), 4)
    facts = {
        "name": "王秀英",
        "kinship": "head",
        "lives_here": "1",
        "identity_number": f"{number[:6]} {number[6:]}",
        "phone": "+86 139-0000-0009",
        "kinds": [kind("disabled").pk],
    }
    assert sign_in("worker").post(address, facts).status_code == 302
    person = Person.objects.get(household=household)
    assert (person.birth_on, person.sex) == (date(1950, 5, 5), "f")
    assert person.clear("phone") == "13900000009"
    assert person.clear("identity") == number
    assert Mark.objects.current().filter(person=person).count() == 1


def test_kinds_by_consent_need_it_and_computed_ones_are_not_entered(household, sign_in):
    client = sign_in("worker")
    address = reverse("residents_map:person_new", args=[household.pk])
    facts = {"name": "王秀英", "kinship": "head", "lives_here": "1"}
    facts["kinds"] = [kind("united").pk]
    refused = client.post(address, facts)
    assert refused.status_code == 422
    assert "要本人同意才能登记" in refused.content.decode()
    assert client.post(address, facts | {"kinds": [kind("elder").pk]}).status_code == 422
    assert client.post(address, facts | {"consented": "on"}).status_code == 302
    assert "经本人同意登记" in household.changes.first().what
    assert "统战" not in household.changes.first().what


def test_a_child_needs_a_guardian(household, worker, sign_in):
    address = reverse("residents_map:person_new", args=[household.pk])
    child = {"name": "刘小满", "kinship": "grandchild", "lives_here": "1", "birth_on": "2019-06-01"}
    refused = sign_in("worker").post(address, child)
    assert refused.status_code == 422
    assert "要有监护人" in refused.content.decode()
    person_in(household, worker, name="刘敏", birth_on=date(1980, 1, 1), lives_here=False)
    assert sign_in("worker").post(address, child).status_code == 302
    assert Person.objects.get(kinship="grandchild").name == "刘**"


def test_editing_shows_nothing_protected_and_keeps_what_is_not_typed(person, sign_in):
    client = sign_in("worker")
    address = reverse("residents_map:person_edit", args=[person.pk])
    text = client.get(address).content.decode()
    assert "139****0001" in text
    assert not [secret for secret in (*SECRETS, identity_number(order=2)) if secret in text]
    answer = client.post(address, form_of(person, where="在医院"))
    assert answer.status_code == 302
    person.refresh_from_db()
    assert (person.where, person.clear("phone")) == ("在医院", PHONE)
    assert person.clear("identity") == identity_number(order=2)
    client.post(address, form_of(person, drop_phone="on"))
    person.refresh_from_db()
    assert person.clear("phone") == ""
    assert person.phone_index == person.phone_tail == ""


def test_a_kind_one_may_not_know_of_survives_an_edit(person, worker, sign_in):
    secret = kind("hardship")
    type(secret).objects.filter(pk=secret.pk).update(seen_by="secretary")
    people.put_mark(person, secret)
    address = reverse("residents_map:person_edit", args=[person.pk])
    client = sign_in("worker")
    assert "困难家庭" not in client.get(address).content.decode()
    client.post(address, form_of(person, kinds=[kind("party").pk]))
    assert Mark.objects.current().filter(person=person).count() == 2


def test_leaving_and_taking_it_back(household, person, worker, sign_in):
    people.put_mark(person, kind("party"))
    client = sign_in("worker")
    address = reverse("residents_map:person_left", args=[person.pk])
    assert client.post(address, {"why": "搬走了", "on": "2026-01-01"}).status_code == 302
    person.refresh_from_db()
    household.refresh_from_db()
    assert (person.left_on, household.resident_count) == (date(2026, 1, 1), 0)
    change = household.changes.first()
    undo = reverse("residents_map:undo_change", args=[change.pk])
    assert f"undo:{undo}" in str([m.extra_tags for m in messages_of(client, household)])
    sign_in("secretary").post(undo)  # somebody else's act is not taken back
    person.refresh_from_db()
    assert person.left_on
    sign_in("worker").post(undo)
    person.refresh_from_db()
    household.refresh_from_db()
    assert (person.left_on, household.resident_count) == (None, 1)
    assert Mark.objects.current().filter(person=person).count() == 1


def messages_of(client, household):
    return list(client.get(page_of(household)).context["messages"])


def test_a_change_is_taken_back_with_its_kinds(person, worker):
    people.put_mark(person, kind("party"))
    changed = people.change_person(
        person=person, by=worker, phone="13900000007", kinds=[kind("disabled")]
    )
    people.undo_change(change=changed.change, by=worker)
    person.refresh_from_db()
    assert person.clear("phone") == PHONE
    current = Mark.objects.current().filter(person=person)
    assert list(current.values_list("token", flat=True)) == [
        Mark.objects.order_by("pk").first().token
    ]


def test_moving_out_and_taking_it_back(household, person, worker):
    from residents_map.services.visits import plan_visits
    from stations.models import Duty

    plan_visits(household=household, by=worker, tier="week")
    assert Duty.objects.open().filter(object_id=household.pk).count() == 1
    gone = people.move_out(household=household, by=worker)
    assert not Duty.objects.open().filter(object_id=household.pk).exists()
    people.undo_change(change=gone.change, by=worker)
    household.refresh_from_db()
    assert (household.until, household.tier, household.resident_count) == (None, "week", 1)
    assert Duty.objects.open().filter(object_id=household.pk).count() == 1


def test_what_came_after_cannot_be_taken_back(household, person, worker):
    first = people.change_person(person=person, by=worker, where="在医院").change
    people.change_person(person=person, by=worker, where="在家")
    with pytest.raises(ValidationError, match="后面又有改动"):
        people.undo_change(change=first, by=worker)
    last = Change.objects.filter(household=household).first()
    Change.objects.filter(pk=last.pk).update(at=timezone.now() - timedelta(minutes=11))
    last.refresh_from_db()
    with pytest.raises(ValidationError, match="十分钟"):
        people.undo_change(change=last, by=worker)


def test_the_same_number_is_refused_in_a_sentence_without_it(
    household, person, sign_in, estate, worker
):
    other = household_in(estate, worker)
    number = identity_number(order=2)
    answer = sign_in("worker").post(
        reverse("residents_map:person_new", args=[other.pk]),
        {"name": "王五", "kinship": "head", "lives_here": "1", "identity_number": number},
    )
    assert answer.status_code == 422
    assert "已经登记在" in answer.content.decode()


def kinship_of(client, household):
    """(value that is chosen, values that can be chosen) of the form of a new person."""
    page = client.get(reverse("residents_map:person_new", args=[household.pk])).content.decode()
    select = page.split('name="kinship"')[1].split("</select>")[0]
    values = re.findall(r'<option value="([^"]*)"( selected)?', select)
    chosen = [value for value, is_on in values if is_on]
    return (chosen or [values[0][0]])[0], [value for value, _ in values]


def test_only_the_first_one_entered_is_taken_for_the_head(household, worker, sign_in):
    client = sign_in("worker")
    assert kinship_of(client, household)[0] == "head"
    person_in(household, worker)
    assert kinship_of(client, household)[0] == ""
    address = reverse("residents_map:person_new", args=[household.pk])
    refused = client.post(address, {"name": "王小明", "kinship": "", "lives_here": "1"})
    assert refused.status_code == 422
    assert "选一下是户主的什么人" in refused.content.decode()


def test_a_household_has_one_head(household, person, worker, sign_in):
    address = reverse("residents_map:person_new", args=[household.pk])
    facts = {"name": "王小明", "kinship": "head", "lives_here": "1"}
    answer = sign_in("worker").post(address, facts)
    assert answer.status_code == 422
    sentence = "这一户已经有户主刘*芳，先把原来的改成别的关系。"
    assert sentence in answer.content.decode()
    son = person_in(household, worker, name="刘建国", kinship="son", phone="")
    with pytest.raises(ValidationError, match="已经有户主"):
        people.change_person(person=son, by=worker, kinship="head")
    people.change_person(person=person, by=worker, kinship="head", where="在家")  # stays what it is
    people.change_person(person=person, by=worker, kinship="parent")
    people.change_person(person=son, by=worker, kinship="head")
    assert household.people.filter(kinship="head").get() == son


def test_two_heads_of_a_ledger_can_still_be_corrected(household, person, worker):
    other = person_in(household, worker, name="刘建国", phone="")
    Person.objects.filter(pk=other.pk).update(kinship="head")  # as an import may leave it
    other.refresh_from_db()
    people.change_person(person=other, by=worker, where="在外地")
    people.change_person(person=other, by=worker, kinship="son")
