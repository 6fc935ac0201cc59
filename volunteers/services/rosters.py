"""应急排班: who stands for which building, which entrance and in which group, in one act."""

from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from stations.choices import Level
from stations.foundation.phones import normalise
from stations.foundation.refusal import refuse
from stations.foundation.sealed import seal, unseal
from stations.models import Area, Building, Entrance
from stations.services.acts import record
from volunteers.choices import RosterGroup
from volunteers.messages import rosters as messages
from volunteers.models import Position, Roster
from volunteers.services.roster_people import candidates, is_filled, positions_of
from volunteers.services.teams import locked_people

NAME_MOST = 40


@dataclass(frozen=True)
class Filled:
    """What an act of filling did: so many positions got somebody, so many were left alone."""

    roster: Roster
    filled: int
    left: int


def locked(roster):
    """The roster as it is now, held until the act is done. Refuses one that is over.

    Who is put somewhere is held before it: people, then the roster, then its places.
    """
    rows = Roster.objects.select_for_update(of=("self",), no_key=True).select_related("area")
    roster = rows.get(pk=roster.pk)
    if roster.closed_at:
        refuse("这次应急已经结束了。")
    return roster


@transaction.atomic
def open_roster(*, area, title, by):
    """Begin: a position for every building, every entrance and the four groups, all empty.

    One roster runs for an estate at a time.
    """
    area = Area.objects.select_for_update(of=("self",), no_key=True).get(pk=area.pk)
    if area.level != Level.ESTATE:
        refuse("请选一个小区。")
    if Roster.objects.open().filter(area=area).exists():
        refuse(f"{area}已经在应急排班了，接着排那一份就行。")
    buildings = list(Building.objects.filter(area=area).order_by("number"))
    if not buildings:
        refuse(f"{area}还没有登记楼栋，排不了班。")
    entrances = Entrance.objects.filter(building__area=area).order_by("building__number", "number")
    roster = Roster.objects.create(area=area, title=title.strip(), opened_by=by)
    where = [{"building": building} for building in buildings]
    where += [{"building_id": one.building_id, "entrance": one} for one in entrances]
    where += [{"group": group} for group in RosterGroup]
    Position.objects.bulk_create([Position(roster=roster, area=area, **at) for at in where])
    record("volunteers.open_roster", on=roster, by=by, positions=len(where))
    return roster


@transaction.atomic
def fill_roster(*, roster, by, choices):
    """Put people into empty positions, all at once: {position pk: volunteer pk or (name, phone)}.

    What a colleague filled meanwhile is left alone, and so is a person whom a colleague just
    placed elsewhere. Refuses one person at two places in the same act.
    """
    locked_people([who for who in choices.values() if isinstance(who, int)])
    roster = locked(roster)
    rows = {row.pk: row for row in positions_of(roster).select_for_update(of=("self",))}
    choices = {pk: who for pk, who in choices.items() if pk in rows and who}
    if not choices:
        refuse("还没有选人。")
    people = {one.pk: one for one in candidates(roster.area)}
    refuse_doubles(rows, choices, people)
    free = {pk: who for pk, who in choices.items() if not is_filled(rows[pk])}
    given = [rows[pk] for pk, who in free.items() if put(rows[pk], who, people, rows.values())]
    if given:
        Position.objects.bulk_update(given, ["volunteer", "name", "phone_sealed", "filled_at"])
        record("volunteers.fill_roster", on=roster, by=by, filled=len(given))
    for position in given:
        messages.position_given(position=position, roster=roster)
    return Filled(roster, len(given), len(choices) - len(given))


def refuse_doubles(rows, choices, people):
    """One person keeps one building or entrance; a group comes on top of it."""
    seen = {}
    for pk, who in choices.items():
        if isinstance(who, tuple):
            continue
        if who not in people:
            refuse(f"{rows[pk]}选的人现在来不了，请换一位。")
        place = rows[pk].group or "post"
        if before := seen.get((place, who)):
            refuse(f"{people[who]}选了两处：{before}、{rows[pk]}。一个人守一处，请换一位。")
        seen[(place, who)] = rows[pk]


def put(position, who, people, others):
    """Give the position to somebody (not saved yet); False where they stand elsewhere by now.

    Refuses disinfecting without insurance, whoever chose it: risky work asks for it
    (志愿服务条例 第17条).
    """
    if isinstance(who, tuple):
        position.volunteer, (position.name, phone) = None, named(*who)
        position.phone_sealed = seal(phone, bound_to=f"position.phone:{position.uuid}")
    elif any(stands_in_the_way(other, position, who) for other in others):
        return False
    elif position.group == RosterGroup.DISINFECTION and not people[who].is_insured():
        refuse(f"{people[who]}没有在保的保险，不能进消杀组。先登记保险，或者换一位。")
    else:
        position.volunteer, position.name, position.phone_sealed = people[who], "", ""
    position.filled_at = timezone.now()
    return True


