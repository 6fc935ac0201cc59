"""A town's volunteers, and what they have promised."""

from datetime import date, datetime, time, timedelta

from django.utils import timezone

from volunteers.choices import Help
from volunteers.services.suggest import suggest_volunteers

WEDNESDAY = date(2026, 11, 25)
MONDAY = WEDNESDAY - timedelta(days=2)
AT_NINE = timezone.make_aware(datetime.combine(MONDAY, time(9)))


def asked(town, **facts):
    """Keys of those who are suggested for a need in the first building."""
    defaults = {"area": town.estate, "building": town.building, "help": Help.ERRAND}
    return [s.volunteer.pk for s in suggest_volunteers(**defaults | {"today": MONDAY} | facts)]
