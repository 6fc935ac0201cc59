"""到期就删: who moved away or died is kept for a year and then erased (个人信息保护法 第19、47条).

Rows stay, so that counts and histories remain whole; what they said of somebody goes, from the
person, the marks, the history and the words of visits. What is due is computed from the data:
run twice, or killed half-way and run again, it comes out the same.
"""

from datetime import timedelta

from django.db import transaction
from django.db.models import F, Q, Value
from django.db.models.functions import Replace
from django.utils import timezone

from residents_map.choices import Kinship
from residents_map.foundation.marks import token_of
from residents_map.models import Change, Household, Kind, Mark, Person, Pledge, Rental, Visit
from stations.services.acts import record

KEEP = timedelta(days=365)
BATCH = 500
SOMEBODY = "一位居民"
# What is known of a person, and what stays in its place.
EMPTY = {
    "name": "",
    "name_sealed": "",
    "initials": "",
    "sex": "",
    "birth_on": None,
    "kinship": Kinship.OTHER,
    "where": "",
    "phone_sealed": "",
    "phone_index": "",
    "phone_tail": "",
    "identity_sealed": "",
    "identity_index": "",
    "political_sealed": "",
    "health_sealed": "",
}


@transaction.atomic
def erase_left():
    """Erase one batch of everything whose time is over. Returns how many rows the fullest was:
    a caller who gets a whole batch asks again.
    """
    today = timezone.localdate()
    people = list(
        Person.objects.filter(left_on__lt=today - KEEP, erased_at=None)
        .select_for_update(of=("self",), skip_locked=True)
        .order_by("pk")[:BATCH]
    )
    for person in people:
        erase_history(person)
    keys = [person.pk for person in people]
    Mark.objects.filter(person__in=keys).delete()
    Person.objects.filter(pk__in=keys).update(**EMPTY, erased_at=timezone.now())
    tell_households(people)
    return max(
        len(people),
        erase_old_values(today),
        erase_old_marks(today),
        erase_empty_homes(today),
        erase_ended(today),
    )


def erase_history(person):
    """The lines of history about a person: what was changed goes, and so does the name.

    Lines that do not say whom they are about (of imports) lose their values with the first of
    the household who is erased.
    """
    lines = Change.objects.filter(household=person.household_id)
    about = Q(person=person) | Q(person=None)
    masked = person.masked_name
    if masked:
        lines.filter(about, what__contains=masked).update(
            what=Replace(F("what"), Value(masked), Value(SOMEBODY))
        )
    lines.filter(about).exclude(values_sealed="").update(values_sealed="")


def tell_households(people):
    """One line of the act log for each household: that it happened, and to how many."""
    numbers = {}
    for person in people:
        numbers[person.household_id] = numbers.get(person.household_id, 0) + 1
    rows = Household.objects.filter(pk__in=numbers)
    for household in rows.select_related("area", "home__entrance__building"):
        record("residents_map.erase_person", on=household, by=None, people=numbers[household.pk])


def emptied(rows, **empty):
    """Put nothing in the place of what these rows say, one batch of them; how many it were."""
    keys = list(rows.order_by("pk").values_list("pk", flat=True)[:BATCH])
    return rows.model.objects.filter(pk__in=keys).update(**empty)


def erase_old_values(today):
    """Old and new values of changes more than a year old: nobody undoes or asks for them."""
    old = Change.objects.filter(at__date__lt=today - KEEP).exclude(values_sealed="")
    return emptied(old, values_sealed="")


def erase_old_marks(today):
    """Marks that ended: each kind says itself how long one may know that somebody was of it."""
    over = Q(pk__in=())
    for kind in Kind.objects.all():
        day = today - timedelta(days=kind.retention_days)
        over |= Q(token=token_of(kind.key), until__lt=day)
    keys = list(Mark.objects.filter(over).values_list("pk", flat=True)[:BATCH])
    Mark.objects.filter(pk__in=keys).delete()
    return len(keys)


def erase_empty_homes(today):
    """What was said at visits to a household that moved away, and who was paired with it."""
    gone = Household.objects.filter(until__lt=today - KEEP)
    said = Visit.objects.filter(household__in=gone).exclude(words_sealed="")
    return max(
        emptied(gone.exclude(paired_with=""), paired_with=""), emptied(said, words_sealed="")
    )


def erase_ended(today):
    """Names and phones of claims and landlords whose time is over."""
    pledges = Pledge.objects.filter(until__lt=today - KEEP).exclude(name="", phone_sealed="")
    rentals = Rental.objects.filter(until__lt=today - KEEP).exclude(landlord_sealed="")
    shown = {"shows_name": False, "shows_phone": False, "shows_unit": False}
    return max(
        emptied(pledges, name="", phone_sealed="", unit="", **shown),
        emptied(rentals, landlord_sealed=""),
    )