def stands_in_the_way(other, position, volunteer_pk):
    """Whether this person already has a post (or a place in the same group) there."""
    return (
        other.pk != position.pk
        and other.volunteer_id == volunteer_pk
        and other.group == position.group
    )


def named(name, phone):
    """Somebody without an account: a name, and a number at which they can be found."""
    name = " ".join(name.split())[:NAME_MOST]
    if not name:
        refuse("写一下姓名。")
    if not phone.strip():
        refuse(f"给{name}留个电话，要紧的时候找得到人。")
    return name, normalise(phone)


@transaction.atomic
def change_position(*, position, by, who):
    """Somebody else stands there: a volunteer's pk, or (name, phone). Whoever stood there hears."""
    locked_people([who] if isinstance(who, int) else [])
    roster = locked(position.roster)
    rows = {row.pk: row for row in positions_of(roster).select_for_update(of=("self",))}
    position = rows[position.pk]
    before = position.volunteer
    people = {one.pk: one for one in candidates(roster.area)}
    refuse_doubles(rows, {position.pk: who}, people)
    if not put(position, who, people, rows.values()):
        standing = next(o for o in rows.values() if stands_in_the_way(o, position, who))
        refuse(f"{people[who]}已经在{standing}了，先从那里撤下来。")
    position.save(update_fields=["volunteer", "name", "phone_sealed", "filled_at"])
    record("volunteers.fill_roster", on=roster, by=by, position=position.pk)
    if before and before != position.volunteer:
        messages.position_taken(position=position, roster=roster, volunteer=before)
    if before != position.volunteer:
        messages.position_given(position=position, roster=roster)
    return position


@transaction.atomic
def clear_position(*, position, by):
    """Nobody stands there any more; the gap is red again."""
    roster = locked(position.roster)
    rows = Position.objects.select_for_update(of=("self",)).select_related(
        "building", "entrance__building", "volunteer__user"
    )
    position = rows.get(pk=position.pk)
    if not is_filled(position):
        refuse(f"{position}本来就空着。")
    before = position.volunteer
    make_empty(position, roster=roster, by=by)
    if before:
        messages.position_taken(position=position, roster=roster, volunteer=before)
    return position


def make_empty(position, *, roster, by):
    """Nobody stands there: a red gap on every page from this moment."""
    position.volunteer, position.name, position.phone_sealed = None, "", ""
    position.filled_at = None
    position.save(update_fields=["volunteer", "name", "phone_sealed", "filled_at"])
    record("volunteers.fill_roster", on=roster, by=by, position=position.pk, cleared=True)


def step_down(volunteer, *, by, roster=None):
    """[(roster, [positions])]: where somebody stood who does not come any more, empty now.

    Only emergencies that still run, or that one alone; the caller holds the volunteer, so
    nobody puts them anywhere meanwhile.
    """
    theirs = volunteer.positions.filter(roster__closed_at=None).order_by().values("roster")
    theirs = theirs.filter(roster=roster) if roster else theirs
    rows = Roster.objects.select_for_update(of=("self",), no_key=True).select_related("area")
    freed = []
    for running in rows.filter(pk__in=theirs, closed_at=None).order_by("pk"):
        standing = positions_of(running).select_for_update(of=("self",))
        positions = list(standing.filter(volunteer=volunteer))
        for position in positions:
            make_empty(position, roster=running, by=by)
        freed.append((running, positions))
    return freed


@transaction.atomic
def add_position(*, roster, by, group):
    """One more place in a group."""
    roster = locked(roster)
    position = Position.objects.create(roster=roster, area=roster.area, group=group)
    record("volunteers.fill_roster", on=roster, by=by, position=position.pk, added=True)
    return position


@transaction.atomic
def close_roster(*, roster, by, words=""):
    """It is over: nobody is on duty any more, and the volunteers hear a thank-you. `words` may
    say for the record what it took, e.g. 用了42人，送了60箱水."""
    roster = locked(roster)
    roster.closed_at, roster.words = timezone.now(), words.strip()
    roster.save(update_fields=["closed_at", "words"])
    record("volunteers.close_roster", on=roster, by=by)
    stood = roster.positions.filter(volunteer__isnull=False)
    for user in stood.order_by("volunteer").values_list("volunteer__user", flat=True).distinct():
        messages.roster_over(roster=roster, user_id=user)
    return roster


def phone_of(position):
    """Where somebody on the roster is reached, in clear: for staff and the building's lead."""
    if position.volunteer_id:
        return position.volunteer.user.phone or ""
    if position.phone_sealed:
        return unseal(position.phone_sealed, bound_to=f"position.phone:{position.uuid}")
    return ""


@transaction.atomic
def print_call_sheet(*, roster, by, sheet):
    """[(position, phone)] for paper. That somebody printed it stands in the act log."""
    record("volunteers.print_call_sheet", on=roster, by=by, sheet=sheet)
    return [(position, phone_of(position)) for position in positions_of(roster)]
