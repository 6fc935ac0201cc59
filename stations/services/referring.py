"""转办: raise a thing of one app out of a page of another. Neither knows the other; the row
between them names both ends, so each side can follow it."""

from collections import defaultdict

from django.db import transaction

from stations.access import can
from stations.models import Referral
from stations.registries import origins, referrals


def offered_to(user, *, at):
    """The kinds of things this person may raise here, in their order."""
    return [kind for kind in referrals if can(user, kind.permission, at=at)]


@transaction.atomic
def refer(*, kind, from_obj, area, home, text, by, token):
    """Raise it and keep the link. Returns the thing.

    `token` makes a second sending the same one: its owner holds the second sender until the
    first is through, so that the link is there to be found.
    """
    declared = referrals[kind]
    entrance = home.entrance if home else None
    thing = declared.begin(
        area=area,
        home=home,
        building=entrance.building if entrance else None,
        entrance=entrance,
        text=text,
        by=by,
        token=token,
    )
    Referral.objects.get_or_create(
        kind=kind,
        from_type=from_obj._meta.label_lower,
        from_id=from_obj.pk,
        to_type=declared.on_type,
        to_id=thing.pk,
        defaults={"area": area, "home": home, "by": by},
    )
    return thing


def outcomes_from(from_type, ids):
    """{id: [(kind, Outcome), …]}: what became of the things raised from these objects.

    One query, and one more for each kind of thing that was raised.
    """
    rows = list(Referral.objects.filter(from_type=from_type, from_id__in=list(ids)))
    return _told(rows, key=lambda row: row.from_id)


def outcomes_of_home(home, *, limit=20):
    """[(kind, Outcome), …] of what was raised out of one home, the latest first."""
    rows = list(Referral.objects.filter(home=home)[:limit])
    return _told(rows, key=lambda row: home.pk).get(home.pk, [])


def _told(rows, *, key):
    wanted = defaultdict(set)
    for row in rows:
        if row.kind in referrals:
            wanted[row.kind].add(row.to_id)
    known = {kind: referrals[kind].outcomes(list(ids)) for kind, ids in wanted.items()}
    found = defaultdict(list)
    for row in rows:
        if outcome := known.get(row.kind, {}).get(row.to_id):
            found[key(row)].append((referrals[row.kind], outcome))
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
