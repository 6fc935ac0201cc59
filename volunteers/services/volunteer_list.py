"""志愿者 as a list: in the order in which they stand (who waits first, who left last), paged by
key; whose insurance ends soon; and what stands in a row."""

from django.db.models import Case, Count, IntegerField, Q, Value, When
from django.utils import timezone

from stations.foundation.keyset import SIZE, Page
from stations.foundation.pages import key_from
from volunteers.choices import MemberState, VolunteerState
from volunteers.models import Membership, Volunteer
from volunteers.services.insurance import ENDS_WITHIN, ends_between, needs_insurance
from volunteers.services.mine import minutes_of_year

ORDER = (
    VolunteerState.APPLIED,
    VolunteerState.ACTIVE,
    VolunteerState.PAUSED,
    VolunteerState.LEFT,
    VolunteerState.REFUSED,
)
MOST_TEAMS = 2  # named in a row; the person's page has all


def by_state(rows):
    """The rows with their `rank`: who waits for an answer, who serves, who rests, who left."""
    ranks = [When(state=state, then=Value(rank)) for rank, state in enumerate(ORDER)]
    return rows.annotate(rank=Case(*ranks, default=Value(9), output_field=IntegerField()))


def page_by_state(rows, query, *, load, size=SIZE):
    """The `Page` that the address asks for: by state, the newest first within one."""
    rows = by_state(rows)
    after, before = mark_from(query.get("after")), mark_from(query.get("before"))
    if before and not after:
        found = rows.filter(beyond(before, back=True)).order_by("-rank", "pk")
        keys, more = taken(found, size)
        newer, older = (keys[-1] if more else None), (keys[0] if keys else None)
        keys = keys[::-1]
    else:
        found = rows.filter(beyond(after)) if after else rows
        keys, more = taken(found.order_by("rank", "-pk"), size)
        newer, older = (keys[0] if after and keys else None), (keys[-1] if more else None)
    people = load.in_bulk([pk for _, pk in keys])
    return Page([people[pk] for _, pk in keys if pk in people], written(newer), written(older))


def taken(found, size):
    """([(rank, pk)], whether there are more)."""
    keys = list(found.values_list("rank", "pk")[: size + 1])
    return keys[:size], len(keys) > size


def beyond(here, *, back=False):
    """The rows after (or before) a place of the list."""
    rank, pk = here
    if back:
        return Q(rank__lt=rank) | Q(rank=rank, pk__gt=pk)
    return Q(rank__gt=rank) | Q(rank=rank, pk__lt=pk)


def written(key):
    """A mark of the list as it stands in an address; "" for none."""
    return f"{key[0]}~{key[1]}" if key else ""


def mark_from(text):
    """(rank, pk) of an address, or None when it is strange."""
    rank, _, key = (text or "").partition("~")
    known = key_from(rank), key_from(key)
    return known if None not in known and known[0] <= len(ORDER) * 2 else None


# insurance


def insurance_ends(today=None):
    """Whose insurance ends within thirty days, of those who need it."""
    today = today or timezone.localdate()
    return ends_between(today, today + ENDS_WITHIN)


def not_insured(today=None):
    """Of these, who has none, or had one."""
    today = today or timezone.localdate()
    return needs_insurance() & (Q(insured_until=None) | Q(insured_until__lt=today))


INSURANCE = {"soon": ("30天内到期", insurance_ends), "none": ("没有或过期", not_insured)}


# what stands in a row


def lines_of(people, today=None):
    """[(volunteer, [names of teams], minutes of this year)]: two queries however many."""
    year = (today or timezone.localdate()).year
    minutes, teams = minutes_of_year(people, year), {}
    held = Membership.objects.filter(
        volunteer__in=people, state__in=[MemberState.IN, MemberState.APPLIED]
    )
    for pk, name in held.order_by("pk").values_list("volunteer", "team__name"):
        teams.setdefault(pk, []).append(name)
    return [(one, teams.get(one.pk, []), minutes.get(one.pk, 0)) for one in people]


def waiting_members(areas):
    """Who asked to join a team at these places and has no answer, the longest waiting first."""
    rows = Membership.objects.waiting().filter(area__in=areas).order_by("asked_at", "pk")
    return rows.select_related(
        "team", "volunteer__user", "volunteer__estate", "volunteer__building"
    )


def age_of(volunteer, today=None):
    """How old a minor is: told by the day they come of age; None of an adult."""
    today = today or timezone.localdate()
    day = volunteer.minor_until
    if not day or day <= today:
        return None
    years = day.year - today.year - ((day.month, day.day) <= (today.month, today.day))
    return 17 - years


def active_at(areas):
    """{area key: number} of those who serve, of places."""
    rows = Volunteer.objects.serving().filter(area__in=areas).order_by()
    return dict(rows.values("area").annotate(n=Count("pk")).values_list("area", "n"))
