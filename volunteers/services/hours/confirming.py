"""Two independent people say that a service took place."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from stations.foundation.refusal import refuse
from stations.services.acts import RESIDENT, record
from stations.services.duties import end_duty, start_duty
from volunteers.choices import SHOWN_DAYS, ConfirmedAs, HourState
from volunteers.messages import hours as messages
from volunteers.services.keys import key_of_phone, keys_of

from .attempts import attempts_recorded
from .behind import are_tied, has_checked, keys_behind_telephone
from .duty_keys import CONFIRM_DUTY, DECIDE_DUTY
from .oddities import oddities
from .who import (
    SELF,
    TWICE,
    able_leaders,
    insist_on_two,
    is_leader,
    is_secretary,
    is_station,
    keys_of_confirmer,
    keys_of_volunteer,
    leaders_of,
    locked,
    other_secretaries,
    team_cannot,
)

DONE = "这条时数不在等确认，不用再确认了。"
TEAM_DONE = "队里已经确认过了，还差服务对象或服务站。"
OTHER_DONE = "服务对象或服务站已经确认过了，还差队里的确认。"
TYPED_BY_THEM = "这一单请服务站来确认：会有同事打电话问您，您不用再做什么。"
TYPED_BY_LEADER = "这一单的电话是您录的，服务对象只凭这个电话确认。队里的确认，请队里另一位来做。"
TIED_TO_STATION = "您和替服务站确认的同事，有一位的身份是另一位核对的。请队里另一位来确认。"


def confirm_for_team(*, hour, by):
    """The leader or the deputy says so for the team. Where neither can (no team, or the leader
    served), a secretary does. Refuses the volunteer, whoever confirmed for the other side, and
    whoever is the same person as one of them."""
    with attempts_recorded():
        return _confirm_for_team(hour, by)


@transaction.atomic
def _confirm_for_team(hour, by):
    hour = locked_reported(hour)
    if hour.lead_at:
        refuse(TEAM_DONE)
    insist_on_two(hour, by, [by.pk], [hour.volunteer.user_id], SELF)
    if not is_leader(hour, by) and not is_secretary(hour, by):
        refuse(f"队里的确认由{names_of_leaders(hour)}来做。")
    if not is_leader(hour, by) and not team_cannot(hour):
        refuse(f"这条由{names_of_leaders(hour)}确认，书记只在队里没人能确认时代劳。")
    keys = check_people(hour, by, keys_of_confirmer(by), hour.other_keys)
    if hour.other_as == ConfirmedAs.SERVED:
        insist_on_two(hour, by, keys, keys_behind_telephone(hour), TYPED_BY_LEADER)
    if hour.other_by_id and are_tied(by, hour.other_by):
        refuse(TIED_TO_STATION)
    hour.lead_by, hour.lead_at, hour.lead_keys = by, timezone.now(), keys
    hour.save(update_fields=["lead_by", "lead_at", "lead_keys", "person_keys"])
    record("volunteers.confirm_hours", on=hour, by=by, as_leader=1)
    messages.no_more_to_confirm(hour=hour)
    return move_on(hour)


def confirm_as_station(*, hour, by):
    """The station says so for the other side. Refuses as `confirm_for_team` does, and whoever is
    no worker or secretary of the place."""
    with attempts_recorded():
        return _confirm_as_station(hour, by)


@transaction.atomic
def _confirm_as_station(hour, by):
    hour = locked_awaiting_other(hour)
    insist_on_two(hour, by, [by.pk], [hour.volunteer.user_id], SELF)
    if not is_station(hour, by):
        refuse("服务站这一边，由本社区的工作人员确认。")
    keys = check_people(hour, by, keys_of_confirmer(by), hour.lead_keys)
    refuse_tied_station(hour, by)
    return other_side(hour, ConfirmedAs.STATION, by, keys)


def refuse_tied_station(hour, by):
    """Whoever checked the leader's paper could have made the leader up: a colleague confirms.
    Before the team's word too, when it would leave nobody who could give it."""
    leads = [hour.lead_by] if hour.lead_by_id else able_leaders(hour)
    who = "队长" if any(is_leader(hour, one) for one in leads) else "书记"
    leads = leads or other_secretaries(hour)
    if leads and all(are_tied(by, one) for one in leads):
        checked = has_checked(by, leads[0])
        sentence = f"{who}的身份是您核对的" if checked else f"您的身份是{who}核对的"
        refuse(f"{sentence}，请另一位同事来确认。")


