"""Wishes, needs, resources and donations for tests, as small as they can be."""

import uuid

from stations.models import User
from tests.factories import PostingFactory
from tests.volunteers.rows import partner_in, volunteer_in
from volunteers.choices import Sort
from volunteers.models import Volunteer
from volunteers.services import donations, lists, matches, wishes


def wish_in(area, by, **more):
    """A wish that waits to be put up."""
    facts = {"first_name": "小满", "title": "一双三十四码的棉鞋", "words": "上学路上冷"}
    return wishes.add_wish(token=uuid.uuid4(), area=area, by=by, **(facts | more))


def open_wish(area, by, **more):
    return wishes.publish_wish(wish=wish_in(area, by, **more), by=by)


def claimed_wish(area, by, volunteer, **more):
    return wishes.claim_wish(wish=open_wish(area, by, **more), by=by, volunteer=volunteer)


def volunteer_of(user, community):
    """The volunteer this user is, made when there is none."""
    known = Volunteer.objects.filter(user=user).first()
    return known or volunteer_in(community, user=user)


def need_in(area, by, **more):
    facts = {"title": "腊八粥", "sort": Sort.GOODS, "quantity": 60, "unit": "份"}
    return lists.add_need(area=area, by=by, **(facts | more))


def resource_in(area, by, **more):
    facts = {"title": "杂粮礼包", "sort": Sort.GOODS, "quantity": 100, "unit": "份"}
    if "volunteer" not in more:
        more = {"partner": more.pop("partner", None) or partner_in(area)} | more
    return lists.add_resource(area=area, by=by, **(facts | more))


def match_in(area, by, **more):
    resource = more.pop("resource", None) or resource_in(area, by)
    need = more.pop("need", None) or need_in(area, by)
    return matches.propose_match(need=need, resource=resource, by=by, **more)


def agreed_match(area, by, **more):
    match = match_in(area, by, **more)
    own = matches.answers_alone(match.resource) or by
    for side, who, said in (("need", by, "李主任"), ("giver", own, "张店长")):
        match = matches.agree_match(match=match, by=who, side=side, who=f"{said}，电话里说好")
    return match


def delivered_match(area, by, **more):
    return matches.deliver_match(match=agreed_match(area, by, **more), by=by, words="送到服务站")


def partner_with_user(community, name="合伙人账号"):
    """A partner that signs in for itself, posted as a volunteer of the community."""
    user = User.objects.create(username=f"partner{uuid.uuid4().hex[:8]}", name=name)
    PostingFactory(user=user, area=community, role="volunteer")
    return partner_in(community, user=user)


def donation_in(area, by, witness, *, is_witnessed=True, **more):
    """A donation, which its witness (unless told) has nodded at."""
    facts = {
        "partner": more.pop("partner", None) or partner_in(area),
        "what": "大米",
        "quantity": 100,
        "unit": "袋",
        "worth_fen": 5_000_00,
        "received_by": by,
        "witness": witness,
    }
    donation = donations.take_donation(area=area, by=by, **(facts | more))
    return donations.witness_donation(donation=donation, by=witness) if is_witnessed else donation
