"""What is read across the three lists: 能对上的, and 缺什么、多什么 of a street."""

import pytest
from django.urls import reverse

from tests.volunteers.giving import match_in, need_in, resource_in
from volunteers.choices import Help, Sort
from volunteers.models import Match
from volunteers.services.balance import balances_by_place, places_of_street
from volunteers.views import lists as views

pytestmark = pytest.mark.django_db
FITS = "/lists/fits/"


@pytest.fixture
def page(sign_in):
    return lambda who, url: sign_in(who).get(url).content.decode()


# 能对上的


def test_only_what_something_fits_longest_waiting_first(estate, worker, page):
    resource_in(estate.parent, worker, title="杂粮礼包")
    first, second = need_in(estate, worker, title="腊八粥"), need_in(estate, worker, title="大米")
    need_in(estate, worker, title="没人有的", sort=Sort.ROOM, unit="间")
    text = page("worker", FITS)
    assert text.index("腊八粥") < text.index("大米") and "没人有的" not in text
    assert text.count("同一社区，够用") == 2
    for need in (first, second):
        assert f"{reverse('volunteers:need_match', args=[need.pk])}?back=fits" in text


def test_one_tap_matches_and_leads_back_with_the_conditions(estate, worker, sign_in):
    resource, need = resource_in(estate.parent, worker), need_in(estate, worker)
    address = f"{reverse('volunteers:need_match', args=[need.pk])}?sort=goods&back=fits"
    answer = sign_in("worker").post(address, {"resource": resource.pk})
    assert answer["Location"] == f"{FITS}?sort=goods"
    assert Match.objects.get().quantity == 60
    assert "现在没有能对上的" in sign_in("worker").get(FITS).content.decode()


def test_conditions_leave_fewer(estate, other_estate, worker, cast, page):
    for place in (estate, other_estate):
        resource_in(place.parent, worker, sort=Sort.SKILL, help=Help.HAIRCUT, unit="次")
        resource_in(place.parent, worker)
        need_in(place, worker, title=f"粥{place}")
    need_in(estate, worker, title="剪发", sort=Sort.SKILL, help=Help.HAIRCUT, unit="次")
    whole = page("officer", FITS)
    assert f"粥{estate}" in whole and f"粥{other_estate}" in whole and "剪发" in whole
    here = page("officer", f"{FITS}?area={estate.parent_id}")
    assert f"粥{estate}" in here and f"粥{other_estate}" not in here
    skill = page("officer", f"{FITS}?sort=skill&help=haircut")
    assert "剪发" in skill and "粥" not in skill
    assert f"粥{estate}" in page("officer", f"{FITS}?sort=x&help=y&area=z")
    assert "back=fits" not in whole  # the street reads, the community matches
    assert f"粥{other_estate}" not in page("worker", FITS)


def test_so_many_and_a_word_about_the_others(estate, worker, page, monkeypatch):
    monkeypatch.setattr(views, "MOST_FITS", 2)
    resource_in(estate.parent, worker)
    for n in range(3):
        need_in(estate, worker, title=f"需要{n}")
    text = page("worker", FITS)
    assert "需要1" in text and "需要2" not in text and "只列出等得最久的 2 条" in text


def test_the_page_costs_the_same_for_many(estate, worker, sign_in, django_assert_max_num_queries):
    client = sign_in("worker")
    resource_in(estate.parent, worker, quantity=10_000)
    need_in(estate, worker)
    client.get(FITS)
    with django_assert_max_num_queries(100) as few:
        client.get(FITS)
    found = [one for one in few.captured_queries if "WITH wanted" in one["sql"]]
    assert len(found) == 1  # all suggestions in one query
    for _ in range(6):
        need_in(estate, worker)
    with django_assert_max_num_queries(len(few)):
        assert client.get(FITS).content.decode().count("vl-title") == 7


def test_it_is_a_tab_of_the_lists(page):
    for url in ("/lists/", FITS, "/lists/balance/", "/lists/?tab=needs"):
        assert 'aria-label="哪张清单"' in page("worker", url) and "能对上的" in page("worker", url)


# 缺什么、多什么


def test_a_street_is_added_up_and_each_community_stands_for_itself(
    street, estate, other_estate, worker, django_assert_num_queries
):
    need_in(estate, worker, quantity=100)
    need_in(other_estate, worker, quantity=10)
    resource_in(other_estate.parent, worker, quantity=50)
    resource_in(street, worker, quantity=5, sort=Sort.ROOM, unit="间")
    match_in(estate, worker, need=need_in(estate, worker, quantity=30), quantity=5)
    with django_assert_num_queries(3):
        balances = balances_by_place(street)
    here, there = places_of_street(balances, [estate.parent, other_estate.parent])
    # 100 and 30 are wanted, 5 of them set aside; the match's own resource has 95 left
    assert [(row.label, row.wanted, row.left) for row in here.rows] == [
        ("腊八粥", 125, 0),
        ("杂粮礼包", 0, 95),
    ]
    assert (here.needs, here.resources) == (2, 1)
    assert [(row.label, row.gap) for row in here.lacking] == [("腊八粥", 125)]
    assert [row.words for row in there.rows] == ["缺 10 份", "多 50 份"]
    assert len(there.lacking) == len(there.over) == 1


def test_the_officer_begins_with_the_whole_street(street, estate, other_estate, worker, page, cast):
    need_in(estate, worker, quantity=100)
    need_in(other_estate, worker, quantity=11)
    text = page("officer", "/lists/balance/")
    assert f"{street}缺什么、多什么" in text and "111 份<small>2 条</small>" in text
    for community in (estate.parent, other_estate.parent):
        assert f'<a href="?area={community.pk}">{community}</a>' in text
    one = page("officer", f"/lists/balance/?area={estate.parent_id}")
    assert f"{estate.parent}缺什么、多什么" in one and "100 份<small>1 条</small>" in one
    assert "各社区" not in one
    listed = page("officer", f"/lists/?tab=needs&area={street.pk}&sort=goods")
    assert listed.count("vl-title") == 2


def test_a_worker_sees_their_community_and_nothing_beside(estate, other_estate, worker, page):
    need_in(estate, worker, quantity=100)
    need_in(other_estate, worker, quantity=11)
    text = page("worker", f"/lists/balance/?area={other_estate.parent_id}")
    assert f"{estate.parent}缺什么、多什么" in text and "100 份<small>1 条</small>" in text
    assert "各社区" not in text
