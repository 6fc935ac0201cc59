"""After three days hours count: numbered without a gap, with their points. Taken back by a row
of negative minutes."""

from django.db import connection, transaction
from django.utils import timezone

from stations.foundation.refusal import refuse
from stations.services.acts import record
from volunteers.choices import HourState
from volunteers.messages import hours as messages
from volunteers.models import Hour, Volunteer
from volunteers.services.papers import revoke_papers_with
from volunteers.services.points import book_hour
from volunteers.services.stale import mark_day

from .attempts import attempts_recorded
from .who import insist_on_two, is_secretary, kept_words, keys_of_confirmer, locked

BATCH = 200
PREFIX = "FW"


@transaction.atomic
def count_hours(*, now=None):
    """Hours whose three days are over count from now on. Returns how many; at most a batch.

    The volunteers are locked in the order of their keys, before anything is booked: two runs at
    once, or one and somebody who redeems points, wait for each other and never for ever.
    """
    now = now or timezone.now()
    due = Hour.objects.shown().filter(shown_until__lte=now).order_by("shown_until", "pk")
    rows = list(
        due.select_related("area", "order__area", "volunteer").select_for_update(
            of=("self",), skip_locked=True
        )[:BATCH]
    )
    if not rows:
        return 0
    volunteers = lock_volunteers({row.volunteer_id for row in rows})
    numbers = next_numbers(now, len(rows))
    for hour, number in zip(rows, numbers, strict=True):
        hour.state, hour.counted_at, hour.number = HourState.COUNTED, now, number
        hour.save(update_fields=["state", "counted_at", "number"])
        book_hour(volunteer=volunteers[hour.volunteer_id], hour=hour)
        recount(hour)
        record("volunteers.count_hours", on=hour, by=None, minutes=hour.minutes)
    return len(rows)


def lock_volunteers(keys):
    """{key: Volunteer}, held until the act ends."""
    # Their keys stay free: whoever asks one of them to take an order at this moment need not wait.
    rows = Volunteer.objects.select_for_update(of=("self",), no_key=True).order_by("pk")
    return {row.pk: row for row in rows.filter(pk__in=keys)}


def next_numbers(now, count):
    """The next numbers of this month, "FW-202611-000012", without a gap: held until COMMIT."""
    start = f"{PREFIX}-{timezone.localtime(now):%Y%m}-"
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('volunteers.hour_number'))")
    used = Hour.objects.filter(number__startswith=start).order_by("-number")
    last = used.values_list("number", flat=True).first()
    first = int(last.rpartition("-")[2]) + 1 if last else 1
    return [f"{start}{number:06d}" for number in range(first, first + count)]


def recount(hour):
    """The figures of the day of service are counted anew, where the service took place."""
    mark_day(hour.order.area if hour.order_id else hour.area, hour.began_at)


def reverse_hours(*, hour, by, why):
    """A secretary takes counted hours back: a row of negative minutes that names them, points
    taken back (even below zero), papers that list them revoked. Nothing is edited or deleted.
    Refuses the volunteer's own hours, and to do it twice."""
    with attempts_recorded():
        return _reverse_hours(hour, by, why)


@transaction.atomic
def _reverse_hours(hour, by, why):
    hour = locked(hour)
    if not is_secretary(hour, by):
        refuse("冲销由本社区书记来做。")
    if hour.state != HourState.COUNTED or hour.reverses_id:
        refuse("只有已经计入的时数能冲销。")
    if Hour.objects.filter(reverses=hour).exists():
        refuse("这条已经冲销过了。")
    if not why.strip():
        refuse("写一句为什么冲销。")
    sentence = "您自己的时数，要请另一位书记来冲销。"
    insist_on_two(hour, by, [by.pk], [hour.volunteer.user_id], sentence)
    insist_on_two(hour, by, keys_of_confirmer(by), hour.person_keys, sentence)
    volunteer = lock_volunteers({hour.volunteer_id})[hour.volunteer_id]
    back = _negative(hour, by, kept_words(hour, why))
    book_hour(volunteer=volunteer, hour=back)
    revoke_papers_with(hour=hour, by=by)
    recount(hour)
    record("volunteers.reverse_hours", on=hour, by=by, minutes=hour.minutes)
    messages.reversed_(hour=hour, back=back)
    return back


def _negative(hour, by, why):
    """The row that takes another back: the same people, the same time, minutes below zero."""
    now = timezone.now()
    same = (
        "volunteer", "team", "area", "source", "help", "began_at", "ended_at", "person_keys",
        "lead_by", "lead_at", "lead_keys", "other_as", "other_by", "other_at", "other_keys",
    )  # fmt: skip
    return Hour.objects.create(
        **{field: getattr(hour, field) for field in same},
        reverses=hour,
        minutes=-hour.minutes,
        state=HourState.COUNTED,
        number=next_numbers(now, 1)[0],
        counted_at=now,
        decided_by=by,
        decision=why,
    )
