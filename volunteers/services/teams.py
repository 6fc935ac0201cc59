"""队伍: a brand's teams, who leads them, and who leaves."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from stations.access import can
from stations.foundation.codes import short_code
from stations.foundation.locks import held
from stations.foundation.refusal import refuse
from stations.models import Act
from stations.services.acts import record
from volunteers.access import KEEP_TEAMS
from volunteers.choices import Help, MemberState, OrderState, VolunteerState
from volunteers.messages import people as messages
from volunteers.models import Membership, Order, Team, Volunteer

TAKE_BACK = timedelta(minutes=10)  # so long a goodbye said by mistake can be taken back
LEAVING = "volunteers.leave_team"
FIELDS = (
    "brand", "name", "words", "helps", "partner", "price_fen", "price_words", "is_open",
)  # fmt: skip


def locked(team):
    """The team as it is now, with who leads it, held until the act is done.

    Everywhere in this order: volunteers by their keys, then the team, then memberships.
    """
    rows = Team.objects.select_related("area", "brand", "leader", "deputy")
    return held(rows, team.pk, no_key=True)


def locked_people(keys):
    """{key: Volunteer} as they are now, held until the act is done, always in one order.

    Nobody of them leaves, rests or changes teams meanwhile; rows that only point to them
    (an hour, a request) need not wait.
    """
    rows = Volunteer.objects.select_for_update(of=("self",), no_key=True).filter(pk__in=keys)
    return {one.pk: one for one in rows.select_related("user").order_by("pk")}


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
    chosen = locked_people([person.pk for person in (leader, deputy) if person])
    team = locked(team)
    if team.until:
        refuse("这个队已经解散了，不能再改。")
    before = {team.leader_id, team.deputy_id}
    leader, deputy = leader and chosen[leader.pk], deputy and chosen[deputy.pk]
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
    """Leader and deputy are two grown-up members, now: both are held by `locked_people`."""
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
    locked_people([membership.volunteer_id])
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
    record(LEAVING, on=membership, by=by)
    return membership


@transaction.atomic
def return_member(*, membership, by):
    """撤销离队: whoever sent somebody out of the team by mistake takes that back, within ten
    minutes. Nobody is fetched back who went themselves, or has asked anew since."""
    volunteer = locked_people([membership.volunteer_id])[membership.volunteer_id]
    team = locked(membership.team)
    rows = Membership.objects.select_for_update(of=("self",))
    membership = rows.select_related("volunteer__user", "area").get(pk=membership.pk)
    if not may_lead(team, by) or not sent_away_by(membership, by):
        refuse("谁点的离队，谁才能撤销。")
    late = membership.left_at < timezone.now() - TAKE_BACK
    if membership.state != MemberState.LEFT or late or team.until:
        refuse("已经不能撤销了，请本人重新报名。")
    again = Membership.objects.filter(
        team=team, volunteer=volunteer, state__in=[MemberState.APPLIED, MemberState.IN]
    )
    if again.exists() or volunteer.state == VolunteerState.LEFT:
        refuse("本人已经另外报名或者离开了，不用撤销。")
    membership.state = MemberState.IN if membership.decided_at else MemberState.APPLIED
    membership.left_at = None
    membership.save(update_fields=["state", "left_at"])
    record("volunteers.return_member", on=membership, by=by)
    return membership


def sent_away_by(membership, user):
    """Whether the last goodbye to this place in a team was said by this person."""
    acts = Act.objects.filter(on_type=membership._meta.label_lower, on_id=membership.pk)
    last = acts.filter(verb=LEAVING).order_by("-pk").values_list("by", flat=True).first()
    return last == user.pk and membership.left_at is not None


def has_orders(volunteer, **more):
    """Whether somebody waits for this volunteer now."""
    taken = [OrderState.ACCEPTED, OrderState.ON_WAY]
    return Order.objects.filter(volunteer=volunteer, state__in=taken, **more).exists()


def low_price_teams(estate, helps=(Help.REPAIR, Help.CLEANING)):
    """[(kind of help, team)]: for each of these the first team that serves here for what it
    costs; its price is agreed on before anybody comes."""
    rows = Team.objects.current().filter(
        area__path__in=estate.lineage_paths(), price_fen__isnull=False, helps__overlap=list(helps)
    )
    found = {}
    for team in rows.order_by("price_fen", "pk"):
        for help in helps:
            if help in team.helps:
                found.setdefault(help.value, team)
    return list(found.items())
