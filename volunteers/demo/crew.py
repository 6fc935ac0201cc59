"""Who serves in the demo: brands, teams, partners, volunteers, and whose paper was checked."""

import json
import random
import uuid
from datetime import datetime, time, timedelta

from django.contrib.auth.hashers import make_password
from django.utils import timezone
from faker import Faker

from stations.choices import Role
from stations.demo import PASSWORD, SEED
from stations.foundation.codes import ALPHABET
from stations.foundation.sealed import seal
from stations.models import Building, Posting, User
from volunteers.choices import (
    Help,
    MemberState,
    Part,
    Reach,
    VolunteerState,
    free_bit,
)
from volunteers.demo.brands import ALLIANCE, TONGXIN, VILLAGE
from volunteers.demo.partners import add_partners
from volunteers.demo.truth import ALLIANCE as ALLIANCE_PLACE
from volunteers.demo.truth import (
    ALLIANCE_ESTATE,
    ESTATE,
    HOME,
    VILLAGE_ESTATE,
    VOLUNTEERS,
)
from volunteers.demo.truth import VILLAGE as VILLAGE_PLACE
from volunteers.models import Brand, Identity, Membership, Team, Volunteer
from volunteers.services.keys import key_of_identity, key_of_phone

PLACES = {
    HOME: (ESTATE, TONGXIN),
    ALLIANCE_PLACE: (ALLIANCE_ESTATE, ALLIANCE),
    VILLAGE_PLACE: (VILLAGE_ESTATE, VILLAGE),
}
PHONES_FROM = 13900080000  # not given out; below it are the named people's and the residents'
MINORS = (40, 41, 50)  # of the homework and the telephone team, under eighteen
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def identity_number(order):
    """A number with a right check sign whose region (9998xx) does not exist."""
    body = f"9998{order // 9000:02d}19{50 + order % 45}{1 + order % 12:02d}15{order % 1000:03d}"
    total = sum(w * int(n) for w, n in zip(_WEIGHTS, body, strict=True))
    return body + "10X98765432"[total % 11]


