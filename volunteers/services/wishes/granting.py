"""圆了: handed in, passed on by the station, given back, thanked for; and its photo."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from stations.foundation.refusal import refuse
from stations.services.acts import record
from stations.services.duties import end_duty, start_duty
from volunteers.choices import VolunteerState, WishKind, WishState
from volunteers.messages import giving as say
from volunteers.services.public_words import check_public
from volunteers.services.stale import mark_day

from .claiming import put_back
from .people import who_of
from .wish import LATE, PASS_ON, claimer_of, drop_photo, locked, put_photo

RETURN_DAYS = 7  # so long whoever claimed it has at least, once the station gave it back


@transaction.atomic
def hand_in_wish(*, wish, by, photo=None):
    """送到服务站了, said by who took it on. The station passes it on; nothing is fulfilled yet.

    `photo` (Remade) shows the thing, never the person; none is asked for, and nobody but the
    station sees it until somebody there has looked. Refuses a wish for somebody's time.
    """
    wish = locked(wish)
    if wish.state == WishState.HANDED_IN:
        return wish  # pressed twice
    if wish.state != WishState.CLAIMED:
        refuse("有人认领的心愿，才有东西送到服务站。")
    if wish.kind != WishKind.THING:
        refuse("这个心愿不是东西。请给服务站打电话，约好怎么帮。")
    wish.state, wish.handed_in_at = WishState.HANDED_IN, timezone.now()
    put_photo(wish, photo)
    wish.save()
    end_duty(LATE, on=wish)
    start_duty(
        PASS_ON,
        on=wish,
        title=f"心愿转交：{wish.title}",
        subtitle=f"{wish.area} · 东西送到服务站了",
    )
    record("volunteers.hand_in_wish", on=wish, by=by)
    return wish


@transaction.atomic
def fulfil_wish(*, wish, by, photo=None, is_photo_public=False):
    """收到了，转交了, by the station: now it is fulfilled, and counts.

    Only who said so of a photo (`is_photo_public`) lets it hang on the board.
    """
    wish = locked(wish)
    if wish.state not in (WishState.CLAIMED, WishState.HANDED_IN):
        refuse("有人认领的心愿才能记“圆了”。")
    wish.state, wish.fulfilled_at = WishState.FULFILLED, timezone.now()
    put_photo(wish, photo)
    wish.is_photo_public = bool(is_photo_public and wish.photo)
    wish.save()
    for kind in (LATE, PASS_ON):
        end_duty(kind, on=wish)
    mark_day(wish.area)
    record("volunteers.fulfil_wish", on=wish, by=by)
    return wish


@transaction.atomic
def return_wish(*, wish, by):
    """还没圆，退回, by the station: it never came, or it was another thing.

    Whoever took it on has it again and hears so; where they have left meanwhile it hangs open on
    the board. Refused once the person has given thanks.
    """
    wish = locked(wish)
    if wish.state not in (WishState.HANDED_IN, WishState.FULFILLED):
        refuse("送到了、圆了的心愿才能退回。")
    fulfilled_at, claimer = wish.fulfilled_at, claimer_of(wish)
    wish.fulfilled_at = wish.handed_in_at = None
    drop_photo(wish)
    end_duty(PASS_ON, on=wish)
    if is_there(wish):
        wish.state = WishState.CLAIMED
        least = timezone.localdate() + timedelta(days=RETURN_DAYS)
        wish.claimed_until = max(wish.claimed_until or least, least)
        wish.save()
        if claimer and claimer != by:
            say.wish_returned(wish=wish, recipient=claimer, at=timezone.now())
    else:
        put_back(wish)
    if fulfilled_at:
        mark_day(wish.area, timezone.localdate(fulfilled_at))
    record("volunteers.return_wish", on=wish, by=by)
    return wish


def is_there(wish):
    """Whether whoever took it on still takes part."""
    if wish.volunteer_id:
        return wish.volunteer.state == VolunteerState.ACTIVE
    return bool(wish.partner_id) and wish.partner.until is None


@transaction.atomic
def remove_wish_photo(*, wish, by):
    """撤下照片, by the station: the wish stays as it is, its picture is deleted."""
    wish = locked(wish)
    if not wish.photo:
        refuse("这个心愿没有照片。")
    drop_photo(wish)
    wish.save(update_fields=["photo", "thumb", "is_photo_public"])
    record("volunteers.remove_wish_photo", on=wish, by=by)
    return wish


@transaction.atomic
def thank_wish(*, wish, by, thanks):
    """道谢: what the person said, typed by staff; whoever fulfilled it hears it."""
    wish = locked(wish)
    if wish.state != WishState.FULFILLED:
        refuse("圆了的心愿才能道谢，谢过的不用再写。")
    name = who_of(wish)["name"]
    check_public(thanks, names=[name] if len(name) > 2 else [])
    wish.state, wish.thanks, wish.thanked_at = WishState.THANKED, thanks.strip(), timezone.now()
    wish.save(update_fields=["state", "thanks", "thanked_at"])
    record("volunteers.thank_wish", on=wish, by=by)
    if claimer := claimer_of(wish):
        say.wish_thanked(wish=wish, recipient=claimer)
    return wish
