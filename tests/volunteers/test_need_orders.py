"""转成点单: a need for people becomes an order, is linked to it, and is settled by somebody."""

import uuid

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from stations.choices import Level
from stations.models import Act, Referral
from stations.registries import handovers
from stations.services.referring import came_from
from tests.factories import AreaFactory
from tests.residents_map.rows import home_in
from tests.volunteers.giving import match_in, need_in, resource_in
from tests.volunteers.order_rows import done
from tests.volunteers.parts.care import person_in
from tests.volunteers.rows import volunteer_in
from volunteers.choices import Help, Sort
from volunteers.models import Order
from volunteers.services import lists, need_orders
from volunteers.services import orders as services
from volunteers.services.order_sources import order_out_of

pytestmark = pytest.mark.django_db


def people_need(estate, by, **more):
    facts = {"title": "理发", "sort": Sort.SKILL, "help": Help.HAIRCUT, "quantity": 1, "unit": "次"}
    return need_in(estate, by, **facts | more)


def order_from(need, by, **more):
    source = handovers["volunteers.need"].give(need.pk, by, "")
    facts = {"token": uuid.uuid4(), "area": need.area, "help": Help.HAIRCUT}
    return order_out_of(source=source, by=by, **facts | more)[0]


def new_url(need, **more):
    query = "".join(f"&{key}={value}" for key, value in more.items())
    return f"{reverse('volunteers:order_new')}?from=volunteers.need:{need.pk}{query}"


def test_both_sides_know_of_each_other(estate, worker):
    need = people_need(estate, worker)
    order = order_from(need, worker)
    assert (order.channel, order.area) == ("referral", estate)
    ((state, url),) = [
        (one.state, one.url) for one in need_orders.outcomes_of_needs([need])[need.pk]
    ]
    assert (state, url) == (order.get_state_display(), order.get_absolute_url())
    (back,) = came_from(order, worker)
    assert (back.title, back.url) == ("理发", need.get_absolute_url())


def test_sent_twice_it_is_one_order_and_one_link(estate, worker):
    need, token = people_need(estate, worker), uuid.uuid4()
    assert order_from(need, worker, token=token) == order_from(need, worker, token=token)
    assert Order.objects.count() == Referral.objects.count() == 1


def test_what_cannot_become_an_order(estate, sibling, worker):
    things, settled = need_in(estate, worker), people_need(estate, worker)
    lists.close_need(need=settled, by=worker)
    for need, area, why in (
        (things, estate, "不是人手"),
        (settled, estate, "已经了结"),
        (
            people_need(estate, worker),
            AreaFactory(parent=sibling, level=Level.ESTATE),
            "点单也要下在那里",
        ),
    ):
        with pytest.raises(ValidationError, match=why):
            order_from(need, worker, area=area)
    assert not Order.objects.exists() and not Referral.objects.exists()


def test_a_need_is_met_by_somebody_once_its_orders_are_done(estate, worker):
    need, volunteer = people_need(estate, worker), volunteer_in(estate.parent)
    with pytest.raises(ValidationError, match="还没做完"):
        need_orders.meet_need(need=need, by=worker)
    first, second = order_from(need, worker), order_from(need, worker)
    done(first, worker, volunteer)
    need.refresh_from_db()
    assert need.state == "open"  # one came of two: nobody says it is met
    with pytest.raises(ValidationError, match="还没做完"):
        need_orders.meet_need(need=need, by=worker)
    services.cancel(order=second, by=worker, why="一位就够")
    assert need_orders.meet_need(need=need, by=worker).state == "met"
    assert Act.objects.filter(verb="volunteers.meet_need").count() == 1
    with pytest.raises(ValidationError, match="已经了结"):
        need_orders.meet_need(need=need, by=worker)


def test_a_cancelled_order_meets_nothing(estate, worker):
    need = people_need(estate, worker)
    services.cancel(order=order_from(need, worker), by=worker, why="出门了")
    assert not need_orders.served_by_orders(need)


def test_a_match_under_way_is_settled_first(estate, worker):
    need = people_need(estate, worker, quantity=3)
    done(order_from(need, worker), worker, volunteer_in(estate.parent))
    offer = resource_in(estate.parent, worker, sort=Sort.SKILL, help=Help.HAIRCUT, quantity=9)
    match_in(estate, worker, need=need, resource=offer, quantity=1)
    with pytest.raises(ValidationError, match="没了结的对接"):
        need_orders.meet_need(need=need, by=worker)


