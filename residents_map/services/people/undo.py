"""撤销: what was entered wrongly a moment ago is put back as it was."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.dateparse import parse_date

from residents_map.models import Change, Household, Mark, Person
from stations.foundation.refusal import refuse
from stations.models import Duty
from stations.services.acts import record

from .history import note_change, values_of
from .households import after_change, bump_version, locked
from .members import change_person

UNDO_MINUTES = 10


@transaction.atomic
def undo_change(*, change, by):
    """Take back one's own last change of a household, within ten minutes.

    Nothing is deleted: the change stays in the history, and a second line says it was taken
    back. Returns the household.
    """
    household = locked(change.household)
    if change.by_id != by.pk or change.at < timezone.now() - timedelta(minutes=UNDO_MINUTES):
        refuse("只有本人十分钟内能撤销。请直接改回来。")
    if Change.objects.filter(household=household, pk__gt=change.pk).exists():
        refuse("后面又有改动，撤不回来了。请直接改回来。")
    told = values_of(change)
    back = told.get("back", {})
    if "people" in back:
        put_household_back(household, back)
    elif "left" in back:
        Person.objects.filter(pk=back["left"]).update(left_on=None)
        Mark.objects.filter(pk__in=back["marks"]).update(until=None)
        after_change(household)
    elif change.person_id and "old" in told:
        put_person_back(change.person, told, by=by)
    else:
        refuse("这一条撤不回来。请直接改回来。")
    note_change(household, f"撤销：{change.what}", by=by, person=change.person)
    record("residents_map.undo_change", on=household, by=by)
    return household


def put_household_back(household, back):
    """The household lives here again, with its people, marks, visits and duties."""
    if Household.objects.current().filter(home=household.home).exists():
        refuse("这个房子已经登记了新的一户，撤不回来了。")
    Person.objects.filter(pk__in=back["people"]).update(left_on=None)
    Mark.objects.filter(pk__in=back["marks"]).update(until=None)
    Duty.objects.filter(pk__in=back["duties"]).update(ended_at=None)
    household.until = None
    household.tier = back["tier"]
    household.next_visit_on = back["next_visit_on"] and parse_date(back["next_visit_on"])
    household.save()
    after_change(household)


def put_person_back(person, told, *, by):
    """The person's former values and kinds."""
    old = dict(told["old"])
    if old.get("birth_on"):
        old["birth_on"] = parse_date(old["birth_on"])
    if old:
        change_person(person=person, by=by, **old)
    marks = told.get("back", {})
    Mark.objects.filter(pk__in=marks.get("begun", ())).update(until=timezone.localdate())
    Mark.objects.filter(pk__in=marks.get("ended", ())).update(until=None)
    bump_version(person.area)
