"""清点: how many people of each building came, in three rounds. Numbers only, never who."""

from dataclasses import dataclass, field

from django.db import transaction
from django.utils import timezone

from stations.access import can
from stations.foundation.refusal import refuse
from stations.models import Building
from stations.services.acts import record
from volunteers.access import RUN_ROSTER
from volunteers.choices import ROUNDS
from volunteers.models import HeadCount, Position
from volunteers.services.rosters import locked


@dataclass
class Row:
    """A building's line: who leads it, and what came in for each round (None: nothing yet)."""

    building: Building
    lead: Position | None
    counts: list = field(default_factory=list)


@dataclass
class Total:
    """A round over all buildings; `told` of `buildings` have said their number."""

    round: int
    present: int = 0
    expected: int = 0
    told: int = 0

    @property
    def missing(self):
        """How many people of the buildings that told did not come."""
        return self.expected - self.present


def leads(user, roster, building):
    """Whether somebody stands for this building in this roster."""
    return Position.objects.filter(
        roster=roster, building=building, entrance=None, group="", volunteer__user=user
    ).exists()


def refuse_strangers(user, roster, building):
    """Only the building's lead and the staff of the place speak for a building."""
    if building.area_id != roster.area_id:
        refuse("这栋楼不在这个小区。")
    if not (can(user, RUN_ROSTER, at=roster.area) or leads(user, roster, building)):
        refuse(f"您不是{building}的负责人，报不了{building}的数。")


@transaction.atomic
def start_round(*, roster, by):
    """The next of three rounds begins; building leads may tell its numbers from now on."""
    roster = locked(roster)
    if roster.round >= max(ROUNDS):
        refuse("三轮都开始过了。")
    roster.round += 1
    roster.save(update_fields=["round"])
    record("volunteers.head_count", on=roster, by=by, round=roster.round, started=True)
    return roster


@transaction.atomic
def head_count(*, roster, building, round, present, expected, by):
    """So many of so many came, of this building in this round; told again, it is corrected.

    Refuses a round that has not begun, and more people than there should be.
    """
    roster = locked(roster)
    refuse_strangers(by, roster, building)
    if not 1 <= round <= roster.round:
        refuse("这一轮还没有开始，等社区发话。")
    if present > expected:
        refuse(f"实到{present}人比应到{expected}人还多，应到的人数要改一改。")
    count, _ = HeadCount.objects.update_or_create(
        roster=roster,
        building=building,
        round=round,
        defaults={
            "area": roster.area,
            "expected": expected,
            "present": present,
            "by": by,
            "at": timezone.now(),
        },
    )
    record("volunteers.head_count", on=roster, by=by, building=building.pk, round=round)
    return count


def last_expected(roster, building):
    """How many were expected the last time, for the next time; None when nobody told yet."""
    rows = roster.counts.filter(building=building).order_by("-round")
    return rows.values_list("expected", flat=True).first()


def tallies(roster):
    """([Row of every building], [Total of every round]). Three queries however many buildings."""
    told = {(one.building_id, one.round): one for one in roster.counts.order_by()}
    at = {
        position.building_id: position
        for position in roster.positions.filter(
            building__isnull=False, entrance=None
        ).select_related("volunteer__user")
    }
    rows = [
        Row(building, at.get(building.pk), [told.get((building.pk, n)) for n in ROUNDS])
        for building in Building.objects.filter(area=roster.area_id).order_by("number")
    ]
    totals = [Total(number) for number in ROUNDS]
    for row in rows:
        for total, count in zip(totals, row.counts, strict=True):
            if count:
                total.present += count.present
                total.expected += count.expected
                total.told += 1
    return rows, totals
