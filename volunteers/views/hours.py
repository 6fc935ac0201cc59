"""时数 for staff: what waits, what is odd, what is on show, what counted; one hour with its two
confirmations."""

from datetime import date, datetime, time

from django.contrib import messages
from django.db.models import Q
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from stations.access import can, requires
from stations.choices import COMMUNITY_STAFF
from stations.foundation.http import carry_out, show
from stations.foundation.keyset import capped_counts, page
from stations.models.area import places_of
from volunteers.access import CONFIRM_HOURS, DECIDE_HOURS
from volunteers.choices import HourState
from volunteers.forms.hours import DecisionForm, Nothing, ObjectionForm, WhyForm
from volunteers.models import Hour
from volunteers.services import hours as services
from volunteers.services.hours.oddities import oddities
from volunteers.services.hours.standing import confirmations, standing
from volunteers.services.hours.who import is_leader, secretary_may

PAGE = "volunteers/hour.html"
VIEWS = {
    "station": ("等服务站确认", Q(state=HourState.REPORTED, other_at=None)),
    "team": ("等队里确认", Q(state=HourState.REPORTED, other_at__isnull=False)),
    "held": ("有疑问", Q(state=HourState.HELD)),
    "shown": ("公示中", Q(state=HourState.SHOWN)),
    "counted": ("已计入", None),
}
LOAD = ("volunteer__user", "team__leader__user", "team__deputy__user", "area", "order")


@requires(CONFIRM_HOURS)
@require_GET
def hours(request):
    """The hours of the place by where they stand. A list of services, never a ranking."""
    everything = Hour.objects.filter(area__in=places_of(request.user, COMMUNITY_STAFF))
    view = request.GET.get("view")
    view = view if view in VIEWS else "station"
    month = month_from(request.GET.get("month"))
    rows, by = everything.filter(VIEWS[view][1] or Q()), "-pk"
    if view == "counted":
        rows, by = counted_in(everything, month), "-counted_at"
    shown = page(rows, request.GET, by=by, load=Hour.objects.select_related(*LOAD))
    context = {
        "view": view,
        "tabs": tabs(everything, view),
        "rows": [(row, standing(row)) for row in shown.rows],
        "links": shown.links(request.GET),
        "month": month,
        "before": shifted(month, -1),
        "after": shifted(month, 1),
        "this_month": timezone.localdate().replace(day=1),
    }
    return show(request, "volunteers/hours.html", context)


def tabs(rows, view):
    """[(key, label, number, whether there are more, is on)]: what waits, counted in one query."""
    open_ = {key: rows.filter(where) for key, (_, where) in VIEWS.items() if where}
    counts = dict(zip(open_, capped_counts(open_.values(), most=99), strict=True))
    return [
        (key, label, *counts.get(key, ("", False)), key == view)
        for key, (label, _) in VIEWS.items()
    ]


def month_from(text):
    """The first day of the month asked for, or of this one."""
    try:
        return date.fromisoformat(f"{(text or '')[:7]}-01")
    except ValueError:
        return timezone.localdate().replace(day=1)


def shifted(month, months):
    number = month.year * 12 + month.month - 1 + months
    if not 2000 * 12 <= number < 2100 * 12:
        return month
    return date(number // 12, number % 12 + 1, 1)


def counted_in(rows, month):
    """What was counted in a month, reversals among it."""
    begin = timezone.make_aware(datetime.combine(month, time.min))
    end = timezone.make_aware(datetime.combine(shifted(month, 1), time.min))
    return rows.counted().filter(counted_at__gte=begin, counted_at__lt=end)


@requires(CONFIRM_HOURS, on=Hour)
@require_GET
def hour(request, hour):
    """One hour: who said that it took place, in which capacity, and what is missing."""
    return hour_page(request, hour)


def hour_page(request, hour, **forms):
    """The page, with the form that was refused in its place."""
    hour = Hour.objects.select_related(
        *LOAD, "lead_by", "other_by", "decided_by", "reverses", "reversed_by"
    ).get(pk=hour.pk)
    user = request.user
    is_secretary = can(user, DECIDE_HOURS, at=hour.area)
    is_own = hour.volunteer.user_id == user.pk
    waits = hour.state == HourState.REPORTED and not is_own
    may_team = waits and not hour.lead_at and hour.other_by_id != user.pk
    context = {
        "hour": hour,
        "standing": standing(hour),
        "doubts": oddities(hour) if waits else [],
        "sides": confirmations(hour),
        "may_station": waits and not hour.other_at and hour.lead_by_id != user.pk,
        "may_team": may_team and (is_leader(hour, user) or (is_secretary and secretary_may(hour))),
        "may_decide": is_secretary and not is_own and hour.state == HourState.HELD,
        "may_refuse": is_secretary and waits,
        "may_object": hour.state == HourState.SHOWN and not hour.decided_by_id and not is_own,
        "may_reverse": is_secretary
        and not is_own
        and hour.state == HourState.COUNTED
        and not hour.reverses_id
        and not hasattr(hour, "reversed_by"),
        "decision": DecisionForm(),
        "objection": ObjectionForm(),
        "why": WhyForm(prefix="why"),
    } | forms
    return show(request, PAGE, context)


def done(request, hour, sentence):
    messages.success(request, sentence)
    return redirect("volunteers:hour", pk=hour.pk)


def said(hour):
    """What a confirmation has led to, in a sentence."""
    if hour.state == HourState.SHOWN:
        return "两边都确认了，公示三天以后计入。"
    if hour.state == HourState.HELD:
        return "两边都确认了。有疑问的地方请书记看一看。"
    return "确认了，还差另一边。"


@requires(CONFIRM_HOURS, on=Hour)
@require_POST
def hour_confirm_station(request, hour):
    """服务站确认."""
    form = Nothing(request.POST)
    confirmed = carry_out(form, services.confirm_as_station, hour=hour, by=request.user)
    return (
        done(request, hour, said(confirmed)) if confirmed else hour_page(request, hour, form=form)
    )


@requires(DECIDE_HOURS, on=Hour)
@require_POST
def hour_confirm_team(request, hour):
    """A secretary stands in for a team that has nobody else."""
    form = Nothing(request.POST)
    confirmed = carry_out(form, services.confirm_for_team, hour=hour, by=request.user)
    return (
        done(request, hour, said(confirmed)) if confirmed else hour_page(request, hour, form=form)
    )


@requires(DECIDE_HOURS, on=Hour)
@require_POST
def hour_decide(request, hour):
    """Odd or objected to: a secretary who has no part in it decides."""
    form = DecisionForm(request.POST)
    decided = carry_out(form, services.decide_hours, hour=hour, by=request.user)
    if decided:
        return done(request, hour, "定了，本人会收到说明。")
    return hour_page(request, hour, decision=form, form=form)


@requires(CONFIRM_HOURS, on=Hour)
@require_POST
def hour_object(request, hour):
    """Staff see that something on show is wrong."""
    form = ObjectionForm(request.POST)
    if carry_out(form, services.object_hours, hour=hour, by=request.user):
        return done(request, hour, "记下了，请书记看。")
    return hour_page(request, hour, objection=form, form=form)


@requires(DECIDE_HOURS, on=Hour)
@require_POST
def hour_reverse(request, hour):
    """冲销."""
    form = WhyForm(request.POST, prefix="why")
    if carry_out(form, services.reverse_hours, hour=hour, by=request.user):
        return done(request, hour, "冲销了，积分一起退回。")
    return hour_page(request, hour, why=form, form=form)
