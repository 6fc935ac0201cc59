"""Rows of voluntary service for tests, as small as they can be."""

import itertools
from datetime import timedelta

from django.utils import timezone

from stations.choices import Role
from tests.factories import PostingFactory, UserFactory
from volunteers.choices import Help, MemberState, Reach, VolunteerState
from volunteers.models import Brand, Identity, Membership, Partner, Team, Volunteer
from volunteers.services.keys import key_of_identity

_numbers = itertools.count(1)
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def identity_number(order):
    """A valid ID number of nobody: its region does not exist."""
    body = f"9900001990{1 + order // 900 % 12:02d}{1 + order // 30 % 28:02d}{order % 1000:03d}"
    total = sum(w * int(n) for w, n in zip(_WEIGHTS, body, strict=True))
    return body + "10X98765432"[total % 11]


def verified(user, area, *, number=None):
    """Somebody has seen this person's paper. Without a number: a person of their own."""
    by = UserFactory(name="核对人")
    number = number or identity_number(next(_numbers))
    return Identity.objects.create(
        user=user,
        area=area,
        key=key_of_identity(number),
        verified_by=by,
        verified_at=timezone.now(),
    )


def brand_in(community, **facts):
    n = next(_numbers)
    return Brand.objects.create(
        **{"area": community, "code": f"brand{n}", "name": f"同心{n}"} | facts
    )


def partner_in(community, **facts):
    defaults = {"area": community, "name": f"合伙人{next(_numbers)}", "kind": "firm"}
    return Partner.objects.create(**defaults | facts)


def volunteer_in(community, *, user=None, is_verified=True, **facts):
    """An active volunteer of a community, posted and (unless told) verified."""
    n = next(_numbers)
    user = user or UserFactory(name=f"志愿者{n}", phone=f"1390001{n:04d}")
    if not user.postings.filter(role=Role.VOLUNTEER).exists():
        PostingFactory(user=user, area=community, role=Role.VOLUNTEER)
    if is_verified and not Identity.objects.filter(user=user).exists():
        verified(user, community)
    defaults = {
        "user": user,
        "number": f"V{n:06d}",
        "area": community,
        "state": VolunteerState.ACTIVE,
        "helps": list(Help.values),
        "reach": Reach.COMMUNITY,
        "insured_until": timezone.localdate() + timedelta(days=300),
    }
    return Volunteer.objects.create(**defaults | facts)


def team_in(community, *, brand=None, leader=None, members=(), **facts):
    """A team with its leader among its members."""
    n = next(_numbers)
    defaults = {
        "area": community,
        "brand": brand or brand_in(community),
        "name": f"队{n}",
        "helps": list(Help.values),
        "leader": leader,
        "invite_code": f"invite{n}",
    }
    team = Team.objects.create(**defaults | facts)
    for volunteer in {v.pk: v for v in (*members, leader) if v}.values():
        Membership.objects.create(
            team=team,
            volunteer=volunteer,
            area=community,
            state=MemberState.IN,
            decided_at=timezone.now(),
        )
    return team
