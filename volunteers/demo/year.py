"""A year of services: orders that were rated, with who was asked and their way, in bulk.

What is written here could have been written by the acts.
"""

from datetime import timedelta

from django.utils import timezone

from stations.foundation.codes import code_digest, code_from
from stations.foundation.sealed import seal
from stations.models import Stale
from stations.services.acts import RESIDENT
from volunteers.choices import (
    ERASE_AFTER,
    HELP_MINUTES,
    RISKY,
    AskState,
    Help,
    HourState,
    OrderChannel,
    OrderEventKind,
    OrderState,
    Part,
)
from volunteers.demo import helped, texts
from volunteers.demo.counted import Counted
from volunteers.demo.crew import PLACES
from volunteers.demo.truth import ESTATE, HOME, SERVICES
from volunteers.models import Ask, Beneficiary, Order, OrderEvent
from volunteers.services.orders.chain import ENDS, at
from volunteers.services.packages import help_of, plan_of

YEAR = 365
FRESH = 6  # days: what is more recent does not count yet
BATCH = 1000
HOURS_OF = {Part.MORNING: (8, 10), Part.AFTERNOON: (14, 16), Part.EVENING: (18, 19)}
MONTHS = (5, 3, 12, 8, 8, 8, 7, 6, 9, 12, 10, 9)  # the festivals of March and October are full
WEEKDAYS = (8, 11, 9, 11, 9, 13, 7)
CANCELLED = 58
SHARES = {ESTATE: 70, "锦绣家园": 22, "电力宿舍": 8}  # where single orders come from


