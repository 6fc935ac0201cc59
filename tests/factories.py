"""Rows for tests, as small as they can be."""

from datetime import timedelta
from decimal import Decimal

import factory
from django.utils import timezone

from deliberation.choices import Category, Party
from deliberation.models import Issue, Seat
from deliberation.services.agenda import convene_meeting
from deliberation.services.intake import submit_issue
from stations.choices import Level, Role
from stations.models import Area, Building, Entrance, Home, Place, Posting, Station, User


class AreaFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Area

    level = Level.CITY
    name = factory.Sequence("地方{}".format)
    code = factory.Sequence("area{}".format)


class BuildingFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Building

    area = factory.SubFactory(AreaFactory, level=Level.ESTATE)
    number = factory.Sequence(lambda n: n % 30000 + 1)
    floors = 18
    code = factory.Sequence("building{}".format)


class EntranceFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Entrance

    building = factory.SubFactory(BuildingFactory)
    number = factory.Sequence(lambda n: n % 30000 + 1)
    code = factory.Sequence("entrance{}".format)


class HomeFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Home

    entrance = factory.SubFactory(EntranceFactory)
    number = factory.Sequence(lambda n: f"{n % 9000 + 101}")
    floor = 1
    floor_area = Decimal("89.50")


class PlaceFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Place

    area = factory.SubFactory(AreaFactory, level=Level.ESTATE)
    name = factory.Sequence("广场{}".format)


class StationFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Station

    area = factory.SubFactory(AreaFactory, level=Level.COMMUNITY)
    name = "党群服务站"
    address = "中心广场旁"
    phone = "0731-55550110"
    opens = "08:30"
    closes = "20:30"


class UserFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = User
        skip_postgeneration_save = True

    username = factory.Sequence("user{}".format)
    name = factory.Sequence("员工{}".format)
    email = factory.LazyAttribute(lambda user: f"{user.username}@example.org")


class PostingFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Posting

    user = factory.SubFactory(UserFactory)
    area = factory.SubFactory(AreaFactory)
    role = Role.WORKER
    since = factory.LazyFunction(lambda: timezone.now() - timedelta(days=400))


class SeatFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Seat

    area = factory.SubFactory(AreaFactory, level=Level.ESTATE)
    party = Party.BRANCH
    name = factory.Sequence("代表{}".format)
    title = "代表"


def report(area, **more):
    """An issue as a resident reports it. Returns the issue."""
    import uuid

    facts = {
        "token": uuid.uuid4(),
        "area": area,
        "category": Category.EBIKE,
        "text": "车棚的插座坏了三个，有一个都烧黑了。晚上没地方充电。",
        "name": "周桂兰",
        "phone": "13900006021",
        "consent_public": True,
    }
    issue, _ = submit_issue(**(facts | more))
    return Issue.objects.get(pk=issue.pk)


def meeting_at(area, by, **more):
    """A four-party meeting in three days."""
    facts = {
        "starts_at": timezone.now() + timedelta(days=3),
        "place": "服务站二楼",
        "chair": "李建国",
    }
    return convene_meeting(area=area, by=by, **(facts | more))
