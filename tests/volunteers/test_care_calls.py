"""问候电话: who is due, one tap, one duty each; whoever opens the list stands in the log."""

import re
import uuid
from datetime import datetime, time, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from stations.models import Act, Duty
from stations.registries import duties
from tests.volunteers.parts.care import person_in, started
from volunteers.choices import CallResult
from volunteers.models import Call
from volunteers.services import calls as services

pytestmark = pytest.mark.django_db
CALLS = "volunteers:calls"


def told(person, result="well", token=None, by=None):
    return services.record_call(
        beneficiary=person, by=by, token=token or uuid.uuid4(), result=result
    )


def called(person, days):
    """Rung up so many days ago, at noon."""
    day = timezone.localdate() - timedelta(days=days)
    person.last_call_at = timezone.make_aware(datetime.combine(day, time(12)))
    person.save(update_fields=["last_call_at"])
    return person


def listed(worker, area, **more):
    rows = services.open_call_list(area=area, by=worker, **more)
    return [row["person"].pk for row in rows]


@pytest.mark.parametrize(("days", "is_due"), [(6, False), (7, True), (8, True)])
def test_due_on_the_day(estate, worker, days, is_due):
    person = called(person_in(estate, worker, call_every_days=7), days)
    assert listed(worker, estate) == ([person.pk] if is_due else [])
    assert listed(worker, estate, everybody=True) == [person.pk]


def test_who_was_never_rung_up_is_due_from_registration(estate, worker):
    person = started(person_in(estate, worker, call_every_days=7), 7)
    assert listed(worker, estate) == [person.pk]


def test_the_longest_waiting_first(estate, worker):
    week = called(person_in(estate, worker, call_every_days=7), 8)
    daily = called(person_in(estate, worker, call_every_days=1), 9)
    person_in(estate, worker, call_every_days=None)
    assert listed(worker, estate) == [daily.pk, week.pk]
    assert listed(worker, estate, first=week.pk) == [week.pk, daily.pk]


def test_well_and_help_count_no_answer_does_not(estate, worker):
    person = called(person_in(estate, worker, call_every_days=1), 5)
    for result, is_due in (("no_answer", True), ("help", False)):
        told(person, result, by=worker)
        assert bool(listed(worker, estate)) is is_due
    assert Call.objects.count() == 2


def test_who_does_not_answer_comes_last(estate, worker):
    silent = called(person_in(estate, worker, call_every_days=1), 9)
    other = called(person_in(estate, worker, call_every_days=1), 3)
    told(silent, "no_answer", by=worker)
    told(silent, "no_answer", by=worker)
    rows = services.open_call_list(area=estate, by=worker)
    assert [(row["person"], row["unanswered"]) for row in rows] == [(other, 0), (silent, 2)]


def test_sent_twice_is_one_call(estate, worker):
    person, token = person_in(estate, worker), uuid.uuid4()
    first, second = (told(person, token=token, by=worker) for _ in range(2))
    assert first == second
    assert Act.objects.filter(verb="volunteers.record_call").count() == 1


def test_who_is_not_looked_after_is_not_rung_up(estate, worker):
    person = person_in(estate, worker)
    person.is_regular = False
    person.save()
    with pytest.raises(ValidationError):
        told(person, by=worker)
    assert listed(worker, estate, everybody=True) == []


# the duty


def test_more_than_a_day_late_stands_on_the_desk(estate, worker):
    late = called(person_in(estate, worker, call_every_days=7), 9)
    called(person_in(estate, worker, call_every_days=7), 8)
    services.keep_call_duties()
    services.keep_call_duties()
    duty = Duty.objects.open().get()
    assert (duty.kind, duty.object_id, duty.area) == ("volunteers.call", late.pk, estate)
    assert duty.title == f"打个问候电话：{late.label}"
    assert [*duties["volunteers.call"].truth()] == [late.pk]
    told(late, "no_answer", by=worker)
    assert Duty.objects.open().count() == 1
    told(late, by=worker)
    assert not Duty.objects.open().exists()
    assert not [*duties["volunteers.call"].truth()]


def test_the_sweep_ends_what_is_not_due(estate, worker):
    person = called(person_in(estate, worker, call_every_days=7), 9)
    services.keep_call_duties()
    called(person, 1)
    services.keep_call_duties()
    assert not Duty.objects.open().exists()


# pages


