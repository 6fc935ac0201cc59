"""One person who wants to be two: refused, and written down although the act is rolled back."""

import contextvars
from contextlib import contextmanager

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from stations.models import Posting
from stations.services.acts import RESIDENT, record
from volunteers.messages import hours as messages
from volunteers.models import Hour

_watched = contextvars.ContextVar("volunteers_hours_watched", default=False)


class SamePerson(ValidationError):
    """Two of volunteer, team and other side are one person. Carries what is written down."""

    def __init__(self, sentence, *, hour, by):
        super().__init__(sentence)
        self.hour_id, self.by = hour.pk, by


@contextmanager
def attempts_recorded():
    """Write down an attempt once the act around it is rolled back.

    Whoever confirms hours inside a transaction of their own puts this around that transaction:
    only the outermost one writes.
    """
    if _watched.get():
        yield
        return
    known = _watched.set(True)
    try:
        yield
    except SamePerson as attempt:
        keep_attempt(hour_id=attempt.hour_id, by=attempt.by)
        raise
    finally:
        _watched.reset(known)


@transaction.atomic
def keep_attempt(*, hour_id, by):
    """The line in the act log, and a message to the secretaries of the place."""
    hour = Hour.objects.select_related("area").get(pk=hour_id)
    record("volunteers.hours_attempt", on=hour, by=by, actor="" if by else RESIDENT)
    secretaries = Posting.objects.secretaries_of(hour.area).order_by("user_id")
    for person in secretaries.values_list("user_id", flat=True).distinct():
        messages.attempt(hour=hour, by=by, recipient_id=person, day=timezone.localdate())
