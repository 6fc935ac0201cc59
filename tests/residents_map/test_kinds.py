"""人群: each with its ground in law; a street adds its own and ends it, its neighbours cannot."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError

from residents_map.models import Kind
from residents_map.services import kinds
from residents_map.services.kind_counts import count_kinds
from residents_map.services.people import put_mark
from tests.residents_map.rows import household_in, person_in

pytestmark = pytest.mark.django_db

VETERANS = {
    "name": "退役军人",
    "icon": "k-flag",
    "colour": "plum",
    "rule": "said",
    "basis": "duty",
    "basis_words": "退役军人保障法 第三条",
    "retention_days": 365,
    "seen_by": "staff",
}


def add(street, by, **more):
    return kinds.add_kind(street=street, by=by, **(VETERANS | more))


def test_a_street_adds_a_kind_its_communities_use(street, estate, far_estate, cast):
    kind = add(street, cast("officer"))
    assert kind in Kind.objects.at(estate)
    assert kind in Kind.objects.visible_to(cast("worker"))
    assert kind not in Kind.objects.at(far_estate)
    person = person_in(household_in(estate, cast("worker")), cast("worker"))
    put_mark(person, kind)
    assert count_kinds([kind], by="area_id", area=estate) == {estate.pk: {kind.key: 1}}


def test_a_kind_computed_by_age_is_never_entered(street, estate, cast):
    kind = add(street, cast("officer"), name="学龄前", rule="age", max_age=6, min_age=3)
    household = household_in(estate, cast("worker"))
    person_in(household, cast("worker"))  # a child has a grown-up beside it
    today = date.today()  # noqa: DTZ011 - a day of birth
    child = person_in(
        household, cast("worker"), name="刘小满", birth_on=today.replace(year=today.year - 4, day=1)
    )
    assert count_kinds([kind], by="area_id", area=estate) == {estate.pk: {kind.key: 1}}
    with pytest.raises(ValidationError, match="由年龄算出来"):
        put_mark(child, kind)


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ({"name": "独居老人"}, "已经有"),
        ({"icon": "k-alone"}, "已经用了这个图形"),
        ({"basis_words": " "}, "依据哪一条"),
        ({"retention_days": 0}, "留存天数"),
        ({"rule": "age"}, "满几岁"),
        ({"rule": "age", "min_age": 6, "max_age": 6}, "小于"),
    ],
)
def test_a_kind_that_cannot_be(street, cast, more, why):
    with pytest.raises(ValidationError, match=why):
        add(street, cast("officer"), **more)


def test_the_same_twice_is_refused_and_after_its_end_it_may_come_again(street, cast):
    officer = cast("officer")
    kind = add(street, officer)
    with pytest.raises(ValidationError, match="已经有“退役军人”"):
        add(street, officer, icon="k-drop")
    with pytest.raises(ValidationError, match="图形"):
        add(street, officer, name="孕产妇")
    kinds.end_kind(kind=kind, by=officer)
    with pytest.raises(ValidationError, match="已经停用"):
        kinds.end_kind(kind=kind, by=officer)
    assert add(street, officer).pk != kind.pk


def test_everybodys_kinds_stay(cast):
    with pytest.raises(ValidationError, match="各处都用"):
        kinds.end_kind(kind=Kind.objects.get(key="elder"), by=cast("officer"))


def test_the_page_shows_the_ground_in_law(street, cast, sign_in, django_assert_max_num_queries):
    for number, icon in enumerate(list(kinds.SHAPES)[:5]):
        add(street, cast("officer"), name=f"人群{number}", icon=icon)
    client = sign_in("officer")
    client.get("/map/kinds/")
    with django_assert_max_num_queries(12):
        page = client.get("/map/kinds/").content.decode()
    for words in ("独居老人", "未成年人保护法", "满 80 岁", "退役军人保障法", "停用", "k-drop"):
        assert words in page
    page = sign_in("worker").get("/map/kinds/").content.decode()
    assert "退役军人保障法" in page and "停用" not in page


def test_an_officer_adds_and_ends_on_the_pages(street, cast, sign_in):
    client = sign_in("officer")
    new, end = (f"/map/streets/{street.pk}/kinds/{act}/" for act in ("new", "end"))
    refused = client.post(new, VETERANS | {"icon": "k-alone"})
    assert refused.status_code == 422
    assert client.post(new, VETERANS).status_code == 302
    kind = Kind.objects.get(name="退役军人")
    assert kind.area == street
    assert client.post(end, {"kind": kind.pk}).status_code == 302
    kind.refresh_from_db()
    assert kind.ended_at


def test_nobody_else_adds_or_ends(street, far_street, estate, cast, sign_in):
    kind = add(street, cast("officer"))
    new, end = (f"/map/streets/{street.pk}/kinds/{act}/" for act in ("new", "end"))
    for who in ("worker", "secretary", "volunteer", "far_officer"):
        client = sign_in(who)
        assert client.post(end, {"kind": kind.pk}).status_code == 404, who
        assert client.post(new, VETERANS).status_code == 404, who
    sign_in("far_officer").post(f"/map/streets/{far_street.pk}/kinds/end/", {"kind": kind.pk})
    assert sign_in("officer").get(f"/map/streets/{estate.pk}/kinds/new/").status_code == 404
    kind.refresh_from_db()
    assert kind.ended_at is None
    page = sign_in("far_officer").get("/map/kinds/").content.decode()
    assert "退役军人" not in page.replace("比如退役军人", "")
