"""Hours that two other people confirmed, shown for three days and counted; and their points."""

from collections import defaultdict
from datetime import timedelta

from django.utils import timezone

from volunteers.choices import (
    POINT_MINUTES,
    SHOWN_DAYS,
    ConfirmedAs,
    HourSource,
    HourState,
    PointKind,
)
from volunteers.models import Hour, Point

BATCH = 1000


class Counted:
    """The hours of the year, while they are written."""

    def __init__(self, crew, workers):
        self.crew, self.chance, self.workers = crew, crew.chance, workers
        self.hours = []
        self.days = set()  # (estate, day) of which figures change

    def of_order(self, order, one):
        """Confirmed by the team and by the person served or the station; shown, then counted.

        By telephone only where nobody stands behind both the team's word and the volunteer."""
        volunteer, team, keys = order.volunteer, order.team, self.crew.keys
        leader = self.crew.lead_of(team, volunteer)
        lead = leader.user
        served = order.confirmed_at
        led = order.done_at + timedelta(minutes=self.chance.randint(30, 900))
        hour = Hour(
            volunteer=volunteer,
            team=team,
            area=volunteer.area,
            order=order,
            source=HourSource.CLOCK,
            help=order.help,
            began_at=order.begun_at,
            ended_at=order.done_at,
            minutes=max(1, round((order.done_at - order.begun_at).total_seconds() / 60)),
            person_keys=keys[volunteer.user_id],
            lead_by=lead,
            lead_at=led,
            lead_keys=keys[lead.pk],
            other_as=ConfirmedAs.SERVED,
            other_at=served,
            other_keys=one.keys,
            created_at=order.done_at,
        )
        by_station = self.chance.random() < 0.35
        if by_station or self.crew.same_checker(leader, volunteer):
            by = self.chance.choice(self.workers[volunteer.area_id])
            hour.other_as, hour.other_by, hour.other_keys = "station", by, keys[by.pk]
        hour.shown_until = max(led, served) + timedelta(days=SHOWN_DAYS)
        if order.price_fen:  # what is paid for was done, and gives no hours
            self.days.add((order.area_id, timezone.localdate(order.done_at)))
        else:
            self.put(hour)

    def put(self, hour):
        """Counted ten minutes after its three days, or still on show."""
        counted = hour.shown_until + timedelta(minutes=10)
        hour.state = HourState.SHOWN
        if counted < self.crew.now:
            hour.state, hour.counted_at = HourState.COUNTED, counted
        self.hours.append(hour)
        place = hour.order.area_id if hour.order else hour.area_id
        self.days.add((place, timezone.localdate(hour.began_at)))

    def save(self):
        """In bulk; numbers follow the order in which hours came to count, without a gap."""
        self.hours.sort(key=lambda hour: hour.counted_at or hour.shown_until)
        numbers = defaultdict(int)
        for hour in self.hours:
            if hour.state == HourState.COUNTED:
                month = f"{timezone.localtime(hour.counted_at):%Y%m}"
                numbers[month] += 1
                hour.number = f"FW-{month}-{numbers[month]:06d}"
        Hour.objects.bulk_create(self.hours, batch_size=BATCH)
        self.book()

    def book(self):
        """A point for each full half hour of everything counted so far."""
        minutes, given, seq = defaultdict(int), defaultdict(int), defaultdict(int)
        rows = []
        for hour in self.hours:
            if hour.state != HourState.COUNTED:
                continue
            who = hour.volunteer_id
            minutes[who] += hour.minutes
            points = minutes[who] // POINT_MINUTES - given[who]
            if not points:
                continue
            given[who] += points
            seq[who] += 1
            rows.append(
                Point(
                    volunteer=hour.volunteer,
                    area=hour.volunteer.area,
                    seq=seq[who],
                    kind=PointKind.EARNED,
                    points=points,
                    balance=given[who],
                    hour=hour,
                    at=hour.counted_at,
                )
            )
        Point.objects.bulk_create(rows, batch_size=BATCH)
