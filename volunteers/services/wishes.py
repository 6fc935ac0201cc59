"""微心愿: something small somebody wishes for. On the board by first name, claimed, fulfilled."""

import json
import re
import uuid
from datetime import timedelta
from functools import partial

from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from stations.foundation.phones import normalise
from stations.foundation.refusal import refuse
from stations.foundation.sealed import seal, unseal
from stations.models import Duty
from stations.services.acts import RESIDENT, record
from stations.services.duties import end_duty, start_duty
from volunteers.choices import (
    ERASE_AFTER,
    WISH_DAYS,
    WISHES_AT_ONCE,
    VolunteerState,
    WishKind,
    WishState,
)
from volunteers.messages import giving as say
from volunteers.models import Partner, Wish
from volunteers.models.wish import MOST_FEN
from volunteers.services.public_words import check_public
from volunteers.services.sign_ups import locked_volunteer
from volunteers.services.stale import mark_day

PUBLISH, LATE = "volunteers.publish_wish", "volunteers.wish_late"
PASS_ON = "volunteers.pass_on_wish"
RETURN_DAYS = 7  # so long whoever claimed it has at least, once the station gave it back
GRACE_DAYS = 7  # so long after its day a late wish stays with who claimed it
UNTOLD = "一位居民"  # how somebody is called whose name nobody wrote down
REFERRED = "转来的心愿"
BATCH = 200

# What people are called besides their name: what is left must not be a whole one.
CALLED = re.compile(
    "同学|小朋友|奶奶|爷爷|婆婆|外婆|外公|阿姨|叔叔|伯伯|大爷|大妈|大姐|大哥|老师|师傅|先生|女士|家"
)


def locked(wish):
    """The wish as it is now, held until the act is done."""
    rows = Wish.objects.select_for_update(of=("self",))
    return rows.select_related("area", "volunteer__user", "partner").get(pk=wish.pk)


# who it is


def bound_to(wish):
    """What the sealed name and phone of a wish are bound to."""
    return f"wish.who:{wish.uuid}"


def put_who(wish, name, phone):
    """Seal who wishes it; nothing is kept of nobody."""
    facts = {"name": name.strip(), "phone": normalise(phone) if phone.strip() else ""}
    text = json.dumps(facts, ensure_ascii=False)
    wish.who_sealed = seal(text, bound_to=bound_to(wish)) if any(facts.values()) else ""


def who_of(wish):
    """{"name", "phone"} in clear; only acts that record the look hand it on."""
    if not wish.who_sealed:
        return {"name": "", "phone": ""}
    return json.loads(unseal(wish.who_sealed, bound_to=bound_to(wish)))


@transaction.atomic
def reveal_wisher(*, wish, by):
    """Name and phone in clear, for the community's staff. The look stands in the act log."""
    if not wish.who_sealed:
        refuse("没有登记是谁，没有可看的。")
    record("volunteers.reveal_beneficiary", on=wish, by=by)
    return who_of(wish)


def check_words(first_name, title, words, full_name=""):
    """What goes on the board: a first name and a wish, nothing that tells more."""
    if len(CALLED.sub("", first_name)) > 2:
        refuse("怎么称呼像是全名。只写名或者姓，比如“小满”“王奶奶”。")
    if full_name and len(full_name) > 2 and first_name == full_name:
        refuse("怎么称呼只写名或者“王奶奶”这样，不写全名。")
    names = [full_name] if len(full_name) > 2 else []
    check_public(first_name, title, words, names=names)


# writing it down and putting it on the board


