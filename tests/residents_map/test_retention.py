"""到期就删, 换密钥: what must not stay does not, what must open does."""

import base64
import os
import threading
from datetime import date, timedelta
from io import StringIO

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from residents_map.models import Change, Mark, Person, Visit
from residents_map.services import people, retention
from residents_map.services.visits import record_visit, words_of
from stations.models import Act
from stations.services.keys import reseal_all, sealed_columns, still_old
from tests.residents_map.rows import household_in, identity_number, kind, person_in

NUMBER = identity_number(date(1944, 3, 7), 8)
SAID = "老伴住院了，药吃到月底"
TOKEN = "00000000-0000-4000-8000-000000000001"


def days_ago(days):
    return timezone.localdate() - timedelta(days=days)


def dump():
    """Everything the database says of people, as a thief would read it."""
    said = []
    with connection.cursor() as cursor:
        for model in apps.get_app_config("residents_map").get_models():
            cursor.execute(f"SELECT row_to_json(t)::text FROM {model._meta.db_table} t")
            said += [row[0] for row in cursor]
    return "\n".join(said)


@pytest.fixture
def household(estate, cast):
    return household_in(estate, cast("worker"))


@pytest.fixture
def gone(household, cast):
    """Somebody who was changed a while ago, moved away, and whose year is over."""
    worker = cast("worker")
    person = person_in(
        household, worker, identity_number=NUMBER, health="糖尿病", kinds=[kind("party")]
    )
    people.change_person(person=person, by=worker, phone="13900000002", where="在长沙")
    people.person_left(person=person, by=worker, on=days_ago(366))
    person.refresh_from_db()
    return person


@pytest.mark.django_db
def test_who_left_long_ago_is_erased(gone, household, cast):
    sealed = [gone.phone_sealed, gone.identity_sealed, gone.identity_index, gone.phone_tail]
    sealed += list(Change.objects.exclude(values_sealed="").values_list("values_sealed", flat=True))
    before = dump()
    assert all(text in before for text in (*sealed, "刘桂芳", "刘*芳", "lgf", "长沙"))
    stays = person_in(household, cast("worker"), name="王建国", phone="13900000003")
    retention.erase_left()
    after = dump()
    for text in (*sealed, "刘桂芳", "刘*芳", '"lgf"', "长沙", "1944-03-07"):
        assert text not in after, text
    gone.refresh_from_db()
    assert gone.erased_at
    assert gone.left_on == days_ago(366)
    assert not Mark.objects.filter(person=gone).exists()
    stays.refresh_from_db()
    assert stays.clear("phone") == "13900000003"
    assert Change.objects.filter(what__contains="一位居民").count() == 3
    act = Act.objects.get(verb="residents_map.erase_person")
    assert (act.detail, act.actor) == ({"people": 1}, "系统")


@pytest.mark.django_db
@pytest.mark.parametrize(("days", "erased"), [(364, False), (365, False), (366, True)])
def test_a_year_is_a_year(days, erased, household, cast):
    person = person_in(household, cast("worker"))
    people.person_left(person=person, by=cast("worker"), on=days_ago(days))
    retention.erase_left()
    person.refresh_from_db()
    assert bool(person.erased_at) == erased


@pytest.mark.django_db
def test_erasing_goes_on_where_it_stopped(household, cast, monkeypatch):
    monkeypatch.setattr(retention, "BATCH", 2)
    for n in range(5):
        person = person_in(household, cast("worker"), name=f"王{n}", phone="")
        people.person_left(person=person, by=cast("worker"), on=days_ago(400))
    told = []
    while not told or told[-1] == 2:
        told.append(retention.erase_left())
    assert not Person.objects.exclude(erased_at=None).exclude(name="").exists()
    assert not Person.objects.filter(erased_at=None).exists()
    at = Person.objects.values_list("erased_at", flat=True).order_by("pk").first()
    retention.erase_left()
    assert Person.objects.order_by("pk").first().erased_at == at


@pytest.mark.django_db
def test_marks_last_as_long_as_their_kind_says(household, cast):
    person = person_in(household, cast("worker"), kinds=[kind("party"), kind("disabled")])
    type(kind("party")).objects.filter(key="party").update(retention_days=30)
    Mark.objects.update(since=days_ago(100), until=days_ago(40))
    retention.erase_left()
    from residents_map.foundation.marks import token_of

    left = Mark.objects.filter(person=person).values_list("token", flat=True)
    assert list(left) == [token_of("disabled")]


