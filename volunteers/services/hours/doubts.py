"""What the person served says against a service holds its hours: a secretary looks first."""

from stations.services.duties import end_duty
from volunteers.choices import HourState
from volunteers.models import Hour

from .confirming import hold
from .duty_keys import CONFIRM_DUTY
from .who import locked

TAKEN_BACK = "服务对象后来说按错了"
HOLDABLE = (HourState.REPORTED, HourState.SHOWN, HourState.HELD)


def hold_for_doubt(*, order, words):
    """Hold the hours of whoever did an order that is said to have gone badly, with that sentence;
    call within an act. Hours that count already stay: a secretary may take them back. Returns the
    hour, or None where there is nothing to hold."""
    found = Hour.objects.filter(order=order, volunteer=order.volunteer_id).first()
    hour = locked(found) if found else None
    if hour is None or hour.state not in HOLDABLE:
        return None
    end_duty(CONFIRM_DUTY, on=hour)
    known = hour.odd if hour.state == HourState.HELD else ""
    return hold(hour, odd="；".join(filter(None, (words, known)))[:200])


def note_taken_back(*, order):
    """Whoever said so took it back. Hours that are held for it stay held, and say so: a secretary
    lets them go on; call within an act."""
    found = Hour.objects.filter(order=order, volunteer=order.volunteer_id).first()
    hour = locked(found) if found else None
    if hour and hour.state == HourState.HELD:
        hour.odd = f"{TAKEN_BACK}；{hour.odd}"[:200]
        hour.save(update_fields=["odd"])
