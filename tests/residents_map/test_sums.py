"""人群数: exact at home, small numbers hidden from the street, nothing of ours for a sibling."""

import csv
import io

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from residents_map.services.kinds import add_kind
from residents_map.services.sums import sums_for
from stations.choices import Level, Role
from tests.factories import AreaFactory, PostingFactory
from tests.residents_map.rows import home_in, household_in, kind, person_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def people(estate, other_estate, community, cast):
    """3 of hardship in our estate, 8 in its second; 9 and 0 in the sibling's."""
    second = AreaFactory(name="锦绣家园", level=Level.ESTATE, parent=community)

    def enter(area, number, by, key="hardship"):
        for _ in range(number):
            household = household_in(area, cast(by), home=home_in(area))
            person_in(household, cast(by), kinds=[kind(key)], birth_on=None, phone="")

    enter(estate, 3, "worker")
    enter(second, 8, "worker")
    enter(other_estate, 9, "sibling_worker")
    enter(other_estate, 2, "sibling_worker", "disabled")
    return {"first": estate, "second": second, "other": other_estate}


def column(table, key):
    """{place name: cell} of one kind; sums end in 合计."""
    at = [one.key for one in table.kinds].index(key)
    return {f"{row.area}{'合计' if row.is_sum else ''}": row.cells[at] for row in table.rows}


def test_a_worker_sees_exact_numbers_of_the_own_community(people, cast):
    (table,) = sums_for(cast("worker"))
    assert table.is_exact
    assert column(table, "hardship") == {"锦绣江山": 3, "锦绣家园": 8, "锦绣社区合计": 11}


def test_a_sibling_sees_only_theirs(people, cast, sign_in):
    (table,) = sums_for(cast("sibling_worker"))
    assert column(table, "hardship") == {"福鑫南郡": 9}
    page = sign_in("sibling_worker").get("/map/sums/").content.decode()
    assert "锦绣" not in page


def test_an_officer_sees_hidden_numbers_that_do_not_follow(people, cast):
    (table,) = sums_for(cast("officer"))
    assert not table.is_exact
    assert column(table, "hardship") == {
        "锦绣社区合计": 11,
        "锦绣江山": "<5",
        "锦绣家园": "不显示",  # 11 − 8 would tell
        "庆云山社区": 9,
        "庆云街道合计": 20,
    }
    assert column(table, "disabled") == {
        "锦绣社区合计": 0,
        "锦绣江山": 0,
        "锦绣家园": 0,
        "庆云山社区": "<5",
        "庆云街道合计": "<5",
    }


def test_who_works_in_one_community_and_the_street_knows_the_own(people, cast, community):
    officer = cast("officer")
    PostingFactory(user=officer, area=community, role=Role.SECRETARY)
    own, street = sums_for(type(officer).objects.get(pk=officer.pk))
    assert column(own, "hardship")["锦绣江山"] == 3
    assert column(street, "hardship")["锦绣江山"] == 3
    assert column(street, "disabled")["庆云山社区"] == "<5"


def test_a_kind_for_the_secretary_only(people, cast, street):
    facts = {"icon": "k-moon", "colour": "dai", "rule": "said", "basis": "duty"}
    add_kind(
        street=street,
        by=cast("officer"),
        name="社区矫正",
        basis_words="社区矫正法 第二条",
        retention_days=30,
        seen_by="secretary",
        **facts,
    )
    names = {
        who: [str(one) for one in sums_for(cast(who))[0].kinds]
        for who in ("worker", "secretary", "officer")
    }
    assert "社区矫正" in names["secretary"]
    assert "社区矫正" not in names["worker"] + names["officer"]


@pytest.mark.parametrize("who", ["officer", "worker"])
def test_page_and_csv_tell_the_same(people, sign_in, who):
    client = sign_in(who)
    page = client.get("/map/sums/").content.decode()
    answer = client.get("/map/sums/export/")
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    rows = {row[0]: row for row in csv.reader(io.StringIO(text)) if row}
    if who == "officer":
        assert ">3<" not in page and ">8<" not in page
        assert {"<5", "不显示"} <= set(rows["锦绣江山"] + rows["锦绣家园"])
        assert not {"3", "8"} & set(rows["锦绣江山"] + rows["锦绣家园"])
    else:
        assert ">3<" in page and "3" in rows["锦绣江山"]


def test_the_number_of_queries_stays(people, cast, street):
    def queries():
        officer = type(cast("officer")).objects.get(username="officer")
        with CaptureQueriesContext(
            connection,
        ) as found:
            sums_for(officer)
        return len(found)

    before = queries()
    for number in range(4):
        community = AreaFactory(name=f"社区{number}", level=Level.COMMUNITY, parent=street)
        area = AreaFactory(name=f"小区{number}", level=Level.ESTATE, parent=community)
        PostingFactory(user=cast("colleague"), area=community, role=Role.WORKER)
        person_in(household_in(area, cast("colleague")), cast("colleague"), kinds=[kind("party")])
    assert queries() == before


@pytest.mark.parametrize(
    ("who", "status"), [("volunteer", 403), ("district", 403), ("officer", 200)]
)
def test_who_may_open_it(people, sign_in, who, status):
    assert sign_in(who).get("/map/sums/").status_code == status
    assert sign_in(who).get("/map/sums/export/").status_code == status


@pytest.mark.parametrize(("who", "is_shown"), [("worker", True), ("officer", False)])
def test_who_keeps_the_ledger_finds_the_import(people, sign_in, who, is_shown):
    page = sign_in(who).get("/map/sums/").content.decode()
    assert ('href="/map/imports/"' in page) == is_shown
