"""找人: by every way, only in scope, logged without the words, bounded."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from residents_map.foundation.pinyin import initials_of
from residents_map.models import Person
from residents_map.services import search
from residents_map.services.search import understand
from stations.models import Act
from tests.factories import BuildingFactory, EntranceFactory, HomeFactory
from tests.residents_map.rows import household_in, identity_number, person_in

pytestmark = pytest.mark.django_db
URL = "/map/search/"
HTMX = {"HX-Request": "true"}
NUMBER = identity_number(date(1944, 3, 7), 8)


@pytest.fixture
def home(estate):
    building = BuildingFactory(area=estate, number=7)
    return HomeFactory(
        entrance=EntranceFactory(building=building, number=2), number="1203", floor=12
    )


@pytest.fixture
def household(estate, cast, home):
    return household_in(estate, cast("worker"), home=home)


@pytest.fixture
def person(household, cast):
    return person_in(household, cast("worker"), identity_number=NUMBER)


def ask(client, words):
    return client.post(URL, {"q": words}, headers=HTMX)


@pytest.mark.parametrize(
    "words",
    [
        "刘桂芳",
        "刘桂",
        "刘",
        "lgf",
        "LG",
        "0001",
        "13900000001",
        "+86 139 0000 0001",
        NUMBER,
        NUMBER.lower(),
    ],
)
def test_a_person_is_found(words, person, home, sign_in):
    text = ask(sign_in("worker"), words).content.decode()
    assert "刘*芳" in text
    assert f"/map/homes/{home.pk}/" in text
    assert "13900000001" not in text.replace(f'value="{words}"', "")
    assert NUMBER not in text


@pytest.mark.parametrize(
    "words",
    [
        "7-2-1203",
        "7栋二单元1203",
        "七栋2单元1203室",
        "1203",
        "1203室",
        "7#2-1203",
        "７－２－１２０３",
    ],
)
def test_a_home_is_found(words, home, sign_in):
    text = ask(sign_in("worker"), words).content.decode()
    assert f"/map/homes/{home.pk}/" in text
    assert "没有登记人家" in text


@pytest.mark.parametrize("words", ["王", "xyz", "0002", "13900000002", "7-2-1204", "8-2-1203"])
def test_nothing_is_found(words, person, sign_in):
    assert "没找到" in ask(sign_in("worker"), words).content.decode()


@pytest.mark.parametrize("words", ["", "  ", "??", "=cmd", "a", "1", "刘%", "x" * 61])
def test_what_is_not_understood_is_refused_in_a_sentence(words, person, sign_in):
    answer = ask(sign_in("worker"), words)
    assert answer.status_code == 422
    assert "刘*芳" not in answer.content.decode()


@pytest.mark.parametrize(
    "words", ["刘桂芳", "lgf", "0001", "13900000001", NUMBER, "7-2-1203", "1203"]
)
def test_only_in_scope(words, person, home, other_estate, sign_in, cast):
    household_in(other_estate, cast("sibling_worker"))
    text = ask(sign_in("sibling_worker"), words).content.decode()
    assert "没找到" in text
    assert f"/map/homes/{home.pk}/" not in text


def test_who_may_not_search(person, sign_in):
    for who in ("officer", "admin", "volunteer", "district"):
        assert ask(sign_in(who), "刘桂芳").status_code == 403


def test_the_log_says_how_and_how_many_and_not_for_what(person, sign_in):
    client = sign_in("worker")
    for words in ("刘桂芳", NUMBER, "13900000001"):
        ask(client, words)
    acts = Act.objects.filter(verb="residents_map.search").order_by("pk")
    assert [act.detail for act in acts] == [
        {"way": "name", "found": 1},
        {"way": "identity", "found": 1},
        {"way": "phone", "found": 1},
    ]
    said = " ".join(f"{act.on_label} {act.detail}" for act in acts)
    assert not [secret for secret in ("刘桂芳", NUMBER, "13900000001") if secret in said]


def test_words_never_stand_in_an_address(person, sign_in):
    """A query string is not read: nobody gets used to putting names into addresses."""
    client = sign_in("worker")
    assert "刘*芳" not in client.get(URL, {"q": "刘桂芳"}).content.decode()
    page = client.get(reverse("residents_map:home", args=[person.household.home_id]))
    assert 'action="/map/search/" method="post"' in page.content.decode()


def test_children_are_not_found_by_their_names(person, household, sign_in, cast):
    child = person_in(
        household, cast("worker"), name="刘小满", birth_on=date(2019, 6, 1), phone="13900000001"
    )
    client = sign_in("worker")
    assert "没找到" in ask(client, "刘小满").content.decode()
    assert "没找到" in ask(client, "lxm").content.decode()
    text = ask(client, "0001").content.decode()
    assert child.masked_name in text
    assert text.count("139****0001") == 1  # the grown-up's only


def test_at_most_thirty_and_a_constant_number_of_queries(person, household, sign_in, cast):
    client = sign_in("worker")

    def count():
        with CaptureQueriesContext(connection) as queries:
            answer = ask(client, "刘")
        return len(queries), answer.content.decode()

    count()  # the first request of a process asks a little more
    before, _ = count()
    for n in range(33):
        person_in(household, cast("worker"), name=f"刘{n:02d}", phone="")
    after, text = count()
    assert after == before
    assert text.count("data-row>") == 30
    assert "只列出前 30 个，再写具体一点" in text
    assert "找到 <b>" not in text  # how many there are was never counted


def test_too_fast_is_asked_to_slow_down(person, sign_in, monkeypatch):
    monkeypatch.setattr(search, "A_MINUTE", 3)
    client = sign_in("worker")
    answers = [ask(client, "王") for _ in range(4)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 422]
    assert "歇一会儿" in answers[-1].content.decode()
    assert client.post(URL, {"q": "王"}).status_code == 429


def test_every_way_of_searching_is_told_apart():
    assert understand("lgf") == ("initials", "lgf")
    assert understand("７栋２单元１２０３") == ("room", (7, 2, "1203"))
    assert understand("028-87654321") == ("phone", "02887654321")
    assert understand("6021") == ("door", "6021")
    assert understand("12034") == ("room", (None, None, "12034"))


def test_each_way_is_one_index(person, cast, estate):
    """With many people, each search reads its own index and nothing else."""
    names = [
        f"{family}{first}{last}"
        for family in "赵钱孙李周吴郑王"
        for first in "建国秀英"
        for last in "东南西北"
    ]
    Person.objects.bulk_create(
        Person(
            household=person.household, area=estate, building_id=person.building_id,
            name=name, initials=initials_of(name), phone_tail=f"{n}t", phone_index=f"{n}p",
            identity_index=f"{n}i",
        )
        for n, name in enumerate(names * 8)
    )  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE residents_map_person")
    for way, words, index in (
        ("name", "刘桂", "person_name"),
        ("initials", "lg", "person_initials"),
        ("door", "0001", "person_tail"),
        ("phone", "13900000001", "person_phone"),
        ("identity", NUMBER, "person_id"),
    ):
        plan = search.people_by(way, words, [estate.pk])[:31].explain()
        assert f"residents_map_{index}" in plan, (way, plan)
