"""待办: start and end what is due; tell people at 50, 80 and 100 % of its time."""

from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from stations.choices import STAFF, DutyStep, Role
from stations.foundation.calendar import add_workdays, share_point
from stations.messages import duty_reminder
from stations.models import Duty, Posting, Told
from stations.registries import duties

# Who hears at which step: whoever has to do it, then the secretary, then the street.
TOLD_AT = {
    DutyStep.HALF: (),
    DutyStep.MOST: (Role.SECRETARY,),
    DutyStep.FULL: (Role.SECRETARY, Role.OFFICER),
}
BATCH = 200
# Half of a long time is no news: the duty stands on the desk, and enough days are left.
SHORT_DAYS = 10
FEW_DAYS = 5


def start_duty(
    kind,
    *,
    on,
    title,
    subtitle="",
    holder=None,
    since=None,
    until=None,
    fresh=False,
    day_and_night=False,
):
    """Something became due. Starting it again moves its clock and forgets who was told.

    `until` defaults to the kind's working days after `since` (now). `day_and_night`: nights and
    holidays count too.
    """
    declared = duties[kind]
    since = since or timezone.now()
    until = max(until or add_workdays(since, declared.days), since)
    if not fresh:  # a new object has no older duty to end
        end_duty(kind, on=on)
    return Duty.objects.create(
        kind=kind,
        object_id=on.pk,
        area=on.area,
        role=declared.role,
        holder=holder,
        title=title[:120],
        subtitle=subtitle[:160],
        **clock(since, until, day_and_night=day_and_night),
    )


def clock(since, until, *, day_and_night=False):
    """The four moments of a duty: its begin, half and four fifths of its time, its end."""
    if day_and_night:
        half, most = since + (until - since) * 0.5, since + (until - since) * 0.8
    else:
        half, most = share_point(since, until, 0.5), share_point(since, until, 0.8)
    return {"since": since, "half_at": half, "most_at": most, "until": until}


def start_duties(kind, rows):
    """Start many at once, where none is open: `rows` are dicts with object_id, area_id,
    holder_id, title, subtitle, since and until.

    Who starts the same one at the same moment does no harm: the first one stays.
    """
    declared = duties[kind]
    fresh = [
        Duty(
            kind=kind,
            role=declared.role,
            object_id=row["object_id"],
            area_id=row["area_id"],
            holder_id=row["holder_id"],
            title=row["title"][:120],
            subtitle=row["subtitle"][:160],
            **clock(row["since"], row["until"]),
        )
        for row in rows
    ]
    Duty.objects.bulk_create(fresh, ignore_conflicts=True)
    return len(fresh)


def end_duty(kind, *, on):
    """It was done, or no longer has to be. Ended rows stay: they are the record of delay."""
    return Duty.objects.filter(kind=kind, object_id=on.pk, ended_at=None).update(
        ended_at=timezone.now()
    )


def end_duties(kind, keys):
    """The same of many objects, by their keys, in one statement."""
    rows = Duty.objects.open().filter(kind=kind, object_id__in=keys)
    return rows.update(ended_at=timezone.now())


def end_stale(kind, due, most):
    """End open duties whose object is not among the rows `due` any more: at most so many, in one
    statement. Returns how many."""
    opened = Duty.objects.open().filter(kind=kind)
    stale = opened.filter(~Exists(due.filter(pk=OuterRef("object_id"))))
    keys = stale.order_by().values("pk")[:most]
    return opened.filter(pk__in=keys).update(ended_at=timezone.now())


def without_duty(kind, due):
    """Of the rows `due` those whose duty of this kind is not open yet."""
    opened = Duty.objects.open().filter(kind=kind, object_id=OuterRef("pk"))
    return due.filter(~Exists(opened))


def tell_about_duties():
    """Tell everybody who has not heard of a step that was reached. Returns how many heard.

    Half of a long duty's time is only noted (see `is_news`).
    Computed from "reached and not told", never from "the beat fired": after a pause each
    person hears once, of the highest step; two beats are harmless.
    """
    heard = 0
    while batch := _tell_batch():
        heard += batch[1]
        if batch[0] < BATCH:
            break
    return heard


@transaction.atomic
def _tell_batch():
    now = timezone.now()
    reached = Duty.objects.none()
    for step, field in (
        (DutyStep.FULL, "until"),
        (DutyStep.MOST, "most_at"),
        (DutyStep.HALF, "half_at"),
    ):
        reached = (
            Duty.objects.open()
            .filter(told__lt=step, **{f"{field}__lte": now})
            .select_related("area")
            .order_by(field)  # the order of the index; by key the whole table would be read
            .select_for_update(of=("self",), skip_locked=True)[:BATCH]
        )
        rows = list(reached)
        if rows:
            break
    else:
        return None
    people = _people_for(rows, step)
    heard = 0
    for duty in rows:
        tells = is_news(duty, step, now)
        for person in people[duty.pk]:
            _, fresh = Told.objects.get_or_create(duty=duty, step=step, person_id=person)
            if fresh and tells:
                duty_reminder(duty=duty, step=step, recipient_id=person, now=now)
                heard += 1
        duty.told = step
    Duty.objects.bulk_update(rows, ["told"])
    return len(rows), heard


def is_news(duty, step, now):
    """Whether a step is worth a message: half the time only where it is, or gets, short."""
    if step != DutyStep.HALF:
        return True
    due = timezone.localdate(duty.until)
    return due <= max(
        timezone.localdate(add_workdays(now, FEW_DAYS)),
        timezone.localdate(add_workdays(duty.since, SHORT_DAYS)),
    )


def _people_for(rows, step):
    """{duty id: ids of those who hear of it}, in one query for all rows.

    People of the duty's role at the nearest area that has any; a named holder instead
    of the role, as long as they work there; the escalation's roles at or above the area.
    """
    paths = {path for duty in rows for path in duty.area.lineage_paths()}
    by_path = {}
    for posting in (
        Posting.objects.current()
        .filter(area__path__in=paths, user__is_active=True)
        .values_list("area__path", "role", "user_id")
    ):
        by_path.setdefault(posting[0], []).append(posting[1:])
    people = {}
    for duty in rows:
        lineage = [by_path.get(path, ()) for path in reversed(duty.area.lineage_paths())]
        here = {user for posted in lineage for role, user in posted if role in STAFF}
        who = [duty.holder_id] if duty.holder_id in here else _nearest(lineage, duty.role)
        for role in TOLD_AT[step]:
            if role in duties[duty.kind].seen_by:
                who += _nearest(lineage, role)
        people[duty.pk] = list(dict.fromkeys(who))
    return people


def _nearest(lineage, role):
    """The people of a role at the nearest area, going up from the door."""
    for posted in lineage:
        if people := [user for posted_role, user in posted if posted_role == role]:
            return people
    return []


def desk_order(duty, now: datetime):
    """Under which heading of the desk a duty stands: late, today, tomorrow, week or later."""
    if duty.until < now:
        return "late"
    today, due = timezone.localdate(now), timezone.localdate(duty.until)
    days = (due - today).days
    if days <= 1:
        return "tomorrow" if days else "today"
    return "week" if days <= 6 - today.weekday() else "later"