def test_the_list_shows_names_and_is_recorded(estate, worker, sign_in, community):
    called(person_in(estate, worker, name="王桂芳", phone="13955551234", words="耳背"), 9)
    answer = sign_in("worker").get(reverse(CALLS))
    page = answer.content.decode()
    assert "王桂芳" in page and 'href="tel:13955551234"' in page and "耳背" in page
    assert answer["Cache-Control"] == "no-store"
    look = Act.objects.get(verb="volunteers.open_call_list")
    assert (look.by, look.area, look.detail) == (worker, community, {"people": 1})


def test_the_list_is_of_ones_own_place(estate, other_estate, worker, sign_in, cast):
    called(person_in(estate, worker, name="王桂芳"), 9)
    called(person_in(other_estate, cast("sibling_worker"), name="李建国"), 9)
    page = sign_in("worker").get(f"{reverse(CALLS)}?area={other_estate.pk}").content.decode()
    assert "王桂芳" in page and "李建国" not in page


def test_the_street_does_not_see_it(sign_in, estate):
    assert sign_in("officer").get(reverse(CALLS)).status_code == 403


def test_a_tap_without_javascript_comes_back_to_the_list(estate, worker, sign_in):
    person = called(person_in(estate, worker), 9)
    address = reverse("volunteers:call", args=[person.pk])
    answer = sign_in("worker").post(address, {"result": "well"}, follow=True)
    page = answer.content.decode()
    assert "记下了：都好。" in page and "今天都打过了" in page
    assert Call.objects.get().result == CallResult.WELL


def test_a_tap_with_htmx_changes_the_row(estate, worker, sign_in):
    person = called(person_in(estate, worker, name="王桂芳"), 9)
    address = reverse("volunteers:call", args=[person.pk])
    answer = sign_in("worker").post(address, {"result": "well"}, headers={"HX-Request": "true"})
    assert answer.content.decode().startswith(f'<li class="vc-person is-said" id="p{person.pk}"')
    assert "王桂芳" not in answer.content.decode()
    assert not Act.objects.filter(verb="volunteers.open_call_list").exists()


def test_where_nobody_answered_the_row_stays_with_its_buttons(estate, worker, sign_in):
    """Only the buttons are sent anew, with a key of their own: the next try is another call."""
    person = called(person_in(estate, worker, name="王桂芳"), 9)
    address, client = reverse("volunteers:call", args=[person.pk]), sign_in("worker")
    tokens = set()
    for _ in range(2):
        data = {"result": "no_answer", "token": tokens.pop() if tokens else uuid.uuid4()}
        answer = client.post(address, data, headers={"HX-Request": "true"})
        assert answer["HX-Retarget"] == f"#p{person.pk} .vc-said"
        part = answer.content.decode()
        assert "没人接，记下了" in part and part.count('name="result"') == 3
        assert "王桂芳" not in part and address in part
        tokens.add(re.search(r'name="token" value="([^"]+)"', part)[1])
    assert Call.objects.filter(result=CallResult.NO_ANSWER).count() == 2
    page = client.get(reverse(CALLS)).content.decode()
    assert "王桂芳" in page and "今天没人接 2 次" in page


def test_help_leads_to_the_order(estate, worker, sign_in):
    person = person_in(estate, worker)
    address, client = reverse("volunteers:call", args=[person.pk]), sign_in("worker")
    target = f"{reverse('volunteers:order_new')}?beneficiary={person.pk}"
    assert client.post(address, {"result": "help"}).url == target
    answer = client.post(address, {"result": "help"}, headers={"HX-Request": "true"})
    assert answer["HX-Redirect"] == target


def test_no_such_result(estate, worker, sign_in):
    person = person_in(estate, worker)
    address = reverse("volunteers:call", args=[person.pk])
    answer = sign_in("worker").post(address, {"result": "fine"})
    assert answer.status_code == 422
    assert not Call.objects.exists()


def test_the_list_costs_the_same_for_many(estate, worker, sign_in, django_assert_max_num_queries):
    client = sign_in("worker")
    called(person_in(estate, worker), 9)
    client.get(reverse(CALLS))
    with django_assert_max_num_queries(100) as few:
        client.get(reverse(CALLS))
    for _ in range(4):
        called(person_in(estate, worker), 9)
    with django_assert_max_num_queries(len(few)):
        page = client.get(reverse(CALLS)).content.decode()
    assert page.count("vc-dial") == 5
