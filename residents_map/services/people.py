"""登记: who lives where, entered once. Every act here keeps counts, history and version right."""

import json
import uuid

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from residents_map.choices import ADULT_NAME_FROM, Field, Kinship, Tenure
from residents_map.foundation import identity
from residents_map.foundation.ages import age_on
from residents_map.foundation.marks import token_of
from residents_map.foundation.pinyin import initials_of
from residents_map.models import Change, Household, LedgerVersion, Mark, Person
from stations.foundation.phones import last_four
from stations.foundation.sealed import blind_index, seal
from stations.services.acts import record

PHONE = "person.phone"
PHONE_TAIL = "person.phone.tail"
IDENTITY = "person.identity"
OWNER = "home.owner"


def refuse(sentence):
    """An act that cannot be done, in a sentence for people."""
    raise ValidationError(sentence)


def locked(household):
    """The household as it is now, held until the act is done."""
    rows = Household.objects.select_for_update(of=("self",))
    return rows.select_related("area", "home").get(pk=household.pk)


def bump_version(area):
    """The ledger of this estate was written: previews made before are out of date."""
    LedgerVersion.objects.get_or_create(area=area)
    LedgerVersion.objects.filter(area=area).update(number=F("number") + 1)


def note_change(household, what, *, by, old=None, new=None, ledger_import=None):
    """Add a line to the household's history. Values are sealed: they may be protected."""
    mark = uuid.uuid4()
    values = json.dumps({"old": old or {}, "new": new or {}}, ensure_ascii=False, default=str)
    return Change.objects.create(
        household=household,
        area_id=household.area_id,
        uuid=mark,
        by=by,
        what=what[:120],
        values_sealed=seal(values, bound_to=f"change:{mark}") if old or new else "",
        ledger_import=ledger_import,
    )


def sealed_values(
    person_uuid, *, name="", birth_on=None, phone="", identity_number="", political="", health=""
):
    """The columns of a person that hold sealed texts and their indexes, as a dict.

    `phone` and `identity_number` are normalised. Under 14 the name is sealed too.
    """
    child = birth_on is not None and age_on(birth_on, timezone.localdate()) < ADULT_NAME_FROM

    def sealed(field, text):
        return seal(text, bound_to=f"person.{field}:{person_uuid}") if text else ""

    return {
        "name": f"{name[:1]}{'*' * (len(name) - 1)}" if child else name,
        "name_sealed": sealed(Field.NAME, name) if child else "",
        "initials": "" if child else initials_of(name),
        "birth_on": birth_on,
        "phone_sealed": sealed(Field.PHONE, phone),
        "phone_index": blind_index(phone, field=PHONE) if phone else "",
        "phone_tail": blind_index(last_four(phone), field=PHONE_TAIL) if phone else "",
        "identity_sealed": sealed(Field.IDENTITY, identity_number),
        "identity_index": blind_index(identity_number, field=IDENTITY) if identity_number else "",
        "political_sealed": sealed(Field.POLITICAL, political),
        "health_sealed": sealed(Field.HEALTH, health),
    }


@transaction.atomic
def move_in(*, home, by, tenure=Tenure.UNKNOWN, since=None):
    """A household comes to live in a home. Refuses when another still lives there."""
    if Household.objects.current().filter(home=home).exists():
        refuse(f"{home}已经登记了一户，先给原来的一户办迁出。")
    building = home.entrance.building
    household = Household.objects.create(
        home=home, area=building.area, building=building, tenure=tenure, since=since
    )
    note_change(household, "入住", by=by)
    record("residents_map.move_in", on=household, by=by)
    bump_version(building.area)
    return household


@transaction.atomic
def add_person(
    *,
    household,
    by,
    name,
    kinship=Kinship.OTHER,
    sex="",
    birth_on=None,
    phone="",
    identity_number="",
    political="",
    health="",
    lives_here=True,
    where="",
    kinds=(),
):
    """Add a member, or a relative to call (`lives_here` false).

    The ID number, where known, tells birth date and sex; they are not typed twice.
    """
    household = locked(household)
    if household.until:
        refuse("这一户已经迁出，不能再加人。")
    if identity_number:
        birth_on = identity.born_on(identity_number)
        sex = identity.sex_of(identity_number)
    who = uuid.uuid4()
    values = sealed_values(
        who,
        name=name,
        birth_on=birth_on,
        phone=phone,
        identity_number=identity_number,
        political=political,
        health=health,
    )
    if lives_here and values["identity_index"]:
        twice = Person.objects.residents().filter(
            area=household.area, identity_index=values["identity_index"]
        )
        if other := twice.select_related("household__home").first():
            refuse(f"这个身份证号已经登记在{other.household}，请先在那边登记离开。")
    person = Person.objects.create(
        household=household,
        area_id=household.area_id,
        building_id=household.building_id,
        uuid=who,
        kinship=kinship,
        sex=sex,
        lives_here=lives_here,
        where=where,
        **values,
    )
    for kind in kinds:
        put_mark(person, kind)
    after_change(household)
    note_change(household, f"加了{person.masked_name}", by=by)
    record("residents_map.add_person", on=household, by=by, person=person.pk)
    return person


