"""积分: an account book. A point for each full half hour of counted service; points buy gifts,
never hours, and are no money."""

from uuid import uuid5

from django.db import transaction
from django.db.models import Sum
from django.utils import timezone

from stations.access import can
from stations.foundation.codes import normalise_short, short_code
from stations.foundation.refusal import refuse
from stations.services.acts import record
from volunteers.access import KEEP_GIFTS
from volunteers.choices import POINT_MINUTES, PointKind
from volunteers.models import Gift, Hour, Point, Redemption, Volunteer
from volunteers.services.keys import is_same_person

CODE_LENGTH = 6
BY_SERVICE = (PointKind.EARNED, PointKind.TAKEN_BACK)


def balance_of(volunteer):
    """How many points somebody has; may be below zero after hours were taken back."""
    last = Point.objects.filter(volunteer=volunteer).order_by("-seq").first()
    return last.balance if last else 0


def book_hour(*, volunteer, hour):
    """The points of counted hours, or of hours taken back: the full half hours of everything
    counted so far, less what was given. The volunteer's row is locked by whoever calls."""
    counted = Hour.objects.counted().filter(volunteer=volunteer)
    minutes = counted.aggregate(sum=Sum("minutes"))["sum"] or 0
    given = Point.objects.filter(volunteer=volunteer, kind__in=BY_SERVICE)
    points = minutes // POINT_MINUTES - (given.aggregate(sum=Sum("points"))["sum"] or 0)
    if not points:
        return None
    kind = PointKind.EARNED if points > 0 else PointKind.TAKEN_BACK
    return book(volunteer=volunteer, kind=kind, points=points, hour=hour)


def book(*, volunteer, kind, points, hour=None, redemption=None):
    """One more line, after the last one. The volunteer's row is locked by whoever calls."""
    last = Point.objects.filter(volunteer=volunteer).order_by("-seq").first()
    return Point.objects.create(
        volunteer=volunteer,
        area=volunteer.area,
        seq=last.seq + 1 if last else 1,
        kind=kind,
        points=points,
        balance=(last.balance if last else 0) + points,
        hour=hour,
        redemption=redemption,
    )


def locked_volunteer(pk):
    """The account of one volunteer, held until the act ends: first of all locks."""
    rows = Volunteer.objects.select_for_update(of=("self",), no_key=True)
    return rows.select_related("user", "area").get(pk=pk)


@transaction.atomic
def redeem(*, token, volunteer, gift, by, points=None):
    """Give points for a gift; the code is shown at the station. The same token (of the page, which
    has many gifts) is one redemption of this gift, however often it is sent. `points` is the price
    their page showed. Refuses what is used up, over, too dear, dearer or cheaper than they saw, or
    not one's own."""
    volunteer = locked_volunteer(volunteer.pk)
    if volunteer.user_id != by.pk:
        refuse("只能用自己的积分换。")
    token = uuid5(token, f"{volunteer.pk}:{gift.pk}")
    known = Redemption.objects.filter(token=token).first()
    if known:
        return known
    seen = gift.points if points is None else points
    gift = Gift.objects.select_for_update(of=("self",)).get(pk=gift.pk)
    if not Gift.objects.current().filter(pk=gift.pk).exists():
        refuse(f"“{gift}”已经不能换了，看看别的。")
    if not gift.left:
        refuse(f"“{gift}”换完了，看看别的。")
    if gift.points != seen:
        refuse(f"“{gift}”刚才改了，现在要 {gift.points} 分。还想换，请再点一次。")
    balance = balance_of(volunteer)
    if balance < gift.points:
        refuse(f"换“{gift}”要 {gift.points} 分，您现在有 {balance} 分。")
    gift.left -= 1
    gift.save(update_fields=["left"])
    made = Redemption.objects.create(
        token=token,
        code=new_code(),
        volunteer=volunteer,
        gift=gift,
        area=gift.area,
        points=gift.points,
    )
    book(volunteer=volunteer, kind=PointKind.SPENT, points=-gift.points, redemption=made)
    record("volunteers.redeem", on=made, by=by, points=gift.points)
    return made


def new_code():
    """A short code nobody has yet, read out at the counter."""
    code = short_code(CODE_LENGTH)
    while Redemption.objects.filter(code=code).exists():
        code = short_code(CODE_LENGTH)
    return code


def locked_redemption(redemption):
    """The redemption, after its account: the same order as when points are spent."""
    locked_volunteer(redemption.volunteer_id)
    rows = Redemption.objects.select_for_update(of=("self",))
    return rows.select_related("volunteer__user", "volunteer__area", "gift", "area").get(
        pk=redemption.pk
    )


@transaction.atomic
def hand_over_gift(*, redemption, by):
    """Staff hand the gift over against its code. Never to themselves, never twice."""
    redemption = locked_redemption(redemption)
    if not can(by, KEEP_GIFTS, at=redemption.area):
        refuse("东西由本社区的工作人员来给。")
    if is_same_person(redemption.volunteer.user, by):
        refuse("自己换的东西，请同事来给。")
    if redemption.handed_over_at:
        refuse("这个领取码已经领过了。")
    if redemption.cancelled_at:
        refuse("这一份已经退掉，积分也退回了。")
    redemption.handed_over_at, redemption.handed_over_by = timezone.now(), by
    redemption.save(update_fields=["handed_over_at", "handed_over_by"])
    record("volunteers.hand_over_gift", on=redemption, by=by)
    return redemption


@transaction.atomic
def hand_over_by_code(*, code, area_ids, by):
    """The same, from the code that somebody shows; only within these places."""
    wanted = normalise_short(code, CODE_LENGTH)
    redemption = Redemption.objects.filter(code=wanted, area__in=area_ids).first()
    if redemption is None:
        refuse("没有这个领取码，请再对一下。")
    return hand_over_gift(redemption=redemption, by=by)


@transaction.atomic
def cancel_redemption(*, redemption, by):
    """Not wanted after all, by the volunteer or the staff: points and gift go back."""
    redemption = locked_redemption(redemption)
    volunteer = redemption.volunteer
    if volunteer.user_id != by.pk and not can(by, KEEP_GIFTS, at=redemption.area):
        refuse("只能退自己换的。")
    if redemption.handed_over_at:
        refuse("东西已经领走了，不能退。")
    if redemption.cancelled_at:
        refuse("已经退过了，积分在账上。")
    gift = Gift.objects.select_for_update(of=("self",)).get(pk=redemption.gift_id)
    gift.left += 1
    gift.save(update_fields=["left"])
    redemption.cancelled_at = timezone.now()
    redemption.save(update_fields=["cancelled_at"])
    points = redemption.points
    book(volunteer=volunteer, kind=PointKind.RETURNED, points=points, redemption=redemption)
    record("volunteers.cancel_redemption", on=redemption, by=by, points=points)
    return redemption
