"""How many people of each kind: by building, by home, by estate. Entered and computed kinds
together, in two queries however many kinds, buildings and people there are."""

from collections import defaultdict

from django.db.models import Count, Q

from residents_map.foundation.marks import token_of
from residents_map.models import Mark, Person
from residents_map.models.person import rule_of


def split_kinds(kinds):
    """(entered, computed) kinds."""
    kinds = list(kinds)
    return [k for k in kinds if not k.is_computed], [k for k in kinds if k.is_computed]


def count_kinds(kinds, *, by, **where):
    """{row key: {kind key: number of residents}}.

    `by` is "building_id", "area_id" or "household_id"; `where` narrows both tables
    (area=…, area__in=…, building=…).
    """
    entered, computed = split_kinds(kinds)
    found = defaultdict(dict)
    if entered:
        names = {token_of(kind.key): kind.key for kind in entered}
        marks = Mark.objects.current().filter(token__in=names, **where)
        path = "person__household_id" if by == "household_id" else by
        if by == "household_id":
            marks = marks.filter(person__left_on=None)
        rows = marks.order_by().values_list(path, "token").annotate(n=Count("pk"))
        for key, token, number in rows:
            found[key][names[token]] = number
    if computed:
        people = Person.objects.residents().filter(**where)
        wanted = Q()
        for kind in computed:
            wanted |= rule_of(kind)
        numbers = {f"n_{n}": Count("pk", filter=rule_of(kind)) for n, kind in enumerate(computed)}
        rows = people.filter(wanted).order_by().values_list(by).annotate(**numbers)
        for key, *counted in rows:
            for kind, number in zip(computed, counted, strict=True):
                if number:
                    found[key][kind.key] = number
    return dict(found)


def kinds_of_people(people, kinds):
    """{person id: [kind, …]} of people already read (with their households), one query."""
    entered, computed = split_kinds(kinds)
    by_token = {token_of(kind.key): kind for kind in entered}
    found = {person.pk: [] for person in people}
    rows = Mark.objects.current().filter(person__in=list(found), token__in=by_token)
    for person_id, token in rows.values_list("person_id", "token"):
        found[person_id].append(by_token[token])
    for person in people:
        if not person.lives_here or person.left_on or person.age is None:
            continue
        for kind in computed:
            if fits(kind, person):
                found[person.pk].append(kind)
    for kinds_found in found.values():
        kinds_found.sort(key=lambda kind: (kind.order, kind.pk))
    return found


def fits(kind, person):
    """Whether a computed kind applies to a person; the same rule as `rule_of`, without a query."""
    if kind.min_age is not None and person.age < kind.min_age:
        return False
    if kind.max_age is not None and person.age >= kind.max_age:
        return False
    return kind.rule != "alone" or person.household.resident_count == 1