@transaction.atomic
def change_person(*, person, by, kinds=None, **changed):
    """Change what is known of a person. Only what is given is changed.

    Keys: name, kinship, sex, birth_on, phone, identity_number, political, health, lives_here,
    where. `kinds` (entered kinds only) replaces the marks.
    """
    household = locked(person.household)
    person = Person.objects.select_for_update(of=("self",)).get(pk=person.pk)
    if person.left_on:
        refuse("这个人已经登记离开，不能再改。")
    before = plain_values(person)
    after = before | {key: value for key, value in changed.items() if key in before}
    if after["identity_number"]:
        after["birth_on"] = identity.born_on(after["identity_number"])
        after["sex"] = identity.sex_of(after["identity_number"])
    write_values(person, after)
    old = {key: value for key, value in before.items() if after[key] != value}
    new = {key: after[key] for key in old}
    if kinds is not None:
        set_marks(person, kinds, by=by)
    after_change(household)
    if old:
        names = "、".join(FIELD_NAMES[key] for key in old)
        note_change(household, f"改了{person.masked_name}的{names}", by=by, old=old, new=new)
        record("residents_map.change_person", on=household, by=by, person=person.pk)
    return person


FIELD_NAMES = {
    "name": "姓名",
    "kinship": "关系",
    "sex": "性别",
    "birth_on": "出生日期",
    "phone": "电话",
    "identity_number": "身份证号",
    "political": "政治面貌",
    "health": "身体情况",
    "lives_here": "是否常住",
    "where": "人在哪里",
}


def plain_values(person):
    """Everything known of a person in clear, by the names `change_person` takes."""
    return {
        "name": person.clear(Field.NAME) or person.name,
        "kinship": str(person.kinship),
        "sex": person.sex,
        "birth_on": person.birth_on,
        "phone": person.clear(Field.PHONE),
        "identity_number": person.clear(Field.IDENTITY),
        "political": person.clear(Field.POLITICAL),
        "health": person.clear(Field.HEALTH),
        "lives_here": person.lives_here,
        "where": person.where,
    }


def write_values(person, values):
    """Write a person's values; the sealed ones anew."""
    columns = sealed_values(
        person.uuid,
        **{
            key: values[key]
            for key in ("name", "birth_on", "phone", "identity_number", "political", "health")
        },
    )
    for name, value in columns.items():
        setattr(person, name, value)
    for name in ("kinship", "sex", "lives_here", "where"):
        setattr(person, name, values[name])
    person.save()


@transaction.atomic
def person_left(*, person, by, on=None, why=""):
    """A person moved away or died: out of the map, kept in the history until it is erased."""
    household = locked(person.household)
    on = on or timezone.localdate()
    if not Person.objects.current().filter(pk=person.pk).update(left_on=on):
        refuse("这个人已经登记离开了。")
    Mark.objects.current().filter(person=person).update(until=on)
    after_change(household)
    note_change(household, f"{person.masked_name}离开" + (f"（{why}）" if why else ""), by=by)
    record("residents_map.person_left", on=household, by=by, person=person.pk)
    return household


@transaction.atomic
def move_out(*, household, by, on=None):
    """The whole household moved away. Its visits end with it."""
    from residents_map.services.visits import stop_duties

    household = locked(household)
    if household.until:
        refuse("这一户已经迁出了。")
    on = on or timezone.localdate()
    Mark.objects.current().filter(person__household=household).update(until=on)
    Person.objects.current().filter(household=household).update(left_on=on)
    household.until = on
    household.tier, household.next_visit_on = "", None
    household.resident_count = 0
    household.save()
    stop_duties(household)
    note_change(household, "迁出", by=by)
    record("residents_map.move_out", on=household, by=by)
    bump_version(household.area)
    return household


def after_change(household):
    """Keep the number of residents and the ledger's version right."""
    household.resident_count = Person.objects.residents().filter(household=household).count()
    household.save(update_fields=["resident_count"])
    bump_version(household.area)


def put_mark(person, kind, since=None):
    """The person is of this kind from now on. Computed kinds are never entered."""
    if kind.is_computed:
        refuse(f"“{kind}”由年龄算出来，不用登记。")
    Mark.objects.get_or_create(
        person=person,
        token=token_of(kind.key),
        until=None,
        defaults={
            "area_id": person.area_id,
            "building_id": person.building_id,
            "since": since or timezone.localdate(),
        },
    )


def set_marks(person, kinds, *, by):
    """The person is of exactly these entered kinds; the others end today."""
    wanted = {token_of(kind.key) for kind in kinds if not kind.is_computed}
    ended = Mark.objects.current().filter(person=person).exclude(token__in=wanted)
    if ended.update(until=timezone.localdate()):
        record("residents_map.unmark_person", on=person.household, by=by, person=person.pk)
    for kind in kinds:
        if not kind.is_computed:
            put_mark(person, kind)
