"""可换的东西: what partners give for points."""

from django.db import transaction
from django.utils import timezone

from stations.foundation.refusal import refuse
from stations.services.acts import record
from volunteers.models import Gift

MOST_LEFT = 9999


def check(points, left, until):
    """What no gift can be."""
    if not 1 <= points <= MOST_LEFT:
        refuse("要几分，写1到9999。")
    if not 0 <= left <= MOST_LEFT:
        refuse("还剩几份，写0到9999。")
    if until and until < timezone.localdate():
        refuse("到期的日子已经过了，请改成以后的一天。")


@transaction.atomic
def add_gift(*, area, partner, name, points, left, by, words="", until=None):
    """A partner of the place gives something for points, so many of it."""
    if partner.area_id != area.pk:
        refuse("这家合伙人不在本社区，请重新选。")
    if partner.until:
        refuse("这家合伙人已经退出，请重新选。")
    check(points, left, until)
    gift = Gift.objects.create(
        area=area,
        partner=partner,
        name=name.strip(),
        words=words.strip(),
        points=points,
        left=left,
        until=until,
    )
    record("volunteers.add_gift", on=gift, by=by, points=points, left=left)
    return gift


@transaction.atomic
def change_gift(*, gift, name, points, left, by, words="", until=None, seen=None):
    """Words, price, number or last day. What somebody has redeemed stays at its price.

    `seen` is how many there were when the page was opened: what was redeemed meanwhile stays
    redeemed, and only the difference that was typed is put on top or taken off.
    """
    seen = gift.left if seen is None else seen
    gift = Gift.objects.select_for_update(of=("self",)).get(pk=gift.pk)
    if gift.ended_at:
        refuse("这一样已经收起来了。")
    check(points, left, until)
    left += gift.left - seen
    if left < 0:
        refuse(f"刚才又换走了几份，现在只剩 {gift.left} 份，请再看一下写几份。")
    gift.name, gift.words = name.strip(), words.strip()
    gift.points, gift.left, gift.until = points, left, until
    gift.save(update_fields=["name", "words", "points", "left", "until"])
    record("volunteers.change_gift", on=gift, by=by, points=points, left=left)
    return gift


@transaction.atomic
def end_gift(*, gift, by):
    """Nobody can choose it any more; what was redeemed is still handed over."""
    gift = Gift.objects.select_for_update(of=("self",)).get(pk=gift.pk)
    if gift.ended_at:
        refuse("已经收起来了。")
    gift.ended_at = timezone.now()
    gift.save(update_fields=["ended_at"])
    record("volunteers.end_gift", on=gift, by=by)
    return gift
