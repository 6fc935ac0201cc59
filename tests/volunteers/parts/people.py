"""people: its share of the tests that walk the whole portal. Builds first: the others use it."""

from datetime import date, timedelta
from types import SimpleNamespace
from uuid import uuid4

from django.utils import timezone

from stations.models import Duty, Message
from tests.factories import UserFactory
from tests.volunteers.rows import (
    brand_in,
    identity_number,
    partner_in,
    team_in,
    verified,
    volunteer_in,
)
from volunteers.choices import MemberState, VolunteerState
from volunteers.models import Hour, Membership, Volunteer
from volunteers.services.identities import claim_identity
from volunteers.services.insurance import INSURANCE_ENDS
from volunteers.services.partners import add_partner
from volunteers.services.people import put_guardian
from volunteers.services.teams import leave_team


def build(world, cast):
    """The volunteer of the cast is a member of a team that somebody else leads."""
    community = world.area.parent
    world.community = community
    world.volunteer = volunteer_in(community, user=cast("volunteer"), estate=world.area)
    world.leader = volunteer_in(community, estate=world.area)
    world.brand = brand_in(community)
    world.partner = partner_in(community)
    world.team = team_in(
        community, brand=world.brand, leader=world.leader, members=[world.volunteer]
    )
    world.membership = Membership.objects.get(team=world.team, volunteer=world.volunteer)


def waiting_in(team, *, minor=False):
    """Somebody who asked to join a team and is no volunteer yet."""
    volunteer = volunteer_in(
        team.area, state=VolunteerState.APPLIED, is_verified=False, number=f"A{uuid4().hex[:15]}"
    )
    volunteer.user.postings.all().delete()
    if minor:
        born = timezone.localdate() - timedelta(days=15 * 365)
        put_guardian(volunteer, birthday=born, name="监护人", phone="13900000077")
        volunteer.save()
    return Membership.objects.create(team=team, volunteer=volunteer, area=team.area)


class Stage:
    """What the acts of people need. Names begin with their part: all stages are one."""

    def people_brand(self):
        return brand_in(self.estate.parent)

    def people_partner(self):
        return add_partner(
            area=self.estate.parent,
            by=self.worker,
            name="好又多超市",
            kind="shop",
            contact_name="店长",
            contact_phone="13900000555",
        )

    def people_team(self):
        return team_in(self.estate.parent)

    def people_own(self, **facts):
        """The volunteer of the cast."""
        return volunteer_in(self.estate.parent, user=self.cast("volunteer"), **facts)

    def people_led(self):
        """A team that the volunteer of the cast leads."""
        return team_in(self.estate.parent, leader=self.people_own())

    def people_waiting(self):
        return waiting_in(self.people_team())

    def people_waiting_led(self):
        return waiting_in(self.people_led())

    def people_minor(self):
        return waiting_in(self.people_team(), minor=True).volunteer

    def people_minor_led(self):
        return waiting_in(self.people_led(), minor=True)

    def people_member(self):
        team = team_in(self.estate.parent, members=[volunteer_in(self.estate.parent)])
        return team.memberships.get()

    def people_sent_away(self):
        """A member whom the worker has just sent out of the team by mistake."""
        return leave_team(membership=self.people_member(), by=self.worker)

    def people_own_member(self):
        return team_in(self.estate.parent, members=[self.people_own()]).memberships.get()

    def people_volunteer(self):
        return volunteer_in(self.estate.parent)

    def people_invite(self):
        return SimpleNamespace(code=self.people_team().invite_code)

    def people_open(self):
        self.open_team = self.people_team()
        return self.estate

    def people_paused(self):
        return self.people_own(state=VolunteerState.PAUSED)

    def people_claimed(self):
        """Somebody who claimed, and the worker, who may check them."""
        verified(self.worker, self.estate.parent)
        other = volunteer_in(self.estate.parent, is_verified=False)
        return claim_identity(by=other.user, number=identity_number(901))


S = Stage


def told(**data):
    return lambda stage, found: data