@transaction.atomic
def add_wish(
    *,
    token,
    area,
    first_name,
    title,
    by,
    words="",
    kind=WishKind.THING,
    worth_fen=None,
    name="",
    phone="",
    home=None,
):
    """Write a wish down; it goes on the board when somebody has read it once more.

    `by` None: a resident wrote it. `worth_fen` at most 500 yuan. Sent twice (`token`) it is one wish. Name and phone are sealed.
    """
    if worth_fen is not None and worth_fen > MOST_FEN:
        refuse("微心愿不超过 500 元，再大的请写进需求清单。")
    wish = Wish(
        token=token,
        uuid=uuid.uuid4(),
        area=area,
        home=home,
        first_name=first_name.strip(),
        title=title.strip(),
        words=words.strip(),
        kind=kind,
        worth_fen=worth_fen,
        by=by,
    )
    put_who(wish, name, phone)
    facts = {field.attname: getattr(wish, field.attname) for field in Wish._meta.concrete_fields}
    for key in ("id", "token"):
        facts.pop(key)
    wish, is_new = Wish.objects.get_or_create(token=token, defaults=facts)
    if is_new:
        start_duty(
            PUBLISH, on=wish, title=f"微心愿：{wish.title}", subtitle=str(wish.area), fresh=True
        )
        record("volunteers.add_wish", on=wish, by=by, actor="" if by else RESIDENT)
    return wish


@transaction.atomic
def publish_wish(*, wish, by, first_name=None, title=None, words=None, kind=None):
    """上墙: read once more, mended, and free of anybody's phone, door or whole name."""
    wish = locked(wish)
    if wish.state != WishState.DRAFT:
        refuse("这个心愿已经上墙了。")
    wish.first_name = wish.first_name if first_name is None else first_name.strip()
    wish.title = wish.title if title is None else title.strip()
    wish.words = wish.words if words is None else words.strip()
    wish.kind = kind or wish.kind
    if wish.title == REFERRED:
        refuse("请写清楚是什么心愿，大家才好认领。")
    check_words(wish.first_name, wish.title, wish.words, who_of(wish)["name"])
    wish.state = WishState.OPEN
    wish.save(update_fields=["first_name", "title", "words", "kind", "state"])
    end_duty(PUBLISH, on=wish)
    record("volunteers.publish_wish", on=wish, by=by)
    return wish


# 认领


@transaction.atomic
def claim_wish(*, wish, by, volunteer=None, partner=None):
    """认领: one volunteer or one partner takes it on until a day. Of two at once one gets it.

    A volunteer's wishes are those of their own street, and three at a time: who has more in hand
    brings none of them. Read and counted with the giver held, so that two claims at once see each
    other, and nobody claims who is just leaving.
    """
    if (volunteer is None) == (partner is None):
        refuse("选一位志愿者，或者一家合伙人来认领。")
    if volunteer:
        _check_claimer(wish, locked_volunteer(volunteer))
    elif Partner.objects.select_for_update(no_key=True).get(pk=partner.pk).until:
        refuse(f"{partner}已经退出，不能认领。")
    wish = locked(wish)
    if wish.state in (WishState.CLAIMED, WishState.HANDED_IN):
        refuse("慢了一步，刚刚有人认领了。谢谢您，看看别的心愿吧。")
    if wish.state != WishState.OPEN:
        refuse("这个心愿现在不用认领了，看看别的心愿吧。")
    wish.state, wish.volunteer, wish.partner = WishState.CLAIMED, volunteer, partner
    wish.claimed_at = timezone.now()
    wish.claimed_until = timezone.localdate() + timedelta(days=WISH_DAYS)
    wish.save()
    record("volunteers.claim_wish", on=wish, by=by)
    return wish


def street_of(community):
    """The path of the street a community belongs to; of a place without one its own."""
    above = community.lineage_paths()
    return above[-2] if len(above) > 1 else above[-1]


def _check_claimer(wish, volunteer):
    if volunteer.state != VolunteerState.ACTIVE:
        refuse("现在还不能认领，等队长同意加入以后再来。")
    if not wish.area.path.startswith(street_of(volunteer.area)):
        refuse("这个心愿在别的街道，请那边的邻居来圆。看看近处的心愿吧。")
    in_hand = Wish.objects.filter(volunteer=volunteer, state=WishState.CLAIMED)
    if in_hand.count() >= WISHES_AT_ONCE:
        refuse(f"您手上已经有{WISHES_AT_ONCE}个心愿了，先圆了再来认领。谢谢您。")


@transaction.atomic
def release_wish(*, wish, by=None):
    """放回: it hangs open on the board again; who had it hears of it when others did it."""
    wish = locked(wish)
    if wish.state != WishState.CLAIMED:
        refuse("这个心愿现在没有人认领，不用放回。")
    claimer, since = claimer_of(wish), wish.claimed_at
    put_back(wish)
    record("volunteers.release_wish", on=wish, by=by)
    if claimer and claimer != by:
        say.wish_released(wish=wish, recipient=claimer, since=since)
    return wish