def confirm_as_served(*, hour, phone):
    """The person who was helped says so, known by the telephone (normalised) of their order.
    Refuses the volunteer's and the leader's own number, a number that one of them typed in, and
    hours without an order."""
    with attempts_recorded():
        return _confirm_as_served(hour, phone)


@transaction.atomic
def _confirm_as_served(hour, phone):
    hour = locked_awaiting_other(hour)
    if hour.order_id is None or not phone:
        refuse("没有留电话，请服务站来确认。")
    confirmed = hour.lead_keys + (keys_of(hour.lead_by) if hour.lead_by_id else [])
    keys = check_people(hour, None, [key_of_phone(phone)], confirmed)
    involved = [*hour.person_keys, *confirmed]
    insist_on_two(hour, None, keys_behind_telephone(hour), involved, TYPED_BY_THEM)
    return other_side(hour, ConfirmedAs.SERVED, None, keys)


def locked_reported(hour):
    """The hour as it stands, held. Refuses one that waits for no confirmation (any more)."""
    hour = locked(hour)
    if hour.state != HourState.REPORTED:
        refuse(DONE)
    return hour


def locked_awaiting_other(hour):
    """The same, refusing one that the other side has confirmed."""
    hour = locked_reported(hour)
    if hour.other_at:
        refuse(OTHER_DONE)
    return hour


def check_people(hour, by, keys, confirmed):
    """The confirmer's fingerprints, when they are nobody else's; the volunteer's are put down
    anew, because a telephone may have changed since."""
    hour.person_keys = keys_of_volunteer(hour)
    insist_on_two(hour, by, keys, hour.person_keys, SELF)
    insist_on_two(hour, by, keys, confirmed, TWICE)
    insist_on_two(hour, by, hour.person_keys, confirmed, SELF)
    return keys


def other_side(hour, capacity, by, keys):
    """Write the other side's word down, known as `capacity` by these fingerprints."""
    hour.other_as, hour.other_by = capacity, by
    hour.other_at, hour.other_keys = timezone.now(), keys
    hour.save(update_fields=["other_as", "other_by", "other_at", "other_keys", "person_keys"])
    end_duty(CONFIRM_DUTY, on=hour)
    record("volunteers.confirm_hours", on=hour, by=by, actor="" if by else RESIDENT)
    return move_on(hour)


def move_on(hour):
    """After the second confirmation: on show for three days, or to the secretary when odd."""
    if not (hour.lead_at and hour.other_at):
        return hour
    odd = oddities(hour)
    if odd:
        return hold(hour, odd="；".join(odd)[:200])
    return show(hour)


def show(hour):
    """On show to the team for three days."""
    hour.state = HourState.SHOWN
    hour.shown_until = timezone.now() + timedelta(days=SHOWN_DAYS)
    hour.save(update_fields=["state", "shown_until"])
    messages.shown(hour=hour)
    return hour


def hold(hour, **why):
    """To the secretary: `odd` or `objection` says why."""
    hour.state, hour.shown_until = HourState.HELD, None
    for field, words in why.items():
        setattr(hour, field, words)
    hour.save(update_fields=["state", "shown_until", *why])
    start_duty(
        DECIDE_DUTY,
        on=hour,
        title=f"{hour}",
        subtitle=f"{hour.area} · {hour.objection or hour.odd}",
    )
    messages.held(hour=hour)
    messages.no_more_to_confirm(hour=hour)
    return hour


def names_of_leaders(hour):
    """ "队长吴秀英", "书记": who can confirm for the team."""
    able = [one for one in leaders_of(hour) if one.pk != hour.volunteer.user_id]
    return "或者".join(f"队长{one}" for one in able) if able else "书记"
