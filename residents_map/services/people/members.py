"""People of a household: coming, changing, leaving."""

import uuid

from django.db import transaction
from django.utils import timezone

from residents_map.choices import ADULT_NAME_FROM, Kinship
from residents_map.foundation import identity
from residents_map.foundation.ages import age_on, born_before
from residents_map.models import Mark, Person
from stations.foundation.refusal import refuse
from stations.foundation.sealed import blind_index
from stations.services.acts import record

from .history import note_change
from .households import after_change, locked, on_or_after
from .marks import put_mark, set_marks
from .values import IDENTITY, plain_values, sealed_values, write_values

ADULT = 18
TOLD_APART = {"identity_number", "lives_here"}  # what may make one person live in two homes
OFFSPRING = (Kinship.SON, Kinship.DAUGHTER, Kinship.GRANDCHILD)

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


def guardians(household):
    """Grown-ups of a household who can answer for a child: members, and relatives elsewhere.

    Somebody whose age nobody asked counts as grown up, unless entered as a child of the house.
    """
    grown = born_before(ADULT, timezone.localdate())
    people = Person.objects.current().filter(household=household)
    return people.filter(birth_on__lte=grown) | people.filter(birth_on=None).exclude(
        kinship__in=OFFSPRING
    )


def refuse_child_alone(household, birth_on, *, besides=None):
    """Under 14 nobody is entered without a guardian among the household (个保法 第31条)."""
    if birth_on is None or age_on(birth_on, timezone.localdate()) >= ADULT_NAME_FROM:
        return
    others = guardians(household)
    if not (others.exclude(pk=besides.pk) if besides else others).exists():
        refuse("不满14岁的孩子要有监护人：先把家里的大人登记上（人在外地也可以），再登记孩子。")


def refuse_twice(household, identity_index, *, besides=None):
    """The same ID number lives in one home of an estate."""
    twice = Person.objects.residents().filter(area=household.area, identity_index=identity_index)
    if besides:
        twice = twice.exclude(pk=besides.pk)
    if other := twice.select_related("household__home__entrance__building").first():
        refuse(f"这个身份证号已经登记在{other.household}，请先在那边登记离开。")


def refuse_second_head(household, *, besides=None):
    """A household has one head. Ledgers that say otherwise are imported as they are."""
    heads = Person.objects.current().filter(household=household, kinship=Kinship.HEAD)
    if head := heads.exclude(pk=besides.pk if besides else None).first():
        refuse(f"这一户已经有户主{head.masked_name}，先把原来的改成别的关系。")


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
    consented=False,
):
    """Add a member, or a relative to call (`lives_here` false).

    The ID number, where known, tells birth date and sex; they are not typed twice.
    `consented`: the person agreed to be registered as of a kind that needs it.
    """
    household = locked(household)
    if household.until:
        refuse("这一户已经迁出，不能再加人。")
    if identity_number:
        birth_on = identity.born_on(identity_number)
        sex = identity.sex_of(identity_number)
    if kinship == Kinship.HEAD:
        refuse_second_head(household)
    refuse_child_alone(household, birth_on)
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
        refuse_twice(household, values["identity_index"])
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
    what = f"加了{person.masked_name}" + ("，人群经本人同意登记" if consented else "")
    note_change(household, what, by=by, person=person)
    record("residents_map.add_person", on=household, by=by, person=person.pk)
    return person


@transaction.atomic
def change_person(*, person, by, kinds=None, among=None, consented=False, **changed):
    """Change what is known of a person. Only what is given is changed.

    Keys: name, kinship, sex, birth_on, phone, identity_number, political, health, lives_here,
    where. `kinds` (entered kinds only) replaces the marks, `among` as in `set_marks`. The line
    of history, where anything changed, is `person.change`.
    """
    household = locked(person.household)
    person = Person.objects.select_for_update(of=("self",)).get(pk=person.pk)
    person.household = household
    person.change = None
    if person.left_on:
        refuse("这个人已经登记离开，不能再改。")
    before = plain_values(person)
    after = before | {key: value for key, value in changed.items() if key in before}
    if after["identity_number"]:
        after["birth_on"] = identity.born_on(after["identity_number"])
        after["sex"] = identity.sex_of(after["identity_number"])
    old = {key: value for key, value in before.items() if after[key] != value}
    if "kinship" in old and after["kinship"] == Kinship.HEAD:
        refuse_second_head(household, besides=person)
    if "birth_on" in old:
        refuse_child_alone(household, after["birth_on"], besides=person)
    masked = person.masked_name
    if old.keys() & TOLD_APART and after["lives_here"] and after["identity_number"]:
        index = blind_index(after["identity_number"], field=IDENTITY)
        refuse_twice(household, index, besides=person)
    if old:
        write_values(person, after)
    back = {}
    if kinds is not None:
        ended, begun = set_marks(person, kinds, by=by, among=among)
        back = {"ended": ended, "begun": begun} if ended or begun else {}
    after_change(household)
    if old or back:
        names = [FIELD_NAMES[key] for key in old] + (["人群"] if back else [])
        what = f"改了{masked}的{'、'.join(names)}" + ("，经本人同意" if consented else "")
        new = {key: after[key] for key in old}
        person.change = note_change(
            household, what, by=by, old=old, new=new, person=person, back=back
        )
    if old:
        record("residents_map.change_person", on=household, by=by, person=person.pk)
    return person


@transaction.atomic
def person_left(*, person, by, on=None, why=""):
    """A person moved away or died: out of the map, kept in the history until it is erased."""
    household = locked(person.household)
    on = on or timezone.localdate()
    marks = list(Mark.objects.current().filter(person=person).values_list("pk", flat=True))
    if not Person.objects.current().filter(pk=person.pk).update(left_on=on):
        refuse("这个人已经登记离开了。")
    Mark.objects.filter(pk__in=marks).update(until=on_or_after("since", on))
    after_change(household)
    what = f"{person.masked_name}离开" + (f"（{why}）" if why else "")
    back = {"left": person.pk, "marks": marks}
    household.change = note_change(household, what, by=by, person=person, back=back)
    record("residents_map.person_left", on=household, by=by, person=person.pk)
    return household
