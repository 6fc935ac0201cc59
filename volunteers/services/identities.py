"""实名: claimed by the person, checked by somebody else against the paper.

Nothing of the number is kept but a keyed fingerprint. The first person of an installation is
vouched for at the server (`manage.py vouch`); from them on people check one another.
"""

from django.db import IntegrityError, transaction
from django.utils import timezone

from stations.access import can
from stations.foundation.refusal import refuse
from stations.models.area import places_of
from stations.services.acts import record
from volunteers.access import VERIFY_IDENTITY
from volunteers.messages import people as messages
from volunteers.models import Identity, Volunteer
from volunteers.services.keys import key_of_identity

WAITING = 30


def place_of(user):
    """Where this person belongs: their volunteer's community, else where they are posted."""
    volunteer = Volunteer.objects.select_related("area").filter(user=user).first()
    if volunteer:
        return volunteer.area
    return next((posting.area for posting in user.current_postings()), None)


def identity_of(user):
    """This person's identity, or None."""
    return Identity.objects.select_related("verified_by").filter(user=user).first()


@transaction.atomic
def claim_identity(*, by, number):
    """登记身份: only the fingerprint is kept. Can be mended until somebody checked it."""
    key = key_of_identity(number)
    area = place_of(by)
    if area is None:
        refuse("您的账号还没有岗位，先请书记或管理员定岗位。")
    row = Identity.objects.select_for_update(of=("self",)).filter(user=by).first()
    if row and row.verified_at:
        refuse("您的身份已经当面核对过了，不用再登记。")
    if row is None:
        row = Identity(user=by)
    row.area, row.key, row.claimed_at = area, key, timezone.now()
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError:
        refuse("刚才已经登记上了，刷新看看。")
    record("volunteers.claim_identity", on=row, by=by)
    return row


def to_verify(user):
    """Whom this person could check: those who claimed at places where they may, not themselves."""
    rows = Identity.objects.filter(
        verified_at=None, area__in=places_of(user, VERIFY_IDENTITY.roles)
    ).exclude(user=user)
    return rows.select_related("user", "area").order_by("claimed_at", "pk")


@transaction.atomic
def verify_identity(*, identity, by, number):
    """当面核对: types the number from the paper that lies on the table; it must be the claimed one.

    Refuses oneself, also under another account, whoever nobody has checked, and a second account
    of somebody who serves with one already: the same morning would count twice.
    """
    identity = locked_with_same(identity)
    if not can(by, VERIFY_IDENTITY, at=identity.area):
        refuse("您不在这里管事，不能核对。")
    if identity.verified_at:
        refuse("已经核对过了。")
    own = Identity.objects.verified().filter(user=by).first()
    if own is None:
        refuse("您自己的身份还没有核对过，先请别的同事核对您。")
    if identity.user_id == by.pk or own.key == identity.key:
        refuse("不能核对自己，请另一位同事来。")
    if key_of_identity(number) != identity.key:
        refuse("和本人登记的对不上。请看着证件再输一遍；还不对，请本人重新登记。")
    if has_other_volunteer(identity):
        refuse("这位已经有一个核对过的志愿者账号，一个人用一个就够了。请本人用原来的账号登录。")
    identity.verified_by, identity.verified_at = by, timezone.now()
    identity.save(update_fields=["verified_by", "verified_at"])
    record("volunteers.verify_identity", on=identity, by=by)
    messages.verified(identity=identity)
    return identity


def locked_with_same(identity):
    """The identity as it is now, held together with all of the same number: of two accounts of
    one person, checked at the same moment by two colleagues, the second one sees the first."""
    key = Identity.objects.values_list("key", flat=True).get(pk=identity.pk)
    rows = Identity.objects.select_for_update(of=("self",)).select_related("user", "area")
    list(rows.filter(key=key).order_by("pk"))
    return rows.get(pk=identity.pk)


def has_other_volunteer(identity):
    """Whether this account serves, and another one of the same number, checked, does too."""
    if not Volunteer.objects.filter(user=identity.user_id).exists():
        return False
    same = Identity.objects.verified().filter(key=identity.key).exclude(pk=identity.pk)
    return same.filter(user__volunteer__isnull=False).exists()


@transaction.atomic
def vouch(*, user, number):
    """担保: whoever keeps the server saw this person's paper. Only for the first ones."""
    area = place_of(user)
    if area is None:
        refuse(f"{user}还没有岗位，先定岗位。")
    if Identity.objects.verified().filter(user=user).exists():
        refuse(f"{user}已经核对过了。")
    now = timezone.now()
    identity, _ = Identity.objects.update_or_create(
        user=user,
        defaults={
            "area": area, "key": key_of_identity(number), "claimed_at": now, "verified_at": now
        },
    )  # fmt: skip
    record("volunteers.verify_identity", on=identity, by=None, actor="系统管理员")
    return identity
