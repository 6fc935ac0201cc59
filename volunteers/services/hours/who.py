"""Who somebody is to an hour: fingerprints, and in which capacity they may confirm it."""

from stations.access import can
from stations.foundation.locks import held
from stations.foundation.refusal import refuse
from stations.models import Posting, User
from volunteers.access import CONFIRM_HOURS, DECIDE_HOURS
from volunteers.choices import ConfirmedAs
from volunteers.models import Hour, Identity
from volunteers.services.beneficiaries import without_person
from volunteers.services.keys import keys_of

from .attempts import SamePerson
from .behind import are_tied, enterers_of, marks_of

SELF = "这是您自己的时数，要请别人来确认。帮过的人、队长和服务站，总有一位可以。"
TWICE = "两次确认要由两个人来做。这两个账号是同一个人，请换一位同事来。"


def locked(hour):
    """The hour as it stands now, held until the act ends, with the people around it."""
    rows = Hour.objects.select_related(
        "area",
        "volunteer__user",
        "team__leader__user",
        "team__deputy__user",
        "order__package",
        "lead_by",
        "other_by",
    )
    return held(rows, hour.pk)


def kept_words(hour, words):
    """What is said about an hour, as it stays with it for good: at most 200 signs, and nothing in
    it that tells who was helped."""
    person = hour.order.beneficiary if hour.order_id else None
    return without_person(words.strip(), person)[:200]


def keys_of_volunteer(hour):
    """The fingerprints of whoever served. Refuses somebody nobody has verified."""
    user = hour.volunteer.user
    if not is_verified(user):
        refuse(f"志愿者{user}还没有当面核对身份。请带身份证到服务站核对一次，核对好了就能确认。")
    return keys_of(user)


def keys_of_confirmer(user):
    """The fingerprints of whoever confirms. Refuses somebody nobody has verified."""
    if not is_verified(user):
        refuse("您还没有当面核对身份。请同事（或者街道）看一下身份证，登记好了再来确认。")
    return keys_of(user)


def is_verified(user):
    """Whether somebody has seen this person's paper."""
    return Identity.objects.verified().filter(user=user).exists()


def insist_on_two(hour, by, keys, others, sentence):
    """Refuse one person in two capacities."""
    if set(keys) & set(others):
        raise SamePerson(sentence, hour=hour, by=by)


def leaders_of(hour):
    """The accounts that speak for the team: leader and deputy, while they can sign in."""
    team = hour.team
    leaders = [person.user for person in (team.leader, team.deputy) if person] if team else []
    return [leader for leader in leaders if leader.is_active]


def is_leader(hour, user):
    """Whether this account speaks for the team: its leader or deputy."""
    return user.pk in [leader.pk for leader in leaders_of(hour)]


def able_leaders(hour):
    """Those of the team's leaders who can confirm this hour: not who served, not who is tied to
    the station's confirmer, and behind a telephone not who typed it in."""
    able = [one for one in leaders_of(hour) if one.pk != hour.volunteer.user_id]
    if hour.other_by_id:
        return [one for one in able if not are_tied(one, hour.other_by)]
    if hour.other_as == ConfirmedAs.SERVED:
        typed = marks_of(*enterers_of(hour.order))
        return [one for one in able if not marks_of(one) & typed]
    return able


def secretary_may(hour):
    """Whether nobody of the team can speak for it: there is none, or its leader served and it
    has no deputy. Then a secretary may. Asks the database nothing: for rows of a list."""
    return not [one for one in leaders_of(hour) if one.pk != hour.volunteer.user_id]


def team_cannot(hour):
    """The same, looked at closely: those of the team who are left may not confirm this one."""
    return not able_leaders(hour)


def other_secretaries(hour):
    """The accounts of the place's secretaries, but for whoever served."""
    posted = Posting.objects.secretaries_of(hour.area).exclude(user=hour.volunteer.user_id)
    return list(User.objects.filter(pk__in=posted.values("user")).order_by("pk"))


def is_secretary(hour, user):
    """Whether this account decides about hours of the place."""
    return can(user, DECIDE_HOURS, at=hour.area)


def is_station(hour, user):
    """Whether this account confirms for the station of the place."""
    return can(user, CONFIRM_HOURS, at=hour.area)
