"""What an order takes over from a visit; what stands on a home's page of its own orders."""

import uuid
from datetime import date

import pytest
from django.urls import reverse

from residents_map.services.people import move_out
from residents_map.services.visits import record_visit
from stations.models import Act, Referral
from stations.services.referring import outcomes_from, taken_over
from tests.residents_map.rows import PHONE, home_in, household_in, person_in
from tests.volunteers.order_rows import order_in
from tests.volunteers.parts.care import person_in as cared_in
from volunteers.models import Order

pytestmark = pytest.mark.django_db

LOOK = "residents_map.reveal_phone"


@pytest.fixture
def household(estate, cast):
    household = household_in(estate, cast("worker"), home=home_in(estate, number="402"))
    person_in(household, cast("worker"))
    return household


@pytest.fixture
def visit(household, cast):
    return visit_at(household, cast("worker"))


def visit_at(household, by):
    words = f"刘桂芳想请人陪着看病，电话{PHONE}"
    facts = {"token": uuid.uuid4(), "way": "door", "state": "help", "words": words}
    return record_visit(household=household, by=by, **facts)


def source_of(visit, user, who=""):
    found = taken_over(f"residents_map.visit:{visit.pk}", user, who)
    return found and found[1]


def new_url(visit, **more):
    query = "".join(f"&{key}={value}" for key, value in more.items())
    return f"/orders/new/?from=residents_map.visit:{visit.pk}{query}"


def looks(verb=LOOK):
    return Act.objects.filter(verb=verb)


def test_what_a_visit_hands_over(visit, household, cast):
    worker = cast("worker")
    source = source_of(visit, worker)
    assert (source.area, source.home) == (visit.area, household.home)
    assert (source.entrance, source.people) == (household.home.entrance, ())
    assert "想请人陪着看病" in source.text
    assert PHONE not in source.text and "刘桂芳" not in source.text
    assert looks("residents_map.view_household").filter(by=worker).count() == 1
    assert not looks().exists()
    assert source.contact() == {"name": "刘桂芳", "phone": PHONE, "door": "402"}
    (look,) = looks()
    assert (look.by, look.detail["words"]) == (worker, "转成别的单子")
    assert PHONE not in str(look.detail)


@pytest.mark.parametrize("who", ["officer", "district", "volunteer", "sibling_worker", "stranger"])
def test_nobody_else_takes_anything_over(who, visit, cast, sign_in):
    assert source_of(visit, cast(who)) is None
    assert sign_in(who).get(new_url(visit)).status_code in (403, 404)
    assert not looks().exists()


def test_whom_it_is_about_can_be_chosen_among_the_grown_ups(visit, household, cast):
    worker = cast("worker")
    son = person_in(household, worker, name="刘建国", phone="", birth_on=None)
    person_in(household, worker, name="刘小满", phone="", birth_on=date(2020, 6, 1))
    source = source_of(visit, worker)
    assert [words for _, words in source.people] == ["刘桂芳", "刘建国"]
    assert source_of(visit, worker, "0").who == source.who  # a strange key changes nothing
    chosen = source_of(visit, worker, str(son.pk))
    assert chosen.contact() == {"name": "刘建国", "phone": "", "door": "402"}
    assert not looks().exists()  # he has none: nobody looked


def test_who_moved_away_waits_for_nothing(visit, household, cast):
    move_out(household=household, by=cast("worker"))
    assert source_of(visit, cast("worker")) is None


def test_the_order_comes_filled_in_and_both_sides_follow(visit, household, sign_in):
    client = sign_in("worker")
    page = client.get(f"/map/visits/{visit.pk}/").content.decode()
    assert f'href="/orders/new/?from=residents_map.visit:{visit.pk}"' in page
    page = client.get(new_url(visit)).content.decode()
    entrance = household.home.entrance
    for part in ("刘桂芳", PHONE, 'value="402"', "想请人陪着看病", "来自走访"):
        assert part in page, part
    assert f'<option value="e-{entrance.code}" selected>' in page
    assert looks().count() == 1
    typed = {
        "token": uuid.uuid4(),
        "help": "escort",
        "name": "刘桂芳",
        "phone": PHONE,
        "where": f"e-{entrance.code}",
        "door": "402",
        "words": "陪着看病",
    }
    answer = client.post(new_url(visit), typed | {"help": ""})
    assert answer.status_code == 422 and not Order.objects.exists()
    answer = client.post(new_url(visit), typed)
    order = Order.objects.get()
    assert answer["Location"] == order.get_absolute_url()
    assert looks().count() == 1  # what was typed is not looked up again
    assert (order.home, order.entrance, order.channel) == (household.home, entrance, "referral")
    page = client.get(order.get_absolute_url()).content.decode()
    assert "来自走访" in page and f"/map/visits/{visit.pk}/" in page
    ((kind, outcome),) = outcomes_from("residents_map.visit", [visit.pk])[visit.pk]
    assert (kind.key, outcome.url) == ("volunteers.order", order.get_absolute_url())
    assert Referral.objects.get().home == household.home


def test_for_another_door_it_is_not_this_homes_order(visit, household, sign_in):
    other = home_in(visit.area, number="101")
    typed = {"token": uuid.uuid4(), "help": "escort", "name": "老王", "door": "101"}
    typed["where"] = f"e-{other.entrance.code}"
    assert sign_in("worker").post(new_url(visit), typed).status_code == 302
    assert (Order.objects.get().home, Referral.objects.get().home) == (None, None)


# the page of a home


def test_a_homes_own_orders_stand_under_their_own_heading(household, cast, sign_in):
    own = order_in(household.area, home=household.home, entrance=household.home.entrance)
    order_in(household.area, entrance=household.home.entrance)  # a neighbour's
    page = sign_in("worker").get(household.get_absolute_url()).content.decode()
    assert "本单元和小区的事" not in page
    orders = page[page.index("这一户的点单") :]
    assert orders.count('href="/orders/') == 1 and own.get_absolute_url() in orders


def test_who_is_looked_after_is_not_registered_again(household, cast, sign_in):
    client, home = sign_in("worker"), household.home
    address = reverse("volunteers:beneficiary_new")
    page = client.get(household.get_absolute_url()).content.decode()
    assert f"{address}?home={home.pk}" in page and "已是服务对象" not in page
    person = cared_in(home.area, cast("worker"), home=home)
    page = client.get(household.get_absolute_url()).content.decode()
    assert "已是服务对象" in page and reverse("volunteers:beneficiary", args=[person.pk]) in page
    assert address not in page
    type(person).objects.filter(pk=person.pk).update(until="2026-01-01")
    assert address in client.get(household.get_absolute_url()).content.decode()
