"""Of which kinds a person is: entered kinds only, computed ones are never typed."""

from django.utils import timezone

from residents_map.foundation.marks import token_of
from residents_map.models import Mark
from stations.foundation.refusal import refuse
from stations.services.acts import record


def put_mark(person, kind, since=None):
    """The person is of this kind from now on. Computed kinds are never entered."""
    if kind.is_computed:
        refuse(f"“{kind}”由年龄算出来，不用登记。")
    mark, _ = Mark.objects.get_or_create(
        person=person,
        token=token_of(kind.key),
        until=None,
        defaults={
            "area_id": person.area_id,
            "building_id": person.building_id,
            "since": since or timezone.localdate(),
        },
    )
    return mark


def set_marks(person, kinds, *, by, among=None):
    """The person is of exactly these entered kinds; the others end today.

    `among` are the kinds whoever changes this may know of: a mark of another kind stays as it
    is. Returns (keys of marks that ended, keys of those that began).
    """
    wanted = {token_of(kind.key) for kind in kinds if not kind.is_computed}
    current = Mark.objects.current().filter(person=person)
    here = dict(current.values_list("token", "pk"))
    gone = current.exclude(token__in=wanted)
    if among is not None:
        gone = gone.filter(token__in=[token_of(kind.key) for kind in among])
    ended = list(gone.values_list("pk", flat=True))
    if ended:
        Mark.objects.filter(pk__in=ended).update(until=timezone.localdate())
        record("residents_map.unmark_person", on=person.household, by=by, person=person.pk)
    fresh = [kind for kind in kinds if not kind.is_computed and token_of(kind.key) not in here]
    begun = [put_mark(person, kind).pk for kind in fresh]
    if begun:
        record("residents_map.mark_person", on=person.household, by=by, person=person.pk)
    return ended, begun
