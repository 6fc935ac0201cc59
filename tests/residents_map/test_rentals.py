"""出租屋: stars by the published rule, put right by a day, appeals decided by somebody else."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from residents_map.foundation.house_rules import (
    CRITERIA,
    FULL,
    KEYS,
    listing_of,
    points_of,
    stars_of,
)
from residents_map.models import Inspection, Rental
from residents_map.services import rental_undo, rentals
from residents_map.services.rental_duties import (
    RENTAL_APPEAL,
    RENTAL_VISIT,
    keep_all_rental_duties,
)
from stations.models import Act, Duty
from stations.registries import duties
from tests.residents_map.rows import home_in

pytestmark = pytest.mark.django_db

PHONE = "13900000888"


def failing(*keys):
    return {key: key not in keys for key in KEYS}


def let(estate, by, **more):
    facts = {"landlord_name": "王大强", "landlord_phone": PHONE, "is_member": True}
    return rentals.add_rental(home=home_in(estate), by=by, **(facts | more))


def look(rental, by, *no, **more):
    inspection = rentals.inspect(rental=rental, by=by, answers=failing(*no), **more)
    rental.refresh_from_db()
    return inspection


def duty_days(kind):
    """The days by which open duties of a kind are due, by object."""
    rows = Duty.objects.open().filter(kind=kind)
    return {duty.object_id: timezone.localdate(duty.until) for duty in rows}


def assert_duties_are_true():
    for key in (RENTAL_VISIT, RENTAL_APPEAL):
        held = Duty.objects.open().filter(kind=key).values_list("object_id", flat=True)
        assert sorted(held) == sorted(duties[key].truth())


# the rule


def test_the_weights_make_a_hundred():
    assert sum(criterion.weight for criterion in CRITERIA) == FULL


@pytest.mark.parametrize(
    ("no", "stars", "listing"),
    [
        ((), 5, "red"),
        (("quiet",), 4, ""),
        (("extinguisher", "quiet"), 4, ""),  # 85 to the point
        (("extinguisher", "contract"), 3, ""),
        (("extinguisher", "rooms", "clean", "quiet"), 3, ""),  # 70 to the point
        (("extinguisher", "rooms", "register"), 2, "black"),
        (("exit",), 2, "black"),  # 85 points, but a must
        (("exit", "gas", "wires", "ebike"), 1, "black"),
        (KEYS, 1, "black"),
    ],
)
def test_stars_of_answers(no, stars, listing):
    assert (stars_of(failing(*no)), listing_of(stars)) == (stars, listing)


@given(st.sets(st.sampled_from(KEYS)), st.sampled_from(KEYS))
def test_putting_something_right_never_costs_a_star(no, mended):
    assert stars_of(failing(*(no - {mended}))) >= stars_of(failing(*no))
    assert points_of(failing(*no)) >= 0


# the house


def test_a_home_is_let_once_and_its_landlord_is_sealed(estate, cast):
    rental = let(estate, cast("worker"))
    with pytest.raises(ValidationError, match="已经登记为出租屋"):
        rentals.add_rental(home=rental.home, by=cast("worker"))
    with connection.cursor() as cursor:
        cursor.execute("SELECT row_to_json(r)::text FROM residents_map_rental r")
        row = cursor.fetchone()[0]
    assert PHONE not in row and "王大强" not in row
    assert rentals.masked_landlord(rental) == {"name": "王**", "phone": "139****0888"}
    assert rental.next_visit_on == timezone.localdate() + timedelta(days=7)
    assert_duties_are_true()


def test_a_change_keeps_what_was_left_empty(estate, cast):
    rental = let(estate, cast("worker"))
    rental = rentals.change_rental(rental=rental, by=cast("worker"), landlord_name="李小明")
    assert rentals.landlord_of(rental) == {"name": "李小明", "phone": PHONE}
    assert rental.is_member is False


def test_looking_at_the_landlord_is_written_down(estate, cast, sign_in):
    rental = let(estate, cast("worker"))
    client = sign_in("worker")
    page = client.get(f"/map/rentals/{rental.pk}/").content.decode()
    assert PHONE not in page and "王大强" not in page
    url = f"/map/rentals/{rental.pk}/landlord/"
    assert client.post(url, {}).status_code == 422
    shown = client.post(url, {"reason": "check"})
    assert PHONE in shown.content.decode()
    act = Act.objects.get(verb="residents_map.reveal_landlord")
    assert act.detail == {"reason": "核对台账", "why": "check"}


# the inspection


def test_a_good_house_is_seen_again_in_half_a_month(estate, cast):
    rental = let(estate, cast("worker"))
    inspection = look(rental, cast("worker"))
    assert (inspection.state, rental.stars, rental.listing) == ("passed", 5, "red")
    assert rental.next_visit_on == timezone.localdate() + timedelta(days=15)
    assert duty_days(RENTAL_VISIT) == {}
    assert_duties_are_true()


def test_a_bad_house_is_put_right_by_a_day(estate, cast):
    worker = cast("worker")
    rental = let(estate, worker)
    by = timezone.localdate() + timedelta(days=5)
    first = look(rental, worker, "exit", fix_by=by)
    assert (first.state, rental.stars, rental.listing) == ("to_fix", 2, "black")
    assert duty_days(RENTAL_VISIT) == {rental.pk: by}
    second = look(rental, worker, "exit", "quiet")
    assert (second.state, second.before) == ("to_fix", first)
    third = look(rental, worker, "quiet")
    assert (third.state, third.before) == ("passed", second)
    states = Inspection.objects.order_by("pk").values_list("state", flat=True)
    assert list(states) == ["fixed", "fixed", "passed"]
    assert (rental.stars, rental.listing) == (4, "")
    assert look(rental, worker).before is None  # an ordinary visit, not a re-inspection
    assert_duties_are_true()


@pytest.mark.parametrize("days", [0, -1, 31])
def test_the_day_to_put_right_lies_within_a_month(estate, cast, days):
    rental = let(estate, cast("worker"))
    with pytest.raises(ValidationError, match="整改期限"):
        look(rental, cast("worker"), "gas", fix_by=timezone.localdate() + timedelta(days=days))


def test_every_question_is_answered(estate, cast, sign_in):
    rental = let(estate, cast("worker"))
    with pytest.raises(ValidationError, match="还有9项"):
        rentals.inspect(rental=rental, by=cast("worker"), answers={"exit": True})
    url = f"/map/rentals/{rental.pk}/inspect/"
    answers = dict.fromkeys(KEYS, "yes")
    client = sign_in("worker")
    assert client.post(url, {**answers, "gas": ""}).status_code == 422
    assert client.post(url, {**answers, "quiet": "no"}).status_code == 302
    assert Inspection.objects.get().stars == 4


# the appeal


def test_an_appeal_is_decided_by_somebody_else(estate, cast):
    secretary = cast("secretary")
    rental = let(estate, cast("worker"))
    inspection = look(rental, secretary, "exit")
    rentals.appeal(inspection=inspection, by=cast("worker"), words="柜子是隔壁的")
    rental.refresh_from_db()
    assert rental.listing == ""  # on no list until it is decided
    assert duty_days(RENTAL_VISIT) == {}
    assert list(duty_days(RENTAL_APPEAL)) == [inspection.pk]
    assert_duties_are_true()
    with pytest.raises(ValidationError, match="自己查的"):
        rentals.decide_appeal(inspection=inspection, by=secretary, is_upheld=True, words="对")
    with pytest.raises(ValidationError, match="等书记答复"):
        look(rental, cast("worker"))


@pytest.mark.parametrize("is_upheld", [True, False])
def test_a_decided_appeal(estate, cast, is_upheld):
    worker = cast("worker")
    rental = let(estate, worker)
    look(rental, worker)
    inspection = look(rental, worker, "exit")
    rentals.appeal(inspection=inspection, by=worker, words="柜子是隔壁的")
    decided = rentals.decide_appeal(
        inspection=inspection, by=cast("secretary"), is_upheld=is_upheld, words="去看过了"
    )
    rental.refresh_from_db()
    expected = ("void", 5, "red") if is_upheld else ("to_fix", 2, "black")
    assert (decided.state, rental.stars, rental.listing) == expected
    assert_duties_are_true()
    for again in (rentals.decide_appeal,):
        with pytest.raises(ValidationError, match="已经答复过"):
            again(inspection=inspection, by=cast("secretary"), is_upheld=True, words="再来")
    with pytest.raises(ValidationError, match="已经提过异议"):
        rentals.appeal(inspection=inspection, by=worker, words="还是不服")


def test_a_voided_reinspection_leaves_the_wrong_where_it_was(estate, cast):
    worker = cast("worker")
    rental = let(estate, worker)
    first = look(rental, worker, "exit")
    again = look(rental, worker, "extinguisher", "rooms")
    rentals.appeal(inspection=again, by=worker, words="灭火器有")
    rentals.decide_appeal(inspection=again, by=cast("secretary"), is_upheld=True, words="有")
    rental.refresh_from_db()
    first.refresh_from_db()
    assert (first.state, rental.stars, rental.listing) == ("to_fix", 2, "black")
    assert_duties_are_true()


def test_only_the_last_inspection_and_only_for_ten_days(estate, cast):
    worker = cast("worker")
    rental = let(estate, worker)
    old, new = look(rental, worker, "quiet"), look(rental, worker, "clean")
    with pytest.raises(ValidationError, match="最近一次"):
        rentals.appeal(inspection=old, by=worker, words="不对")
    Inspection.objects.filter(pk=new.pk).update(at=timezone.now() - timedelta(days=11))
    with pytest.raises(ValidationError, match="过去10天"):
        rentals.appeal(inspection=new, by=worker, words="不对")


def test_a_worker_does_not_decide(estate, cast, sign_in):
    worker = cast("worker")
    rental = let(estate, worker)
    inspection = look(rental, cast("colleague"), "exit")
    rentals.appeal(inspection=inspection, by=worker, words="柜子是隔壁的")
    url = f"/map/inspections/{inspection.pk}/decide/"
    answer = {"is_upheld": "no", "words": "去看过，确实堵了"}
    assert sign_in("worker").post(url, answer).status_code == 403
    client = sign_in("secretary")
    assert "答复异议" in client.get(f"/map/inspections/{inspection.pk}/").content.decode()
    assert client.post(url, answer).status_code == 302
    inspection.refresh_from_db()
    assert inspection.decided_by == cast("secretary")


def test_the_end_of_letting_ends_its_duties(estate, cast):
    worker = cast("worker")
    rental = let(estate, worker)
    inspection = look(rental, worker, "exit")
    rentals.appeal(inspection=inspection, by=worker, words="不对")
    rentals.end_rental(rental=rental, by=worker)
    assert not Duty.objects.open().filter(kind__startswith="residents_map.rental").exists()
    assert_duties_are_true()
    rentals.add_rental(home=rental.home, by=worker)  # let again: a new house on the list
    assert Rental.objects.count() == 2


def test_duties_come_within_a_week_of_their_day(estate, cast):
    worker = cast("worker")
    near, far = let(estate, worker), let(estate, worker)
    look(near, worker)
    look(far, worker)
    Rental.objects.filter(pk=near.pk).update(next_visit_on=timezone.localdate())
    assert keep_all_rental_duties() == 1
    assert keep_all_rental_duties() == 0
    assert duty_days(RENTAL_VISIT) == {near.pk: timezone.localdate()}
    assert_duties_are_true()


# the list


def test_the_list_filters_and_costs_the_same_for_many(
    estate, cast, sign_in, django_assert_max_num_queries
):
    worker = cast("worker")
    for no in ((), ("quiet",), ("exit",), ("clean",), ("quiet", "clean")):
        look(let(estate, worker), worker, *no)
    client = sign_in("worker")

    def rows(query):
        page = client.get(f"/map/rentals/?{query}").content.decode()
        return page.count("data-row>")

    assert rows("") == 5
    assert (rows("view=red"), rows("view=black"), rows("view=fix")) == (1, 1, 1)
    assert (rows("stars=4"), rows("view=members"), rows("view=due")) == (3, 5, 0)
    assert rows(f"area={estate.pk}&view=nonsense&stars=9") == 5
    with django_assert_max_num_queries(12):
        client.get("/map/rentals/")


@pytest.mark.parametrize("who", ["sibling_worker", "officer", "volunteer"])
def test_nobody_else_sees_a_house(estate, cast, sign_in, who):
    rental = let(estate, cast("worker"))
    inspection = look(rental, cast("worker"), "exit")
    client = sign_in(who)
    for url in (
        f"/map/rentals/{rental.pk}/",
        f"/map/rentals/{rental.pk}/inspect/",
        f"/map/rentals/{rental.pk}/landlord/",
        f"/map/inspections/{inspection.pk}/",
    ):
        assert client.get(url).status_code == 404, url
    listed = client.get("/map/rentals/")
    assert listed.status_code == 403 or "data-row>" not in listed.content.decode()
    new = client.get(f"/map/homes/{rental.home_id}/rental/")
    assert new.status_code in (403, 404)


# 撤销


def undo(inspection, by):
    return rental_undo.undo_inspection(inspection=inspection, by=by)


def stands(rental):
    rental.refresh_from_db()
    return rental.stars, rental.listing, rental.next_visit_on


def test_an_inspection_entered_wrongly_is_taken_back(estate, cast, sign_in):
    worker = cast("worker")
    rental = let(estate, worker)
    never = stands(rental)
    undo(look(rental, worker, "exit"), worker)
    assert stands(rental) == never
    first = look(rental, worker)
    fine = stands(rental)
    wrong = look(rental, worker, "exit")
    client = sign_in("worker")
    page = client.get(f"/map/rentals/{rental.pk}/").content.decode()
    assert "5星红榜，改成 2星黑榜" in page
    answer = client.post(f"/map/inspections/{wrong.pk}/undo/", follow=True)
    assert "撤销了" in answer.content.decode()
    wrong.refresh_from_db()
    assert (wrong.state, stands(rental)) == ("void", fine)
    assert Act.objects.filter(verb="residents_map.undo_inspection", on_id=rental.pk).count() == 2
    assert_duties_are_true()
    again = client.post(f"/map/inspections/{wrong.pk}/undo/", follow=True)
    assert "已经不算数" in again.content.decode()
    first.refresh_from_db()
    assert first.state == "passed"


def test_what_a_withdrawn_inspection_found_right_is_wrong_again(estate, cast):
    worker = cast("worker")
    rental = let(estate, worker)
    first, second = look(rental, worker, "exit"), look(rental, worker, "exit")
    before = stands(rental)
    undo(look(rental, worker), worker)
    for inspection in (first, second):
        inspection.refresh_from_db()
        assert inspection.state == "to_fix"
    assert stands(rental) == before
    assert_duties_are_true()


def test_who_may_not_take_an_inspection_back(estate, cast, sign_in):
    worker = cast("worker")
    rental = let(estate, worker)
    old, new = look(rental, worker, "quiet"), look(rental, worker, "exit")
    with pytest.raises(ValidationError, match="只有查的人"):
        undo(new, cast("secretary"))
    with pytest.raises(ValidationError, match="最近一次"):
        undo(old, worker)
    assert sign_in("sibling_worker").post(f"/map/inspections/{new.pk}/undo/").status_code == 404
    Inspection.objects.filter(pk=new.pk).update(at=timezone.now() - timedelta(minutes=11))
    with pytest.raises(ValidationError, match="十分钟内"):
        undo(new, worker)
    assert "点错了" not in sign_in("worker").get(f"/map/rentals/{rental.pk}/").content.decode()
    Inspection.objects.filter(pk=new.pk).update(at=timezone.now())
    rentals.appeal(inspection=new, by=worker, words="不对")
    with pytest.raises(ValidationError, match="异议"):
        undo(new, worker)


def test_while_an_appeal_waits_no_day_is_promised(estate, cast, sign_in):
    worker = cast("worker")
    rental = let(estate, worker)
    inspection = look(rental, worker, "exit")
    client = sign_in("worker")
    day = f"{rental.next_visit_on:%-m月%-d日}"
    assert f"<dt>下次去</dt><dd>{day}" in client.get(f"/map/rentals/{rental.pk}/").content.decode()
    rentals.appeal(inspection=inspection, by=worker, words="门是开着的")
    page = client.get(f"/map/rentals/{rental.pk}/").content.decode()
    assert "<dt>下次去</dt><dd>书记答复以后再去" in page
    assert "书记答复以后" in client.get("/map/rentals/").content.decode()
    assert str(rental.home) not in client.get("/map/rentals/?view=due").content.decode()
