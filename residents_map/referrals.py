"""What other apps' pages take over from a visit, and where things raised out of one came from,
for whoever may open that household."""

from residents_map.access import REVEAL_FIELD, VISIT
from residents_map.choices import Field, Reason
from residents_map.models import Household, Visit
from residents_map.services.reveals import open_household, reveal_field
from residents_map.services.visit_duties import with_heads
from residents_map.services.visits import words_of
from stations.access import can
from stations.foundation.redaction import redact
from stations.registries import HandOver, Outcome, handovers, origins

WHY = "转成别的单子"  # the few words the log keeps with the look


def give(pk, user, who):
    """What was said at a visit and at whose door, for whoever visits there. Reading it is a look
    at the household; the phone of the grown-up it is about is another one."""
    visit = Visit.objects.visible_to(user).filter(pk=pk).select_related("area").first()
    if visit is None or not can(user, VISIT, at=visit.area):
        return None
    rows = with_heads(Household.objects.visible_to(user).current())
    household = rows.filter(pk=visit.household_id).first()
    if household is None:
        return None  # they moved away: nobody there waits for it any more
    open_household(household=household, by=user)
    home, heads = household.home, household.heads
    chosen = next((one for one in heads if str(one.pk) == who), next(iter(heads), None))
    return HandOver(
        source=visit,
        title=f"{home}的走访",
        url=f"/map/visits/{visit.pk}/",
        area=visit.area,
        home=home,
        building=home.entrance.building,
        entrance=home.entrance,
        text=redact(words_of(visit), names=[one.name for one in heads]),
        people=tuple((str(one.pk), one.name) for one in heads) if len(heads) > 1 else (),
        who=str(chosen.pk) if chosen else "",
        contact=lambda: contact_of(chosen, home, user),
    )


def contact_of(person, home, user):
    """Name, phone and door of this person; the phone is revealed with its line in the log."""
    if person is None:
        return {"door": home.number}
    phone = ""
    if person.has(Field.PHONE) and can(user, REVEAL_FIELD, at=person.area):
        why = {"reason": Reason.OTHER, "words": WHY}
        phone = reveal_field(person=person, field=Field.PHONE, by=user, **why)
    return {"name": person.name, "phone": phone, "door": home.number}


handovers.declare("residents_map.visit", label="走访", icon="door", give=give)


@origins.register("residents_map.visit", label="走访")
def visits_behind(ids, user):
    """{visit id: Outcome}. Without the right to see the household: no door, no link."""
    seen = Visit.objects.visible_to(user).select_related("household__home__entrance__building")
    rows = seen.in_bulk(ids)
    return {
        pk: Outcome(
            title=f"{rows[pk].household.home}的走访" if pk in rows else "走访",
            url=f"/map/visits/{pk}/" if pk in rows else "",
            state="来自走访",
            is_done=True,
            since=rows[pk].at if pk in rows else None,
        )
        for pk in ids
    }