@pytest.mark.django_db
def test_what_was_said_at_visits_goes_with_the_household(household, cast):
    worker = cast("worker")
    person_in(household, worker)
    record_visit(household=household, by=worker, token=TOKEN, way="door", state="well", words=SAID)
    retention.erase_left()
    assert words_of(Visit.objects.get()) == SAID
    people.move_out(household=household, by=worker, on=days_ago(400))
    retention.erase_left()
    assert words_of(Visit.objects.get()) == ""


def test_every_sealed_column_says_what_it_is_bound_to():
    declared = {(one.model, one.column) for one in sealed_columns()}
    there = {
        (model, field.name)
        for model in apps.get_models()
        for field in model._meta.concrete_fields
        if field.name.endswith("_sealed")
    }
    assert declared == there


def new_key():
    return base64.b64encode(os.urandom(32)).decode()


def sealed_rows(estate, cast):
    from tests.factories import report

    worker = cast("worker")
    household = household_in(estate, worker)
    person = person_in(household, worker, identity_number=NUMBER, health="糖尿病")
    person_in(household, worker, name="刘小满", birth_on=date(2019, 6, 1), phone="")
    people.change_person(person=person, by=worker, phone="13900000002")
    record_visit(household=household, by=worker, token=TOKEN, way="door", state="well", words=SAID)
    return person, report(estate)


@pytest.mark.django_db
def test_everything_is_sealed_anew(estate, cast, settings):
    from deliberation.services.intake import phone_of

    person, issue = sealed_rows(estate, cast)
    old, new = settings.FIELD_KEYS[0], new_key()
    settings.FIELD_KEYS = [new, old]
    assert sum(still_old().values()) >= 7
    told = StringIO()
    call_command("rotate_keys", check=True, stdout=told)
    assert "旧密钥先别去掉" in told.getvalue()
    told = StringIO()
    call_command("rotate_keys", stdout=told)
    assert "还剩 0 条" in told.getvalue()
    assert still_old() == {}
    settings.FIELD_KEYS = [new]  # the old key is gone for good
    person.refresh_from_db()
    assert (person.clear("phone"), person.clear("identity")) == ("13900000002", NUMBER)
    assert person.clear("health") == "糖尿病"
    assert Person.objects.exclude(name_sealed="").get().clear("name") == "刘小满"
    assert words_of(Visit.objects.get()) == SAID
    issue.reporter.refresh_from_db()
    assert phone_of(issue.reporter) == "13900006021"


@pytest.mark.django_db
def test_a_lost_key_is_noticed_and_nothing_is_blanked(estate, cast, settings):
    person, _ = sealed_rows(estate, cast)
    before = Person.objects.get(pk=person.pk).phone_sealed
    settings.FIELD_KEYS = [new_key()]
    with pytest.raises(CommandError, match="打不开"):
        call_command("rotate_keys", stdout=StringIO())
    assert Person.objects.get(pk=person.pk).phone_sealed == before


@pytest.mark.django_db(transaction=True)
def test_pages_read_while_keys_change(estate, cast, settings):
    """P2: eight readers open fields while every text is sealed anew; none fails."""

    worker = cast("worker")
    household = household_in(estate, worker)
    for n in range(60):
        person_in(household, worker, name=f"王{n}", phone=f"139{n:08d}")
    settings.FIELD_KEYS = [new_key(), *settings.FIELD_KEYS]
    failed, opened, stop = [], [], threading.Event()

    def read():
        try:
            while not stop.is_set() or not opened:
                for person in Person.objects.order_by("pk"):
                    assert person.clear("phone").startswith("139")
                    opened.append(1)
        except Exception as trouble:
            failed.append(trouble)
        finally:
            connection.close()

    readers = [threading.Thread(target=read) for _ in range(4)]
    for reader in readers:
        reader.start()
    done, broken = reseal_all()
    stop.set()
    for reader in readers:
        reader.join()
    assert not failed
    assert (done, broken) == (60, 0)
    assert still_old() == {}


@pytest.mark.django_db
def test_what_somebody_wrote_meanwhile_is_not_overwritten(estate, cast, settings):
    from stations.services import keys

    person, _ = sealed_rows(estate, cast)
    settings.FIELD_KEYS = [new_key(), *settings.FIELD_KEYS]
    one = next(c for c in sealed_columns() if c.label == "residents_map.Person.phone_sealed")
    read = Person.objects.get(pk=person.pk).phone_sealed
    people.change_person(person=person, by=cast("worker"), phone="13900000009")
    assert keys._write(one, [person.pk], [read], ["k0:stale"]) == 0
    person.refresh_from_db()
    assert person.clear("phone") == "13900000009"
