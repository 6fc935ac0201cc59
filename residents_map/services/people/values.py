"""What is known of a person, sealed and in clear."""

from django.utils import timezone

from residents_map.choices import ADULT_NAME_FROM, Field
from residents_map.foundation.ages import age_on
from residents_map.foundation.pinyin import initials_of
from stations.foundation.phones import last_four
from stations.foundation.sealed import blind_index, seal

PHONE = "person.phone"
PHONE_TAIL = "person.phone.tail"
IDENTITY = "person.identity"
OWNER = "home.owner"


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
