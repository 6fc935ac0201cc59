"""Households: moving in, moving out, and what is known of the home they hold."""

from django.db import transaction
from django.db.models import DateField, F, Value
from django.db.models.functions import Greatest
from django.utils import timezone

from residents_map.choices import Tenure
from residents_map.models import Household, LedgerVersion, Mark, Person
from stations.foundation.refusal import refuse
from stations.models import Duty
from stations.services.acts import record
from stations.services.figures import mark_stale

from .history import note_change


def locked(household):
    """The household as it is now, held until the act is done."""
    rows = Household.objects.select_for_update(of=("self",))
    return rows.select_related("area", "home__entrance__building").get(pk=household.pk)


def bump_version(area):
    """The ledger of this estate was written: previews and figures made before are out of date."""
    LedgerVersion.objects.get_or_create(area=area)
    LedgerVersion.objects.filter(area=area).update(number=F("number") + 1)
    mark_stale(area=area, day=timezone.localdate().replace(day=1))


def after_change(household):
    """Keep the number of residents and the ledger's version right."""
    household.resident_count = Person.objects.residents().filter(household=household).count()
    household.save(update_fields=["resident_count"])
    bump_version(household.area)


@transaction.atomic
def move_in(*, home, by, tenure=Tenure.UNKNOWN, since=None):
    """A household comes to live in a home. Refuses when another still lives there."""
    if Household.objects.current().filter(home=home).exists():
        refuse(f"{home}已经登记了一户，先给原来的一户办迁出。")
    building = home.entrance.building
    household = Household.objects.create(
        home=home, area=building.area, building=building, tenure=tenure, since=since
    )
    note_change(household, "入住", by=by)
    record("residents_map.move_in", on=household, by=by)
    bump_version(building.area)
    return household


@transaction.atomic
def change_household(*, household, by, tenure, since=None, paired_with=""):
    """Change what is known of the household itself: how it holds its home, who is paired."""
    household = locked(household)
    if household.until:
        refuse("这一户已经迁出，不能再改。")
    after = {"tenure": tenure, "since": since, "paired_with": paired_with}
    old = {key: getattr(household, key) for key in after if getattr(household, key) != after[key]}
    if not old:
        return household
    for key in old:
        setattr(household, key, after[key])
    household.save(update_fields=list(old))
    names = {"tenure": "住房", "since": "入住日期", "paired_with": "结对人"}
    what = "改了" + "、".join(names[key] for key in old)
    note_change(household, what, by=by, old=old, new={key: after[key] for key in old})
    record("residents_map.change_household", on=household, by=by)
    bump_version(household.area)
    return household


@transaction.atomic
def move_out(*, household, by, on=None):
    """The whole household moved away. Its visits end with it."""
    from residents_map.services.visits import stop_duties

    household = locked(household)
    if household.until:
        refuse("这一户已经迁出了。")
    on = on or timezone.localdate()
    if household.since and on < household.since:
        refuse(f"迁出不能早于入住，这一户{household.since:%Y年%-m月%-d日}才住进来。")
    marks = Mark.objects.current().filter(person__household=household)
    people = Person.objects.current().filter(household=household)
    duties = Duty.objects.open().filter(
        kind__startswith="residents_map.", object_id=household.pk, area=household.area
    )
    back = {
        "marks": list(marks.values_list("pk", flat=True)),
        "people": list(people.values_list("pk", flat=True)),
        "duties": list(duties.values_list("pk", flat=True)),
        "tier": household.tier,
        "next_visit_on": household.next_visit_on,
    }
    Mark.objects.filter(pk__in=back["marks"]).update(until=on_or_after("since", on))
    people.update(left_on=on)
    household.until = on
    household.tier, household.next_visit_on = "", None
    household.resident_count = 0
    household.save()
    stop_duties(household)
    back["duties"] = list(
        Duty.objects.filter(pk__in=back["duties"], ended_at__isnull=False).values_list(
            "pk", flat=True
        )
    )
    household.change = note_change(household, "迁出", by=by, back=back)
    record("residents_map.move_out", on=household, by=by)
    bump_version(household.area)
    return household


def on_or_after(column, day):
    """That day, or the column's where it is later: a mark does not end before it began."""
    return Greatest(F(column), Value(day, output_field=DateField()))
