"""问候电话: who is rung up today, and how they were."""

from datetime import timedelta

from django.db import transaction
from django.db.models import DateField, ExpressionWrapper, F
from django.db.models.functions import Coalesce, TruncDate
from django.utils import timezone

from stations.foundation.calendar import add_workdays
from stations.registries import duties
from stations.services.acts import record
from stations.services.duties import end_duty, end_stale, start_duties, without_duty
from volunteers.choices import CallResult
from volunteers.models import Beneficiary, Call
from volunteers.services.beneficiaries import facts_of
from volunteers.services.care import CALL_DUTY, in_care

MOST = 60  # on one list: as many as anybody rings up in a day
LATE_DAYS = 1  # so long after the day of a call it stands on the desk
BATCH = 500


def with_due():
    """People who are rung up, each with `due_on`: the day of the next call."""
    last = Coalesce(TruncDate("last_call_at"), "since")
    due_on = ExpressionWrapper(last + F("call_every_days"), output_field=DateField())
    rows = Beneficiary.objects.regular().exclude(call_every_days=None).annotate(due_on=due_on)
    return rows.select_related("area", "building", "entrance__building")


def overdue(today=None):
    """Those whose call is late by more than a day."""
    return with_due().filter(due_on__lt=(today or timezone.localdate()) - timedelta(LATE_DAYS))


@transaction.atomic
def open_call_list(*, area, by, everybody=False, first=None):
    """The list of a place with names and telephones, longest waiting first: at most MOST rows.

    [{"person", "facts", "unanswered"}]. That it was opened stands in the act log. With
    `everybody` also those whose day has not come. `first` is the key of somebody to begin with.
    Whoever did not answer today comes last.
    """
    today = timezone.localdate()
    rows = with_due().visible_to(by).filter(area__path__startswith=area.path)
    if not everybody:
        rows = rows.filter(due_on__lte=today)
    found = list(rows.order_by("due_on", "pk")[:MOST])
    tried = unanswered_today([row.pk for row in found])
    found.sort(key=lambda row: (row.pk != first, bool(tried.get(row.pk))))
    record("volunteers.open_call_list", on=area, by=by, people=len(found))
    return [
        {"person": row, "facts": facts_of(row), "unanswered": tried.get(row.pk, 0)} for row in found
    ]


def unanswered_today(keys):
    """{key: how often nobody answered today}."""
    midnight = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    rows = Call.objects.filter(
        beneficiary__in=keys, at__gte=midnight, result=CallResult.NO_ANSWER
    ).values_list("beneficiary_id", flat=True)
    counts = {}
    for key in rows:
        counts[key] = counts.get(key, 0) + 1
    return counts


@transaction.atomic
def record_call(*, beneficiary, by, token, result):
    """Somebody rang: well, needs help, or nobody answered. Sent twice it is one call.

    Only who answered has been called: whoever did not stays on the list.
    """
    row = in_care(beneficiary)
    call, fresh = Call.objects.get_or_create(
        token=token, defaults={"beneficiary": row, "area": row.area, "by": by, "result": result}
    )
    if not fresh:
        return call
    if result != CallResult.NO_ANSWER:
        row.last_call_at = call.at
        row.save(update_fields=["last_call_at"])
        end_duty(CALL_DUTY, on=row)
    record("volunteers.record_call", on=row, by=by, result=call.result)
    return call


def keep_call_duties(today=None):
    """One duty for each person whose call is late; none for whoever was rung up.

    A batch of either at a time. Returns (ended, started): a full batch has more behind it.
    """
    late = overdue(today)
    ended = end_stale(CALL_DUTY, late, BATCH)
    fresh = without_duty(CALL_DUTY, late).order_by("due_on", "pk")[:BATCH]
    now = timezone.now()
    until = add_workdays(now, duties[CALL_DUTY].days)
    return ended, start_duties(CALL_DUTY, [_duty(row, now, until) for row in fresh])


def _duty(row, now, until):
    return {
        "object_id": row.pk,
        "area_id": row.area_id,
        "holder_id": None,
        "title": f"打个问候电话：{row.label}",
        "subtitle": f"{row.area} · 该在{row.due_on:%-m月%-d日}打的",
        "since": now,
        "until": until,
    }
