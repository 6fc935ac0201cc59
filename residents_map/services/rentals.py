"""出租屋: who lets which home, how its inspections went, and what has to be put right by when."""

import json
import uuid
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from residents_map.choices import InspectionState, Listing
from residents_map.foundation.house_rules import BLACK_TO, KEYS, listing_of, stars_of
from residents_map.models import Inspection, Rental
from residents_map.services.rental_duties import (
    RENTAL_APPEAL,
    RENTAL_VISIT,
    keep_rental_duty,
    last_inspection,
)
from residents_map.services.reveals import why
from stations.foundation.phones import mask, normalise
from stations.foundation.refusal import refuse
from stations.foundation.sealed import seal, unseal
from stations.services.acts import record
from stations.services.duties import end_duty, start_duty

EVERY_DAYS = 15  # two visits a month
FIRST_DAYS = 7
FIX_DAYS, MOST_FIX_DAYS = 7, 30
APPEAL_DAYS = 10


def locked(rental):
    """The rental house as it is now, held until the act is done."""
    rows = Rental.objects.select_for_update(of=("self",))
    return rows.select_related("area", "home__entrance__building").get(pk=rental.pk)


# the landlord


def bound_to(rental):
    """What the landlord's sealed name and phone are bound to."""
    return f"rental.landlord:{rental.uuid}"


def sealed_landlord(rental, name, phone):
    facts = {"name": name.strip(), "phone": normalise(phone) if phone else ""}
    if not any(facts.values()):
        return ""
    return seal(json.dumps(facts, ensure_ascii=False), bound_to=bound_to(rental))


def landlord_of(rental):
    """{"name", "phone"} in clear; only acts that record the look hand it on."""
    if not rental.landlord_sealed:
        return {"name": "", "phone": ""}
    return json.loads(unseal(rental.landlord_sealed, bound_to=bound_to(rental)))


def masked_landlord(rental):
    """{"name", "phone"}: 王*, 139****0001."""
    facts = landlord_of(rental)
    name = facts["name"]
    hidden = f"{name[0]}{'*' * (len(name) - 1)}" if name else ""
    return {"name": hidden, "phone": mask(facts["phone"]) if facts["phone"] else ""}


@transaction.atomic
def reveal_landlord(*, rental, by, reason, words=""):
    """The landlord's name and phone in clear, for a reason that stays in the act log."""
    if not rental.landlord_sealed:
        refuse("还没登记房东，没有可看的。")
    known = landlord_of(rental)
    told = why(reason, words, names=[known["name"]])
    record("residents_map.reveal_landlord", on=rental, by=by, **told)
    return known


# the house


@transaction.atomic
def add_rental(*, home, by, landlord_name="", landlord_phone="", is_member=False):
    """A home is let: it is visited within a week, then twice a month."""
    if Rental.objects.current().filter(home=home).exists():
        refuse(f"{home}已经登记为出租屋了。")
    building = home.entrance.building
    rental = Rental(home=home, area_id=building.area_id, building=building, uuid=uuid.uuid4())
    rental.landlord_sealed = sealed_landlord(rental, landlord_name, landlord_phone)
    rental.is_member = is_member
    rental.next_visit_on = timezone.localdate() + timedelta(days=FIRST_DAYS)
    rental.save()
    keep_rental_duty(rental)
    record("residents_map.add_rental", on=rental, by=by)
    return rental


@transaction.atomic
def change_rental(*, rental, by, landlord_name="", landlord_phone="", is_member=False):
    """Another landlord or telephone, or the landlord joined the association or left it.

    What is left empty stays as it was: the form never shows it.
    """
    rental = locked(rental)
    if rental.until:
        refuse("这间屋已经不出租了，不能再改。")
    known = landlord_of(rental)
    name, phone = landlord_name or known["name"], landlord_phone or known["phone"]
    rental.landlord_sealed = sealed_landlord(rental, name, phone)
    rental.is_member = is_member
    rental.save(update_fields=["landlord_sealed", "is_member"])
    record("residents_map.change_rental", on=rental, by=by)
    return rental


@transaction.atomic
def end_rental(*, rental, by):
    """The home is not let any more; its duties end with it."""
    rental = locked(rental)
    if rental.until:
        refuse("这间屋已经不出租了。")
    rental.until, rental.next_visit_on = timezone.localdate(), None
    rental.save(update_fields=["until", "next_visit_on"])
    end_duty(RENTAL_VISIT, on=rental)
    for inspection in rental.inspections.filter(state=InspectionState.APPEALED):
        end_duty(RENTAL_APPEAL, on=inspection)
    record("residents_map.end_rental", on=rental, by=by)
    return rental


# the inspection


