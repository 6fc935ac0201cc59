"""服务清单: a need met by a resource. Set aside, agreed by both sides, delivered, rated by both."""

import re
import unicodedata

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from stations.foundation.refusal import refuse
from stations.services.acts import record
from stations.services.duties import end_duty, start_duty
from volunteers.choices import MatchState, NeedState
from volunteers.messages import giving as say
from volunteers.models import Match, Need, Resource
from volunteers.services.lists import follow, set_aside
from volunteers.services.matching import suggest_resources
from volunteers.services.public_words import check_public

ANSWER = "volunteers.answer_match"
SIDES = ("need", "giver")


def held(match):
    """The match, with its need and its resource: all three locked, always in this order."""
    need = Need.objects.select_for_update(of=("self",)).select_related("area").get(pk=match.need_id)
    resource = lock_resource(match.resource_id)
    match = Match.objects.select_for_update(of=("self",)).select_related("area").get(pk=match.pk)
    match.need, match.resource = need, resource
    return match


def lock_resource(pk):
    """A resource with its giver, held."""
    rows = Resource.objects.select_for_update(of=("self",))
    return rows.select_related("area", "partner__user", "volunteer__user").get(pk=pk)


def user_of(resource):
    """The giver's own account, or None: a partner need not have one."""
    giver = resource.giver
    return giver.user


def answers_alone(resource):
    """The giver's account where it can sign in: then nobody else says yes for the giver."""
    user = user_of(resource)
    return user if user and user.is_active else None


def called(who):
    """The name at the beginning of such words, to be compared: of "周 敏，电话里说的" 周敏."""
    plain = "".join(unicodedata.normalize("NFKC", who).casefold().split())
    return next(filter(None, re.split(r"[\W_]+", plain)), plain)


@transaction.atomic
def propose_match(*, need, resource, by, quantity=None):
    """对接: set something of a resource aside for a need, and ask both sides.

    Without a quantity: all that is still wanted, or all that is left. Two at once never give
    more than there is: the second reads what the first has left.
    """
    need = Need.objects.select_for_update(of=("self",)).select_related("area").get(pk=need.pk)
    resource = lock_resource(resource.pk)
    if need.state != NeedState.OPEN:
        refuse("这条需求已经对上了，或者不用了。")
    fits = suggest_resources(need, limit=1, resource=resource)
    if not fits:
        if not resource.left:
            refuse("慢了一步，这项资源刚刚被订完了。看看别的吧。")
        refuse("这项资源对不上：种类、单位、日子或者地方不合适。")
    quantity = fits[0].quantity if quantity is None else quantity
    if quantity < 1 or quantity > need.quantity - set_aside(need):
        refuse(f"还差 {need.quantity - set_aside(need)}{need.unit}，请改一下数量。")
    if quantity > resource.left:
        refuse(f"只剩 {resource.left}{resource.unit}了，请改一下数量。")
    Resource.objects.filter(pk=resource.pk).update(left=F("left") - quantity)
    match = Match.objects.create(
        need=need, resource=resource, area=need.area, quantity=quantity, why=fits[0].why, by=by
    )
    follow(need)
    start_duty(
        ANSWER,
        on=match,
        title=f"等两边答应：{need.title}",
        subtitle=f"{need.area} · {resource.title} {quantity}{resource.unit}",
        fresh=True,
    )
    record("volunteers.propose_match", on=match, by=by)
    if (user := user_of(resource)) and user != by:
        say.match_asked(match=match, recipient=user)
    return match


@transaction.atomic
def agree_match(*, match, by, side, who="", agreed_on=None):
    """答应: one side says yes; `who` it was in words. With both it is agreed.

    The giver's own account answers for the giver, where there is one; staff write down what they
    were told, and by whom: otherwise one worker would be both sides. Refuses without a name, and
    one name on both sides.
    """
    match = held(match)
    if match.state != MatchState.PROPOSED:
        refuse("这次对接已经说好了，或者没谈成。")
    if side not in SIDES:
        refuse("选需求方，还是资源方。")
    if getattr(match, f"{side}_agreed_at"):
        refuse("这一边已经答应过了。")
    if not who.strip():
        refuse("写一下是谁答应的，比如“张店长，电话里说的”。")
    check_public(who)
    if side == "giver" and (user := answers_alone(match.resource)) and user != by:
        refuse(f"{user}有自己的账号，已经发消息问过了，请他自己在手机上点“可以”。")
    other = match.giver_agreed_by if side == "need" else match.need_agreed_by
    if other and called(other) == called(who):
        refuse(f"另一边也是“{other}”答应的。两边要由两个人答应，再问一问这一边是谁。")
    setattr(match, f"{side}_agreed_at", timezone.now())
    setattr(match, f"{side}_agreed_by", who.strip()[:40])
    match.agreed_on = agreed_on or match.agreed_on
    if match.need_agreed_at and match.giver_agreed_at:
        match.state = MatchState.AGREED
        end_duty(ANSWER, on=match)
    match.save()
    record("volunteers.agree_match", on=match, by=by, side=side)
    if match.state == MatchState.AGREED and (user := user_of(match.resource)) and user != by:
        say.match_agreed(match=match, recipient=user)
    return match


@transaction.atomic
def decline_match(*, match, by, why=""):
    """没谈成: what was set aside goes back, and the need is open again."""
    match = held(match)
    if match.state not in (MatchState.PROPOSED, MatchState.AGREED):
        refuse("送到了的、没谈成的对接不能再退。")
    check_public(why)
    match.state, match.declined_why = MatchState.DECLINED, why.strip()
    match.save(update_fields=["state", "declined_why"])
    Resource.objects.filter(pk=match.resource_id).update(left=F("left") + match.quantity)
    end_duty(ANSWER, on=match)
    follow(match.need)
    record("volunteers.decline_match", on=match, by=by)
    if (user := user_of(match.resource)) and user != by:
        say.match_declined(match=match, recipient=user)
    return match


@transaction.atomic
def deliver_match(*, match, by, words=""):
    """送到了: it took place. With everything delivered the need is met.

    The words are read up to the street: nobody's telephone or door stands in them.
    """
    match = held(match)
    if match.state != MatchState.AGREED:
        refuse("两边都答应了，才能记“送到了”。")
    check_public(words)
    match.state, match.delivered_at = MatchState.DELIVERED, timezone.now()
    match.delivered_words = words.strip()
    match.save(update_fields=["state", "delivered_at", "delivered_words"])
    follow(match.need)
    record("volunteers.deliver_match", on=match, by=by)
    return match


@transaction.atomic
def rate_match(*, match, by, side, rating):
    """评价: each side once, one to five."""
    match = held(match)
    if match.state != MatchState.DELIVERED:
        refuse("送到了以后才能评，评过的不用再评。")
    if side not in SIDES or rating not in range(1, 6):
        refuse("请评一到五分。")
    if getattr(match, f"{side}_rating"):
        refuse("这一边已经评过了。")
    setattr(match, f"{side}_rating", rating)
    if match.need_rating and match.giver_rating:
        match.state = MatchState.RATED
    match.save(update_fields=["need_rating", "giver_rating", "state"])
    record("volunteers.rate_match", on=match, by=by, side=side)
    return match
