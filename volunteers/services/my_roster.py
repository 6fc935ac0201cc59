"""What an emergency roster tells one of its people: their places, their people, what to fetch."""

from dataclasses import dataclass

from volunteers.choices import RosterGroup, SupplyState
from volunteers.models import Position, Supply
from volunteers.services.roster_people import is_filled, positions_of, posts_of
from volunteers.services.rosters import phone_of
from volunteers.services.supplies import next_states, words_of

MOST = 100
TO_FETCH = (SupplyState.ASKED, SupplyState.BOUGHT)


@dataclass(frozen=True)
class Mine:
    """One person's part of a roster.

    `leads`: buildings they stand for; `under`: [(position, phone)] of the entrances there;
    `lead_of`: who leads the building of an entrance they keep; `mates`: others of their groups;
    `counts`: numbers told for their buildings; `supplies`: [(supply, words, next states)].
    """

    places: list
    leads: list
    under: list
    lead_of: list
    mates: list
    counts: list
    supplies: list
    is_shopper: bool


def duties_of(user, roster):
    """Everything one person of the roster may know. The phones of the entrances only to their
    building's lead; names of other helpers without a phone; orders only to their own lead and to
    the shopping group. The number of queries does not grow with the roster."""
    places = list(posts_of(roster, user))
    leads = [one.building for one in places if one.building_id and not one.entrance_id]
    led = {building.pk for building in leads}
    doors = {one.building_id for one in places if one.entrance_id}
    groups = {one.group for one in places if one.group}
    others = [one for one in positions_of(roster) if is_filled(one) and one not in places]
    is_shopper = RosterGroup.SHOPPING in groups
    return Mine(
        places=places,
        leads=leads,
        under=[(o, phone_of(o)) for o in others if o.entrance_id and o.building_id in led],
        lead_of=[o for o in others if not o.entrance_id and o.building_id in doors],
        mates=[o for o in others if o.group in groups and o.group],
        counts=list(
            roster.counts.filter(building__in=led).select_related("building").order_by("round")
        ),
        supplies=[
            (supply, words_of(supply), next_states(supply))
            for supply in supplies_for(roster, led, is_shopper)[:MOST]
        ],
        is_shopper=is_shopper,
    )


def supplies_for(roster, led, is_shopper):
    """What this person fetches or waits for: open orders, the oldest first."""
    rows = Supply.objects.filter(roster=roster, state__in=TO_FETCH).select_related("building")
    rows = rows if is_shopper else rows.filter(building__in=led)
    return rows.order_by("state", "building__number", "pk")


def my_supply(user, roster, form):
    """The order a phone page names, when it is this person's to move; takes it out of the form."""
    if not form.is_valid():
        return None
    pk = form.cleaned_data.pop("supply")
    mine = Position.objects.filter(roster=roster, volunteer__user=user)
    led = set(mine.filter(entrance=None, group="").values_list("building", flat=True))
    is_shopper = mine.filter(group=RosterGroup.SHOPPING).exists()
    return supplies_for(roster, led, is_shopper).filter(pk=pk).first()
