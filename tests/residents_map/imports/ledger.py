"""The whole ledger of an estate in clear, to compare one moment with another."""

from residents_map.models import Change, Household, LedgerVersion, Mark, Person
from residents_map.services.people import plain_values


def everything(area, *, with_keys=True):
    """Every household, person, mark and line of history of an estate, sealed values in clear."""
    people = {}
    for person in Person.objects.filter(area=area).order_by("pk"):
        marks = Mark.objects.filter(person=person).order_by("pk")
        people[person.pk] = {
            **plain_values(person),
            "columns": (
                person.uuid,
                person.name,
                person.initials,
                person.phone_index,
                person.phone_tail,
                person.identity_index,
                person.household_id,
                person.building_id,
                person.left_on,
            ),
            "marks": list(marks.values_list("pk", "token", "since", "until", "building_id")),
        }
    households = Household.objects.filter(area=area).order_by("pk")
    return {
        "people": people,
        "households": list(households.values()),
        "changes": list(Change.objects.filter(area=area).order_by("pk").values()),
    }


def version(area):
    return LedgerVersion.objects.get(area=area).number
