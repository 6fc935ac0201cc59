"""What is going on right now: orders and hours in each state, made by the portal's own acts."""

from datetime import timedelta

import time_machine
from django.db.models import Count, Q
from django.utils import timezone

from volunteers.choices import (
    ORDER_TAKEN,
    RISKY,
    AskState,
    Help,
    HourState,
    OrderChannel,
    Part,
    SignUpState,
    VolunteerState,
)
from volunteers.demo import texts
from volunteers.demo.truth import ESTATE, HOME
from volunteers.models import Hour, Order, SignUp, Volunteer
from volunteers.services.calls import keep_call_duties
from volunteers.services.hours import (
    confirm_as_station,
    confirm_for_team,
    decide_hours,
    object_hours,
    report_hours,
    reverse_hours,
)
from volunteers.services.insurance import keep_insurance_duties
from volunteers.services.orders import (
    accept,
    agree_price,
    ask_again,
    begin_service,
    cancel,
    confirm_order_as_served,
    confirm_order_as_station,
    count_served,
    decline,
    dispatch,
    doubt_order,
    finish,
    keep_order_duties,
    order_help,
    rate,
    set_out,
)
from volunteers.services.package_gaps import keep_gap_duties
from volunteers.services.packages import make_package_orders
from volunteers.services.sign_ups import HERE, meets

LONG = 9 * 60 + 10  # minutes: so long a service looks odd
FROM_PACKAGES = 2  # planned visits that still wait for the worker


def hours(n):
    return timedelta(hours=n)


