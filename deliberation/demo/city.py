"""Who lives and works in the demo city, and what chance decides there."""

from datetime import datetime, time, timedelta

from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from deliberation.choices import Party
from deliberation.models import Issue
from stations.choices import Level, Role
from stations.foundation.calendar import is_workday, next_workday
from stations.foundation.photos import remake
from stations.models import Building, Place, Posting

WEEKS = 12
PICTURES = {
    "ebike": ("shed-wires", "shed-socket", "shed-work", "shed-after"),
    "parking": ("garage-before", "garage-before", "garage-after", "garage-after"),
}
# What these pictures show; other stories go without.
SHOWN = {"ebike": ("插座", "充电口"), "parking": ("灯坏了",)}


class City:
    """The estates, their people, and the draws that decide what happens to them.

    Everything is drawn from one seeded `chance` in the order in which it happens: one draw more or
    less, and another city comes out.
    """

    def __init__(self, cast):
        self.chance = cast["chance"]
        self.names = cast["names"]
        self.now = timezone.now()
        self.start = (self.now - timedelta(weeks=WEEKS)).replace(minute=0, second=0)
        self.estates = [area for area in cast["areas"].values() if area.level == Level.ESTATE]
        self.staff = {estate: self._staff_of(estate) for estate in self.estates}
        self.buildings = {e: list(Building.objects.filter(area=e)) for e in self.estates}
        self.entrances = {
            building: list(building.entrances.all())
            for buildings in self.buildings.values()
            for building in buildings
        }
        self.places = {e: list(Place.objects.filter(area=e)) for e in self.estates}
        self.speakers = {e: {party: self.names.name() for party in Party} for e in self.estates}
        first = next(e for e in self.estates if e.name == "锦绣江山")
        self.speakers[first] = {
            Party.BRANCH: "李建国",
            Party.RESIDENTS: "孙玉华",
            Party.OWNERS: "何平",
            Party.PROPERTY: "刘建军",
        }
        self.pictures = self._pictures()

    def _staff_of(self, estate):
        lineage = Posting.objects.at_or_above(estate).select_related("user")
        staff = {role: [] for role in Role}
        for posting in lineage:
            staff[Role(posting.role)].append(posting.user)
        return staff

    def _pictures(self):
        folder = settings.BASE_DIR / "static" / "img" / "demo"
        known = {}
        for names in PICTURES.values():
            for name in names:
                path = folder / f"{name}.jpg"
                if name not in known and path.exists():
                    known[name] = remake(SimpleUploadedFile(path.name, path.read_bytes()))
        return known

    def waking(self, moment):
        """A moment when people are up and tell of things."""
        local = timezone.localtime(moment)
        hour = self.chance.choices(
            (7, 8, 9, 10, 11, 14, 15, 17, 18, 19, 20, 21), (3, 5, 5, 4, 3, 3, 3, 4, 5, 6, 5, 3)
        )[0]
        return min(
            local.replace(hour=hour, minute=self.chance.randrange(60)),
            self.now - timedelta(minutes=self.chance.randrange(5, 300)),
        )

    def office(self, days, hours=(9, 17)):
        """A moment in office hours, about so many days from the clock's now."""
        moment = timezone.localtime() + timedelta(days=days)
        day = moment.date()
        if not is_workday(day):
            day = next_workday(day)
        at = time(self.chance.randrange(*hours), self.chance.randrange(60))
        then = datetime.combine(day, at, tzinfo=timezone.get_current_timezone())
        return max(then, timezone.now() + timedelta(minutes=7))

    def chosen(self, estate, role):
        """Somebody of this role who answers for the estate."""
        return self.chance.choice(self.staff[estate][role])

    def pair(self, estate):
        """Two different workers: who finishes does not verify."""
        workers = self.staff[estate][Role.WORKER]
        return (
            self.chance.sample(workers, 2)
            if len(workers) > 1
            else (workers[0], self.chosen(estate, Role.SECRETARY))
        )

    def photos(self, category, text, *which):
        """Pictures that fit the text, by their numbers in `PICTURES`; [] where none does."""
        names = PICTURES.get(category)
        if not names or not any(word in text for word in SHOWN[category]):
            return []
        return [self.pictures[names[n]] for n in which if names[n] in self.pictures]


def state_of(issue):
    """The issue's state now; others may have moved it."""
    return Issue.objects.values_list("state", flat=True).get(pk=issue.pk)
