"""hours: its share of the tests that walk the whole portal."""

import uuid
from datetime import timedelta

from django.utils import timezone

from stations.choices import Role
from stations.models import Duty
from tests.volunteers.hour_rows import People, be_verified, morning, over, staff_in
from tests.volunteers.rows import partner_in, team_in, verified, volunteer_in
from volunteers.choices import Help, HourSource, PointKind
from volunteers.models import Gift, Hour, Identity, Paper, Point, Volunteer
from volunteers.services import hours, papers, points


def told(**data):
    return lambda stage, found: data


def nobody(stage):
    return None


def gift_of(area, **facts):
    partner = partner_in(area)
    return Gift.objects.create(area=area, partner=partner, name="一袋米", points=1, left=9, **facts)


def build(world, cast):
    """An hour of the volunteer that waits, a counted one on a record, a gift and its code."""
    community = world.area.parent
    people = People(community, worker=staff_in(community, Role.WORKER))
    people.volunteer = world.volunteer
    if not Identity.objects.filter(user=world.volunteer.user).exists():
        verified(world.volunteer.user, community)
    people.counted(days=4)
    world.hour = people.hour(days=2)
    today = timezone.localdate()
    world.paper = papers.make_paper(
        volunteer=world.volunteer,
        first_on=today - timedelta(days=6),
        last_on=today,
        by=people.worker,
    )
    world.gift = gift_of(community)
    world.redemption = points.redeem(
        token=uuid.uuid4(), volunteer=world.volunteer, gift=world.gift, by=world.volunteer.user
    )


def pk(name):
    return lambda world: {"pk": getattr(world, name).pk}


def nothing(world):
    return {}


WALK = {
    **dict.fromkeys(
        [
            "hours",
            "hours_export",
            "check_typed",
            "paper_list",
            "gifts",
            "gift_new",
            "gift_hand_over",
            "my_hours",
            "my_hours_new",
            "my_paper_new",
            "my_confirm",
            "my_points",
        ],
        nothing,
    ),
    **dict.fromkeys(
        [
            "hour",
            "hour_confirm_station",
            "hour_confirm_team",
            "hour_decide",
            "hour_object",
            "hour_reverse",
            "my_confirm_hour",
            "my_hours_withdraw",
            "my_object",
        ],
        pk("hour"),
    ),
    "papers": pk("volunteer"),
    **dict.fromkeys(
        ["paper", "paper_seal", "paper_revoke", "paper_file", "my_paper_file"], pk("paper")
    ),
    "check": lambda world: {"code": world.paper.code},
    **dict.fromkeys(["gift", "gift_end", "my_redeem"], pk("gift")),
    **dict.fromkeys(["redemption_cancel", "my_redemption_cancel"], pk("redemption")),
}


class Stage:
    """Brings hours, records and gifts to where an act is possible."""

    @property
    def hour_people(self):
        """The cast: its worker is the station, its volunteer serves or leads."""
        if not hasattr(self, "_hour_people"):
            community = self.estate.parent
            self._hour_people = People(community, worker=self.cast("worker"))
            be_verified(self.cast("secretary"), community)
        return self._hour_people

    def serving(self):
        """The cast's volunteer, verified, in a team."""
        user = self.cast("volunteer")
        volunteer = Volunteer.objects.filter(user=user).first() or volunteer_in(
            self.estate.parent, user=user
        )
        be_verified(user, self.estate.parent)
        return volunteer

    def waiting_hour(self):
        return self.hour_people.hour()

    def hour_without_team(self):
        return self.hour_people.hour(team=None)

    def hour_of_my_team(self):
        """The cast's volunteer leads; somebody else served."""
        team = team_in(self.estate.parent, leader=self.serving())
        return self.hour_people.hour(team=team)

    def shown_hour(self):
        return self.hour_people.shown()

    def said_by_me(self):
        return self.hour_people.hour(volunteer=self.serving(), source=HourSource.SAID)

    def shown_of_my_team(self):
        hour = self.hour_of_my_team()
        hours.confirm_for_team(hour=hour, by=self.cast("volunteer"))
        return hours.confirm_as_station(hour=hour, by=self.worker)

    def held_hour(self):
        return self.hour_people.held()

    def counted_hour(self):
        return self.hour_people.counted()

    def own_counted(self):
        return self.hour_people.counted(volunteer=self.serving())

    def with_hours(self):
        """A volunteer who has counted hours."""
        return self.hour_people.counted().volunteer

    def record_sheet(self):
        today = timezone.localdate()
        return papers.make_paper(
            volunteer=self.with_hours(),
            first_on=today - timedelta(days=9),
            last_on=today,
            by=self.worker,
        )

    def own_record_sheet(self):
        self.own_counted()
        volunteer, day = self.serving(), timezone.localdate()
        first = day - timedelta(days=9)
        return papers.make_paper(volunteer=volunteer, first_on=first, last_on=day, by=self.worker)

    def gift(self):
        return gift_of(self.estate.parent)

    def gift_and_points(self):
        one = self.serving()
        hour = self.hour_people.hour(volunteer=one, days=6)
        points.book(volunteer=one, kind=PointKind.EARNED, points=5, hour=hour)
        return self.gift()

    def redemption(self):
        gift = self.gift_and_points()
        return points.redeem(
            token=uuid.uuid4(), volunteer=self.serving(), gift=gift, by=self.cast("volunteer")
        )


