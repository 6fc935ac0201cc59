"""What somebody who leaves or rests had in hand goes back at once, and whom it concerns hears.

Locks in this order after the volunteer: rosters with their places, wishes, claims, needs, resources,
matches; within a kind by key.
"""

from django.db import transaction

from stations.foundation.refusal import refuse
from volunteers.choices import WishState
from volunteers.messages import rosters as roster_messages
from volunteers.messages.people import given_back
from volunteers.models import Match, Need, Resource, Volunteer, Wish
from volunteers.services.lists import end_resource
from volunteers.services.matches import decline_match
from volunteers.services.people import staff_of
from volunteers.services.posts import end_claims_of
from volunteers.services.rosters import step_down
from volunteers.services.wishes import release_wish

GONE = "志愿者不做了"


def give_back(volunteer, *, by):
    """Everything, of somebody who leaves. The caller holds the volunteer; nothing new begins."""
    leave_positions(volunteer, by=by)
    free = [
        *(f"心愿“{wish}”" for wish in release_wishes(volunteer, by)),
        *(f"岗位“{claim.post}”" for claim in end_claims_of(volunteer, by=by)),
        *(f"说好的“{match.resource}”" for match in end_resources(volunteer, by)),
    ]
    if free:
        for pk in staff_of(volunteer.area):
            given_back(volunteer=volunteer, recipient_id=pk, what=free)


@transaction.atomic
def step_aside(*, roster, by):
    """我守不了: somebody cannot keep their places in one emergency; they are gaps again."""
    rows = Volunteer.objects.select_for_update(of=("self",), no_key=True)
    volunteer = rows.select_related("user").filter(user=by).first()
    if volunteer is None or not leave_positions(volunteer, by=by, roster=roster):
        refuse("您在这次应急里没有岗位，不用换人。")
    return roster


def leave_positions(volunteer, *, by, roster=None):
    """Their places in emergencies that run now are red gaps again; the station hears it. Of one
    roster alone, or of all. Gives [(roster, positions)]."""
    freed = step_down(volunteer, by=by, roster=roster)
    for where, positions in freed:
        for pk in {where.opened_by_id, *staff_of(where.area)}:
            roster_messages.positions_left(
                roster=where, positions=positions, volunteer=volunteer, recipient_id=pk
            )
    return freed


def release_wishes(volunteer, by):
    """What they claimed and have not fulfilled hangs open on the board again."""
    rows = Wish.objects.filter(volunteer=volunteer, state=WishState.CLAIMED).order_by("pk")
    return [release_wish(wish=wish, by=by) for wish in rows]


def end_resources(volunteer, by):
    """Nothing more is taken from what they offered; what was set aside is declined, so the need
    is open again. Gives the declined matches."""
    running = Match.objects.running().filter(resource__volunteer=volunteer)
    needs = Need.objects.select_for_update(of=("self",)).filter(pk__in=running.values("need"))
    held = [need.pk for need in needs.order_by("pk")]
    offered = Resource.objects.select_for_update(of=("self",)).filter(
        volunteer=volunteer, ended_at=None
    )
    offered = list(offered.order_by("pk"))
    # Proposed in this very moment for another need: it stands on a desk, the worker decides.
    gone = [
        decline_match(match=match, by=by, why=GONE)
        for match in running.filter(need__in=held).order_by("pk")
    ]
    for resource in offered:
        end_resource(resource=resource, by=by)
    return gone
