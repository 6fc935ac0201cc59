"""服务对象: who is helped. Names, telephones and doors are sealed; a look is recorded."""

import uuid

from django.db import transaction

from stations.foundation.phones import mask, normalise
from stations.foundation.redaction import redact
from stations.foundation.refusal import refuse
from stations.foundation.sealed import blind_index, seal, unseal
from stations.services.acts import record
from volunteers.models import Beneficiary

FIELDS = ("name", "phone", "door", "words")
PHONE_FIELD = "beneficiary.phone"


def bound_to(beneficiary, field):
    """What a sealed field of this person is bound to."""
    return f"beneficiary.{field}:{beneficiary.uuid}"


def phone_index(phone):
    """The fingerprint by which a number is found again."""
    return blind_index(phone, field=PHONE_FIELD) if phone else ""


def without_person(words, beneficiary):
    """What somebody wrote, fit to be kept for good: without telephones, doors, and the name of
    whoever is helped (None: of nobody)."""
    names = [facts_of(beneficiary)["name"]] if beneficiary else []
    return redact(words, names=names)


def put(beneficiary, **facts):
    """Seal facts (name, phone, door, words) into a row that is not saved yet, or anew."""
    for field in FIELDS:
        if field in facts:
            text = (facts[field] or "").strip()
            if field == "phone" and text:
                text = normalise(text)
                beneficiary.phone_index = phone_index(text)
            sealed = seal(text, bound_to=bound_to(beneficiary, field)) if text else ""
            setattr(beneficiary, f"{field}_sealed", sealed)
            if field == "phone" and not text:
                beneficiary.phone_index = ""


def facts_of(beneficiary):
    """{"name", "phone", "door", "words"} in clear. Whoever calls it records the look."""
    return {
        field: unseal(sealed, bound_to=bound_to(beneficiary, field)) if sealed else ""
        for field in FIELDS
        for sealed in [getattr(beneficiary, f"{field}_sealed")]
    }


def masked(beneficiary):
    """{"name": "王*", "phone": "139****0001"} for lists."""
    facts = facts_of(beneficiary)
    name = facts["name"]
    return {
        "name": f"{name[0]}{'*' * (len(name) - 1)}" if name else "",
        "phone": mask(facts["phone"]) if facts["phone"] else "",
    }


def new_beneficiary(*, area, building=None, entrance=None, home=None, is_regular=False, **facts):
    """Somebody who is helped. Without a name and a phone nobody can come: one of them is asked."""
    if not (facts.get("name") or facts.get("phone")):
        refuse("留个称呼或者电话，志愿者才找得到人。")
    entrance = entrance or (home.entrance if home else None)
    row = Beneficiary(
        uuid=uuid.uuid4(),
        area=area,
        building=building or (entrance.building if entrance else None),
        entrance=entrance,
        home=home,
        is_regular=is_regular,
    )
    put(row, **facts)
    row.save()
    return row


@transaction.atomic
def reveal_beneficiary(*, beneficiary, by, why=""):
    """Name, phone, door and what helpers must know, in clear. The look stands in the act log."""
    record("volunteers.reveal_beneficiary", on=beneficiary, by=by, why=why)
    return facts_of(beneficiary)
