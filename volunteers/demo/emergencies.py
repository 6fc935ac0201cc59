"""Two emergencies that are over: who stood where, three rounds of counting, what was bought."""

from datetime import timedelta

from stations.foundation.sealed import seal
from volunteers.choices import RosterGroup, SupplyState
from volunteers.demo import texts
from volunteers.demo.truth import ESTATE, HOME, ROUNDS, VILLAGE, VILLAGE_ESTATE
from volunteers.models import HeadCount, Position, Roster, Supply


class Emergencies:
    """The rosters of the demo."""

    def __init__(self, crew):
        self.crew = crew

    def write(self):
        """Both are over: the village's three rounds, and a cold spell at 锦绣江山."""
        self.roster(VILLAGE, VILLAGE_ESTATE, "全员采样", 130, 4, ROUNDS)
        self.roster(HOME, ESTATE, "寒潮断水", 290, 3, ((3875, 3611), (3875, 3820), (3875, 3875)))

    def roster(self, community, estate, title, ago, days, rounds):
        crew = self.crew
        area = crew.areas[estate]
        opened = crew.moment(crew.today - timedelta(days=ago), 8)
        by = crew.workers(crew.areas[community])["worker"][0]
        roster = Roster.objects.create(
            area=area,
            title=title,
            opened_by=by,
            opened_at=opened,
            round=len(rounds),
            closed_at=opened + timedelta(days=days),
        )
        self.fill(roster, area, crew.people[crew.areas[community].pk], opened)
        buildings = crew.buildings[area.pk]
        counts = []
        sizes = shared(rounds[0][0], len(buildings), self.crew.chance)
        for number, (expected, present) in enumerate(rounds, start=1):
            away = spread(expected - present, sizes, self.crew.chance)
            for building, due, absent in zip(buildings, sizes, away, strict=True):
                counts.append(
                    HeadCount(
                        roster=roster,
                        area=area,
                        building=building,
                        round=number,
                        expected=due,
                        present=due - absent,
                        by=by,
                        at=opened + timedelta(hours=20 * number),
                    )
                )
        HeadCount.objects.bulk_create(counts)
        self.order_supplies(roster, area, buildings, by, opened)

    def fill(self, roster, area, people, opened):
        """A volunteer for each building, then for entrances and groups; else somebody by name."""
        crew, queue = self.crew, list(people)
        places = [{"building": one} for one in crew.buildings[area.pk]]
        places += [
            {"building": one, "entrance": entrance}
            for one in crew.buildings[area.pk]
            for entrance in one.entrances.all()
        ]
        places += [{"group": group} for group in RosterGroup]
        rows = []
        for n, place in enumerate(places):
            row = Position(
                roster=roster,
                area=area,
                uuid=crew.uuid(),
                filled_at=opened + timedelta(minutes=20 + n),
                **place,
            )
            if queue:
                row.volunteer = queue.pop(0)
            else:
                row.name = crew.name()
                bound_to = f"position.phone:{row.uuid}"
                row.phone_sealed = seal(crew.phone(), bound_to=bound_to)
            rows.append(row)
        Position.objects.bulk_create(rows)

    def order_supplies(self, roster, area, buildings, by, opened):
        rows = []
        for n, words in enumerate(texts.SUPPLIES):
            row = Supply(
                roster=roster,
                area=area,
                uuid=self.crew.uuid(),
                token=self.crew.uuid(),
                building=buildings[n % len(buildings)],
                door=f"{n + 2}0{n % 4 + 1}",
                state=SupplyState.DELIVERED,
                by=by,
                at=opened + timedelta(hours=3 + n),
                moved_at=opened + timedelta(hours=8 + n),
                moved_by=by,
            )
            row.words_sealed = seal(words, bound_to=f"supply.words:{row.uuid}")
            rows.append(row)
        Supply.objects.bulk_create(rows)


def shared(whole, parts, chance):
    """A number in so many parts of about the same size."""
    mean = whole // parts
    found = [mean + chance.randint(-mean // 9, mean // 9) for _ in range(parts - 1)]
    return [*found, whole - sum(found)]


def spread(whole, most, chance):
    """A number over places that hold at most so many each, by chance."""
    found = [0] * len(most)
    for at in chance.choices(range(len(most)), most, k=whole):
        found[at] += 1
    return found
