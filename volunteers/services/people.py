"""志愿者: who asks to join, and who lets them in. Until then an account can do nothing here."""

import json
import uuid as uuids
from datetime import date

from django.contrib.auth.hashers import make_password
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone

from stations.access import can
from stations.choices import COMMUNITY_STAFF, Level, Role
from stations.foundation.gate import Limit, insist
from stations.foundation.limits import network
from stations.foundation.refusal import refuse
from stations.foundation.sealed import seal, unseal
from stations.models import Area, Posting, User
from stations.services.acts import RESIDENT, record
from volunteers.access import KEEP_TEAMS
from volunteers.choices import ADULT_FROM, ANY_TIME, MemberState, Reach, VolunteerState
from volunteers.messages import people as messages
from volunteers.models import Membership, Volunteer
from volunteers.services.stale import mark_day
from volunteers.services.teams import locked as locked_team

# A school class may join at one desk, so a network has room; a phone and a team have less.
JOIN_NETWORK = Limit("volunteers.join.network", 60, 60)
JOIN_PHONE = Limit("volunteers.join.phone", 4, 1)
JOIN_TEAM = Limit("volunteers.join.team", 200, 100)
TOO_MANY = "报名的人太多了，请过 {minutes} 分钟再试，或者直接到服务站报名。"
MOST_TOLD = 5
NUMBER_DIGITS = 5


def check_join(*, team, address, phone=""):
    """Let a form in, or raise `Held`. Outside the act's transaction."""
    insist(JOIN_NETWORK, network(address), TOO_MANY)
    if phone:
        insist(JOIN_PHONE, phone, TOO_MANY)
    insist(JOIN_TEAM, team.pk, TOO_MANY)


def locked(volunteer):
    """The volunteer as they are now, held until the act is done."""
    rows = Volunteer.objects.select_for_update(of=("self",), no_key=True)
    return rows.select_related("user", "area", "estate").get(pk=volunteer.pk)


def community_of(area):
    """The community that an estate belongs to; anything above is itself."""
    return area.parent if area.level == Level.ESTATE else area


# the guardian of a minor


def bound_to(volunteer):
    """What the guardian's sealed name and phone are bound to."""
    return f"volunteer.guardian:{volunteer.uuid}"


def guardian_of(volunteer):
    """{"name", "phone"} in clear; whoever shows it records the look."""
    if not volunteer.guardian_sealed:
        return {"name": "", "phone": ""}
    return json.loads(unseal(volunteer.guardian_sealed, bound_to=bound_to(volunteer)))


def put_guardian(volunteer, *, birthday, name, phone):
    """Of a minor: the day they come of age, and whom to ask. Of an adult nothing is kept."""
    if birthday is None:
        return
    if not (name and phone):
        refuse("还没满18岁，要有监护人的称呼和电话。")
    volunteer.minor_until = comes_of_age(birthday)
    facts = json.dumps({"name": name, "phone": phone}, ensure_ascii=False)
    volunteer.guardian_sealed = seal(facts, bound_to=bound_to(volunteer))


def comes_of_age(birthday):
    """The eighteenth birthday; of somebody born on 29 February the first of March."""
    try:
        return birthday.replace(year=birthday.year + ADULT_FROM)
    except ValueError:
        return date(birthday.year + ADULT_FROM, 3, 1)


# joining


def join(*, team, token, name, phone, password, **facts):
    """Somebody without an account asks to join a team: account, volunteer and request in one.

    Says the same whether or not the telephone is known, and takes as long: the known account
    gets a message instead. The same page sent twice is one request. Gives the team.
    """
    uuid = uuids.uuid5(token, phone)
    secret = make_password(password)
    try:
        _join(team, uuid, name, phone, secret, facts)
    except IntegrityError:  # the same telephone in this very moment
        pass
    return team


