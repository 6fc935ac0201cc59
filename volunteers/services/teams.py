"""队伍: a brand's teams, who leads them, and who leaves."""

from django.db import transaction
from django.utils import timezone

from stations.access import can
from stations.foundation.codes import short_code
from stations.foundation.refusal import refuse
from stations.services.acts import record
from volunteers.access import KEEP_TEAMS
from volunteers.choices import MemberState, OrderState
from volunteers.messages import people as messages
from volunteers.models import Membership, Order, Team, Volunteer

FIELDS = (
    "brand", "name", "words", "helps", "partner", "price_fen", "price_words", "is_open",
)  # fmt: skip


def locked(team):
    """The team as it is now, with who leads it, held until the act is done."""
    rows = Team.objects.select_for_update(of=("self",))
    return rows.select_related("area", "brand", "leader", "deputy").get(pk=team.pk)


def may_lead(team, user):
    """Whether this person decides who is in the team: its leaders, and the station."""
    return team.is_led_by(user) or can(user, KEEP_TEAMS, at=team.area)


def check(team):
    """What a team must be like, in words."""
    same = Team.objects.current().filter(brand=team.brand, name=team.name).exclude(pk=team.pk)
    if same.exists():
        refuse(f"{team.brand}已经有叫“{team.name}”的队了，换个名字。")
    if team.brand.until:
        refuse(f"{team.brand}已经结束了，请选别的品牌。")
    if not team.area.path.startswith(team.brand.area.path):
        refuse("队伍的地方要在品牌的社区里面。")
    if team.partner and not team.area.path.startswith(team.partner.area.path):
        refuse("合伙人不是这个社区的。")
    if team.price_fen is not None and not team.price_words:
        refuse("收费的要写清楚价钱怎么算，下单前给居民看。")
    if team.price_fen is None:
        team.price_words = ""


@transaction.atomic
def add_team(*, area, by, **facts):
    """A new team with an invite code. Its leader is chosen from its members later."""
    team = Team(area=area, invite_code=short_code(10), **facts)
    check(team)
    team.save()
    record("volunteers.add_team", on=team, by=by)
    return team


@transaction.atomic
def change_team(*, team, by, leader=None, deputy=None, new_code=False, **facts):
    """Other facts, other leaders (from the members), or a new invite code; the old one is void.

    Nobody makes themselves the leader: who confirms hours is chosen by somebody else.
    """
    team = locked(team)
    if team.until:
        refuse("这个队已经解散了，不能再改。")
    before = {team.leader_id, team.deputy_id}
    for field in FIELDS:
        if field in facts:
            setattr(team, field, facts[field])
    team.leader, team.deputy = leader, deputy
    check_leaders(team, by, before)
    check(team)
    if new_code:
        team.invite_code = short_code(10)
    team.save()
    record("volunteers.change_team", on=team, by=by)
    for person in (leader, deputy):
        if person and person.pk not in before:
            today = timezone.localdate()
            messages.made_leader(team=team, recipient_id=person.user_id, day=today)
    return team


def check_leaders(team, by, before):
    """Leader and deputy are two grown-up members."""
    chosen = [person for person in (team.leader, team.deputy) if person]
    if len(chosen) == 2 and chosen[0] == chosen[1]:
        refuse("队长和副队长要是两个人。")
    for person in chosen:
        if not Membership.objects.current().filter(team=team, volunteer=person).exists():
            refuse(f"{person}不在这个队，先加入才能带队。")
        if person.is_minor():
            refuse(f"{person}还没满18岁，先不带队。")
        if person.user_id == by.pk and person.pk not in before:
            refuse("不能自己定自己带队，请另一位同事来定。")


@transaction.atomic
def end_team(*, team, by):
    """The team is dissolved. Members leave it and keep their records; orders end first."""
    team = locked(team)
    if team.until:
        refuse("这个队已经解散了。")
    if Order.objects.open().filter(team=team).exists():
        refuse("队里还有没做完的点单，先做完或转给别的队。")
    now = timezone.now()
    team.until = timezone.localdate()
    team.leader = team.deputy = None
    team.save(update_fields=["until", "leader", "deputy"])
    team.memberships.current().update(state=MemberState.LEFT, left_at=now)
    team.memberships.waiting().update(state=MemberState.REFUSED, decided_at=now, decided_by=by)
    record("volunteers.end_team", on=team, by=by)
    return team


@transaction.atomic
def leave_team(*, membership, by):
    """离队: by themselves, or by whoever leads the team. Whoever leads hands that over first."""
    # The same order as whoever ends the team: volunteer, team, membership.
    Volunteer.objects.select_for_update(of=("self",)).get(pk=membership.volunteer_id)
    team = locked(membership.team)
    rows = Membership.objects.select_for_update(of=("self",))
    membership = rows.select_related("volunteer__user", "area").get(pk=membership.pk)
    volunteer = membership.volunteer
    if volunteer.user_id != by.pk and not may_lead(team, by):
        refuse("只有本人、队长和社区能办离队。")
    if membership.state not in (MemberState.IN, MemberState.APPLIED):
        refuse("已经不在这个队了。")
    if volunteer.pk in (team.leader_id, team.deputy_id):
        refuse("还带着这个队，先请服务站换人带队。")
    if has_orders(volunteer, team=team):
        refuse("手上还有这个队的单，先做完或转给别人。")
    membership.state, membership.left_at = MemberState.LEFT, timezone.now()
    membership.save(update_fields=["state", "left_at"])
    record("volunteers.leave_team", on=membership, by=by)
    return membership


def has_orders(volunteer, **more):
    """Whether somebody waits for this volunteer now."""
    taken = [OrderState.ACCEPTED, OrderState.ON_WAY]
    return Order.objects.filter(volunteer=volunteer, state__in=taken, **more).exists()
