"""常年服务对象: who is looked after by the station: rung up, with service packages, with a card."""

from django.db import transaction
from django.utils import timezone

from stations.foundation.phones import normalise
from stations.foundation.refusal import refuse
from stations.services.acts import record
from stations.services.duties import end_duty
from volunteers.models import Beneficiary
from volunteers.services.beneficiaries import new_beneficiary, phone_index, put

CALL_DUTY = "volunteers.call"
ALREADY = "这个电话已经登记过一位服务对象了，在名单里找一下，不用再登。"


def locked(beneficiary):
    """The person as they stand now, held until the act is done. Always before their packages."""
    rows = Beneficiary.objects.select_for_update(of=("self",), no_key=True)
    return rows.select_related("area", "building", "entrance__building").get(pk=beneficiary.pk)


def in_care(beneficiary, sentence="这位已经不再服务了。"):
    """The locked row of somebody who is looked after; refuses whoever is not (any more)."""
    row = locked(beneficiary)
    if not row.is_regular or row.until:
        refuse(sentence)
    return row


def _insist_on_one(area, phone, besides=None):
    """One telephone is one person of a community: an old person is not registered twice."""
    if not phone:
        return
    near = Beneficiary.objects.regular().filter(area__parent=area.parent_id)
    same = near.filter(phone_index=phone_index(normalise(phone)))
    if same.exclude(pk=besides.pk if besides else None).exists():
        refuse(ALREADY)


@transaction.atomic
def add_beneficiary(
    *,
    by,
    name,
    phone="",
    door="",
    words="",
    call_every_days=None,
    area=None,
    building=None,
    home=None,
):
    """Somebody who is looked after from now on. Without a home: the estate, with a building.

    `call_every_days`: how often they are rung up, None for never. `words` are what helpers have
    to know. Refuses a telephone that is registered in this community, and calls without one.
    """
    area = home.area if home else area
    if not name.strip():
        refuse("写上怎么称呼，打电话时要用。")
    if call_every_days and not phone:
        refuse("要打问候电话，就要留电话。")
    _insist_on_one(area, phone)
    row = new_beneficiary(
        area=area,
        building=building,
        home=home,
        is_regular=True,
        name=name,
        phone=phone,
        door=door or (home.number if home else ""),
        words=words,
    )
    row.call_every_days = call_every_days
    row.save(update_fields=["call_every_days"])
    record("volunteers.add_beneficiary", on=row, by=by)
    return row


@transaction.atomic
def change_beneficiary(
    *, beneficiary, by, name="", phone="", door="", words="", call_every_days=None
):
    """Another name, telephone, door or rhythm. What is left empty stays: no form shows it."""
    row = in_care(beneficiary)
    given = {"name": name, "phone": phone, "door": door, "words": words}
    given = {field: text for field, text in given.items() if text.strip()}
    if call_every_days and not (phone or row.phone_sealed):
        refuse("要打问候电话，就要留电话。")
    _insist_on_one(row.area, phone, besides=row)
    put(row, **given)
    row.call_every_days = call_every_days
    row.save()
    if not call_every_days:
        end_duty(CALL_DUTY, on=row)
    record("volunteers.change_beneficiary", on=row, by=by)
    return row


@transaction.atomic
def end_beneficiary(*, beneficiary, by):
    """No longer looked after: moved away, does not want it, died. The card stops, packages and
    calls end, and name and telephone go with the time set for single orders."""
    from volunteers.services.packages import end_packages, locked_packages

    row = in_care(beneficiary)
    end_packages(list(locked_packages(row.packages.current())), by=by)
    row.is_regular, row.until = False, timezone.localdate()
    row.card_digest, row.card_given_at = "", None
    row.save(update_fields=["is_regular", "until", "card_digest", "card_given_at"])
    end_duty(CALL_DUTY, on=row)
    record("volunteers.end_beneficiary", on=row, by=by)
    return row