@transaction.atomic
def _join(team, uuid, name, phone, secret, facts):
    team = open_team(team)
    known = User.objects.filter(Q(phone=phone) | Q(username=phone)).first()
    if known:
        if not Volunteer.objects.filter(user=known, uuid=uuid).exists():
            messages.phone_is_known(user=known, team=team, day=timezone.localdate())
        return
    # A name that looks like a number would win over somebody's telephone when signing in.
    user = User.objects.create(
        username=f"v{uuid.hex[:16]}", name=name, phone=phone, password=secret
    )
    begin(team=team, user=user, by=None, uuid=uuid, **facts)


@transaction.atomic
def join_with_account(*, team, by, **facts):
    """Somebody who has an account and is no volunteer yet (a worker, say) asks to join a team."""
    team = open_team(team)
    if Volunteer.objects.filter(user=by).exists():
        refuse("您已经是志愿者了，直接选队伍加入就行。")
    begin(team=team, user=by, by=by, uuid=uuids.uuid4(), **facts)
    return team


def open_team(team):
    """The team, held until the act is done: it is not dissolved while somebody comes in."""
    team = locked_team(team)
    refuse_ended(team)
    return team


def refuse_ended(team):
    """Refuse a team that is at work no more."""
    if team.until:
        refuse("这个队已经解散了，请选别的队。")


def begin(
    *,
    team,
    user,
    by,
    uuid,
    estate=None,
    building=None,
    helps=(),
    free=0,
    reach=Reach.ESTATE,
    birthday=None,
    guardian_name="",
    guardian_phone="",
):
    """The volunteer's row and the request. No posting: nothing opens before somebody says yes."""
    volunteer = Volunteer(
        user=user,
        uuid=uuid,
        number=f"A{uuids.uuid4().hex[:15]}",  # the real one comes with the yes
        area=community_of(team.area),
        estate=estate,
        building=building,
        helps=list(helps),
        free=free or ANY_TIME,
        reach=reach,
    )
    put_guardian(volunteer, birthday=birthday, name=guardian_name, phone=guardian_phone)
    volunteer.save()
    ask(team, volunteer, by=by)
    return volunteer


def ask(team, volunteer, *, by):
    """A request to join, and whoever decides hears of it."""
    membership = Membership.objects.create(team=team, volunteer=volunteer, area=team.area)
    tell_deciders(membership)
    record("volunteers.join", on=membership, by=by, actor="" if by else RESIDENT)
    return membership


def tell_deciders(membership):
    """Tell leader and deputy that somebody asks to join; where none can sign in, the station."""
    team = membership.team
    leaders = leaders_in_use(team)
    for pk in leaders:
        messages.asked_to_join(membership=membership, recipient_id=pk)
    if leaders:
        return
    for pk in staff_of(team.area):
        messages.asked_to_join_staff(membership=membership, recipient_id=pk)


def leaders_in_use(team):
    """Keys of the accounts of leader and deputy that are in use."""
    people = [person for person in (team.leader, team.deputy) if person]
    return [person.user_id for person in people if person.user.is_active]


def nobody_asks_any_more(membership):
    """It was answered: whoever was asked as well has nothing to do."""
    team = membership.team
    asked = leaders_in_use(team) or staff_of(team.area)
    messages.join_answered(membership=membership, recipient_ids=asked)


def staff_of(area):
    """Keys of the few who hear of something at a place: its worker and its secretary, while
    their accounts are in use."""
    staff = Posting.objects.current().at_or_above(area)
    staff = staff.filter(role__in=COMMUNITY_STAFF, user__is_active=True)
    return list(dict.fromkeys(staff.order_by("pk").values_list("user", flat=True)[:MOST_TOLD]))


@transaction.atomic
def join_team(*, team, by):
    """再加一个队: a volunteer asks a further team. Whoever left comes back first."""
    rows = Volunteer.objects.select_for_update(of=("self",), no_key=True)
    volunteer = rows.filter(user=by).first()
    if volunteer is None:
        refuse("先报名当志愿者，再选队伍。")
    if volunteer.state == VolunteerState.LEFT:
        refuse("您已经离开了，先点“我回来了”。")
    team = open_team(team)
    if not team.area.path.startswith(volunteer.area.path):
        refuse("这个队不在您的社区，请找服务站帮忙。")
    held = Membership.objects.filter(
        team=team, volunteer=volunteer, state__in=[MemberState.APPLIED, MemberState.IN]
    ).first()
    if held:
        refuse(
            "已经在等队长同意了。" if held.state == MemberState.APPLIED else "您已经在这个队了。"
        )
    if volunteer.state == VolunteerState.REFUSED:
        volunteer.state = VolunteerState.APPLIED
        volunteer.save(update_fields=["state"])
    return ask(team, volunteer, by=by)


