"""服务对象: registered once, sealed, masked, seen only with a line in the log."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from stations.models import Act, Duty
from tests.factories import BuildingFactory
from tests.residents_map.rows import home_in
from tests.volunteers.parts.care import package_for, person_in
from volunteers.models import Beneficiary
from volunteers.services.beneficiaries import facts_of, masked
from volunteers.services.calls import keep_call_duties
from volunteers.services.cards import give_card, holder_of
from volunteers.services.care import add_beneficiary, change_beneficiary, end_beneficiary

pytestmark = pytest.mark.django_db


def test_everything_that_says_who_is_sealed(estate, worker):
    home = home_in(estate)
    person = add_beneficiary(
        home=home, by=worker, name="王桂芳", phone="139 5555 1234", words="耳背", call_every_days=7
    )
    row = Beneficiary.objects.filter(pk=person.pk).values().get()
    assert not any("王桂芳" in str(v) or "13955551234" in str(v) for v in row.values())
    known = {"name": "王桂芳", "phone": "13955551234", "door": home.number, "words": "耳背"}
    assert facts_of(person) == known
    assert masked(person) == {"name": "王**", "phone": "139****1234"}
    assert (person.area, person.building) == (estate, home.entrance.building)
    assert person.is_regular and person.call_every_days == 7
    line = Act.objects.get(verb="volunteers.add_beneficiary")
    assert (line.by, line.on_id, line.detail) == (worker, person.pk, {})
    assert "王" not in line.on_label


def test_without_a_home_the_building_is_enough(estate, worker):
    building = BuildingFactory(area=estate)
    person = add_beneficiary(area=estate, building=building, by=worker, name="李爷爷", door="402")
    assert (person.building, person.home) == (building, None)
    assert str(person) == f"{building}的邻居"


def test_calls_need_a_telephone(estate, worker):
    with pytest.raises(ValidationError, match="就要留电话"):
        person_in(estate, worker, phone="", call_every_days=7)
    person = person_in(estate, worker, phone="", call_every_days=None)
    with pytest.raises(ValidationError, match="就要留电话"):
        change_beneficiary(beneficiary=person, by=worker, call_every_days=7)


def test_nobody_is_registered_twice_in_a_community(estate, other_estate, worker):
    first = person_in(estate, worker, phone="13955550001")
    with pytest.raises(ValidationError, match="已经登记过"):
        person_in(estate, worker, phone="139-5555-0001")
    assert person_in(other_estate, worker, phone="13955550001")  # the neighbours' own
    end_beneficiary(beneficiary=first, by=worker)
    assert person_in(estate, worker, phone="13955550001")


def test_what_is_left_empty_stays(estate, worker):
    person = person_in(estate, worker, name="王奶奶", phone="13955550001", words="耳背")
    change_beneficiary(beneficiary=person, by=worker, door="502", call_every_days=None)
    person.refresh_from_db()
    assert facts_of(person) == {
        "name": "王奶奶",
        "phone": "13955550001",
        "door": "502",
        "words": "耳背",
    }
    assert person.call_every_days is None
    # One's own telephone is not somebody else's.
    change_beneficiary(beneficiary=person, by=worker, phone="13955550001")


def test_who_is_not_rung_up_any_more_is_off_the_desk(estate, worker):
    person = person_in(estate, worker)
    Beneficiary.objects.update(since=timezone.localdate() - timedelta(days=30))
    keep_call_duties()
    assert Duty.objects.open().count() == 1
    change_beneficiary(beneficiary=person, by=worker, call_every_days=None)
    assert not Duty.objects.open().exists()


def test_the_end_stops_everything(estate, worker):
    person = person_in(estate, worker)
    _, code = give_card(beneficiary=person, by=worker)
    package = package_for(person, worker)
    Beneficiary.objects.update(since=timezone.localdate() - timedelta(days=30))
    keep_call_duties()
    end_beneficiary(beneficiary=person, by=worker)
    package.refresh_from_db()
    person.refresh_from_db()
    assert package.until == person.until == timezone.localdate()
    assert holder_of(code) is None
    assert not Duty.objects.open().exists()
    assert not Beneficiary.objects.regular().exists()
    with pytest.raises(ValidationError, match="不再服务"):
        end_beneficiary(beneficiary=person, by=worker)
    # Name and telephone go with the time of single orders.
    assert person in Beneficiary.objects.to_erase(timezone.now())


# pages


def test_the_page_is_masked_until_asked(estate, worker, sign_in):
    person = person_in(estate, worker, name="王桂芳", phone="13955551234", words="耳背")
    client = sign_in("worker")
    address = reverse("volunteers:beneficiary", args=[person.pk])
    page = client.get(address).content.decode()
    assert "王**" in page and "139****1234" in page
    assert "王桂芳" not in page and "耳背" not in page
    answer = client.post(reverse("volunteers:beneficiary_reveal", args=[person.pk]))
    page = answer.content.decode()
    assert "王桂芳" in page and "tel:13955551234" in page and "耳背" in page
    assert answer["Cache-Control"] == "no-store"
    look = Act.objects.get(verb="volunteers.reveal_beneficiary")
    assert (look.by, look.on_id) == (worker, person.pk)


def test_a_home_is_known_when_one_comes_from_it(estate, worker, sign_in):
    home = home_in(estate)
    client = sign_in("worker")
    address = f"{reverse('volunteers:beneficiary_new')}?home={home.pk}"
    page = client.get(address).content.decode()
    assert str(home) in page and 'name="where"' not in page
    client.post(address, {"name": "王奶奶", "phone": "13955551234", "call_every_days": "7"})
    assert Beneficiary.objects.get().home == home


def test_a_home_elsewhere_is_not_ours(other_estate, worker, sign_in):
    home = home_in(other_estate)
    address = f"{reverse('volunteers:beneficiary_new')}?home={home.pk}"
    page = sign_in("worker").get(address).content.decode()
    assert str(home) not in page and 'name="where"' in page


def test_without_a_home_the_place_is_asked(estate, other_estate, worker, sign_in):
    ours, theirs = BuildingFactory(area=estate), BuildingFactory(area=other_estate)
    client = sign_in("worker")
    address = reverse("volunteers:beneficiary_new")
    facts = {"name": "王奶奶", "door": "402"}
    answer = client.post(address, facts)
    assert answer.status_code == 422
    assert "选小区和楼栋" in answer.content.decode() and "王奶奶" in answer.content.decode()
    assert client.post(address, facts | {"where": f"b{theirs.pk}"}).status_code == 422
    assert client.post(address, facts | {"where": f"b{ours.pk}"}).status_code == 302
    assert client.post(address, facts | {"where": f"a{estate.pk}"}).status_code == 302
    assert [p.building for p in Beneficiary.objects.order_by("pk")] == [ours, None]


def test_a_refusal_keeps_what_was_typed(estate, worker, sign_in):
    home = home_in(estate)
    address = f"{reverse('volunteers:beneficiary_new')}?home={home.pk}"
    answer = sign_in("worker").post(address, {"name": "王奶奶", "call_every_days": "7"})
    assert answer.status_code == 422
    assert "就要留电话" in answer.content.decode() and "王奶奶" in answer.content.decode()


def test_the_sibling_knows_nothing_of_them(estate, worker, sign_in):
    person = person_in(estate, worker)
    client = sign_in("sibling_worker")
    assert client.get(reverse("volunteers:beneficiary", args=[person.pk])).status_code == 404
    assert str(person) not in client.get(reverse("volunteers:beneficiaries")).content.decode()


def test_the_list_costs_the_same_for_many(estate, worker, sign_in, django_assert_max_num_queries):
    client, address = sign_in("worker"), reverse("volunteers:beneficiaries")
    person_in(estate, worker)
    client.get(address)
    with django_assert_max_num_queries(100) as few:
        client.get(address)
    for _ in range(4):
        package_for(person_in(estate, worker), worker)
    with django_assert_max_num_queries(len(few)):
        page = client.get(address).content.decode()
    assert page.count("data-row>") == 5
    assert "13955" not in page


def test_the_list_says_what_to_do_when_it_is_empty(estate, worker, sign_in):
    page = sign_in("worker").get(reverse("volunteers:beneficiaries")).content.decode()
    assert "还没有常年服务的人" in page
