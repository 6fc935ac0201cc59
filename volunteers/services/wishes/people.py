"""Who wishes it: sealed, looked at with a record, and never told by the words on the board."""

import json
import re

from django.db import transaction

from stations.foundation.phones import normalise
from stations.foundation.refusal import refuse
from stations.foundation.sealed import seal, unseal
from stations.services.acts import record
from volunteers.services.public_words import check_public

# What people are called besides their name: what is left must not be a whole one.
CALLED = re.compile(
    "同学|小朋友|奶奶|爷爷|婆婆|外婆|外公|阿姨|叔叔|伯伯|大爷|大妈|大姐|大哥|老师|师傅|先生|女士|家"
)


def bound_to(wish):
    """What the sealed name and phone of a wish are bound to."""
    return f"wish.who:{wish.uuid}"


def put_who(wish, name, phone):
    """Seal who wishes it; nothing is kept of nobody."""
    facts = {"name": name.strip(), "phone": normalise(phone) if phone.strip() else ""}
    text = json.dumps(facts, ensure_ascii=False)
    wish.who_sealed = seal(text, bound_to=bound_to(wish)) if any(facts.values()) else ""


def who_of(wish):
    """{"name", "phone"} in clear; only acts that record the look hand it on."""
    if not wish.who_sealed:
        return {"name": "", "phone": ""}
    return json.loads(unseal(wish.who_sealed, bound_to=bound_to(wish)))


@transaction.atomic
def reveal_wisher(*, wish, by):
    """Name and phone in clear, for the community's staff. The look stands in the act log."""
    if not wish.who_sealed:
        refuse("没有登记是谁，没有可看的。")
    record("volunteers.reveal_beneficiary", on=wish, by=by)
    return who_of(wish)


def check_words(first_name, title, words, full_name=""):
    """What goes on the board: a first name and a wish, nothing that tells more."""
    if len(CALLED.sub("", first_name)) > 2:
        refuse("怎么称呼像是全名。只写名或者姓，比如“小满”“王奶奶”。")
    if full_name and len(full_name) > 2 and first_name == full_name:
        refuse("怎么称呼只写名或者“王奶奶”这样，不写全名。")
    names = [full_name] if len(full_name) > 2 else []
    check_public(first_name, title, words, names=names)