# letting in


def decided(membership, by):
    """Lock what a yes or a no decides on, and refuse whoever may not say it."""
    volunteer, team = locked(membership.volunteer), locked_team(membership.team)
    rows = Membership.objects.select_for_update(of=("self",))
    membership = rows.select_related("area__parent").get(pk=membership.pk)
    membership.volunteer, membership.team = volunteer, team
    if volunteer.user_id == by.pk:
        refuse("不能自己同意自己，请队长或社区来点。")
    if not team.is_led_by(by) and not can(by, KEEP_TEAMS, at=membership.area):
        refuse("只有队长、副队长和社区能答复。")
    if membership.state != MemberState.APPLIED:
        refuse("已经答复过了。")
    membership.decided_at, membership.decided_by = timezone.now(), by
    return membership, volunteer


@transaction.atomic
def admit(*, membership, by):
    """同意加入: by the team's leader or deputy, or the station; never by oneself.

    The first yes makes somebody a volunteer: number, posting, from then on they may be asked.
    Of a minor the guardian's consent comes first (志愿服务条例 第15条).
    """
    membership, volunteer = decided(membership, by)
    refuse_ended(membership.team)
    if volunteer.is_minor() and not volunteer.guardian_agreed_at:
        refuse("还没满18岁，先给监护人打电话，登记监护人同意，再点同意加入。")
    membership.state = MemberState.IN
    membership.save(update_fields=["state", "decided_at", "decided_by"])
    if volunteer.state not in (VolunteerState.ACTIVE, VolunteerState.PAUSED):
        make_active(volunteer)
    record("volunteers.admit", on=membership, by=by)
    messages.admitted(membership=membership)
    nobody_asks_any_more(membership)
    return membership


def make_active(volunteer):
    """A number for the first time, and the posting that opens the pages."""
    volunteer.state, volunteer.left_at = VolunteerState.ACTIVE, None
    if not volunteer.number.startswith("V"):
        volunteer.number = next_number(volunteer.area)
        volunteer.since = timezone.localdate()
    volunteer.save(update_fields=["state", "left_at", "number", "since"])
    Posting.objects.get_or_create(
        user=volunteer.user, area=volunteer.area, role=Role.VOLUNTEER, until=None
    )
    count_anew(volunteer)


def next_number(area):
    """The next number of the community: V, its key, and a running number, e.g. V4200017."""
    # One at a time; rows that only point to the area need not wait.
    Area.objects.select_for_update(no_key=True).get(pk=area.pk)
    stem = f"V{area.pk}"
    used = Volunteer.objects.filter(area=area, number__startswith=stem)
    known = [n.removeprefix(stem) for n in used.values_list("number", flat=True)]
    last = max((int(n) for n in known if n.isdigit() and len(n) == NUMBER_DIGITS), default=0)
    return f"{stem}{last + 1:0{NUMBER_DIGITS}d}"


def count_anew(volunteer):
    """How many volunteers an estate has is a figure of its day."""
    mark_day(volunteer.estate or volunteer.area)


@transaction.atomic
def refuse_member(*, membership, by):
    """没有同意加入: the account stays, and another team can be asked."""
    membership, volunteer = decided(membership, by)
    membership.state = MemberState.REFUSED
    membership.save(update_fields=["state", "decided_at", "decided_by"])
    others = volunteer.memberships.filter(state__in=[MemberState.APPLIED, MemberState.IN])
    if volunteer.state == VolunteerState.APPLIED and not others.exists():
        volunteer.state = VolunteerState.REFUSED
        volunteer.save(update_fields=["state"])
    record("volunteers.refuse_member", on=membership, by=by)
    messages.not_admitted(membership=membership)
    nobody_asks_any_more(membership)
    return membership
