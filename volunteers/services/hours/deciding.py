"""What is odd or objected to is decided by a secretary who has no part in it."""

from django.db import transaction
from django.utils import timezone

from stations.foundation.refusal import refuse
from stations.models import Act
from stations.services.acts import record
from stations.services.duties import end_duty
from volunteers.choices import HourState, MemberState, OrderState
from volunteers.messages import hours as messages
from volunteers.models import Hour, Membership

from .attempts import attempts_recorded
from .behind import are_tied, marks_of, one_behind_all
from .confirming import hold, show
from .duty_keys import CONFIRM_DUTY, DECIDE_DUTY
from .opening import ASKS_STATION, ask_station
from .who import (
    insist_on_two,
    is_leader,
    is_secretary,
    is_station,
    kept_words,
    keys_of_confirmer,
    locked,
)

NOT_YOURS = "您自己做的、您确认过的时数，要请另一位书记来定。"


def decide_hours(*, hour, by, counts, words):
    """A secretary decides: shown to the team after all, or refused. What still waits for a
    confirmation can only be refused. Not by whoever served or confirmed."""
    with attempts_recorded():
        return _decide_hours(hour, by, counts, words)


@transaction.atomic
def _decide_hours(hour, by, counts, words):
    hour = locked(hour)
    if not is_secretary(hour, by):
        refuse("有疑问的时数由本社区书记来定。")
    if hour.state not in (HourState.HELD, HourState.REPORTED):
        refuse("这条时数不在等您决定。")
    if counts and hour.state == HourState.REPORTED:
        refuse("两边还没都确认，先请他们确认。")
    if not words.strip():
        refuse("写一句为什么这样定，本人和队里都看得到。")
    insist_on_two(hour, by, [by.pk], [hour.volunteer.user_id], NOT_YOURS)
    involved = [*hour.person_keys, *hour.lead_keys, *hour.other_keys]
    insist_on_two(hour, by, keys_of_confirmer(by), involved, NOT_YOURS)
    if counts:
        refuse_behind(hour, by)
    hour.decided_by, hour.decision = by, kept_words(hour, words)
    hour.save(update_fields=["decided_by", "decision"])
    end_duty(DECIDE_DUTY, on=hour)
    record("volunteers.decide_hours", on=hour, by=by, counts=int(bool(counts)))
    if not counts:
        return _refused(hour)
    return show(hour) if hour.lead_at and hour.other_at else _wait_again(hour)


def _wait_again(hour):
    """The leader objected before both had confirmed: the hour is right, and asks for them again."""
    hour.state = HourState.REPORTED
    hour.save(update_fields=["state"])
    if not hour.other_at and (hour.source in ASKS_STATION or said_done(hour)):
        ask_station(hour)
    return hour


def said_done(hour):
    """Whether the person helped said that this volunteer did it, without confirming the hour."""
    order = hour.order if hour.order_id else None
    if order is None or order.volunteer_id != hour.volunteer_id:
        return False
    return order.state in (OrderState.CONFIRMED, OrderState.RATED)


def refuse_behind(hour, by):
    """Nobody decides where they stand behind both sides, and hours that were confirmed by two of
    whom one checked the other (before that was refused) are not shown."""
    if marks_of(by) & one_behind_all(hour):
        refuse("替队里确认的人，身份是您核对的，服务对象只凭电话。请另一位书记来定。")
    if hour.other_by_id and are_tied(hour.lead_by, hour.other_by):
        refuse("确认的两位，一位的身份是另一位核对的，这一条不能算。请本人重新报，换一位来确认。")


def _refused(hour):
    hour.state = HourState.REFUSED
    hour.save(update_fields=["state"])
    end_duty(CONFIRM_DUTY, on=hour)
    messages.refused(hour=hour)
    messages.no_more_to_confirm(hour=hour)
    return hour


@transaction.atomic
def object_hours(*, hour, by, words):
    """Within the three days a member of the team, or the staff of the place, says that
    something is wrong: then a secretary looks. Once decided it is not asked again. The team's
    leader says so instead of confirming, too."""
    hour = locked(hour)
    if hour.volunteer.user_id == by.pk:
        refuse("这是您自己的时数。不对的话，请直接跟队长或者服务站说。")
    if not (is_member(hour, by) or is_leader(hour, by) or is_station(hour, by)):
        refuse("对时数的异议，由同队的人或者服务站来提。")
    asked = hour.state == HourState.REPORTED and is_leader(hour, by)
    if not asked and (hour.state != HourState.SHOWN or hour.shown_until <= timezone.now()):
        refuse("公示已经过了。还有不对的，请直接跟书记说。")
    if is_decided(hour):
        refuse("这条书记已经看过，定了。还有新情况，请直接跟书记说。")
    if not words.strip():
        refuse("写一句哪里不对。")
    record("volunteers.object_hours", on=hour, by=by)
    end_duty(CONFIRM_DUTY, on=hour)
    return hold(hour, objection=kept_words(hour, words))


def is_decided(hour):
    """Whether a secretary has decided about it as it stands. Decided before both had confirmed, it
    was only asked for again: the team has not seen it yet."""
    if hour.decided_by_id is None or not (hour.lead_at and hour.other_at):
        return hour.decided_by_id is not None
    decided = Act.objects.filter(
        on_type=Hour._meta.label_lower, on_id=hour.pk, verb="volunteers.decide_hours"
    )
    return decided.filter(at__gte=max(hour.lead_at, hour.other_at)).exists()


def is_member(hour, user):
    """Whether somebody is in the team the hour belongs to."""
    rows = Membership.objects.filter(team=hour.team_id, volunteer__user=user, state=MemberState.IN)
    return hour.team_id is not None and rows.exists()