def put_back(wish):
    """Open again, nobody's."""
    wish.state, wish.volunteer, wish.partner = WishState.OPEN, None, None
    wish.claimed_at = wish.claimed_until = wish.handed_in_at = None
    wish.save()
    end_duty(LATE, on=wish)


def claimer_of(wish):
    """Whose account took the wish on: the volunteer's, or the partner's own; or None."""
    if wish.volunteer_id:
        return wish.volunteer.user
    return wish.partner.user if wish.partner_id else None


# what becomes of it


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


def put_photo(wish, photo):
    """One photo of the thing, in place of an earlier one; nothing without one."""
    if photo:
        drop_photo(wish)
        name = f"{uuid.uuid4().hex}.jpg"
        wish.photo.save(name, ContentFile(photo.jpeg), save=False)
        wish.thumb.save(f"small-{name}", ContentFile(photo.thumb), save=False)


def drop_photo(wish):
    """No photo any more; its files go once the act stands. The caller saves the wish."""
    for file in (wish.photo, wish.thumb):
        if file:
            transaction.on_commit(partial(file.storage.delete, file.name))
    wish.photo = wish.thumb = ""
    wish.is_photo_public = False


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


@transaction.atomic
def cancel_wish(*, wish, by):
    """撤下: it is not wished for any more. A fulfilled one stays."""
    wish = locked(wish)
    if wish.state in (WishState.FULFILLED, WishState.THANKED, WishState.CANCELLED):
        refuse("圆了的、已经撤下的心愿不能再撤。")
    claimer = claimer_of(wish)
    wish.state = WishState.CANCELLED
    wish.save(update_fields=["state"])
    for kind in (PUBLISH, LATE, PASS_ON):
        end_duty(kind, on=wish)
    record("volunteers.cancel_wish", on=wish, by=by)
    if claimer and claimer != by:
        say.wish_cancelled(wish=wish, recipient=claimer)
    return wish


# what comes with the days


def tend_wishes(today=None):
    """Late ones: their claimer and the worker hear once; a week later they hang open again.

    Returns (told, put back). In batches, each in a transaction of its own.
    """
    today = today or timezone.localdate()
    told = back = 0
    last = today - timedelta(days=GRACE_DAYS)
    while keys := first_keys(Wish.objects.late(last)):
        back += sum(_give_back(pk, last) for pk in keys)
    while keys := first_keys(unheard(today)):
        told += sum(_warn(pk, today) for pk in keys)
    return told, back


def first_keys(rows):
    """The keys of one batch."""
    return list(rows.order_by("pk").values_list("pk", flat=True)[:BATCH])


def unheard(today):
    """Late ones that stand on no desk yet."""
    on_desk = Duty.objects.open().filter(kind=LATE, object_id=OuterRef("pk"))
    return Wish.objects.late(today).filter(~Exists(on_desk))


@transaction.atomic
def _give_back(pk, last):
    wish = Wish.objects.late(last).filter(pk=pk).select_for_update(of=("self",)).first()
    if wish is None:
        return 0
    release_wish(wish=wish)
    return 1


@transaction.atomic
def _warn(pk, today):
    wish = unheard(today).filter(pk=pk).select_for_update(of=("self",)).first()
    if wish is None:
        return 0
    wish = locked(wish)
    start_duty(
        LATE,
        on=wish,
        title=f"微心愿到期没圆：{wish.title}",
        subtitle=f"{wish.area} · 打电话问问认领的人",
    )
    if claimer := claimer_of(wish):
        say.wish_late(wish=wish, recipient=claimer)
    return 1


def forget_wishers(now=None):
    """Half a year after the end nobody needs to know who wished it. Returns how many."""
    before = (now or timezone.now()) - ERASE_AFTER
    over = Wish.objects.filter(
        state__in=[WishState.FULFILLED, WishState.THANKED], fulfilled_at__lt=before
    ) | Wish.objects.filter(state=WishState.CANCELLED, created_at__lt=before)
    return over.exclude(who_sealed="", home=None).update(who_sealed="", home=None)
