"""认领公示牌: one lead each, only what was agreed hangs on the wall, nothing for strangers."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from residents_map.models import Pledge
from residents_map.services import pledges
from stations.models import Act
from tests.factories import BuildingFactory, EntranceFactory

pytestmark = pytest.mark.django_db

PHONE = "13900000777"


@pytest.fixture
def building(estate):
    building = BuildingFactory(area=estate, number=7, code="b7")
    EntranceFactory(building=building, number=1)
    EntranceFactory(building=building, number=2)
    return building


def claim(building, by, **more):
    facts = {"role": "building", "name": "陈国华", "unit": "锦绣社区党支部", "phone": PHONE}
    return pledges.add_pledge(building=building, by=by, **(facts | more))


def agreed(**more):
    return {"agreed_on": timezone.localdate(), "shows_name": True} | more


def test_a_claim_seals_its_phone_and_gets_the_usual_words(building, cast):
    pledge = claim(building, cast("worker"), phone=" 139-0000 0777 ")
    assert pledges.phone_of(pledge) == PHONE
    assert (pledge.duty, pledge.promise) == (pledges.DUTIES["building"], "有事找我，当天回话")
    with connection.cursor() as cursor:
        cursor.execute("SELECT row_to_json(p)::text FROM residents_map_pledge p")
        assert PHONE not in cursor.fetchone()[0]
    assert Act.objects.get(verb="residents_map.add_pledge").on_label == "7栋 楼栋长"


def test_a_building_and_an_entrance_have_one_lead_each(building, cast):
    worker = cast("worker")
    first, second = building.entrances.all()
    lead = claim(building, worker)
    with pytest.raises(ValidationError, match="已经有楼栋长陈国华"):
        claim(building, worker, name="李建国")
    claim(building, worker, role="entrance", entrance=first)
    claim(building, worker, role="entrance", entrance=second)
    with pytest.raises(ValidationError, match="已经有单元长"):
        claim(building, worker, role="entrance", entrance=first)
    with pytest.raises(ValidationError, match="哪个单元"):
        claim(building, worker, role="entrance")
    for name in ("何平", "孙玉华"):
        claim(building, worker, role="member", name=name)
    pledges.end_pledge(pledge=lead, by=worker)
    claim(building, worker, name="李建国")
    leads = pledges.leads_of(building)
    assert leads.building.name == "李建国"
    assert set(leads.entrances) == {first.pk, second.pk}
    assert [member.name for member in leads.members] == ["何平", "孙玉华"]


def test_an_entrance_of_another_building_is_refused(building, estate, cast):
    other = EntranceFactory(building=BuildingFactory(area=estate))
    with pytest.raises(ValidationError, match="不在7栋"):
        claim(building, cast("worker"), role="entrance", entrance=other)


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ({"shows_name": True}, "哪天同意"),
        (agreed(shows_name=False, shows_phone=True), "一起公开"),
        (agreed(shows_phone=True, phone=""), "没有登记电话"),
        (agreed(shows_unit=True, unit=""), "没有登记单位"),
        (agreed(agreed_on=timezone.localdate() + timedelta(days=3)), "还没到"),
        ({"phone": "123"}, "11位|号码"),
    ],
)
def test_what_is_shown_needs_consent(building, cast, more, why):
    with pytest.raises(ValidationError, match=why):
        claim(building, cast("worker"), **more)
    assert not Pledge.objects.exists()


@pytest.mark.parametrize(
    ("shows", "on_wall", "not_on_wall"),
    [
        ({}, (), ("陈国华", PHONE, "党支部")),
        (agreed(), ("陈国华",), (PHONE, "锦绣社区党支部")),
        (agreed(shows_phone=True), ("陈国华", PHONE), ("锦绣社区党支部",)),
        (agreed(shows_phone=True, shows_unit=True), ("陈国华", PHONE, "锦绣社区党支部"), ()),
    ],
)
def test_the_paper_shows_only_what_was_agreed(building, cast, sign_in, shows, on_wall, not_on_wall):
    claim(building, cast("worker"), **shows)
    answer = sign_in("worker").get(f"/map/buildings/{building.pk}/board/print/?size=a3")
    page = answer.content.decode()
    assert all(words in page for words in on_wall)
    assert not any(words in page for words in not_on_wall)
    assert "is-a3" in page and 'class="qr"' in page
    assert Act.objects.filter(verb="residents_map.print_board", on_id=building.pk).count() == 1


def test_who_takes_back_consent_is_off_the_board(building, cast, sign_in):
    pledge = claim(building, cast("worker"), **agreed(shows_phone=True))
    form = {"name": "陈国华", "unit": "", "phone": "", "duty": "走一走", "promise": "在"}
    answer = sign_in("worker").post(f"/map/pledges/{pledge.pk}/", form)
    assert answer.status_code == 302
    pledge.refresh_from_db()
    assert (pledge.shows_name, pledge.agreed_on) == (False, None)
    assert pledges.phone_of(pledge) == PHONE  # left empty: stays as it was
    page = sign_in("worker").get(f"/map/buildings/{building.pk}/board/print/")
    assert "陈国华" not in page.content.decode()


def test_a_claim_is_entered_and_ended_on_its_pages(building, sign_in):
    client = sign_in("worker")
    url = f"/map/buildings/{building.pk}/pledge/"
    form = {"role": "building", "name": "陈国华", "phone": PHONE, "shows_name": "on"}
    refused = client.post(url, form)
    assert refused.status_code == 422
    assert "哪天同意" in refused.content.decode()
    form["agreed_on"] = timezone.localdate().isoformat()
    assert client.post(url, form).status_code == 302
    pledge = Pledge.objects.get()
    page = client.get(f"/map/buildings/{building.pk}/board/").content.decode()
    assert "139****0777" in page
    assert PHONE not in page  # not agreed to be shown
    client.post(f"/map/pledges/{pledge.pk}/end/")
    assert not Pledge.objects.current().exists()
    assert "从前认领过的" in client.get(f"/map/buildings/{building.pk}/board/").content.decode()


def test_the_list_names_gaps_and_costs_the_same_for_many(
    estate, cast, sign_in, django_assert_max_num_queries
):
    for number in range(1, 6):
        building = BuildingFactory(area=estate, number=number)
        for door in (1, 2):
            EntranceFactory(building=building, number=door)
        if number > 1:
            claim(building, cast("worker"))
    client = sign_in("worker")
    client.get("/map/boards/")
    with django_assert_max_num_queries(14):
        page = client.get(f"/map/boards/?area={estate.pk}").content.decode()
    assert "1 栋还没有楼栋长" in page
    assert "10 个单元还没有单元长" in page


@pytest.mark.parametrize(
    ("who", "status"),
    [("worker", 200), ("secretary", 200), ("sibling_worker", 404), ("officer", 404)],
)
def test_only_the_community_opens_its_boards(building, cast, sign_in, who, status):
    pledge = claim(building, cast("worker"))
    client = sign_in(who)
    for url in (f"/map/pledges/{pledge.pk}/",):
        assert client.get(url).status_code == status, url
    for url in ("board/", "board/print/", "pledge/"):
        answer = client.get(f"/map/buildings/{building.pk}/{url}")
        # An officer may know of the building, but not of who claimed it.
        assert answer.status_code in ({200} if status == 200 else {403, 404}), url
    assert client.post(f"/map/pledges/{pledge.pk}/end/").status_code == (
        302 if status == 200 else 404
    )


def test_everything_wrong_with_a_claim_is_said_at_once_at_its_question(building, sign_in):
    address = reverse("residents_map:pledge_new", args=[building.pk])
    sent = {"role": "entrance", "shows_phone": "on", "shows_unit": "on"}
    answer = sign_in("worker").post(address, sent)
    assert answer.status_code == 422
    errors = answer.context["form"].errors
    assert set(errors) == {
        "name",
        "entrance",
        "shows_name",
        "shows_phone",
        "shows_unit",
        "agreed_on",
    }
    assert "__all__" not in errors
    assert not Pledge.objects.exists()


def test_the_day_of_consent_is_not_called_optional(building, sign_in):
    page = sign_in("worker").get(reverse("residents_map:pledge_new", args=[building.pk]))
    question = page.content.decode().split('id="id_agreed_on_field"')[1].split("</fieldset>")[0]
    assert "勾了上面任何一项就要填" in question
    assert "选填" not in question


def test_a_known_phone_may_be_shown_without_being_written_again(building, cast, sign_in):
    pledge = claim(building, cast("worker"))
    sent = {"name": "陈国华", "shows_name": "on", "shows_phone": "on", "phone": ""}
    address = f"/map/pledges/{pledge.pk}/"
    answer = sign_in("worker").post(address, sent)
    assert set(answer.context["form"].errors) == {"agreed_on"}
    sent["agreed_on"] = str(timezone.localdate())
    assert sign_in("worker").post(address, sent).status_code == 302
    pledge.refresh_from_db()
    assert pledge.shows_phone