@transaction.atomic
def inspect(*, rental, by, answers, words="", fix_by=None):
    """Look at the house by the criteria. Two stars and fewer are put right by a day.

    After an inspection that asked for something to be put right, the next one is the
    re-inspection: it names the one before and, when passed, says it was put right.
    """
    rental = locked(rental)
    if rental.until:
        refuse("这间屋已经不出租了，不用再查。")
    if missing := [key for key in KEYS if key not in answers]:
        refuse(f"还有{len(missing)}项没有选，每一项都要选“是”或“否”。")
    answers = {key: bool(answers[key]) for key in KEYS}
    before = last_inspection(rental)
    if before and before.state == InspectionState.APPEALED:
        refuse("房东对上次检查有异议，等书记答复以后再查。")
    today, stars = timezone.localdate(), stars_of(answers)
    if stars <= BLACK_TO:
        fix_by = fix_by or today + timedelta(days=FIX_DAYS)
        if not today < fix_by <= today + timedelta(days=MOST_FIX_DAYS):
            refuse(f"整改期限请选明天到{MOST_FIX_DAYS}天以内的一天。")
    else:
        fix_by = None
    is_again = before is not None and before.state == InspectionState.TO_FIX
    inspection = Inspection.objects.create(
        rental=rental,
        area_id=rental.area_id,
        by=by,
        answers=answers,
        stars=stars,
        state=InspectionState.TO_FIX if fix_by else InspectionState.PASSED,
        fix_by=fix_by,
        words=words.strip(),
        before=before if is_again else None,
    )
    if is_again and not fix_by:
        wrong = rental.inspections.filter(state=InspectionState.TO_FIX)
        wrong.update(state=InspectionState.FIXED)
    take_result(rental, stars, fix_by or today + timedelta(days=EVERY_DAYS))
    record("residents_map.inspect_rental", on=rental, by=by, inspection=inspection.pk)
    return inspection


def make_void(inspection):
    """It does not count; what it found put right is to be put right again."""
    inspection.state = InspectionState.VOID
    inspection.save()
    before = inspection.before
    while before and before.state == InspectionState.FIXED:
        before.state = InspectionState.TO_FIX
        before.save(update_fields=["state"])
        before = before.before


def take_result(rental, stars, next_visit_on):
    """The house stands as its last inspection says; the next visit has its day."""
    rental.stars = stars
    rental.listing = listing_of(stars) if stars else Listing.NONE
    rental.next_visit_on = next_visit_on
    rental.save(update_fields=["stars", "listing", "next_visit_on"])
    end_duty(RENTAL_VISIT, on=rental)
    keep_rental_duty(rental)


# the appeal


@transaction.atomic
def appeal(*, inspection, by, words):
    """The landlord objects; staff write it down. The house is on no list until it is decided."""
    rental = locked(inspection.rental)
    inspection = Inspection.objects.select_for_update(of=("self",)).get(pk=inspection.pk)
    if rental.until:
        refuse("这间屋已经不出租了，不用再提异议。")
    if inspection.appealed_at:
        refuse("这次检查已经提过异议了。")
    if inspection.pk != last_inspection(rental).pk:
        refuse("这不是最近一次检查，异议只能对最近一次提。")
    if inspection.at < timezone.now() - timedelta(days=APPEAL_DAYS):
        refuse(f"检查过去{APPEAL_DAYS}天了，不能再提异议，可以请人再查一次。")
    inspection.appeal, inspection.appealed_at = words.strip(), timezone.now()
    inspection.state = InspectionState.APPEALED
    inspection.save(update_fields=["appeal", "appealed_at", "state"])
    rental.listing = Listing.NONE
    rental.save(update_fields=["listing"])
    end_duty(RENTAL_VISIT, on=rental)
    start_duty(
        RENTAL_APPEAL,
        on=inspection,
        title=f"{rental.home}出租屋的异议",
        subtitle=f"{rental.area} · 查了{inspection.stars}星，房东不同意",
    )
    record("residents_map.appeal_inspection", on=rental, by=by, inspection=inspection.pk)
    return inspection


@transaction.atomic
def decide_appeal(*, inspection, by, is_upheld, words):
    """Decide on an appeal, never on one's own inspection.

    Upheld: the inspection does not count, the house stands as before it, and somebody looks
    again within a week. Not upheld: it counts, and the days to put it right begin anew.
    """
    rental = locked(inspection.rental)
    inspection = Inspection.objects.select_for_update(of=("self",)).get(pk=inspection.pk)
    if inspection.state != InspectionState.APPEALED:
        refuse("这个异议已经答复过了。")
    if inspection.by_id == by.pk:
        refuse("这次是您自己查的，请另一位书记来答复。")
    today = timezone.localdate()
    inspection.decided_by, inspection.decision = by, words.strip()
    if is_upheld:
        make_void(inspection)
        earlier = last_inspection(rental)
        take_result(rental, earlier and earlier.stars, today + timedelta(days=FIRST_DAYS))
    else:
        is_bad = inspection.stars <= BLACK_TO
        inspection.state = InspectionState.TO_FIX if is_bad else InspectionState.PASSED
        inspection.fix_by = today + timedelta(days=FIX_DAYS) if is_bad else None
        inspection.save()
        again_on = inspection.fix_by or today + timedelta(days=EVERY_DAYS)
        take_result(rental, inspection.stars, again_on)
    end_duty(RENTAL_APPEAL, on=inspection)
    record("residents_map.decide_appeal", on=rental, by=by, inspection=inspection.pk)
    return inspection
