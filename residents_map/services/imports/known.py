"""What the ledger knows already of the homes and ID numbers of one bundle of rows."""

from collections import defaultdict

from residents_map.models import Household, Mark, Person
from residents_map.services.people import IDENTITY, PHONE
from stations.foundation.sealed import blind_index


class Known:
    """What the ledger knows of the homes and ID numbers of one bundle: four queries.

    `numbers` are fingerprints of the ID numbers that stand in it."""

    def __init__(self, area, homes, numbers):
        rows = Household.objects.current().filter(area=area, home__in=set(homes))
        rows = rows.select_related("home__entrance__building")
        self.households = {household.home_id: household for household in rows}
        by_key = {household.pk: household for household in self.households.values()}
        self.home_of = {household.pk: home for home, household in self.households.items()}
        people = list(Person.objects.current().filter(household__in=list(by_key)))
        for person in people:
            person.household = by_key[person.household_id]
        numbered = [person for person in people if person.identity_index]
        self.here = {(self.home_of[p.household_id], p.identity_index): p for p in numbered}
        self.resident = {p.identity_index: p for p in numbered if p.lives_here}
        elsewhere = (
            Person.objects.residents()
            .filter(area=area, identity_index__in=numbers - self.resident.keys())
            .select_related("household__home__entrance__building")
        )
        self.resident |= {person.identity_index: person for person in elsewhere}
        self.by_name = defaultdict(list)
        for person in people:
            name = person.clear("name") or person.name
            self.by_name[self.home_of[person.household_id], name].append(person)
        self.marks = self.marks_of(people)

    @staticmethod
    def marks_of(people):
        """{person key: {token: key of the mark}}"""
        found = defaultdict(dict)
        rows = Mark.objects.current().filter(person__in=[person.pk for person in people])
        for pk, person, token in rows.values_list("pk", "person_id", "token") if people else ():
            found[person][token] = pk
        return found

    def match(self, home, values, mark):
        """(the person the row means or None, why it cannot be told)."""
        person = self.here.get((home, mark)) if mark else None
        other = self.resident.get(mark) if mark else None
        if other is not None and other is not person:
            stays = values.get("lives_here", person.lives_here if person else True)
            if stays:
                return None, f"这个身份证号登记在{other.household}，请先在那边登记离开。"
        if person is not None:
            return person, ""
        same = self.by_name.get((home, values["name"]), [])
        if mark:
            free = [person for person in same if not person.identity_index]
            if len(free) == 1:
                return free[0], ""
            if free or same:
                return None, "这一户有同名的人，身份证号却不一样，请看看哪个对。"
            return None, ""
        if len(same) > 1:
            return None, "这一户有两个同名的人，请补上身份证号。"
        return (same[0], "") if same else (None, "")


def differs(person, given):
    """Whether anything given is not what is known; sealed numbers are compared by fingerprint."""
    for key, value in given.items():
        if key == "phone":
            same = person.phone_index == blind_index(value, field=PHONE)
        elif key == "identity_number":
            same = person.identity_index == blind_index(value, field=IDENTITY)
        elif key in ("political", "health"):
            same = person.clear(key) == value
        elif key == "name":
            same = (person.clear("name") or person.name) == value
        else:
            same = getattr(person, key) == value
        if not same:
            return True
    return False