def nobody(stage):
    return None


HELPING = {"helps": ["errand"], "reach": "2", "free": ["0", "4"]}
PERSON = {
    **HELPING,
    "name": "李来",
    "phone": "13911112222",
    "password": "lai-bangmang-7Qx",
    "is_minor": "no",
}
TEAM = {"name": "跑腿二队", "helps": ["errand"], "is_open": "on"}


def in_a_year():
    return timezone.localdate() + timedelta(days=365)


def pk(name):
    return lambda world: {"pk": getattr(world, name).pk}


def nothing(world):
    return {}


def several(names, kwargs):
    return dict.fromkeys(names.split(), kwargs)


WALK = {
    **several("home volunteers brands brand_new partners partner_new joined mine profile", nothing),
    **several("members_waiting volunteers_export", nothing),
    **several("pause leave standing come_back join_team identity identities", nothing),
    **several("volunteer set_insurance guardian", pk("volunteer")),
    **several("brand brand_edit brand_end team_new", pk("brand")),
    **several("team team_edit team_end team_poster my_team", pk("team")),
    **several("member_admit member_refuse member_end member_return", pk("membership")),
    **several("my_member my_member_admit my_member_refuse my_member_end", pk("membership")),
    "my_guardian": pk("membership"),
    **several("partner partner_contact partner_edit partner_end", pk("partner")),
    **several("public_brands join_open", lambda world: {"code": world.area.code}),
    **several("public_brand brand_logo brand_logo_small", lambda world: {"code": world.brand.code}),
    "join": lambda world: {"code": world.team.invite_code},
}
ACTS = {
    "brand_new": (
        "worker",
        nobody,
        lambda stage, found: {
            "area": stage.estate.parent.pk,
            "name": "同心办",
            "colour": "red",
            "icon": "tool",
        },
        ["add_brand"],
    ),
    "brand_edit": (
        "worker",
        S.people_brand,
        told(name="同心乐", colour="plum", icon="music"),
        ["change_brand"],
    ),
    "brand_end": ("worker", S.people_brand, told(), ["end_brand"]),
    "team_new": (
        "worker",
        S.people_brand,
        lambda stage, found: {**TEAM, "area": stage.estate.parent.pk},
        ["add_team"],
    ),
    "team_edit": (
        "worker",
        S.people_team,
        lambda stage, found: {**TEAM, "brand": found.brand_id},
        ["change_team"],
    ),
    "team_end": ("worker", S.people_team, told(), ["end_team"]),
    "member_admit": ("worker", S.people_waiting, told(), ["admit"]),
    "member_refuse": ("worker", S.people_waiting, told(), ["refuse_member"]),
    "member_end": ("worker", S.people_member, told(), ["leave_team"]),
    "member_return": ("worker", S.people_sent_away, told(), ["return_member"]),
    "volunteers_export": (
        "worker",
        lambda stage: stage.people_volunteer() and None,
        None,
        ["export_volunteers"],
    ),
    "partner_new": (
        "worker",
        nobody,
        lambda stage, found: {"area": stage.estate.parent.pk, "name": "好又多", "kind": "shop"},
        ["add_partner"],
    ),
    "partner_edit": (
        "worker",
        S.people_partner,
        told(name="好又多", kind="shop"),
        ["change_partner"],
    ),
    "partner_end": ("worker", S.people_partner, told(), ["end_partner"]),
    "partner_contact": ("worker", S.people_partner, told(), ["reveal_partner"]),
    "volunteer": ("worker", S.people_volunteer, None, ["view_volunteer"]),
    "set_insurance": (
        "worker",
        S.people_volunteer,
        lambda stage, found: {"until": in_a_year()},
        ["set_insurance"],
    ),
    "guardian": ("worker", S.people_minor, told(), ["guardian_consent"]),
    "join": ("anonymous", S.people_invite, told(**PERSON), ["join"]),
    "join_open": ("anonymous", S.people_open, told(**PERSON), ["join"]),
    "profile": ("volunteer", S.people_own, told(**HELPING), ["change_profile"]),
    "pause": ("volunteer", S.people_own, told(), ["pause_volunteer"]),
    "leave": ("volunteer", S.people_own, told(), ["leave"]),
    "come_back": ("volunteer", S.people_paused, told(), ["come_back"]),
    "join_team": (
        "volunteer",
        S.people_own,
        lambda stage, found: {"team": stage.people_team().pk},
        ["join"],
    ),
    "my_member": ("volunteer", S.people_waiting_led, None, ["view_volunteer"]),
    "my_member_admit": ("volunteer", S.people_waiting_led, told(), ["admit"]),
    "my_member_refuse": ("volunteer", S.people_waiting_led, told(), ["refuse_member"]),
    "my_member_end": ("volunteer", S.people_own_member, told(), ["leave_team"]),
    "my_guardian": ("volunteer", S.people_minor_led, told(), ["guardian_consent"]),
    "identity": (
        "worker",
        nobody,
        lambda stage, found: {"number": identity_number(902)},
        ["claim_identity"],
    ),
    "identities": (
        "worker",
        S.people_claimed,
        lambda stage, found: {"who": found.pk, "number": identity_number(901)},
        ["verify_identity"],
    ),
}
QUIET = {}
# Volunteers' telephones are for the staff of their community: a list of them is read.
READ = {
    "home",
    "volunteers",
    "members_waiting",
    "brands",
    "brand",
    "team",
    "team_poster",
    "partners",
    "partner",
    "public_brands",
    "public_brand",
    "brand_logo",
    "brand_logo_small",
    "joined",
    "mine",
    "standing",
    "my_team",
}


