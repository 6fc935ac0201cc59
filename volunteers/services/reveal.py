"""Opening somebody's page: a volunteer is a person too, so the look is written down."""

from django.db import transaction

from stations.services.acts import record
from volunteers.models import Volunteer


@transaction.atomic
def open_volunteer(*, volunteer, by):
    """The volunteer with everything a page says of them; the look stands in the act log."""
    rows = Volunteer.objects.select_related("user", "area", "estate", "building")
    volunteer = rows.get(pk=volunteer.pk)
    record("volunteers.view_volunteer", on=volunteer, by=by)
    return volunteer
