"""What the search box finds of voluntary service: only what opens, and nothing that is sealed."""

import pytest

from stations.foundation.sought import sought_from
from stations.models import Act
from stations.registries import finders
from tests.factories import BuildingFactory, EntranceFactory, UserFactory
from tests.volunteers.events import event_in
from tests.volunteers.giving import donation_in, need_in, resource_in, wish_in
from tests.volunteers.hour_rows import People
from tests.volunteers.order_rows import order_in
from tests.volunteers.rows import brand_in, partner_in, team_in, volunteer_in
from tests.volunteers.test_papers import paper_of
from volunteers.services import care, posts, rosters

pytestmark = pytest.mark.django_db
MOST = 9
OURS = [finder.key for finder in finders if finder.key.startswith("volunteers.")]


def look(user, typed):
    """{kind: [Found]} of everything in voluntary service, whatever the permission."""
    found = {key: finders[key].run(user, sought_from(typed), MOST) for key in OURS}
    return {key: rows for key, rows in found.items() if rows}


def titles(user, typed):
    return {key: [row.title for row in rows] for key, rows in look(user, typed).items()}


@pytest.fixture
def everything(estate, community, cast):
    """One of each kind, named 石榴."""
    worker = cast("worker")
    building = BuildingFactory(area=estate, number=1)
    EntranceFactory(building=building, number=1)
    volunteer = volunteer_in(community, estate=estate)
    volunteer.user.name = "石榴红"
    volunteer.user.save()
    brand = brand_in(community, name="石榴籽", motto="抱在一起")
    partner = partner_in(community, name="石榴超市")
    team_in(community, brand=brand, name="石榴队")
    event_in(estate, worker, title="摘石榴")
    posts.add_post(area=estate, kind="autonomy", title="石榴树看护", words="浇水", by=worker)
    rosters.open_roster(area=estate, title="石榴树倒了", by=worker)
    wish_in(estate, worker, title="一箱石榴")
    need_in(estate, worker, title="石榴苗", quantity=9, unit="棵")
    resource_in(community, worker, title="石榴汁", partner=partner)
    donation_in(community, worker, cast("colleague"), what="石榴", partner=partner)
    return worker


BY_WORD = {
    "volunteers.volunteers": ["石榴红"],
    "volunteers.teams": ["石榴队"],
    "volunteers.brands": ["石榴籽"],
    "volunteers.partners": ["石榴超市"],
    "volunteers.events": ["摘石榴"],
    "volunteers.posts": ["石榴树看护"],
    "volunteers.rosters": ["锦绣江山 石榴树倒了"],
    "volunteers.wishes": ["一箱石榴"],
    "volunteers.needs": ["石榴苗"],
    "volunteers.resources": ["石榴汁"],
    "volunteers.donations": ["石榴超市：石榴"],
}
FOR_THE_STREET = {
    f"volunteers.{kind}"
    for kind in [
        "teams",
        "brands",
        "partners",
        "events",
        "posts",
        "needs",
        "resources",
        "donations",
    ]
}


def test_every_kind_is_found_by_a_word_and_opens(everything, sign_in):
    found = look(everything, "石榴")
    assert {key: [row.title for row in rows] for key, rows in found.items()} == BY_WORD
    client = sign_in("worker")
    for rows in found.values():
        for row in rows:
            assert client.get(row.url).status_code == 200, row


@pytest.mark.parametrize("who", ["sibling_worker", "sibling_secretary", "far_officer", "district"])
def test_nobody_elsewhere_finds_any_of_it(who, everything, cast, sign_in):
    assert look(cast(who), "石榴") == {}
    if who != "district":
        assert sign_in(who).get("/find/", {"q": "石榴"}).context["groups"] == []


def test_the_street_finds_what_it_may_open(everything, cast, sign_in):
    client = sign_in("officer")
    groups = client.get("/find/", {"q": "石榴"}).context["groups"]
    assert {group.finder.key for group in groups} == FOR_THE_STREET
    for group in groups:
        for row in group.rows:
            assert client.get(row.url).status_code == 200, row


def test_what_is_the_streets_own_does_not_lead_a_worker_to_a_refusal(street, cast):
    brand_in(street, name="石榴籽")
    assert look(cast("worker"), "石榴") == {}
    assert titles(cast("officer"), "石榴") == {"volunteers.brands": ["石榴籽"]}