class Lately:
    """The last days at 锦绣江山."""

    def __init__(self, crew, care):
        self.crew, self.care, self.chance = crew, care, crew.chance
        self.estate, self.community = crew.areas[ESTATE], crew.areas[HOME]
        self.worker, self.secretary = crew.staff["worker"], crew.staff["secretary"]
        self.colleague = crew.staff["colleague"]
        self.people = crew.people[self.community.pk]
        self.wu = next(v for v in self.people if v.user == crew.staff["volunteer"])
        self.used = {self.wu.pk}

    def write(self):
        self.wait()
        self.ask()
        self.take()
        self.plan_packages()
        self.serve()
        self.say()
        self.take_back()
        self.keep()

    def at(self, ago):
        """The clock so long ago."""
        return time_machine.travel(self.crew.now - ago, tick=False)

    # the pieces

    def order(self, ago, help, days, part=Part.MORNING, *, regular=None, words=None, **more):
        """An order so long ago, for a day so many days from today. Gives it with its telephone."""
        crew = self.crew
        phone = regular.phone if regular else crew.phone()
        where = {"beneficiary": regular.row} if regular else self.somebody(phone)
        if words is None:
            words = self.chance.choice(texts.ASKED[help])
        with self.at(ago):
            order, _ = order_help(
                token=crew.uuid(),
                area=self.estate,
                help=help,
                words=words,
                wanted_on=crew.today + timedelta(days=days),
                part=part,
                **where,
                **more,
            )
        return order, phone

    def somebody(self, phone):
        building = self.chance.choice(self.crew.buildings[self.estate.pk])
        return {
            "name": self.crew.name(),
            "phone": phone,
            "door": f"{self.chance.randint(2, 17)}0{self.chance.randint(1, 4)}",
            "building": building,
            "entrance": self.chance.choice(list(building.entrances.all())),
        }

    def fit(self, help, count, *, busy=()):
        """So many who can do it, have not been used here, and may."""
        found = []
        for one in self.people:
            teams = [
                team
                for team in self.crew.teams.values()
                if help in team.helps and not team.price_fen
            ]
            is_in = any(one in self.crew.members[team.pk] for team in teams)
            leads = any(one in self.crew.leaders(team) for team in teams)
            fits = one.state == VolunteerState.ACTIVE and not one.minor_until
            if not (is_in and fits) or leads or one.pk in self.used | {self.wu.pk, *busy}:
                continue
            if one.pk not in self.crew.verified:
                continue
            if help in RISKY and not one.is_insured(self.crew.today + timedelta(days=9)):
                continue
            found.append(one)
            if len(found) == count:
                break
        self.used |= {one.pk for one in found}
        return found

    def send(self, ago, order, people):
        why = f"会{Help(order.help).label}，同一小区，那时有空，手上没有单"
        with self.at(ago):
            for one in people:
                self.give_back_seats(order, one)
            facts = {"volunteers": [(one, why) for one in people]}
            dispatch(order=order, by=self.worker, brief=texts.BRIEFS.get(order.help), **facts)

    def answer(self, ago, order, volunteer):
        with self.at(ago):
            self.give_back_seats(order, volunteer)
            accept(ask=order.asks.get(volunteer=volunteer), by=volunteer.user)
        order.refresh_from_db()

    def give_back_seats(self, order, volunteer):
        """Whoever is asked does not come to an event at that time: see `services.busy`."""
        if order.wanted_on is None or order.part is None:
            return
        rows = SignUp.objects.filter(volunteer=volunteer, state__in=HERE)
        for row in rows.filter(ends_at__gt=timezone.now()):
            if meets(order, timezone.localtime(row.starts_at), timezone.localtime(row.ends_at)):
                SignUp.objects.filter(pk=row.pk).update(state=SignUpState.CANCELLED)

    def taken(self, ago, help, days, part=Part.MORNING, *, volunteer=None, **more):
        """An order that somebody took an hour after they were asked."""
        order, phone = self.order(ago, help, days, part, **more)
        one = volunteer or self.fit(help, 1)[0]
        self.send(ago - hours(0.5), order, [one])
        self.answer(ago - hours(1), order, one)
        return order, phone, one

    def done(self, ago, help, *, minutes=55, volunteer=None, **more):
        """A service that was done so long ago, with its hour. Gives (order, phone, hour)."""
        day = timezone.localdate(self.crew.now - ago) - self.crew.today
        order, phone, one = self.taken(
            ago + hours(26), help, day.days, Part.EVENING, volunteer=volunteer, **more
        )
        with self.at(ago + timedelta(minutes=minutes)):
            begin_service(order=order, by=one.user)
        with self.at(ago):
            finish(order=order, by=one.user)
        order.refresh_from_db()
        return order, phone, Hour.objects.get(order=order)

    def lead(self, ago, hour):
        leader = self.crew.lead_of(hour.team, hour.volunteer)
        with self.at(ago):
            confirm_for_team(hour=hour, by=leader.user)

    def as_served(self, ago, order, phone):
        with self.at(ago):
            confirm_order_as_served(order=order, tail=phone[-4:])

    # orders

    def wait(self):
        """Orders for the worker to dispatch; for one of them nobody could."""
        first, second, third = self.care.regulars[:3]
        self.order(hours(0.4), Help.ERRAND, 1, regular=first, channel=OrderChannel.CARD)
        self.order(hours(2), Help.HAIRCUT, 3, Part.AFTERNOON)
        self.order(
            hours(3), Help.COMPANY, 2, regular=second, channel=OrderChannel.CALL, by=self.colleague
        )
        order, _ = self.order(hours(20), Help.CLEANING, 4, Part.AFTERNOON)
        with self.at(hours(3)):
            agree_price(order=order, by=self.worker, team=self.crew.teams["上门保洁队"])
        order, _ = self.order(hours(47), Help.ADVICE, 3)
        self.send(hours(46), order, self.fit(Help.ADVICE, 2))
        order.refresh_from_db()
        while order.state == "dispatched":
            until = max(order.asks.filter(state=AskState.ASKED).values_list("until", flat=True))
            if until > self.crew.now - hours(1):
                break
            with time_machine.travel(until + timedelta(minutes=2), tick=False):
                ask_again(order=order)
            order.refresh_from_db()
        order, _ = self.order(hours(30), Help.REPAIR, 2, regular=third, by=self.worker)
        with self.at(hours(6)):
            cancel(order=order, by=self.worker, why="女婿回来修好了")
        order, _ = self.order(hours(9), Help.PHONE, 1)
        with self.at(hours(5)):
            cancel(order=order, by=None)

    def ask(self):
        """Orders that wait for an answer; 吴倩 is asked for two of them."""
        order, _ = self.order(
            hours(1.2), Help.ERRAND, 1, regular=self.care.regulars[5], words="降压药快没了，老牌子"
        )
        self.send(hours(0.6), order, [self.wu, *self.fit(Help.ERRAND, 2)])
        order, _ = self.order(hours(2.5), Help.ESCORT, 3)
        self.make_insured(self.wu)
        self.send(hours(0.9), order, [self.wu, *self.fit(Help.ESCORT, 1)])
        order, _ = self.order(hours(4), Help.PHONE, 2, Part.AFTERNOON)
        people = self.fit(Help.PHONE, 3)
        self.send(hours(3.2), order, people)
        with self.at(hours(2.6)):
            decline(ask=order.asks.get(volunteer=people[0]), by=people[0].user, words="要接孩子")

    def make_insured(self, volunteer):
        volunteer.insured_until = self.crew.today + timedelta(days=200)
        volunteer.save(update_fields=["insured_until"])

    def take(self):
        """Taken ones: for tomorrow, on the way, begun, and two that are late."""
        self.taken(hours(22), Help.ERRAND, 1, volunteer=self.wu, regular=self.care.regulars[7])
        self.taken(hours(18), Help.COMPANY, 2, Part.AFTERNOON)
        order, _, one = self.taken(hours(12), Help.PHONE, 0, Part.EVENING)
        with self.at(hours(0.3)):
            set_out(order=order, by=one.user, agreed=True)  # yesterday, shortly after midnight
        order, _, one = self.taken(hours(14), Help.HAIRCUT, 0, Part.EVENING)
        with self.at(hours(0.5)):
            begin_service(order=order, by=one.user, agreed=True)
        for ago, help in ((hours(60), Help.COMPANY), (hours(52), Help.ERRAND)):
            self.taken(ago, help, -1, Part.MORNING)

    def plan_packages(self):
        """The planned visits from today on: most are in somebody's hands already, and what was
        due this morning is done."""
        with self.at(self.on(1, 20)):
            make_package_orders()
        rows = Order.objects.filter(package__isnull=False).to_dispatch().order_by("due_at", "pk")
        for order in list(rows)[:-FROM_PACKAGES]:
            then = {"wanted_on": order.wanted_on, "part": order.part}
            taken = Order.objects.filter(state__in=ORDER_TAKEN, **then)
            busy = taken.values_list("volunteer_id", flat=True)
            if not (people := self.fit(order.help, 1, busy=busy)):
                continue
            self.used.discard(people[0].pk)
            self.send(self.on(1, 20, 10), order, people)
            self.answer(self.on(1, 20, 30), order, people[0])
            if order.due_at < self.crew.now:
                with time_machine.travel(order.due_at - timedelta(minutes=75), tick=False):
                    begin_service(order=order, by=people[0].user)
                with time_machine.travel(order.due_at - timedelta(minutes=20), tick=False):
                    finish(order=order, by=people[0].user)

    # hours

    def on(self, days, hour, minute=0):
        """How long ago that hour of that day was: services are by day, whenever this runs."""
        day = self.crew.today - timedelta(days=days)
        return self.crew.now - self.crew.moment(day, hour, minute)

    def serve(self):
        """Done: waiting for the one side, the other or both, on show, odd, refused."""
        self.done(self.on(1, 17), Help.ERRAND, volunteer=self.wu, minutes=35)
        order, phone, _ = self.done(self.on(2, 10), Help.PHONE, minutes=70)
        self.as_served(self.on(2, 19), order, phone)
        first, second = self.mates(2)  # one waits for 吴倩, one is on show to her team
        order, phone, _ = self.done(self.on(2, 16), Help.ERRAND, minutes=45, volunteer=first)
        self.as_served(self.on(2, 18), order, phone)
        order, phone, hour = self.done(self.on(2, 12), Help.ERRAND, volunteer=second)
        self.lead(self.on(2, 14), hour)
        self.as_served(self.on(2, 15), order, phone)
        _, _, hour = self.done(self.on(3, 11), Help.COMPANY)  # for more than two days
        self.lead(self.on(2, 20), hour)
        order, _, _ = self.done(self.on(4, 9), Help.ERRAND, minutes=40)
        with self.at(hours(3)):  # the wrong thing was bought: the station rings
            doubt_order(order=order, what="来了没做好")
        for days, hour, help in ((2, 15, Help.COMPANY), (2, 9, Help.ERRAND), (3, 17, Help.PHONE)):
            order, phone, served = self.done(self.on(days, hour), help)
            self.lead(self.on(days, hour + 2), served)
            self.as_served(self.on(days, hour + 3), order, phone)
            with self.at(self.on(days, hour + 4)):
                rate(order=order, rating=5, words=self.chance.choice(texts.GOOD[:6]))
        self.odd()

    def mates(self, count):
        """Members of 吴倩's team who do nothing else in these days."""
        team = self.crew.teams["跑腿代办队"]
        found = [
            one
            for one in self.crew.members[team.pk]
            if one.pk in self.crew.verified - self.used and one not in self.crew.leaders(team)
        ]
        return found[-count:]

    def odd(self):
        """Nine hours at a stretch, an objection, and one that the secretary refused."""
        for days in (1, 5):
            order, phone, hour = self.done(self.on(days, 17, 20), Help.ESCORT, minutes=LONG)
            self.lead(self.on(days, 18), hour)
            self.as_served(self.on(days, 19), order, phone)
            if days == 5:
                hour.refresh_from_db()
                words = "按了开始就去上班了，本人说记错了。"
                with self.at(self.on(4, 10)):
                    decide_hours(hour=hour, by=self.secretary, counts=False, words=words)
        order, _, hour = self.done(self.on(2, 17), Help.COMPANY, minutes=95)
        self.lead(self.on(2, 18), hour)
        with self.at(self.on(2, 19)):
            confirm_order_as_station(order=order, by=self.colleague)
        hour.refresh_from_db()
        with self.at(self.on(1, 9)):
            words = "那天下午我在楼下看到他四点就走了。"
            object_hours(hour=hour, by=self.worker, words=words)

    def say(self):
        """Said by the volunteers themselves: one waits for everybody, one for the team only."""
        for n, (days, team, words) in enumerate(
            (
                (1, "小区巡查队", "巡了地下车库和西墙，清掉两处堆物"),
                (3, "江山艺术团", "排练重阳节目，搬音响"),
            )
        ):
            team = self.crew.teams[team]
            one = next(
                v
                for v in self.crew.members[team.pk]
                if v.pk in self.crew.verified and v not in self.crew.leaders(team)
            )
            with self.at(self.on(days, 20)):
                hour = report_hours(
                    volunteer=one,
                    help=team.helps[0],
                    began_at=self.crew.now - self.on(days, 15),
                    minutes=90 + 30 * n,
                    words=words,
                    area=self.community,
                    team=team,
                )
            if n:
                with self.at(self.on(days - 1, 10)):
                    confirm_as_station(hour=hour, by=self.worker)

    def take_back(self):
        """One counted hour was wrong and is taken back."""
        hour = (
            Hour.objects.filter(
                area=self.community,
                state=HourState.COUNTED,
                counted_at__lt=self.crew.now - timedelta(days=30),
            )
            .exclude(volunteer=self.wu)
            .order_by("-counted_at")
            .first()
        )
        with self.at(timedelta(days=9)):
            why = "同一次服务报了两遍，留下按活动签到的那一条。"
            reverse_hours(hour=hour, by=self.secretary, why=why)

    # what is kept by itself

    def keep(self):
        """Duties that later work starts, and how much everybody has in hand."""
        in_hand = Count("orders", filter=Q(orders__state__in=ORDER_TAKEN))
        rows = list(Volunteer.objects.annotate(n=in_hand).exclude(n=0, open_count=0))
        for row in rows:
            row.open_count = row.n
        Volunteer.objects.bulk_update(rows, ["open_count"])
        count_served()
        keep_order_duties()
        keep_call_duties()
        keep_gap_duties()
        keep_insurance_duties()
