"""Who stands behind a word: whoever checked somebody's paper, and whoever typed a telephone in.

A person can be invented: one worker types a number and "checks" it. So whoever checked one
confirmer's paper is not the other confirmer, and where the other side is only a telephone, no
single person may stand behind the team's word and behind everything else. People are sets of
marks, their accounts and the fingerprint of their ID number: two accounts are one person.
"""

from stations.models import Act, User
from volunteers.choices import ConfirmedAs, OrderEventKind
from volunteers.models import Identity
from volunteers.services.keys import key_of_phone

TYPED = ("volunteers.add_beneficiary", "volunteers.change_beneficiary")


def marks_of(*users):
    """The marks of these people (accounts or their keys), whoever of them was checked."""
    keys = {getattr(user, "pk", user) for user in users} - {None}
    found = Identity.objects.verified().filter(user__in=keys).values_list("key", flat=True)
    return {f"u:{key}" for key in keys} | {f"i:{key}" for key in found}


def checker_of(user):
    """The marks of whoever checked this account's paper; none when it was vouched for."""
    row = Identity.objects.verified().filter(user=user).first()
    return marks_of(row.verified_by_id) if row and row.verified_by_id else set()


def has_checked(by, user):
    """Whether this person checked that account's paper, with whichever account."""
    return bool(marks_of(by) & checker_of(user))


def are_tied(one, other):
    """Whether one of the two checked the other's paper: the one may have made the other up."""
    return has_checked(one, other) or has_checked(other, one)


def enterers_of(order):
    """Keys of the accounts that typed in whom to ring: with the order, its package or the person,
    or changed it afterwards."""
    if order is None:
        return set()
    typed = Act.objects.filter(
        on_type="volunteers.beneficiary", on_id=order.beneficiary_id, verb__in=TYPED
    )
    changed = order.events.filter(kind=OrderEventKind.CHANGED).order_by()
    keys = {order.by_id, order.package.by_id if order.package_id else None}
    keys |= {*typed.values_list("by", flat=True), *changed.values_list("by", flat=True)}
    return keys - {None}


def keys_behind_telephone(hour):
    """The fingerprints of everybody who typed in the telephone of the person served."""
    rows = User.objects.filter(pk__in=enterers_of(hour.order))
    keys = {key_of_phone(phone) for phone in rows.values_list("phone", flat=True) if phone}
    checked = Identity.objects.verified().filter(user__in=rows)
    return sorted(keys | {f"i:{key}" for key in checked.values_list("key", flat=True)})


def one_behind_all(hour):
    """The marks of a single person behind the team's word and behind the rest, where the other
    side is only a telephone; an empty set when there is none.

    The team's word: whoever gave it, and who checked their paper. The rest: the volunteer, who
    checked their paper, who typed the order in and who chose whom to ask.
    """
    if hour.other_as != ConfirmedAs.SERVED or hour.lead_by_id is None:
        return set()
    events = hour.order.events.filter(kind=OrderEventKind.DISPATCHED, by__isnull=False)
    hands = enterers_of(hour.order) | set(events.values_list("by", flat=True))
    team = marks_of(hour.lead_by_id) | checker_of(hour.lead_by_id)
    served = hour.volunteer.user_id
    return team & (marks_of(served, *hands) | checker_of(served))