def member_of(team, **facts):
    """A member of a team, for tests of people."""
    volunteer = volunteer_in(team.area, **facts)
    return Membership.objects.create(
        team=team,
        volunteer=volunteer,
        area=team.area,
        state=MemberState.IN,
        decided_at=timezone.now(),
    )


def counted(team, day, minutes=60, **more):
    """Hours of a member that two other people confirmed."""
    volunteer = team.memberships.first().volunteer
    keys = {}
    for name in ("lead", "other"):
        person = verified(UserFactory(), team.area)
        keys |= {f"{name}_by": person.user, f"{name}_keys": [f"i:{person.key}"]}
    facts = {
        "number": f"N{Hour.objects.count()}",
        "volunteer": volunteer,
        "team": team,
        "area": team.area,
        "source": "said",
        "began_at": day,
        "ended_at": day + timedelta(minutes=abs(minutes)),
        "minutes": minutes,
        "state": "counted",
        "person_keys": [f"i:{volunteer.user.identity.key}"],
        "lead_at": day,
        "other_as": "station",
        "other_at": day,
        "shown_until": day + timedelta(days=3),
        "counted_at": day + timedelta(days=4),
    }
    return Hour.objects.create(**facts | keys | more)


def grown_up(community, days=0):
    """A volunteer who came of age so many days ago (before nought: will), with a guardian still."""
    volunteer = volunteer_in(community)
    put_guardian(volunteer, birthday=date(2001, 1, 1), name="李妈妈", phone="13911113333")
    volunteer.minor_until = timezone.localdate() - timedelta(days=days)
    volunteer.guardian_agreed_at = timezone.now()
    volunteer.save()
    return volunteer


def with_a_guardian(cast, estate):
    grown_up(estate.parent)
    return {}, lambda: list(Volunteer.objects.values_list("guardian_sealed", "minor_until"))


def with_insurance_that_ends(cast, estate):
    """Somebody who does risky work and is insured for ten more days."""
    volunteer_in(estate.parent, insured_until=timezone.localdate() + timedelta(days=10))
    return {}, lambda: (
        Duty.objects.open().filter(kind=INSURANCE_ENDS).count(),
        Message.objects.count(),
    )


CASES = {
    "volunteers.erase_guardians": with_a_guardian,
    "volunteers.keep_insurance": with_insurance_that_ends,
}
PROMISED = {INSURANCE_ENDS: 20}
