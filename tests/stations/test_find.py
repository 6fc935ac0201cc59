"""搜索: one box, what each person may open, nothing personal in an address."""

import pytest
from django.urls import reverse

from stations.choices import Level
from stations.models import Act
from stations.registries import finders
from stations.services.finding import EACH
from tests.factories import AreaFactory, BuildingFactory, EntranceFactory, HomeFactory, report
from tests.residents_map.rows import household_in, person_in
from tests.support.queries import count_queries
from tests.volunteers.order_rows import order_in
from tests.volunteers.rows import partner_in, team_in

pytestmark = pytest.mark.django_db
URL = "/find/"


def found(answer):
    """{kind: [title]} of a page."""
    return {
        group.finder.key: [row.title for row in group.rows] for group in answer.context["groups"]
    }


def text(answer):
    return answer.content.decode()


# the box


def test_the_box_of_the_frame_is_posted_here(estate, sign_in):
    page = text(sign_in("worker").get("/desk/"))
    assert f'action="{URL}" method="post"' in page and "data-search" in page
    assert URL in text(sign_in("district").get("/dashboard/", follow=True))


@pytest.mark.parametrize("who", ["volunteer", "admin", "stranger"])
def test_who_does_not_work_here_has_no_box(who, sign_in):
    client = sign_in(who)
    assert client.get(URL).status_code == 403
    assert client.post(URL, {"q": "井盖"}).status_code == 403
    assert f'action="{URL}"' not in text(client.get("/home/", follow=True))


def test_the_list_of_issues_keeps_its_own_search(estate, sign_in):
    page = text(sign_in("worker").get("/issues/"))
    assert 'action="/issues/" method="get"' in page and f'action="{URL}"' not in page


def test_nothing_typed_says_what_can_be_found(sign_in, estate):
    page = text(sign_in("worker").get(URL))
    assert "DD-12" in page and "3栋1502" in page and "微心愿" in page
    page = text(sign_in("officer").get(URL))
    assert "SQ-12" in page and "DD-12" not in page and "3栋1502" not in page


# what is typed


def test_words_come_back_in_the_address(estate, sign_in):
    report(estate, title="井盖松了")
    client = sign_in("worker")
    answer = client.post(URL, {"q": " 井盖 "})
    assert answer.status_code == 302 and answer.url == f"{URL}?q=%E4%BA%95%E7%9B%96"
    answer = client.get(answer.url)
    assert found(answer) == {"deliberation.issues": ["井盖松了"]}
    assert "<mark>井盖</mark>松了" in text(answer)


@pytest.mark.parametrize("typed", ["13900000001", "139 0000 0001", "99000019900307001X"])
def test_a_phone_or_an_id_number_is_answered_in_place(typed, estate, sign_in):
    order = order_in(estate, phone="13900000001")
    client = sign_in("worker")
    answer = client.post(URL, {"q": typed})
    assert answer.status_code == 200 and "no-store" in answer["Cache-Control"]
    if not typed.startswith("99"):
        assert found(answer)["volunteers.orders"] == [order.title]
    for link in text(answer).split('href="')[1:]:
        assert "0001" not in link.split('"')[0] and "X" not in link.split('"')[0][-3:]
    answer = client.get(URL, {"q": typed})  # somebody wrote it there: it leads nowhere
    assert answer.context["groups"] == [] and "不能写在网址里" in text(answer)
    assert typed not in text(answer)


@pytest.mark.parametrize(
    "typed",
    [
        "%",
        "_",
        "%%__",
        "\x00",
        "井\x00盖",
        "'; --",
        "\\",
        "a" * 10_000,
        "楼 " * 5_000,
        "*",
        "(",
        "<b>",
    ],
)
def test_odd_words_are_words(typed, estate, sign_in):
    report(estate, title="井盖松了")
    partner_in(estate, name="好人家")
    client = sign_in("worker")
    answer = client.post(URL, {"q": typed}, follow=True)
    assert answer.status_code == 200 and "<b><b>" not in text(answer)
    expected = {"deliberation.issues": ["井盖松了"]} if "井" in typed else {}
    assert found(answer) == expected
    assert client.get(URL, {"q": typed}).status_code == 200
    assert client.get(URL, {"q": typed, "kind": "no.such"}).status_code == 200


def test_nothing_found_is_said_kindly(estate, sign_in):
    page = text(sign_in("worker").get(URL, {"q": "没有这回事"}))
    assert "没有找到“没有这回事”" in page and "换个写法试试" in page


# straight to the one with the number


def test_a_number_with_its_letters_leads_straight_there(estate, other_estate, sign_in):
    issue, order = report(estate), order_in(estate)
    client = sign_in("worker")
    assert client.get(URL, {"q": f"SQ-{issue.pk}"}).url == issue.get_absolute_url()
    assert client.get(URL, {"q": f"ｄｄ{order.pk}"}).url == order.get_absolute_url()
    other = order_in(other_estate)
    assert found(client.get(URL, {"q": f"DD-{other.pk}"})) == {}