class Year:
    """All services of the past year, and what follows from them."""

    def __init__(self, crew, care):
        self.crew, self.care, self.chance = crew, care, crew.chance
        self.orders, self.asks, self.lines, self.helped = [], [], [], []
        self.busy = set()  # (volunteer, day, part): nobody is at two places at once
        self.days = set()  # (estate, day) of which figures change
        self.by_help = {}
        self.workers = {
            crew.areas[place].pk: crew.workers(crew.areas[place])["worker"] for place in PLACES
        }
        self.counted = Counted(crew, self.workers)

    def write(self):
        """Orders, then hours in the order in which they came to count, then points."""
        for place, (estate, _) in PLACES.items():
            community, estate = self.crew.areas[place], self.crew.areas[estate]
            self.know_teams(community)
            count = SERVICES[place]
            if place == HOME:
                count -= self.visit_packages(community, estate)
                self.cancel(community, estate)
            for _ in range(count):
                self.serve(community, estate)
        self.save()
        return self

    # who does what

    def know_teams(self, community):
        """{(community, help): [(team, its members whose paper was seen)]}."""
        for team in self.crew.teams.values():
            if team.area_id == community.pk:
                people = [v for v in self.crew.members[team.pk] if v.pk in self.crew.verified]
                for help in team.helps:
                    self.by_help.setdefault((community.pk, help), []).append((team, people))

    def volunteer_for(self, community, help, day, part):
        """(team, volunteer) who can do it and has nothing else at that time; or None."""
        teams = self.by_help.get((community.pk, help), [])
        for team, people in self.chance.sample(teams, len(teams)):
            fit = [
                one
                for one in people
                if (one.pk, day, part) not in self.busy
                and one.since <= day
                and not (one.minor_until and help in RISKY)
            ]
            if fit:
                one = self.chance.choice(fit)
                self.busy.add((one.pk, day, part))
                return team, one
        return None

    def day(self):
        """A day of the past year, as help is asked for through weeks and months."""
        while True:
            day = self.crew.today - timedelta(days=self.chance.randint(FRESH + 1, YEAR - 1))
            share = MONTHS[day.month - 1] * WEEKDAYS[day.weekday()] / 150
            if self.chance.random() < share:
                return day

    # single services

    def serve(self, community, estate):
        """One service to somebody who asked, at some day of the year."""
        while True:
            day = self.day()
            help = self.chance.choices(list(texts.WISHED), list(texts.WISHED.values()))[0]
            part = self.chance.choices(list(Part), (52, 38, 10))[0]
            if found := self.volunteer_for(community, help, day, part):
                break
        if community.name == HOME and help != Help.HOMEWORK and self.chance.random() < 0.45:
            one = self.chance.choice(self.care.regulars)
            channel = OrderChannel.CARD if one.row.card_digest else OrderChannel.CALL
            estate = self.care.estate
        else:
            estate = self.where(community, estate)
            one = self.somebody(estate, day)
            channel = self.chance.choices(
                (OrderChannel.FORM, OrderChannel.WORKER, OrderChannel.REFERRAL), (62, 28, 10)
            )[0]
        self.done(estate, one, help, day, part, found, channel)

    def where(self, community, estate):
        """Most live in the large estate, some in the others of the community."""
        if community.name != HOME:
            return estate
        places, shares = zip(*SHARES.items(), strict=True)
        return self.crew.areas[self.chance.choices(places, shares)[0]]

    def somebody(self, estate, day):
        """Somebody who ordered once; erased when that was long ago, as the portal does."""
        crew = self.crew
        building = self.chance.choice(crew.buildings[estate.pk])
        entrance = self.chance.choice(list(building.entrances.all()))
        entrance.building = building
        phone = crew.phone()
        one = helped.new(
            crew,
            estate,
            building=building,
            entrance=entrance,
            name=crew.name(),
            phone=phone,
            door=f"{self.chance.randint(1, 17)}0{self.chance.randint(1, 4)}",
            since=day,
        )
        ended = crew.moment(day, 20)
        if ended + ERASE_AFTER < crew.now - timedelta(days=8):
            row = one.row
            row.name_sealed = row.phone_sealed = row.door_sealed = row.phone_index = ""
            row.erased_at = ended + ERASE_AFTER + timedelta(days=6)
        self.helped.append(one.row)
        return one

    def done(self, estate, one, help, day, part, found, channel, **more):
        """A finished order with everything around it: way, asks, hour."""
        team, volunteer = found
        chance, crew = self.chance, self.crew
        minutes = max(15, round(HELP_MINUTES[help] * chance.uniform(0.6, 1.25)))
        due = at(day, ENDS[part])
        begun = crew.moment(day, chance.randint(*HOURS_OF[part]))
        begun = min(begun, due - timedelta(minutes=minutes + chance.randint(5, 50)))
        ended = begun + timedelta(minutes=minutes)
        if chance.random() < 0.06:
            due = ended - timedelta(minutes=chance.randint(20, 120))  # later than was said
        made = begun - timedelta(days=chance.choice((1, 1, 2, 2, 3)), hours=chance.randint(0, 5))
        more.setdefault("token", crew.uuid())
        order = self.order(estate, one, help, channel, made, **more)
        order.wanted_on, order.part, order.due_at = day, part, due
        order.minutes = HELP_MINUTES[help]
        order.team, order.volunteer = team, volunteer
        if team.price_fen:
            order.price_fen, order.price_words = team.price_fen, team.price_words
            order.price_agreed_at = made + timedelta(minutes=20)
        order.round = chance.choices((1, 2, 3), (87, 10, 3))[0]
        order.accepted_at = made + timedelta(minutes=25 + 200 * order.round)
        order.begun_at, order.done_at = begun, ended
        order.confirmed_at = ended + timedelta(minutes=chance.randint(10, 1300))
        self.rate(order)
        self.ask(order)
        self.tell(order)
        self.counted.of_order(order, one)
        return order

    def order(self, estate, one, help, channel, made, *, token, **more):
        order = Order(
            uuid=self.crew.uuid(),
            token=token,
            code_digest=code_digest(code_from(token)),
            area=estate,
            building=one.row.building,
            entrance=one.row.entrance,
            home=one.row.home,
            beneficiary=one.row,
            help=help,
            channel=channel,
            created_at=made,
            due_at=made,
            **more,
        )
        if channel not in (OrderChannel.FORM, OrderChannel.CARD):
            community = estate.parent_id
            order.by = self.chance.choice(self.workers[community])
        if one.row.erased_at is None and help in texts.ASKED:
            words = self.chance.choice(texts.ASKED[help])
            order.words_sealed = seal(words, bound_to=f"order.words:{order.uuid}")
        self.orders.append(order)
        self.days.add((estate.pk, timezone.localdate(made)))
        return order

    def rate(self, order):
        order.state, order.state_since = OrderState.CONFIRMED, order.confirmed_at
        if self.chance.random() < 0.66:
            order.state = OrderState.RATED
            order.state_since = order.confirmed_at + timedelta(minutes=3)
            order.rating = self.chance.choices((5, 4, 3, 2), (74, 21, 4, 1))[0]
            words = texts.GOOD if order.rating > 3 else texts.FAIR
            if order.beneficiary.erased_at is None:
                order.rating_words = self.chance.choice(words)

    # who was asked, and the way

    def ask(self, order):
        """Earlier rounds were silent or declined; of the last one somebody took it."""
        pool = self.crew.people[order.volunteer.area_id]
        asked = order.created_at + timedelta(minutes=25)
        for number in range(1, order.round + 1):
            others = self.chance.sample(pool, 2)
            until = asked + timedelta(hours=4)
            if number == order.round:
                took = {"why": self.why(order), "state": AskState.ACCEPTED}
                self.put_ask(order, order.volunteer, number, asked, until, **took)
                order.accepted_at = asked + timedelta(minutes=self.chance.randint(4, 170))
            for one in others:
                if one.pk == order.volunteer.pk:
                    continue
                if number == order.round:
                    state, words = AskState.TAKEN, ""
                elif self.chance.random() < 0.5:
                    state, words = AskState.DECLINED, self.chance.choice(texts.DECLINED)
                else:
                    state, words = AskState.SILENT, ""
                self.put_ask(order, one, number, asked, until, state=state, words=words)
            asked = until
        order.begun_at = max(order.begun_at, order.accepted_at + timedelta(minutes=10))
        order.done_at = max(order.done_at, order.begun_at + timedelta(minutes=15))
        order.confirmed_at = max(order.confirmed_at, order.done_at + timedelta(minutes=5))

    def put_ask(self, order, volunteer, number, asked, until, **facts):
        self.asks.append(
            Ask(
                order=order,
                volunteer=volunteer,
                team=order.team if volunteer is order.volunteer else None,
                area=order.area,
                round=number,
                asked_at=asked,
                until=until,
                answered_at=min(until, asked + timedelta(minutes=self.chance.randint(5, 200))),
                **facts,
            )
        )

    def why(self, order):
        near = order.volunteer.building_id == order.building_id
        same = order.volunteer.estate_id == order.area_id
        where = "同一栋楼" if near else "同一小区" if same else "同一社区"
        return f"会{order.get_help_display()}，{where}，那时有空，手上没有单"

    def tell(self, order):
        """The lines of its way, as the acts write them."""
        self.put(order, order.created_at, "ORDERED", order.by, public="您点了单。")
        for ask in sorted({a.asked_at for a in self.asks[-8:] if a.order is order}):
            by = order.by or self.workers[order.area.parent_id][0]
            self.put(order, ask, "DISPATCHED", by, public="正在帮您找人。")
        user = order.volunteer.user
        self.put(
            order, order.accepted_at, "ACCEPTED", user, public="有志愿者接了，会照您说的时间来。"
        )
        way = order.begun_at - timedelta(minutes=self.chance.randint(6, 9))
        self.put(order, way, "ON_WAY", user, public="志愿者出发了。")
        self.put(order, order.begun_at, "BEGUN", user, public="志愿者到了，开始做。")
        self.put(order, order.done_at, "DONE", user, public="做完了，请您确认。")
        self.put(order, order.confirmed_at, "CONFIRMED", None, public="您确认做好了。")
        if order.rating:
            words = f"{order.rating}分"
            self.put(order, order.state_since, "RATED", None, words=words, public="您评过了。")

    def put(self, order, moment, kind, by, words="", public=""):
        self.lines.append(
            OrderEvent(
                order=order,
                at=moment,
                kind=OrderEventKind[kind],
                by=by,
                actor=str(by) if by else RESIDENT,
                words=words,
                public_words=public,
            )
        )

    # packages

    def visit_packages(self, community, estate):
        """What was planned took place, but for one visit of this month. How many count."""
        before = len(self.counted.hours)
        for n, package in enumerate(self.care.packages):
            for number, day, token in self.planned(package):
                missed = n == 3 and day >= self.crew.today.replace(day=1)
                help = help_of(package, day, number)
                found = self.volunteer_for(community, help, day, package.part)
                if found and not missed:
                    facts = {"token": token, "package": package}
                    where = (package.helped, help, day, Part(package.part), found)
                    order = self.done(estate, *where, OrderChannel.PACKAGE, **facts)
                    order.team = found[0]
        return sum(hour.state == HourState.COUNTED for hour in self.counted.hours[before:])

    def planned(self, package):
        """What was planned since it began, until yesterday."""
        day = package.since.replace(day=1)
        while day <= self.crew.today:
            for number, planned, token in plan_of(package, day.year, day.month):
                if package.since < planned < self.crew.today:
                    yield number, planned, token
            day = (day + timedelta(days=32)).replace(day=1)

    def cancel(self, community, estate):
        """Who needed no help after all."""
        for _ in range(CANCELLED):
            day = self.day()
            one = self.somebody(estate, day)
            help = self.chance.choice(list(texts.WISHED))
            made = self.crew.moment(day, self.chance.randint(8, 19))
            order = self.order(estate, one, help, OrderChannel.FORM, made, token=self.crew.uuid())
            order.state, order.state_since = OrderState.CANCELLED, made + timedelta(hours=3)
            order.due_at = made + timedelta(days=3)
            order.cancelled_why = self.chance.choice(texts.CANCELLED)
            self.put(order, made, "ORDERED", None, public="您点了单。")
            self.put(order, order.state_since, "CANCELLED", None, public="您取消了。")

    # all of it at once

    def save(self):
        """In bulk. Numbers follow the order in which hours came to count."""
        Beneficiary.objects.bulk_create(self.helped, batch_size=BATCH)
        self.orders.sort(key=lambda order: order.created_at)
        Order.objects.bulk_create(self.orders, batch_size=BATCH)
        Ask.objects.bulk_create(self.asks, batch_size=BATCH)
        self.lines.sort(key=lambda line: line.at)
        OrderEvent.objects.bulk_create(self.lines, batch_size=BATCH)
        self.counted.save()
        days = sorted(self.days | self.counted.days)
        Stale.objects.bulk_create(
            [Stale(area_id=area, day=day) for area, day in days], batch_size=BATCH
        )
