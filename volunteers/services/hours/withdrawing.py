"""报错了: what somebody told about themselves by mistake, before anybody has confirmed it."""

from django.db import transaction

from stations.foundation.refusal import refuse
from stations.services.acts import record
from stations.services.duties import end_duty
from volunteers.choices import HourSource, HourState
from volunteers.messages import hours as messages

from .duty_keys import CONFIRM_DUTY
from .who import locked

WITHDRAWN = "本人撤回"


@transaction.atomic
def withdraw_hours(*, hour, by):
    """The volunteer takes back what they told. The row stays, refused. What a clock counted, and
    what one side has confirmed, is not theirs alone to take back."""
    hour = locked(hour)
    if hour.volunteer.user_id != by.pk:
        refuse("这不是您报的时数。")
    if hour.source != HourSource.SAID:
        refuse("接单和活动的时数是自己记的。不对的话，跟队长说一声。")
    if hour.state != HourState.REPORTED or hour.lead_at or hour.other_at:
        refuse("已经有人确认过了。不对的话，跟队长说一声。")
    hour.state, hour.decision = HourState.REFUSED, WITHDRAWN
    hour.save(update_fields=["state", "decision"])
    end_duty(CONFIRM_DUTY, on=hour)
    messages.no_more_to_confirm(hour=hour)
    record("volunteers.withdraw_hours", on=hour, by=by)
    return hour
