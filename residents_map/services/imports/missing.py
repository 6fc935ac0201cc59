"""Who is missing in a ledger that is said to be whole."""

from collections import Counter

from residents_map.choices import RowState
from residents_map.models import Household, Person
from residents_map.services.imports.known import Known
from residents_map.services.imports.rows import BATCH, copy_rows, packed

BEYOND = 1_048_577  # no sheet has so many rows: numbers of rows that stand in none


class Missing:
    """Residents of the estate who stand in no row: they would be registered as gone.

    Whoever may be meant by a row that could not be used is not missing.
    """

    def __init__(self, comparison):
        self.row, self.area = comparison.row, comparison.area
        self.matched = comparison.matched
        self.kept_homes, self.kept_names = comparison.kept_homes, comparison.kept_names
        self.settled = comparison.joined
        self.number, self.left_empty = 0, 0

    def find(self):
        """Write a row for each of them, and count the households that nobody is left in."""
        people = Person.objects.residents().filter(area=self.area).order_by("pk")
        people = people.select_related("household__home__entrance__building")
        last, leaving = 0, Counter()
        while batch := list(people.filter(pk__gt=last)[:BATCH]):
            last = batch[-1].pk
            gone = [person for person in batch if self.is_gone(person)]
            marks = Known.marks_of(gone)
            first = BEYOND + leaving.total()
            copy_rows(
                self.row_of(number, person, marks.get(person.pk, {}))
                for number, person in enumerate(gone, first)
            )
            leaving.update(person.household_id for person in gone)
        self.number = leaving.total()
        counts = Household.objects.filter(pk__in=list(leaving)).values_list("pk", "resident_count")
        self.left_empty = sum(
            number <= leaving[pk] and pk not in self.settled for pk, number in counts
        )

    def is_gone(self, person):
        if person.pk in self.matched or person.household.home_id in self.kept_homes:
            return False
        return not self.kept_names or (person.clear("name") or person.name) not in self.kept_names

    def row_of(self, number, person, marks):
        """The row of somebody who leaves."""
        pk, place = self.row.pk, person.household.home
        facts = {"household": person.household_id, "home": place.pk}
        return (
            pk,
            number,
            str(RowState.GONE),
            f"{person.masked_name}　{place}"[:80],
            "",
            "[]",
            person.pk,
            packed(pk, number, facts),
            packed(pk, number, {"marks": sorted(marks.values())}),
        )