# the pages


def test_the_form_begins_with_what_the_need_says(estate, worker, sign_in):
    home, day = home_in(estate, number="402"), timezone.localdate() + timezone.timedelta(days=3)
    need = people_need(estate, worker, home=home, words="腿脚不便", first_on=day)
    client = sign_in("worker")
    page = client.get(need.get_absolute_url()).content.decode()
    assert "转成点单" in page and f'href="{new_url(need)}"' in page
    page = client.get(new_url(need)).content.decode()
    assert '<option value="haircut" selected>' in page and "理发。腿脚不便" in page
    assert f'value="{day:%Y-%m-%d}"' in page and 'value="402"' in page
    assert f'<option value="e-{home.entrance.code}" selected>' in page


def test_the_form_makes_the_order_of_the_need(estate, worker, sign_in):
    need, client = people_need(estate, worker), sign_in("worker")
    typed = {"token": uuid.uuid4(), "help": "haircut", "words": "理发", "name": "刘桂芳"}
    answer = client.post(new_url(need), typed)
    order = Order.objects.get()
    assert answer["Location"] == f"/orders/{order.pk}/"
    assert "来自需求清单" in client.get(answer["Location"]).content.decode()
    for page in (need.get_absolute_url(), "/lists/?tab=needs"):
        text = client.get(page).content.decode()
        assert "已转点单" in text and order.get_state_display() in text, page
    done(order, worker, volunteer_in(estate.parent))
    assert "点单做完了" in client.get(need.get_absolute_url()).content.decode()
    client.post(reverse("volunteers:need_met", args=[need.pk]))
    need.refresh_from_db()
    page = client.get(need.get_absolute_url()).content.decode()
    assert need.state == "met" and "转成点单" not in page and "再转一单" not in page


def test_somebody_known_in_that_home_is_taken_over_in_one_tap(estate, worker, sign_in):
    home = home_in(estate)
    person, need = person_in(estate, worker, home=home), people_need(estate, worker, home=home)
    client = sign_in("worker")
    page = client.get(new_url(need)).content.decode()
    assert (
        f"?from=volunteers.need:{need.pk}&amp;beneficiary={person.pk}" in page
        and "王奶奶" not in page
    )
    client.post(new_url(need, beneficiary=person.pk), {"token": uuid.uuid4(), "help": "haircut"})
    assert Order.objects.get().beneficiary == person


def test_goods_offer_no_order_and_a_need_elsewhere_is_none(estate, worker, cast, sign_in):
    goods = need_in(estate, worker)
    assert "转成点单" not in sign_in("worker").get(goods.get_absolute_url()).content.decode()
    need = people_need(estate, worker)
    assert "转成点单" not in sign_in("officer").get(need.get_absolute_url()).content.decode()
    assert "来自需求" not in sign_in("sibling_worker").get(new_url(need)).content.decode()
    met = reverse("volunteers:need_met", args=[need.pk])
    assert sign_in("sibling_worker").post(met).status_code in (403, 404)


def test_a_need_of_the_community_chooses_among_its_estates(estate, worker, sign_in):
    need = people_need(estate.parent, worker)
    other = AreaFactory(parent=estate.parent, level=Level.ESTATE)
    page = sign_in("worker").get(new_url(need, area=other.pk)).content.decode()
    assert f"?from=volunteers.need:{need.pk}&amp;area={estate.pk}" in page


def test_the_street_reads_that_there_is_an_order_and_not_where(estate, worker, sign_in):
    home = home_in(estate)
    need = people_need(estate, worker, home=home)
    order = order_from(need, worker, home=home)
    page = sign_in("officer").get(need.get_absolute_url()).content.decode()
    assert "已转点单" in page and order.get_state_display() in page
    assert order.get_absolute_url() not in page and str(home.entrance) not in page


def test_what_was_referred_brings_its_words_without_the_name_of_the_list(estate, worker):
    need = people_need(estate, worker, title=lists.REFERRED, words="陪着去医院。")
    assert need_orders.wish_of(need)["words"] == "陪着去医院"