def test_a_bare_number_leads_there_only_when_it_is_one_thing_s(estate, sign_in):
    order = order_in(estate)
    client = sign_in("worker")
    assert client.get(URL, {"q": str(order.pk)}).url == order.get_absolute_url()
    issue = report(estate, title=f"路灯{order.pk}天没亮")
    answer = client.get(URL, {"q": str(order.pk)})
    assert answer.status_code == 200
    assert {"volunteers.orders", "deliberation.issues"} == set(found(answer))
    assert issue.title in found(answer)["deliberation.issues"]


# all of a kind


def test_of_each_kind_the_first_few_and_a_way_to_all(estate, community, sign_in):
    for n in range(EACH + 2):
        report(estate, title=f"井盖松了{n}")
        team_in(community, name=f"井盖巡查队{n}")
    client = sign_in("worker")
    answer = client.get(URL, {"q": "井盖"})
    issues, teams = answer.context["groups"]
    assert len(issues.rows) == len(teams.rows) == EACH and issues.more and teams.more
    assert f"{EACH}+" in text(answer)
    assert issues.url.startswith("/issues/?")
    assert len(client.get(issues.url).context["rows"]) == EACH + 2
    answer = client.get(teams.url)
    assert found(answer) == {
        "volunteers.teams": [f"井盖巡查队{n}" for n in reversed(range(EACH + 2))]
    }
    assert answer.context["back"] == f"{URL}?q=%E4%BA%95%E7%9B%96" in text(answer)


# places and pages


def test_places_of_ones_own_and_pages_of_the_menu(estate, other_estate, far_estate, sign_in):
    client = sign_in("district")
    assert found(client.get(URL, {"q": "锦绣"})) == {"stations.places": ["锦绣社区", "锦绣江山"]}
    assert found(client.get(URL, {"q": "榕树"})) == {"stations.places": ["榕树花园"]}
    client = sign_in("worker")
    assert found(client.get(URL, {"q": "福鑫"})) == {}
    assert found(client.get(URL, {"q": "月报"})) == {"stations.pages": ["月报"]}
    assert found(sign_in("district").get(URL, {"q": "月报"})) == {}


# the map's own search


def test_residents_are_found_by_their_own_search_alone(estate, sign_in, cast):
    worker = cast("worker")
    person = person_in(household_in(estate, worker), worker, name="刘桂芳")
    client = sign_in("worker")
    looks = Act.objects.filter(verb="residents_map.search")
    for typed in ("刘桂芳", "lgf", person.name[:1]):
        answer = client.get(URL, {"q": typed})
        assert found(answer) == {}
        page = text(answer)
        assert f'action="{reverse("residents_map:search")}"' in page
        assert f'type="hidden" name="q" value="{typed}"' in page
    assert not looks.exists()
    answer = client.post(reverse("residents_map:search"), {"q": "刘桂芳"})
    assert "刘*芳" in text(answer) and looks.count() == 1
    assert "在住户里找" not in text(client.get(URL, {"q": "SQ-999999"}))
    assert "在住户里找" not in text(sign_in("officer").get(URL, {"q": "刘桂芳"}))


def test_doors_and_houses_lead_to_the_map(estate, other_estate, cast, sign_in):
    def home_at(area, number):
        building = BuildingFactory(area=area, number=3)
        return HomeFactory(
            entrance=EntranceFactory(building=building, number=2), number=number, floor=15
        )

    home = home_at(estate, "1502")
    home_at(other_estate, "1502")
    household_in(estate, cast("worker"), home=home)
    client = sign_in("worker")
    for typed in ("3栋1502", "3-2-1502", "三栋二单元1502室", "1502", "１５０２室"):
        answer = client.get(URL, {"q": typed})
        assert found(answer)["residents_map.homes"] == ["3栋2单元1502"], typed
    assert not Act.objects.filter(verb="residents_map.view_household").exists()
    address = answer.context["groups"][0].rows[0].url
    assert client.get(address).status_code == 200
    assert found(client.get(URL, {"q": "3栋1503"})) == {}
    for typed in ("3栋", "三号楼", "3栋2单元"):
        answer = client.get(URL, {"q": typed})
        assert found(answer)["residents_map.buildings"] == ["锦绣江山 3栋"], typed
        assert client.get(answer.context["groups"][-1].rows[0].url).status_code == 200
    assert found(sign_in("officer").get(URL, {"q": "3栋1502"})) == {}


# what it costs


def test_each_kind_costs_one_query_however_much_is_found(estate, community, cast, sign_in):
    client = sign_in("worker")
    count_queries(client, f"{URL}?q=井盖")  # what is read once
    nothing = count_queries(client, f"{URL}?q=井盖")
    for n in range(EACH + 2):
        report(estate, title=f"井盖松了{n}")
        team_in(community, name=f"井盖巡查队{n}")
        partner_in(community, name=f"井盖厂{n}")
        AreaFactory(name=f"井盖小区{n}", level=Level.ESTATE, parent=community)
    assert count_queries(client, f"{URL}?q=井盖") == nothing
    assert nothing <= len(finders) + 8  # session, person, places, and the numbers of the frame
