"""到期就删: what an emergency wrote down of people, and whom to ask for a minor (个人信息保护法
第19、47条). The rows stay, as work that was done."""

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from stations.services.acts import record
from volunteers.choices import ERASE_AFTER, VolunteerState
from volunteers.models import Membership, Position, Roster, Supply, Volunteer

ROSTERS, BATCH = 50, 500
NO_NAME = "到期已删"  # the place was filled; by whom nobody needs to know any more


@transaction.atomic
def erase_rosters(now=None):
    """Of emergencies that ended 180 days ago: names and phones written by hand, doors and what
    homes needed. Numbers, and the places of volunteers, stay.

    One batch; returns how many rosters it were.
    """
    written = Position.objects.filter(roster=OuterRef("pk")).exclude(name__in=["", NO_NAME])
    ordered = Supply.objects.filter(roster=OuterRef("pk")).exclude(words_sealed="", door="")
    over = Roster.objects.filter(closed_at__lt=(now or timezone.now()) - ERASE_AFTER)
    rows = over.filter(Exists(written) | Exists(ordered)).select_for_update(of=("self",))
    rows = list(rows.select_related("area").order_by("pk")[:ROSTERS])
    keys = [row.pk for row in rows]
    Position.objects.filter(roster__in=keys).exclude(name="").update(name=NO_NAME, phone_sealed="")
    Supply.objects.filter(roster__in=keys).update(door="", words_sealed="")
    for row in rows:
        record("volunteers.erase_roster", on=row, by=None)
    return len(rows)


@transaction.atomic
def erase_guardians(today=None):
    """The guardian's name and phone, of volunteers who came of age (with the birthday), and of
    minors whom no team has taken for 180 days (they stay minors). That the guardian agreed, and
    when, stays. Others keep neither.

    One batch; returns how many it were.
    """
    today = today or timezone.localdate()
    is_grown = Q(minor_until__lte=today) | Q(minor_until=None)
    rows = Volunteer.objects.exclude(guardian_sealed="", minor_until=None)
    rows = rows.filter(is_grown | refused_long_ago(today))
    held = rows.select_for_update(of=("self",), no_key=True).select_related("area")
    found = list(held.order_by("pk")[:BATCH])
    done = Volunteer.objects.filter(pk__in=[one.pk for one in found])
    done.update(guardian_sealed="")
    done.filter(minor_until__lte=today).update(minor_until=None)
    for one in found:
        record("volunteers.erase_guardian", on=one, by=None)
    return len(found)


def refused_long_ago(today):
    """Who was refused, the last time 180 days ago, and whose guardian is still known."""
    asked = Membership.objects.filter(volunteer=OuterRef("pk"))
    lately = asked.exclude(decided_at__date__lte=today - ERASE_AFTER)
    return Q(~Exists(lately), state=VolunteerState.REFUSED) & ~Q(guardian_sealed="")
