"""Events with who came, and what one can sign up for."""

from datetime import timedelta

from volunteers.choices import ConfirmedAs, EventKind, EventState, HourSource, SignUpState
from volunteers.demo import texts
from volunteers.demo.truth import ALLIANCE, ALLIANCE_ESTATE, ESTATE, EVENTS, HOME, REACHED
from volunteers.models import Event, Hour, SignUp, Slot
from volunteers.services.attendance import GIVES_HOURS

SHOWN = timedelta(days=3)
RISKS = "量力而行，累了就歇；雨天改期，会在群里说。"
SATURDAY = 5


# What is done there.
WORDS = {
    EventKind.SERVICE: "到了先找队长分一下活，做完一起收拾。",
    EventKind.CLEANUP: "清楼道杂物、揭小广告、扫落叶积雪。手套和工具服务站备着。",
    EventKind.CLUB: "来了就一起，会的带不会的，结束搭把手收拾。",
    EventKind.TRAINING: "先听老师讲，再分组练一遍，有不懂的当场问。",
}


class Gatherings:
    """Events of the demo, past and coming."""

    def __init__(self, crew, year):
        self.crew, self.year, self.chance = crew, year, crew.chance
        self.home, self.estate = crew.areas[HOME], crew.areas[ESTATE]
        self.workers = crew.workers(self.home)["worker"]

    # events that took place; their hours are numbered with all others

    def past(self):
        """Eight of 锦绣江山, and the 38 of the alliance that reached over 2,000 people."""
        for n, (title, kind, help, place, team) in enumerate(texts.OWN_EVENTS):
            day = self.crew.today - timedelta(days=12 + 27 * n)
            self.took_place(
                self.estate, self.home, title, kind, help, place, day, seats=12,
                came=6 + n % 5, team=self.crew.teams[team],
            )  # fmt: skip
        estate, community = self.crew.areas[ALLIANCE_ESTATE], self.crew.areas[ALLIANCE]
        team, left = self.crew.teams["邻里帮帮队"], REACHED
        for n in range(EVENTS):
            title, kind, help, place = texts.EVENTS[n % len(texts.EVENTS)]
            day = self.crew.today - timedelta(days=8 + round(n * 9.3))
            rest = EVENTS - n
            reached = left if rest == 1 else round(left / rest * self.chance.uniform(0.6, 1.4))
            left -= reached
            self.took_place(
                estate, community, f"{day.month}月{title}", kind, help, place, day,
                seats=reached, came=3, team=team, words=f"来了{reached}位邻居。",
            )  # fmt: skip

    def took_place(
        self, estate, community, title, kind, help, place, day, *, seats, came, team, words=""
    ):
        crew = self.crew
        by = crew.workers(community)["worker"][0]
        hour = 14 if kind != EventKind.CLUB else 18
        starts, ends = crew.moment(day, hour, 0), crew.moment(day, hour + 2, 0)
        event = Event.objects.create(
            area=estate, team=team, kind=kind, help=help, title=title, place=place,
            words=words or texts.EVENT_WORDS.get(title, WORDS[kind]), risks=RISKS,
            state=EventState.OVER, by=by, created_at=starts - timedelta(days=9),
        )  # fmt: skip
        slot = Slot.objects.create(
            event=event,
            area=estate,
            starts_at=starts,
            ends_at=ends,
            seats=seats,
            code=crew.code(12),
        )
        part = 2 if hour == 18 else 1
        free = [
            one
            for one in crew.people[community.pk]
            if one.pk in crew.verified
            and (one.pk, day, part) not in self.year.busy
            and not one.minor_until
        ]
        rows = [self.came(slot, one, day, part) for one in self.chance.sample(free, came)]
        SignUp.objects.bulk_create(rows)
        if kind in GIVES_HOURS:
            for row in rows:
                if row.state == SignUpState.LEFT:
                    self.hour(row, team, help, by, title)

    def came(self, slot, volunteer, day, part):
        self.year.busy.add((volunteer.pk, day, part))
        row = SignUp(
            slot=slot,
            volunteer=volunteer,
            area=slot.area,
            state=SignUpState.LEFT,
            starts_at=slot.starts_at,
            ends_at=slot.ends_at,
            asked_at=slot.starts_at - timedelta(days=self.chance.randint(1, 7)),
        )
        if self.chance.random() < 0.06:
            row.state = SignUpState.NO_SHOW
            return row
        row.present_at = slot.starts_at + timedelta(minutes=self.chance.randint(-15, 10))
        row.left_at = slot.ends_at + timedelta(minutes=self.chance.randint(-20, 15))
        return row

    def hour(self, row, team, help, by, title):
        crew, keys = self.crew, self.crew.keys
        leader = crew.lead_of(team, row.volunteer).user
        began, ended = max(row.present_at, row.starts_at), min(row.left_at, row.ends_at)
        led = row.ends_at + timedelta(hours=self.chance.randint(1, 30))
        self.year.counted.put(
            Hour(
                volunteer=row.volunteer,
                team=team,
                area=row.area,
                sign_up=row,
                source=HourSource.SLOT,
                help=help,
                words=title,
                began_at=began,
                ended_at=ended,
                minutes=round((ended - began).total_seconds() / 60),
                person_keys=keys[row.volunteer.user_id],
                lead_by=leader,
                lead_at=led,
                lead_keys=keys[leader.pk],
                other_as=ConfirmedAs.STATION,
                other_by=by,
                other_at=led + timedelta(hours=2),
                other_keys=keys[by.pk],
                shown_until=led + timedelta(hours=2) + SHOWN,
                created_at=row.left_at,
            )
        )

    # events to come

    def coming(self):
        """What one can sign up for; one is full, with people waiting. 吴倩 comes to two."""
        crew, wu = self.crew, self.wu()
        for n, (title, kind, help, place, team, days, hour, length, seats) in enumerate(
            texts.COMING_EVENTS
        ):
            day = self.day_of(kind, days, hour)
            event = self.event(title, kind, help, place, crew.teams[team], EventState.OPEN)
            slot = Slot.objects.create(
                event=event,
                area=self.estate,
                starts_at=crew.moment(day, hour, 0),
                ends_at=crew.moment(day, hour, 0) + timedelta(hours=length),
                seats=seats,
                code=crew.code(12),
            )
            others = [one for one in crew.people[self.home.pk] if one != wu]
            people = self.chance.sample(others, seats + 3 if n == 0 else seats * 2 // 3)
            if n in (1, 3):
                people[0] = wu
            self.sign_up(slot, people)
        team = crew.teams["江山艺术团"]
        event = self.event("元旦联欢", EventKind.CLUB, "arts", "中心广场", team, EventState.DRAFT)
        self.slot(event, 39)
        event = self.event(
            "江边骑行", EventKind.CLUB, "arts", "南门集合", team, EventState.CANCELLED
        )
        event.cancelled_why = "那天预报有大雨"
        event.save(update_fields=["cancelled_why"])
        self.slot(event, 3)

    def day_of(self, kind, days, hour):
        """The day meant; a clean-up is on a Saturday, and nothing begins in the past."""
        day = self.crew.today + timedelta(days=days)
        if kind == EventKind.CLEANUP:
            day += timedelta(days=(SATURDAY - day.weekday()) % 7)
        if self.crew.moment(day, hour, 0) < self.crew.now + timedelta(minutes=30):
            day += timedelta(days=1)
        return day

    def wu(self):
        user = self.crew.staff["volunteer"]
        return next(v for v in self.crew.people[self.home.pk] if v.user == user)

    def event(self, title, kind, help, place, team, state):
        return Event.objects.create(
            area=self.estate,
            team=team,
            kind=kind,
            help=help,
            title=title,
            place=place,
            words=texts.EVENT_WORDS.get(title, WORDS[kind]),
            risks=RISKS,
            fits_minors=kind in (EventKind.CLUB, EventKind.TRAINING),
            state=state,
            by=self.workers[0],
            created_at=self.crew.now - timedelta(days=4),
        )

    def slot(self, event, days):
        starts = self.crew.moment(self.crew.today + timedelta(days=days), 9, 0)
        return Slot.objects.create(
            event=event,
            area=self.estate,
            starts_at=starts,
            ends_at=starts + timedelta(hours=2),
            seats=20,
            code=self.crew.code(12),
        )

    def sign_up(self, slot, people):
        SignUp.objects.bulk_create(
            [
                SignUp(
                    slot=slot,
                    volunteer=one,
                    area=slot.area,
                    state=SignUpState.IN if n < slot.seats else SignUpState.WAITING,
                    starts_at=slot.starts_at,
                    ends_at=slot.ends_at,
                    asked_at=self.crew.now - timedelta(hours=70 - 2 * n),
                )
                for n, one in enumerate(people)
            ]
        )