S = Stage


def today(days=0):
    return timezone.localdate() - timedelta(days=days)


ACTS = {
    "hour_confirm_station": ("worker", S.waiting_hour, told(), ["confirm_hours"]),
    "hour_confirm_team": ("secretary", S.hour_without_team, told(), ["confirm_hours"]),
    "hour_decide": (
        "secretary",
        S.held_hour,
        told(counts="yes", words="问过了"),
        ["decide_hours"],
    ),
    "hour_object": ("worker", S.shown_hour, told(words="没有来"), ["object_hours"]),
    "hour_reverse": (
        "secretary",
        S.counted_hour,
        told(**{"why-why": "记错了"}),
        ["reverse_hours"],
    ),
    "hours_export": (
        "worker",
        lambda stage: stage.counted_hour() and None,
        None,
        ["export_hours"],
    ),
    "papers": (
        "worker",
        S.with_hours,
        lambda stage, found: {"first_on": today(9), "last_on": today()},
        ["make_paper"],
    ),
    "paper_file": ("worker", S.record_sheet, None, ["print_paper"]),
    "my_paper_file": ("volunteer", S.own_record_sheet, None, ["print_paper"]),
    "paper_seal": ("secretary", S.record_sheet, told(), ["seal_paper"]),
    "paper_revoke": ("worker", S.record_sheet, told(why="写错了"), ["revoke_paper"]),
    "gift_new": (
        "worker",
        nobody,
        lambda stage, found: {
            "partner": partner_in(stage.estate.parent).pk,
            "name": "一袋米",
            "points": 4,
            "left": 3,
        },
        ["add_gift"],
    ),
    "gift": ("worker", S.gift, told(name="两袋米", points=8, left=3), ["change_gift"]),
    "gift_end": ("worker", S.gift, told(), ["end_gift"]),
    "gift_hand_over": (
        "worker",
        nobody,
        lambda stage, found: {"code": stage.redemption().code},
        ["hand_over_gift"],
    ),
    "redemption_cancel": ("worker", S.redemption, told(), ["cancel_redemption"]),
    "my_hours_new": (
        "volunteer",
        lambda stage: stage.serving() and None,
        lambda stage, found: {
            "help": Help.CLEANING,
            "words": "清了楼道",
            "day": morning().date(),
            "began": "09:00",
            "minutes": 60,
            "area": stage.estate.pk,
        },
        ["report_hours"],
    ),
    "my_hours_withdraw": ("volunteer", S.said_by_me, told(), ["withdraw_hours"]),
    "my_paper_new": (
        "volunteer",
        lambda stage: stage.own_counted() and None,
        lambda stage, found: {"first_on": today(9), "last_on": today()},
        ["make_paper"],
    ),
    "my_confirm_hour": ("volunteer", S.hour_of_my_team, told(), ["confirm_hours"]),
    "my_object": ("volunteer", S.shown_of_my_team, told(words="没有来"), ["object_hours"]),
    "my_redeem": (
        "volunteer",
        S.gift_and_points,
        lambda stage, found: {"token": uuid.uuid4()},
        ["redeem"],
    ),
    "my_redemption_cancel": ("volunteer", S.redemption, told(), ["cancel_redemption"]),
}
QUIET = {}
# Names of volunteers are their community's to see; a record says nothing of whom it was for.
READ = {
    "hours",
    "hour",
    "paper_list",
    "paper",
    "check",
    "check_typed",
    "gifts",
    "my_hours",
    "my_confirm",
    "my_points",
}


def counted(cast, estate):
    """Two hours whose three days are over."""
    people = People(estate.parent)
    over(people.shown(days=2), people.shown(days=3))
    return {}, lambda: (
        sorted(Hour.objects.values_list("state", "number")),
        list(Point.objects.values_list("seq", "points", "balance")),
        Duty.objects.open().count(),
        Paper.objects.count(),
    )


CASES = {"volunteers.count_hours": counted}
PROMISED = {"volunteers.confirm_hours": 5, "volunteers.decide_hours": 3}
