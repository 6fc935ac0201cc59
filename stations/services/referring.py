"""转办: raise a thing of one app out of a page of another. Neither knows the other; the row
between them names both ends, so each side can follow it."""

from collections import defaultdict
from urllib.parse import urlencode

from django.db import transaction

from stations.access import can
from stations.foundation.pages import key_from
from stations.models import Referral
from stations.registries import handovers, origins, referrals


def offered_to(user, *, at):
    """The kinds of things this person may raise here, in their order."""
    return [kind for kind in referrals if can(user, kind.permission, at=at)]


def page_for(kind, from_obj):
    """The address where a thing of this kind is raised with all it asks, filled in with what
    `from_obj` tells; "" where a few words are enough."""
    if not kind.page:
        return ""
    source = f"{from_obj._meta.label_lower}:{from_obj.pk}"
    return f"{kind.page}?{urlencode({'from': source}, safe=':')}"


def taken_over(source, user, who=""):
    """(HandOverKind, HandOver) of the thing that an address names as `type:key`, for this person;
    None where there is none for them."""
    on_type, _, key = source.partition(":")
    kind, pk = handovers.get(on_type), key_from(key)
    found = kind.give(pk, user, who) if kind and pk is not None else None
    return found and (kind, found)


@transaction.atomic
def refer(*, kind, from_obj, area, home, text, by, token, building=None, entrance=None):
    """Raise it and keep the link. Returns the thing. The place is the home's, or the one given.

    `token` makes a second sending the same one: its owner holds the second sender until the
    first is through, so that the link is there to be found.
    """
    declared = referrals[kind]
    entrance = home.entrance if home else entrance
    thing = declared.begin(
        area=area,
        home=home,
        building=entrance.building if entrance else building,
        entrance=entrance,
        text=text,
        by=by,
        token=token,
        from_type=from_obj._meta.label_lower,
    )
    link(kind=kind, from_obj=from_obj, thing=thing, area=area, home=home, by=by)
    return thing


def link(*, kind, from_obj, thing, area, home, by):
    """Keep where a thing came from, once. For a page of its own that asks more than `refer`
    knows; in one transaction with the thing, else it would come from nowhere. What it came from
    says so on its own way, or refuses."""
    from_type = from_obj._meta.label_lower
    row, is_new = Referral.objects.get_or_create(
        kind=kind,
        from_type=from_type,
        from_id=from_obj.pk,
        to_type=referrals[kind].on_type,
        to_id=thing.pk,
        defaults={"area": area, "home": home, "by": by},
    )
    source = handovers.get(from_type)
    if is_new and source and source.passed:
        source.passed(from_obj, kind=referrals[kind], by=by)
    return row


def outcomes_from(from_type, ids):
    """{id: [(kind, Outcome), …]}: what became of the things raised from these objects.

    One query, and one more for each kind of thing that was raised.
    """
    rows = list(Referral.objects.filter(from_type=from_type, from_id__in=list(ids)))
    wanted = defaultdict(set)
    for row in rows:
        if row.kind in referrals:
            wanted[row.kind].add(row.to_id)
    known = {kind: referrals[kind].outcomes(list(raised)) for kind, raised in wanted.items()}
    found = defaultdict(list)
    for row in rows:
        if outcome := known.get(row.kind, {}).get(row.to_id):
            found[row.from_id].append((referrals[row.kind], outcome))
    return dict(found)


def came_from(thing, user):
    """[Outcome]: where a thing came from, for this person. No more than two queries.

    Who may not open the other side gets its name without a link.
    """
    rows = Referral.objects.filter(to_type=thing._meta.label_lower, to_id=thing.pk)
    by_type = defaultdict(list)
    for from_type, from_id in rows.values_list("from_type", "from_id")[:20]:
        by_type[from_type].append(from_id)
    found = []
    for from_type, ids in by_type.items():
        if from_type in origins:
            found += origins[from_type].run(ids, user).values()
    return found