class Crew:
    """The people and places of voluntary service while the demo is written."""

    def __init__(self, cast):
        self.areas, self.staff = cast["areas"], cast["people"]
        self.chance = random.Random(SEED + 4)  # its own: other parts of the demo stay as they are
        self.faker = Faker("zh_CN")
        self.faker.seed_instance(SEED + 4)
        self.now = timezone.now()
        self.today = timezone.localdate()
        self.phones, self.papers = PHONES_FROM, 0
        self.keys = {}  # user pk: fingerprints
        self.checked = {}  # user pk: who checked their paper
        self.members, self.verified = {}, set()  # team pk: volunteers; pks of whose paper was seen
        self.people, self.teams, self.brands, self.partners = {}, {}, {}, {}
        self.buildings = {}
        for building in Building.objects.prefetch_related("entrances").order_by("pk"):
            self.buildings.setdefault(building.area_id, []).append(building)

    def write(self):
        """Everybody, in the order in which they need one another."""
        self.check_staff()
        for place, (estate, plans) in PLACES.items():
            self.add_brands(self.areas[place], plans)
            self.add_volunteers(self.areas[place], self.areas[estate], VOLUNTEERS[place], plans)
        self.add_askers()
        add_partners(self)
        return self

    # small things

    def uuid(self):
        return uuid.UUID(int=self.chance.getrandbits(128), version=4)

    def code(self, length=8):
        return "".join(self.chance.choice(ALPHABET) for _ in range(length)).lower()

    def phone(self):
        self.phones += 1
        return str(self.phones)

    def days_ago(self, least, most):
        return self.today - timedelta(days=self.chance.randint(least, most))

    def moment(self, day, hour, minute=None):
        minute = self.chance.randrange(60) if minute is None else minute
        return timezone.make_aware(datetime.combine(day, time(hour, minute)))

    def workers(self, community):
        """Who works for a community, by role."""
        rows = Posting.objects.filter(area=community).select_related("user").order_by("pk")
        return {
            role: [row.user for row in rows if row.role == role]
            for role in (Role.WORKER, Role.SECRETARY)
        }

    # whose paper was checked

    def check_staff(self):
        """The officers vouched for at the server check secretaries and workers: so any two of a
        station may confirm the same hours, because neither has checked the other."""
        rows = []
        for place in PLACES:
            community = self.areas[place]
            officer = Posting.objects.get(area=community.parent, role=Role.OFFICER).user
            if officer.pk not in self.keys:
                rows.append(self.identity(officer, community.parent, None))
            workers = self.workers(community)
            secretary = workers[Role.SECRETARY][0]
            for one in (secretary, *workers[Role.WORKER]):
                rows.append(self.identity(one, community, officer))
        Identity.objects.bulk_create(rows)

    def identity(self, user, area, by, *, at=None):
        """A checked paper; without `by` it was vouched for at the server."""
        self.papers += 1
        key = key_of_identity(identity_number(self.papers))
        self.checked[user.pk] = by and by.pk
        self.keys[user.pk] = [f"i:{key}"] + ([key_of_phone(user.phone)] if user.phone else [])
        at = at or self.now - timedelta(days=400)
        return Identity(
            user=user, area=area, key=key, claimed_at=at, verified_at=at, verified_by=by
        )

    # brands and teams

    def add_brands(self, community, plans):
        for at, plan in enumerate(plans, start=1):
            brand = Brand.objects.create(
                area=community,
                code=plan.code,
                name=plan.name,
                motto=plan.motto,
                story=plan.story,
                colour=plan.colour,
                icon=plan.icon,
                order=at * 10,
                since=self.days_ago(500, 1300),
            )
            self.brands[plan.name] = brand
            for team in plan.teams:
                self.teams[team.name] = Team.objects.create(
                    area=community,
                    brand=brand,
                    name=team.name,
                    words=team.words,
                    helps=list(team.helps),
                    price_fen=team.price_fen,
                    price_words=team.price_words,
                    invite_code=self.code(10),
                    since=brand.since + timedelta(days=self.chance.randint(0, 90)),
                )

    # volunteers

    def add_volunteers(self, community, estate, count, plans):
        """So many people in the teams of these brands; 吴倩 is one of them."""
        teams = [self.teams[team.name] for plan in plans for team in plan.teams]
        sizes = {self.teams[t.name].pk: t.size for plan in plans for t in plan.teams}
        seats = [team for team in teams for _ in range(sizes[team.pk])]
        places = [(n % count, team) for n, team in enumerate(seats)]
        of_person = {}
        for n, team in places:
            if team not in of_person.setdefault(n, []):
                of_person[n].append(team)
        users = self.add_users(community, count)
        volunteers, members = [], []
        for n, user in enumerate(users):
            own = of_person[n]
            volunteers.append(self.volunteer(user, community, estate, n, own))
        Volunteer.objects.bulk_create(volunteers)
        for n, one in enumerate(volunteers):
            members += [(team, one) for team in of_person[n]]
        self.people[community.pk] = volunteers
        self.join_teams(members)
        self.verify(community, volunteers)

    def add_users(self, community, count):
        """Accounts and postings; the demo login is the first of the errand team."""
        secret = make_password(PASSWORD)
        users = []
        for n in range(count):
            users.append(
                User(
                    username=f"v{community.pk}-{n + 1}",
                    name=self.name(),
                    phone=self.phone(),
                    password=secret,
                )
            )
        if community.name == HOME:
            at = self.first_of("跑腿代办队") + 1  # the second seat: the deputy's
            known = self.staff["volunteer"]
            known.phone = users[at].phone
            known.save(update_fields=["phone"])
            users[at] = known
        User.objects.bulk_create([user for user in users if user.pk is None])
        began = self.now - timedelta(days=300)
        known = set(Posting.objects.filter(user__in=users).values_list("user_id", flat=True))
        Posting.objects.bulk_create(
            [
                Posting(user=user, area=community, role=Role.VOLUNTEER, since=began)
                for user in users
                if user.pk not in known
            ]
        )
        return users

    def first_of(self, name):
        """The number of the first person of a team of the six brands."""
        at = 0
        for plan in TONGXIN:
            for team in plan.teams:
                if team.name == name:
                    return at
                at += team.size
        raise LookupError(name)

    def name(self):
        return self.faker.name()

    def leaders(self, team):
        """Who confirms for a team: leader and deputy."""
        return [one for one in (team.leader, team.deputy) if one]

    def lead_of(self, team, volunteer):
        """Who confirms for the team: not who served, and rather somebody whose paper was checked
        by another person than the volunteer's."""
        others = [one for one in self.leaders(team) if one.pk != volunteer.pk]
        apart = [one for one in others if not self.same_checker(one, volunteer)]
        return (apart or others)[0]

    def same_checker(self, one, other):
        return self.checked[one.user_id] == self.checked[other.user_id]

    def volunteer(self, user, community, estate, n, teams):
        chance = self.chance
        helps = {help for team in teams for help in team.helps}
        helps |= {chance.choice([Help.ERRAND, Help.COMPANY, Help.PHONE, Help.PATROL])}
        is_minor = community.name == HOME and n in MINORS
        row = Volunteer(
            user=user,
            uuid=self.uuid(),
            number=f"V{community.pk}{n + 1:05d}",
            area=community,
            estate=estate,
            building=chance.choice(self.buildings[estate.pk]),
            state=VolunteerState.ACTIVE,
            helps=sorted(helps),
            free=self.free_hours(),
            reach=chance.choices(list(Reach), (8, 52, 34, 6))[0],
            is_party_member=chance.random() < 0.45 and not is_minor,
            insured_until=self.insured(),
            since=self.days_ago(370, 1000),
        )
        if is_minor:
            self.put_guardian(row, chance.randint(200, 900))
        return row

    def free_hours(self):
        """Retired people are free by day, those at work in the evening and at the weekend."""
        chance = self.chance
        if chance.random() < 0.45:
            parts = [(d, p) for d in range(6) for p in (Part.MORNING, Part.AFTERNOON)]
        else:
            parts = [(d, Part.EVENING) for d in range(5)] + [(d, p) for d in (5, 6) for p in Part]
        kept = [one for one in parts if chance.random() < 0.8] or parts
        return sum({free_bit(day, part) for day, part in kept})

    def insured(self):
        """Most are insured into next year, some soon no more, some not at all."""
        luck = self.chance.random()
        if luck < 0.12:
            return None
        days = self.chance.randint(-20, 25) if luck < 0.22 else self.chance.randint(60, 330)
        return self.today + timedelta(days=days)

    def put_guardian(self, row, days):
        row.minor_until = self.today + timedelta(days=days)
        row.helps = [Help.COMPANY, Help.HOMEWORK, Help.PHONE]
        facts = {"name": self.name(), "phone": self.phone()}
        bound_to = f"volunteer.guardian:{row.uuid}"
        row.guardian_sealed = seal(json.dumps(facts, ensure_ascii=False), bound_to=bound_to)
        row.guardian_agreed_at = self.moment(row.since, 10)

    def join_teams(self, pairs):
        """Everybody is in; the first grown-up leads, the second is the deputy."""
        rows, leads = [], {}
        for team, volunteer in pairs:
            decided = self.moment(max(volunteer.since, team.since), 11)
            rows.append(
                Membership(
                    team=team,
                    volunteer=volunteer,
                    area=team.area,
                    state=MemberState.IN,
                    asked_at=decided - timedelta(hours=20),
                    decided_at=decided,
                )
            )
            if not volunteer.minor_until:
                leads.setdefault(team, []).append(volunteer)
        Membership.objects.bulk_create(rows)
        for team, people in leads.items():
            team.leader, team.deputy = people[:2]
        Team.objects.bulk_update(list(leads), ["leader", "deputy"])
        for team, volunteer in pairs:
            self.members.setdefault(team.pk, []).append(volunteer)

    def verify(self, community, volunteers):
        """Whose paper was seen: everybody's but the last four of a place. Leaders' by the
        secretary, deputies' by the officer, the others' by a worker: whoever dispatches has not
        checked who confirms."""
        staff = self.workers(community)
        workers, secretary = staff[Role.WORKER], staff[Role.SECRETARY][0]
        officer = Posting.objects.get(area=community.parent, role=Role.OFFICER).user
        leaders = {team.leader_id: secretary for team in self.teams.values()}
        deputies = {team.deputy_id: officer for team in self.teams.values()}
        by = deputies | leaders
        seen = volunteers[:-4] if community.name == HOME else volunteers
        Identity.objects.bulk_create(
            [
                self.identity(
                    one.user,
                    community,
                    by.get(one.pk, worker),
                    at=self.moment(one.since, 15),
                )
                for one in seen
                for worker in [self.chance.choice(workers)]
            ]
        )
        self.verified |= {one.pk for one in seen}
        claimed = [one for one in volunteers if one.pk not in self.verified][:2]
        for one in claimed:  # these wait for somebody to look at their paper
            row = self.identity(one.user, community, None, at=self.now - timedelta(days=2))
            row.verified_at = None
            row.save()

    def add_askers(self):
        """Three who ask to join, one who rests, two who have left."""
        community, estate = self.areas[HOME], self.areas[ESTATE]
        secret = make_password(PASSWORD)
        states = [VolunteerState.APPLIED] * 3 + [VolunteerState.PAUSED] + [VolunteerState.LEFT] * 2
        teams = ("跑腿代办队", "银龄手机班", "跑腿代办队", "江山艺术团", "四点半课堂", "理发小分队")
        for n, (state, name) in enumerate(zip(states, teams, strict=True)):
            user = User.objects.create(
                username=f"v{community.pk}-new{n}",
                name=self.name(),
                phone=self.phone(),
                password=secret,
            )
            applied = state == VolunteerState.APPLIED
            row = self.volunteer(user, community, estate, 200 + n, [self.teams[name]])
            row.state = state
            if applied:
                row.number, row.since = f"A{row.uuid.hex[:15]}", self.today
            else:
                Posting.objects.create(user=user, area=community, role=Role.VOLUNTEER)
            if state == VolunteerState.LEFT:
                row.left_at = self.now - timedelta(days=60)
            row.save()
            asked = self.now - timedelta(hours=5 + 17 * n)
            left = state == VolunteerState.LEFT
            Membership.objects.create(
                team=self.teams[name],
                volunteer=row,
                area=community,
                state="applied" if applied else "left" if left else "in",
                asked_at=asked if applied else self.moment(row.since, 9),
                decided_at=None if applied else self.moment(row.since, 20),
                left_at=row.left_at,
            )
