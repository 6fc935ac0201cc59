"""谁来站: who could stand where in an emergency, and whom to propose first."""

from collections import Counter

from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone

from volunteers.choices import Help, RosterGroup
from volunteers.models import Identity, Position, Volunteer

SAME_BUILDING, SAME_ESTATE, SAME_COMMUNITY = 0, 1, 2
NEAR_WORDS = ("本楼", "本小区", "本社区")
# What somebody in a group has to be able to do; the other groups take anybody.
GROUP_HELPS = {RosterGroup.SHOPPING: Help.ERRAND, RosterGroup.DISINFECTION: Help.CLEANING}
GROUPS = list(RosterGroup)
MOST_OPTIONS = 12


def candidates(area):
    """The active grown-up volunteers of an estate's community, with their accounts and whether
    somebody has seen their paper (`is_checked`). One query."""
    today = timezone.localdate()
    checked = Identity.objects.verified().filter(user=OuterRef("user"))
    return list(
        Volunteer.objects.active()
        .filter(Q(minor_until=None) | Q(minor_until__lte=today))
        .filter(area__in=[area.pk, area.parent_id])
        .select_related("user")
        .annotate(is_checked=Exists(checked))
        .order_by("pk")
    )


def positions_of(roster):
    """All positions with who stands there: building by building, its lead first, then groups."""
    rows = roster.positions.select_related("building", "entrance__building", "volunteer__user")
    return rows.order_by(
        F("building__number").asc(nulls_last=True),
        F("entrance__number").asc(nulls_first=True),
        "pk",
    )


def is_filled(position):
    """Whether somebody stands there, with an account or by name."""
    return bool(position.volunteer_id or position.name)


def nearness(volunteer, position):
    """0 lives in the position's building, 1 in its estate, 2 elsewhere in the community."""
    if position.building_id and volunteer.building_id == position.building_id:
        return SAME_BUILDING
    if position.area_id in (volunteer.estate_id, volunteer.area_id):
        return SAME_ESTATE
    return SAME_COMMUNITY


def fits(volunteer, position):
    """Whether this person goes that far from home and can do what the group does.

    Disinfecting is risky work: it asks for insurance (志愿服务条例 第17条).
    """
    if nearness(volunteer, position) >= volunteer.reach:
        return False
    needed = GROUP_HELPS.get(position.group)
    if needed and needed not in volunteer.helps:
        return False
    return position.group != RosterGroup.DISINFECTION or volunteer.is_insured()


def rank(volunteer, position):
    """Who of equally near people comes first: party members for a building and the vanguard,
    then whoever carries least now and carried least lately."""
    wants_member = position.group == RosterGroup.VANGUARD or is_for_building(position)
    is_second = wants_member and not volunteer.is_party_member
    return (is_second, volunteer.open_count, volunteer.served_count, volunteer.pk)


def is_for_building(position):
    """Whether it is the lead of a whole building."""
    return bool(position.building_id and not position.entrance_id)


def propose(roster, *, people=None, positions=None):
    """{position pk: Volunteer} for the empty positions, as far as people reach.

    Every building has its lead before any entrance has somebody, then the groups. Nearest
    first; each person stands at one building or entrance only. For a group, whoever has the
    fewest places comes first. Two queries however many positions and people.
    """
    positions = list(positions_of(roster)) if positions is None else positions
    people = candidates(roster.area) if people is None else people
    gaps = [position for position in positions if not is_filled(position)]
    busy = Counter(position.volunteer_id for position in positions if position.volunteer_id)
    taken = {p.volunteer_id for p in positions if p.volunteer_id and not p.group}
    chosen = {}
    for kind in ([p for p in gaps if is_for_building(p)], [p for p in gaps if p.entrance_id]):
        for near in (SAME_BUILDING, SAME_ESTATE, SAME_COMMUNITY):
            _fill(kind, near, people, taken, chosen)
    busy.update(one.pk for one in chosen.values())
    _fill_groups(gaps, positions, people, busy, chosen)
    return chosen


def _fill(positions, near, people, taken, chosen):
    """Give people at this distance to the positions that are still empty, in their order."""
    for position in positions:
        if position.pk in chosen:
            continue
        there = (
            one
            for one in people
            if one.pk not in taken and nearness(one, position) == near and fits(one, position)
        )
        best = min(there, key=lambda one: rank(one, position), default=None)
        if best:
            chosen[position.pk] = best
            taken.add(best.pk)


def _fill_groups(gaps, positions, people, busy, chosen):
    """The groups take who has nothing yet, and only then who has the fewest places."""
    inside = {(p.group, p.volunteer_id) for p in positions if p.group and p.volunteer_id}
    wanted = [position for position in gaps if position.group]
    for position in sorted(wanted, key=lambda one: (GROUPS.index(one.group), one.pk)):
        there = (
            one for one in people if (position.group, one.pk) not in inside and fits(one, position)
        )
        best = min(
            there,
            key=lambda one: (busy[one.pk], nearness(one, position), rank(one, position)),
            default=None,
        )
        if best:
            chosen[position.pk] = best
            busy[best.pk] += 1
            inside.add((position.group, best.pk))


def options_for(position, people, proposal, *, most=MOST_OPTIONS):
    """[Volunteer]: the few to choose from for a position, the proposed one first, then who is
    near and not proposed elsewhere."""
    proposed = proposal.get(position.pk)
    elsewhere = {one.pk for pk, one in proposal.items() if pk != position.pk}
    others = sorted(
        (one for one in people if one != proposed and fits(one, position)),
        key=lambda one: (one.pk in elsewhere, nearness(one, position), rank(one, position)),
    )
    return ([proposed] if proposed else []) + others[: most - bool(proposed)]


def words_about(volunteer, position):
    """ "吴倩 · 党员 · 本楼": how somebody of `candidates` is offered for a position; who may be
    sent to doors before anybody has seen their paper is marked."""
    facts = [str(volunteer)]
    if volunteer.is_party_member:
        facts.append("党员")
    facts.append(NEAR_WORDS[nearness(volunteer, position)])
    if volunteer.open_count:
        facts.append(f"手上{volunteer.open_count}单")
    if not volunteer.is_checked:
        facts.append("还没核对身份")
    return " · ".join(facts)


def posts_of(roster, user):
    """The positions somebody with an account has in a roster."""
    return Position.objects.filter(roster=roster, volunteer__user=user).select_related(
        "building", "entrance__building"
    )
