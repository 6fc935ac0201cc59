"""Who somebody is to an hour: fingerprints, and in which capacity they may confirm it."""

from stations.access import can
from stations.foundation.refusal import refuse
from volunteers.access import CONFIRM_HOURS, DECIDE_HOURS
from volunteers.models import Hour, Identity
from volunteers.services.keys import key_of_phone, keys_of_user

from .attempts import SamePerson

SELF = "这是您自己的时数，要请别人来确认。帮过的人、队长和服务站，总有一位可以。"
TWICE = "两次确认要由两个人来做。这两个账号是同一个人，请换一位同事来。"


def locked(hour):
    """The hour as it stands now, held until the act ends, with the people around it."""
    rows = Hour.objects.select_related(
        "area", "volunteer__user", "team__leader__user", "team__deputy__user", "order"
    )
    return rows.select_for_update(of=("self",)).get(pk=hour.pk)


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


def keys_of(user):
    """`keys_of_user`, and the telephones of the same person's other accounts: who is known to
    own two numbers is one person with both."""
    keys = keys_of_user(user)
    same = Identity.objects.verified().filter(key=keys[0].removeprefix("i:"))
    phones = same.exclude(user=user).exclude(user__phone=None).values_list("user__phone", flat=True)
    return keys + sorted({key_of_phone(phone) for phone in phones if phone} - set(keys))


def insist_on_two(hour, by, keys, others, sentence):
    """Refuse one person in two capacities."""
    if set(keys) & set(others):
        raise SamePerson(sentence, hour=hour, by=by)


def leaders_of(hour):
    """The accounts that speak for the team: leader and deputy."""
    team = hour.team
    return [person.user for person in (team.leader, team.deputy) if person] if team else []


def is_leader(hour, user):
    return user.pk in [leader.pk for leader in leaders_of(hour)]


def secretary_may(hour):
    """Whether nobody of the team can speak for it: there is none, or its leader served and it
    has no deputy. Then a secretary may."""
    return not [one for one in leaders_of(hour) if one.pk != hour.volunteer.user_id]


def is_secretary(hour, user):
    return can(user, DECIDE_HOURS, at=hour.area)


def is_station(hour, user):
    return can(user, CONFIRM_HOURS, at=hour.area)