def test_all_words_have_to_be_there_and_signs_are_only_signs(estate, community, cast):
    worker = cast("worker")
    need_in(estate, worker, title="100%棉被_厚")
    need_in(estate, worker, title="棉被")
    assert titles(worker, "厚 棉被") == {"volunteers.needs": ["100%棉被_厚"]}
    assert titles(worker, "0%棉")["volunteers.needs"] == ["100%棉被_厚"]
    assert titles(worker, "被_")["volunteers.needs"] == ["100%棉被_厚"]
    assert titles(worker, "棉%厚") == {}


# numbers


def test_numbers_of_papers_receipts_and_volunteers_are_exact(community, cast):
    people = People(community, worker=cast("worker"))
    people.counted()
    paper, worker = paper_of(people), people.worker
    donation = donation_in(community, worker, cast("colleague"))
    for typed, key in (
        (paper.number, "volunteers.papers"),
        (donation.number.lower(), "volunteers.donations"),
        (people.volunteer.number, "volunteers.volunteers"),
    ):
        (rows,) = look(worker, typed).values()
        assert [row.exact for row in look(worker, typed)[key]] == [True] and len(rows) == 1
    assert look(worker, paper.number[:-1]) == {}
    assert not look(worker, str(people.volunteer))["volunteers.papers"][0].exact


def test_an_exact_number_opens_the_paper_at_once(community, cast, sign_in):
    people = People(community, worker=cast("worker"))
    people.counted()
    paper = paper_of(people)
    answer = sign_in("worker").get("/find/", {"q": paper.number.replace("-", "－")})
    assert answer.url == f"/papers/{paper.pk}/"
    assert sign_in("sibling_worker").get("/find/", {"q": paper.number}).status_code == 200


# who is helped is sealed


@pytest.mark.parametrize("typed", ["刘桂芳", "桂芳", "lgf", "0456", "39000004", "402", "买两斤面"])
def test_who_is_helped_is_found_by_nothing_but_the_whole_phone(typed, estate, cast):
    worker = cast("worker")
    order_in(estate, phone="13900000456")
    care.add_beneficiary(by=worker, name="刘桂芳", phone="13900000456", door="402", area=estate)
    wish_in(estate, worker, first_name="小满", title="棉鞋")
    assert look(worker, typed) == {}


def test_the_whole_phone_finds_orders_and_who_is_looked_after(
    estate, other_estate, community, cast, sign_in
):
    worker, phone = cast("worker"), "13900000456"
    order, helped = (
        order_in(estate, phone=phone),
        care.add_beneficiary(by=worker, name="刘桂芳", phone=phone, area=estate),
    )
    order_in(other_estate, phone=phone)
    volunteer = volunteer_in(community, user=UserFactory(name="周晓", phone="13900015678"))
    looks = Act.objects.count()
    assert titles(worker, "139 0000 0456") == {
        "volunteers.orders": [order.title],
        "volunteers.helped": [helped.label],
    }
    assert titles(worker, volunteer.user.phone) == {"volunteers.volunteers": [str(volunteer)]}
    assert look(worker, volunteer.user.phone[-4:]) == {}
    assert Act.objects.count() == looks  # nothing personal was shown
    client = sign_in("worker")
    page = client.post("/find/", {"q": phone}).content.decode()
    assert "刘桂芳" not in page and order.number in page
    address = finders["volunteers.orders"].whole(sought_from(phone))
    assert phone not in address
    assert [row.pk for row in client.get(address).context["rows"]] == [order.pk]


def test_who_is_not_looked_after_any_more_is_not_found(estate, cast):
    worker = cast("worker")
    helped = care.add_beneficiary(by=worker, name="刘桂芳", phone="13900000456", area=estate)
    care.end_beneficiary(beneficiary=helped, by=worker)
    assert look(worker, "13900000456") == {}


# what it costs


@pytest.mark.parametrize("typed", ["石榴", "13900000456", "DD-12", "12"])
def test_each_finder_asks_at_most_once(typed, everything, django_assert_max_num_queries):
    look(everything, typed)  # the places of the person are read once
    for key in OURS:
        with django_assert_max_num_queries(1):
            finders[key].run(everything, sought_from(typed), MOST)
