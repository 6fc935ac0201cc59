"""认领: posts and zones with their duties, and who looks after them until when."""

import calendar
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from stations.choices import Level
from stations.foundation.calendar import add_workdays
from stations.foundation.refusal import refuse
from stations.registries import duties
from stations.services.acts import record, record_each
from stations.services.duties import end_duties, end_duty, start_duties, without_duty
from volunteers.choices import CLAIM_MONTHS, EventState, PostKind, VolunteerState
from volunteers.messages import posts as messages
from volunteers.models import Claim, Post
from volunteers.services.events import cancel_event
from volunteers.services.teams import locked_people
from volunteers.services.zones import checked_zone

CLAIM_ENDS = "volunteers.claim_ends"
NEAR = timedelta(days=14)  # a claim that ends within so many days stands on the desk
RENEW_WITHIN = timedelta(days=60)
RESUMABLE = timedelta(minutes=10)  # what was given back by mistake is had again so long
BATCH = 500
CHANGEABLE = ("title", "words", "seats", "building", "has_cleanup")


def locked(post):
    """The post as it is now, held until the act is done."""
    return Post.objects.select_for_update(of=("self",)).select_related("area").get(pk=post.pk)


def months_later(day, months):
    """The same day so many months later, or the last one of that month."""
    month = day.month - 1 + months
    year, month = day.year + month // 12, month % 12 + 1
    return day.replace(
        year=year, month=month, day=min(day.day, calendar.monthrange(year, month)[1])
    )


def held(post):
    """How many seats of a post are taken."""
    return Claim.objects.current().filter(post=post).count()


# the post


@transaction.atomic
def add_post(*, area, kind, title, words, by, seats=1, building=None, has_cleanup=False):
    """设岗定责: something to be looked after, with what has to be done, for so many people."""
    check_post(area, kind, seats, building)
    post = Post.objects.create(
        area=area,
        kind=kind,
        title=title.strip(),
        words=words.strip(),
        seats=seats,
        building=building,
        has_cleanup=has_cleanup,
    )
    record("volunteers.add_post", on=post, by=by)
    return post


def check_post(area, kind, seats, building):
    """Refuse a zone without a plan, a building of elsewhere, and fewer than 1 or more than 50
    seats."""
    if kind == PostKind.ZONE and area.level != Level.ESTATE:
        refuse("责任区画在小区的图上，请选一个小区。")
    if building and building.area_id != area.pk:
        refuse(f"{building}不在{area}，请重新选。")
    if not 1 <= seats <= 50:
        refuse("人数写1到50之间。")


@transaction.atomic
def change_post(*, post, by, **facts):
    """Other words or seats. Fewer seats than people who hold it now is refused."""
    post = locked(post)
    still_kept(post)
    names = [name for name in CHANGEABLE if name in facts]
    for name in names:
        value = facts[name]
        setattr(post, name, value.strip() if isinstance(value, str) else value)
    check_post(post.area, post.kind, post.seats, post.building)
    if post.seats < (now := held(post)):
        refuse(f"现在有{now}个人认领着，人数不能少于{now}。")
    post.save(update_fields=names)
    record("volunteers.change_post", on=post, by=by)
    return post


def still_kept(post):
    """Refuse a post that was given up."""
    if post.until:
        refuse(f"“{post}”已经撤了。")


@transaction.atomic
def draw_zone(*, post, points, by):
    """Where the zone lies on the estate's plan: corner points in its units, none to wipe it."""
    post = locked(post)
    still_kept(post)
    if post.kind != PostKind.ZONE:
        refuse("只有责任区才画范围。")
    post.outline = checked_zone(points, post.area) if points else []
    post.save(update_fields=["outline"])
    record("volunteers.draw_zone", on=post, by=by, corners=len(post.outline))
    return post


@transaction.atomic
def end_post(*, post, by):
    """撤岗: its claims end, their holders are thanked, clean-up days ahead are called off."""
    post = locked(post)
    still_kept(post)
    post.until = timezone.localdate()
    post.save(update_fields=["until"])
    for claim in locked_claims(post.claims.all()):
        finish(claim)
        messages.post_ended(claim=claim)
    ahead = post.events.filter(
        state__in=(EventState.DRAFT, EventState.OPEN), slots__ends_at__gt=timezone.now()
    )
    for event in ahead.distinct():
        cancel_event(event=event, by=by, why="这个岗不再设了")
    record("volunteers.end_post", on=post, by=by)
    return post


# the claim


@transaction.atomic
def claim_post(*, post, volunteer, by, promise=""):
    """认领: a seat of a post for half a year, with a promise in one's own words.

    Refused: no seat left, one's own already, somebody who rests, and minors on their own
    (志愿服务条例 第15条).
    """
    # As with slots and orders: first the thing, then the person, who does not leave meanwhile.
    post = locked(post)
    volunteer = locked_people([volunteer.pk])[volunteer.pk]
    still_kept(post)
    if volunteer.state != VolunteerState.ACTIVE:
        refuse("您现在没有在队，先回来再认领。")
    if volunteer.is_minor():
        refuse("认领岗位要满18岁。可以跟着家里人一起来参加清洁日。")
    if post.claims.current().filter(volunteer=volunteer).exists():
        refuse("这个岗您已经认领了。")
    if held(post) >= post.seats:
        refuse("这个岗刚刚被认领满了，看看别的岗。")
    claim = Claim.objects.create(
        post=post,
        volunteer=volunteer,
        area_id=post.area_id,
        promise=promise.strip(),
        until=months_later(timezone.localdate(), CLAIM_MONTHS),
    )
    record("volunteers.claim_post", on=claim, by=by)
    return claim


