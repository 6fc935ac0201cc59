"""捐赠: taken in by two people with a numbered receipt, and where every part of it went."""

from django.db import connection, transaction
from django.utils import timezone

from stations.foundation.refusal import refuse
from stations.services.acts import record
from stations.services.duties import end_duty, start_duty
from volunteers.choices import WishState
from volunteers.models import Donation, DonationUse
from volunteers.services.keys import is_same_person
from volunteers.services.public_words import check_public
from volunteers.services.stale import mark_day

WITNESS = "volunteers.witness_donation"
NUMBERED = 0x53_4A  # "SJ": the lock under which numbers are given


def next_number(year):
    """SJ-2026-0001, one after the other and none left out: called inside the act itself."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [NUMBERED, year])
        cursor.execute(
            "SELECT max(substr(number, 9)::int) FROM volunteers_donation WHERE number LIKE %s",
            [f"SJ-{year}-%"],
        )
        last = cursor.fetchone()[0] or 0
    return f"SJ-{year}-{last + 1:04d}"


@transaction.atomic
def take_donation(
    *,
    area,
    partner,
    what,
    quantity,
    unit,
    worth_fen,
    received_by,
    witness,
    by,
    received_on=None,
    is_public=False,
):
    """收捐赠: two different people take it in. `worth_fen` is the whole of it, in fen.

    The witness is asked, on their own desk, and says so from their own account: until then there
    is no receipt. So whoever writes it down is not the witness.
    What and where it goes can be read by everybody; the giver's name only with `is_public`.
    公益事业捐赠法 第16条: whoever takes a donation gives a receipt and keeps what was given.
    """
    today = timezone.localdate()
    received_on = received_on or today
    if received_by == witness:
        refuse("收东西的和见证的要是两个人。")
    if by == witness or is_same_person(by, witness):
        refuse("记的人不能自己见证。见证人选另一位同事，由他在自己的账号里点头。")
    if is_same_person(received_by, witness):
        refuse("经手人和见证人的两个账号是同一个人，请换一位同事来见证。")
    if received_on > today:
        refuse("收到的日子不能在今天以后。")
    if quantity < 1:
        refuse("数量至少是 1。")
    if partner.until and partner.until < received_on:
        refuse(f"{partner}已经退出，先请它重新加入。")
    check_public(what, names=[] if is_public else [partner.name])
    donation = Donation.objects.create(
        number=next_number(received_on.year),
        area=area,
        partner=partner,
        what=what.strip(),
        quantity=quantity,
        unit=unit.strip(),
        worth_fen=worth_fen,
        received_on=received_on,
        received_by=received_by,
        witness=witness,
        is_public=is_public,
    )
    start_duty(
        WITNESS,
        on=donation,
        holder=witness,
        title=f"请您见证：{donation}",
        subtitle=f"{area} · {donation.number} · {quantity}{donation.unit}",
        fresh=True,
    )
    record("volunteers.take_donation", on=donation, by=by)
    return donation


@transaction.atomic
def witness_donation(*, donation, by):
    """见证: the second of the two says, from their own account, that it came in as it stands there.

    From now on it has a receipt and counts. Nobody says it for the witness.
    """
    donation = Donation.objects.select_for_update(of=("self",)).get(pk=donation.pk)
    if donation.witness_id != by.pk:
        refuse("只有见证人本人能点，请他用自己的账号来点。")
    if donation.witnessed_at:
        refuse("已经点过头了，收据可以打印了。")
    if is_same_person(donation.received_by, by):
        refuse("经手人和见证人的两个账号是同一个人，不能自己见证自己。")
    donation.witnessed_at = timezone.now()
    donation.save(update_fields=["witnessed_at"])
    end_duty(WITNESS, on=donation)
    mark_day(donation.area, donation.received_on)
    record("volunteers.witness_donation", on=donation, by=by)
    return donation


def unwitnessed():
    """Keys of the donations whose witness has not said yet that they saw it."""
    return Donation.objects.filter(witnessed_at=None).values_list("pk", flat=True)


@transaction.atomic
def use_donation(*, donation, by, quantity, where, wish=None, used_on=None):
    """去了哪里: a part of it was handed out. Never more than was given; no person is named."""
    donation = Donation.objects.select_for_update(of=("self",)).get(pk=donation.pk)
    if not donation.witnessed_at:
        refuse(f"等见证人点头：请{donation.witness}先在自己的账号里点“是，我看着收的”。")
    left = donation.quantity - donation.used
    if quantity < 1 or quantity > left:
        refuse(f"只剩 {left}{donation.unit}，请改一下数量。")
    used_on = used_on or timezone.localdate()
    if not donation.received_on <= used_on <= timezone.localdate():
        refuse("用的日子要在收到以后、今天以前。")
    if wish and wish.state in (WishState.DRAFT, WishState.CANCELLED):
        refuse("这个心愿没有上墙，不能挂上去。")
    check_public(where, names=[] if donation.is_public else [donation.partner.name])
    use = DonationUse.objects.create(
        donation=donation,
        area_id=donation.area_id,
        quantity=quantity,
        where=where.strip(),
        wish=wish,
        used_on=used_on,
        by=by,
    )
    donation.used += quantity
    donation.save(update_fields=["used"])
    record("volunteers.use_donation", on=donation, by=by, use=use.pk)
    return use
