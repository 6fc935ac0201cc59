"""What comes with the days: late wishes are told of and hang open again; who wished is forgotten."""

from datetime import timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from stations.models import Duty
from stations.services.duties import start_duty
from volunteers.choices import ERASE_AFTER, WishState
from volunteers.messages import giving as say
from volunteers.models import Wish

from .claiming import release_wish
from .wish import LATE, claimer_of, locked

GRACE_DAYS = 7  # so long after its day a late wish stays with who claimed it
BATCH = 200


def tend_wishes(today=None):
    """Late ones: their claimer and the worker hear once; a week later they hang open again.

    Returns (told, put back). A batch of either at a time: a full one has more behind it.
    """
    today = today or timezone.localdate()
    last = today - timedelta(days=GRACE_DAYS)
    back = sum(_give_back(pk, last) for pk in first_keys(Wish.objects.late(last)))
    told = sum(_warn(pk, today) for pk in first_keys(unheard(today)))
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
    """Half a year after the end nobody needs to know who wished it. A batch at a time; returns
    how many."""
    before = (now or timezone.now()) - ERASE_AFTER
    over = Wish.objects.filter(
        state__in=[WishState.FULFILLED, WishState.THANKED], fulfilled_at__lt=before
    ) | Wish.objects.filter(state=WishState.CANCELLED, created_at__lt=before)
    keys = first_keys(over.exclude(who_sealed="", home=None))
    return Wish.objects.filter(pk__in=keys).update(who_sealed="", home=None)
