"""提醒: the day before and two hours before, computed from what is due and not told."""

from datetime import timedelta

from django.db.models import CharField, Exists, F, OuterRef, Value
from django.db.models.functions import Cast, Concat
from django.utils import timezone

from stations.models import Message
from volunteers.choices import EventState, SignUpState
from volunteers.messages import events as messages
from volunteers.models import SignUp

DAY, SOON = timedelta(hours=24), timedelta(hours=2)
BATCH = 500


def not_told(pattern):
    """Sign-ups of an open event, seated, whose person has no message of this key."""
    before, after = pattern.split("{}")
    key = Concat(
        Value(before), Cast(OuterRef("pk"), CharField()), Value(after), output_field=CharField()
    )
    told = Message.objects.filter(recipient=OuterRef("volunteer__user"), key=key)
    rows = SignUp.objects.filter(~Exists(told), state=SignUpState.IN)
    rows = rows.filter(slot__event__state=EventState.OPEN)
    return rows.select_related("volunteer", "slot__event").order_by("starts_at", "pk")


def remind(now=None):
    """Tell everybody whose slot is near. Returns how many heard; told again nobody is.

    Who signed up on the last day needs no word the day before.
    """
    now = now or timezone.now()
    soon = not_told(messages.SOON_KEY).filter(starts_at__gt=now, starts_at__lte=now + SOON)
    day = not_told(messages.DAY_KEY).filter(
        starts_at__gt=now + SOON, starts_at__lte=now + DAY, asked_at__lte=F("starts_at") - DAY
    )
    heard = 0
    for rows, say in ((soon, messages.slot_soon), (day, messages.slot_tomorrow)):
        for sign_up in rows[:BATCH]:
            say(sign_up=sign_up, event=sign_up.slot.event)
            heard += 1
    return heard
