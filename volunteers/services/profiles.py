"""我的资料: what a volunteer does, when and how far; a rest, leaving, coming back; consent of a
guardian, insurance."""

from django.db import transaction
from django.utils import timezone

from stations.access import can
from stations.choices import Role
from stations.foundation.refusal import refuse
from stations.services.acts import record
from volunteers.access import KEEP_TEAMS
from volunteers.choices import ANY_TIME, MemberState, SignUpState, VolunteerState
from volunteers.models import Membership, SignUp, Team, Volunteer
from volunteers.services.insurance import settle_insurance
from volunteers.services.leaving import give_back, leave_positions
from volunteers.services.people import ask, count_anew, locked, open_team
from volunteers.services.teams import has_orders

LONGEST_INSURANCE_DAYS = 3 * 366


@transaction.atomic
def change_profile(
    *, volunteer, by, helps, free, reach, estate=None, building=None, is_party_member=False
):
    """能帮什么、什么时候有空、走多远、住哪里. Without a free hour chosen any time is fine."""
    volunteer = locked(volunteer)
    count_anew(volunteer)  # at the estate they leave
    volunteer.helps, volunteer.free, volunteer.reach = list(helps), free or ANY_TIME, reach
    volunteer.estate, volunteer.building = estate, building
    volunteer.is_party_member = is_party_member
    volunteer.save()
    count_anew(volunteer)
    settle_insurance(volunteer)
    record("volunteers.change_profile", on=volunteer, by=by)
    return volunteer


@transaction.atomic
def pause_volunteer(*, volunteer, by):
    """歇一阵: nobody asks them until they are back. First nobody must wait for them.

    Where they stand in an emergency is a gap again at once, and the station hears it.
    """
    volunteer = locked(volunteer)
    if volunteer.state != VolunteerState.ACTIVE:
        refuse("现在不用再点歇一阵。")
    if has_orders(volunteer):
        refuse("手上还有单，先做完或转给别人，再歇。")
    volunteer.state = VolunteerState.PAUSED
    volunteer.save(update_fields=["state"])
    leave_positions(volunteer, by=by)
    count_anew(volunteer)
    settle_insurance(volunteer)
    record("volunteers.pause_volunteer", on=volunteer, by=by)
    return volunteer


@transaction.atomic
def leave(*, volunteer, by):
    """不再做志愿者: number and record stay, the pages close. First nobody must wait for them.

    What nobody waits for this minute goes back by itself: places in an emergency, claimed
    wishes and posts, what they offered. Whoever wants out can go, and the station hears what
    is free now.
    """
    volunteer = locked(volunteer)
    if volunteer.state not in (VolunteerState.ACTIVE, VolunteerState.PAUSED):
        refuse("您现在不在队里。")
    if Team.objects.led_by(volunteer.user).exists():
        refuse("您还带着队，先请服务站换人带队。")
    if has_orders(volunteer):
        refuse("手上还有单，先做完或转给别人。")
    seats = SignUp.objects.filter(
        volunteer=volunteer,
        state__in=[SignUpState.IN, SignUpState.WAITING, SignUpState.OFFERED],
        slot__starts_at__gt=timezone.now(),
    )
    if seats.exists():
        refuse("还报着活动，先在活动里点“不去了”，位子好让给别人。")
    now = timezone.now()
    volunteer.state, volunteer.left_at = VolunteerState.LEFT, now
    volunteer.save(update_fields=["state", "left_at"])
    ended = Membership.objects.filter(
        volunteer=volunteer, state__in=[MemberState.IN, MemberState.APPLIED]
    )
    ended.update(state=MemberState.LEFT, left_at=now)
    volunteer.user.postings.filter(role=Role.VOLUNTEER, until=None).update(until=now)
    give_back(volunteer, by=by)
    count_anew(volunteer)
    settle_insurance(volunteer)
    record("volunteers.leave", on=volunteer, by=by)
    return volunteer


@transaction.atomic
def come_back(*, by, team=None):
    """回来: after a rest at once; whoever had left asks a team, and gets the old number back."""
    volunteer = Volunteer.objects.filter(user=by).first()
    if volunteer is None:
        refuse("您还没有报过名，先选一个队报名。")
    volunteer = locked(volunteer)
    if volunteer.state == VolunteerState.PAUSED:
        volunteer.state = VolunteerState.ACTIVE
    elif volunteer.state == VolunteerState.LEFT:
        come_back_to(team, volunteer, by)
    else:
        refuse("您没有离开，不用点“我回来了”。")
    volunteer.save(update_fields=["state"])
    count_anew(volunteer)
    settle_insurance(volunteer)
    record("volunteers.come_back", on=volunteer, by=by)
    return volunteer


def come_back_to(team, volunteer, by):
    """Somebody who left asks a team of their community."""
    if team is None:
        refuse("选一个队，队长点头就能接着做。")
    team = open_team(team)
    if not team.area.path.startswith(volunteer.area.path):
        refuse("这个队不在您的社区，请找服务站帮忙。")
    volunteer.state = VolunteerState.APPLIED
    ask(team, volunteer, by=by)


@transaction.atomic
def guardian_consent(*, volunteer, by):
    """监护人同意: whoever telephoned the guardian writes it down (志愿服务条例 第15条).

    By a leader of a team they ask or are in, or the station; not by the minor.
    """
    volunteer = locked(volunteer)
    if volunteer.user_id == by.pk:
        refuse("不能自己登记，请队长或社区给监护人打电话。")
    asked = Team.objects.led_by(by).filter(
        memberships__volunteer=volunteer,
        memberships__state__in=[MemberState.APPLIED, MemberState.IN],
    )
    if not can(by, KEEP_TEAMS, at=volunteer.area) and not asked.exists():
        refuse("只有队长、副队长和社区能登记。")
    if not volunteer.is_minor():
        refuse("已经满18岁，不用监护人同意。")
    if volunteer.guardian_agreed_at:
        refuse("已经登记过了。")
    volunteer.guardian_agreed_at = timezone.now()
    volunteer.save(update_fields=["guardian_agreed_at"])
    record("volunteers.guardian_consent", on=volunteer, by=by)
    return volunteer


@transaction.atomic
def set_insurance(*, volunteer, by, until):
    """登记保险: until when they are insured, or nothing. Risky work asks for it (第17条)."""
    volunteer = locked(volunteer)
    if until and (until - timezone.localdate()).days > LONGEST_INSURANCE_DAYS:
        refuse("保险最多登记三年，请再看一下日期。")
    volunteer.insured_until = until
    volunteer.save(update_fields=["insured_until"])
    settle_insurance(volunteer)
    record("volunteers.set_insurance", on=volunteer, by=by)
    return volunteer