def locked_claim(claim):
    """The claim as it stands now, held until the act ends. Refuses one that was given back."""
    rows = Claim.objects.select_for_update(of=("self",))
    claim = rows.select_related("area", "post", "volunteer__user").get(pk=claim.pk)
    if claim.ended_at:
        refuse("这个岗已经交回了。")
    return claim


def locked_claims(rows, most=None):
    """Those of the claims that run now, held, always in one order."""
    rows = rows.filter(ended_at=None).select_for_update(of=("self",))
    return list(rows.select_related("volunteer__user", "post", "area").order_by("pk")[:most])


@transaction.atomic
def renew_claim(*, claim, by):
    """续认: another half year from today. Within two months of its end, not before."""
    claim = locked_claim(claim)
    still_kept(claim.post)
    today = timezone.localdate()
    if claim.until > today + RENEW_WITHIN:
        refuse(f"还早，{claim.until:%Y年%-m月%-d日}才到期，到期前两个月内再续。")
    claim.until = months_later(today, CLAIM_MONTHS)
    claim.save(update_fields=["until"])
    end_duty(CLAIM_ENDS, on=claim)
    record("volunteers.renew_claim", on=claim, by=by)
    return claim


@transaction.atomic
def end_claim(*, claim, by):
    """交回: the seat is free for somebody else. What was done stays in the record."""
    claim = locked_claim(claim)
    finish(claim)
    record("volunteers.end_claim", on=claim, by=by)
    return claim


@transaction.atomic
def resume_claim(*, claim, by):
    """撤销交回: given back by a slip of the thumb a moment ago, and nobody else has the seat."""
    volunteer = locked_people([claim.volunteer_id])[claim.volunteer_id]
    post = locked(claim.post)
    still_kept(post)
    claim = Claim.objects.select_for_update(of=("self",)).select_related("area").get(pk=claim.pk)
    now = timezone.now()
    if not claim.ended_at or claim.until < timezone.localdate():
        refuse("这个岗没有交回，不用撤销。")
    if claim.ended_at < now - RESUMABLE:
        refuse("过了一会儿了，请重新认领。")
    if volunteer.state != VolunteerState.ACTIVE:
        refuse("您现在没有在队，先回来再认领。")
    if post.claims.current().filter(volunteer=volunteer).exists():
        refuse("这个岗您又认领了，不用撤销。")
    if held(post) >= post.seats:
        refuse("这个岗刚刚被认领满了，看看别的岗。")
    claim.ended_at = None
    claim.save(update_fields=["ended_at"])
    record("volunteers.claim_post", on=claim, by=by, again=1)
    return claim


def end_claims_of(volunteer, *, by):
    """Of somebody who leaves: all seats are free again. Gives the claims."""
    claims = locked_claims(volunteer.claims.all())
    for claim in claims:
        finish(claim)
        record("volunteers.end_claim", on=claim, by=by)
    return claims


def finish(claim):
    """End a claim and the duty that asks about it."""
    claim.ended_at = timezone.now()
    claim.save(update_fields=["ended_at"])
    end_duty(CLAIM_ENDS, on=claim)


# later work


def near_their_end(today=None):
    """Claims that end within two weeks, or should have."""
    today = today or timezone.localdate()
    return Claim.objects.current().filter(until__lte=today + NEAR)


@transaction.atomic
def keep_claims(today=None):
    """Claims past their last day end; of those near it the station and the holder hear once.

    A batch of either at a time. Returns (ended, started): a full batch has more behind it.
    """
    today = today or timezone.localdate()
    over = locked_claims(Claim.objects.filter(until__lt=today), most=BATCH)
    keys = [claim.pk for claim in over]
    Claim.objects.filter(pk__in=keys).update(ended_at=timezone.now())
    end_duties(CLAIM_ENDS, keys)
    record_each("volunteers.end_claim", on=over, by=None, expired=1)
    messages.claims_over(over)
    rows = without_duty(CLAIM_ENDS, near_their_end(today).filter(until__gte=today))
    fresh = list(rows.select_related("post", "area", "volunteer").order_by("until", "pk")[:BATCH])
    messages.claims_end_soon(fresh)
    now = timezone.now()
    until = add_workdays(now, duties[CLAIM_ENDS].days)
    return len(over), start_duties(CLAIM_ENDS, [facts(claim, now, until) for claim in fresh])


def facts(claim, now, until):
    """What the duty says: the post and the day, not who holds it. Its clock runs from now on."""
    return {
        "object_id": claim.pk,
        "area_id": claim.area_id,
        "holder_id": None,
        "title": f"“{claim.post}”的认领快到期",
        "subtitle": f"{claim.area} · {claim.until:%-m月%-d日}到期，问问续不续",
        "since": now,
        "until": until,
    }
