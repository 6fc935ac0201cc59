"""时数 for staff: what waits, what is odd, what is on show, what counted; one hour with its two
confirmations."""

from datetime import date, datetime, time
from io import BytesIO

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from stations.access import can, requires
from stations.choices import COMMUNITY_STAFF
from stations.forms import NothingAsked
from stations.foundation.downloads import XLSX, attachment
from stations.foundation.http import carry_out, show
from stations.foundation.keyset import capped_counts, page
from stations.foundation.pages import key_from
from stations.models import Area
from stations.models.area import places_of
from volunteers.access import CONFIRM_HOURS, DECIDE_HOURS
from volunteers.choices import HourState
from volunteers.forms.hours import DecisionForm, ObjectionForm, WhyForm
from volunteers.models import Hour, Volunteer
from volunteers.services import hours as services
from volunteers.services.exports import export_hours
from volunteers.services.hours.deciding import is_decided
from volunteers.services.hours.oddities import oddities
from volunteers.services.hours.standing import confirmations, short, standing
from volunteers.services.hours.who import is_leader, team_cannot
from volunteers.services.mine import hours_of_year
from volunteers.services.orders import confirm_hour_as_station

PAGE = "volunteers/hour.html"
OLDEST_FIRST = ("station", "team")  # what waits longest is confirmed first
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
    """The hours of the place by where they stand, or one person's. A list of services, never a
    ranking: what waits is oldest first, the rest newest first, by the day of service."""
    everything = Hour.objects.filter(area__in=places_of(request.user, COMMUNITY_STAFF))
    who = person_asked(request)
    everything = everything.filter(volunteer=who) if who else everything
    view = request.GET.get("view")
    view = view if view in VIEWS else "station"
    month = month_from(request.GET.get("month"))
    rows = everything.filter(VIEWS[view][1] or Q())
    if view == "counted":  # of one person all of them: nobody looks for their months one by one
        rows = everything.counted() if who else counted_in(everything, month)
    by = "began_at" if view in OLDEST_FIRST else "-began_at"
    shown = page(rows, request.GET, by=by, load=Hour.objects.select_related(*LOAD))
    context = {
        "tab": "hours",
        "view": view,
        "who": who,
        "year": hours_of_year(who, timezone.localdate().year) if who else None,
        "tabs": tabs(everything, view),
        "rows": [(row, short(row), may_confirm(row, request.user)) for row in shown.rows],
        "links": shown.links(request.GET),
        "month": month,
        "before": shifted(month, -1),
        "after": shifted(month, 1),
        "this_month": timezone.localdate().replace(day=1),
    }
    return show(request, "volunteers/hours.html", context)


def person_asked(request):
    """The volunteer of the filter, where this person may see them; else None."""
    key = key_from(request.GET.get("who"))
    known = Volunteer.objects.filter(area__in=places_of(request.user, COMMUNITY_STAFF))
    return known.select_related("user").filter(pk=key).first() if key else None


def may_confirm(hour, user):
    """Whether this person can say for the station that it took place, before anybody is asked."""
    waits = hour.state == HourState.REPORTED and not hour.other_at
    return waits and user.pk not in (hour.volunteer.user_id, hour.lead_by_id)


@requires(CONFIRM_HOURS)
@require_GET
def hours_export(request):
    """导出: the hours counted in a month as an Excel file; that it was taken is recorded."""
    month, target = month_from(request.GET.get("month")), BytesIO()
    area = Area.objects.visible_to(request.user, COMMUNITY_STAFF).order_by("path").first()
    rows = Hour.objects.filter(area__in=places_of(request.user, COMMUNITY_STAFF))
    try:
        export_hours(
            rows=counted_in(rows, month), area=area, by=request.user, month=month, target=target
        )
    except ValidationError as refusal:
        messages.error(request, refusal.messages[0])
        return redirect(f"{reverse('volunteers:hours')}?view=counted&month={month:%Y-%m}")
    target.seek(0)
    return attachment(target, name=f"shishu-{month:%Y%m}.xlsx", content_type=XLSX)


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
    """The first of the month so many months on; years nobody means change nothing."""
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
        "tab": "hours",
        "hour": hour,
        "standing": standing(hour),
        "doubts": oddities(hour) if waits else [],
        "sides": confirmations(hour),
        "may_station": may_confirm(hour, user),
        "may_team": may_team and (is_leader(hour, user) or (is_secretary and team_cannot(hour))),
        "may_decide": is_secretary and not is_own and hour.state == HourState.HELD,
        "may_refuse": is_secretary and waits,
        "may_object": hour.state == HourState.SHOWN and not is_own and not is_decided(hour),
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


def act(request, hour, service, said, **forms):
    """One act, and back to the hour; refused, its page says why where the form stands."""
    (form,) = forms.values()
    done = carry_out(form, service, hour=hour, by=request.user)
    if done is None:
        return hour_page(request, hour, **forms | {"form": form})
    messages.success(request, said(done) if callable(said) else said)
    if request.POST.get("back") == "list":
        who = key_from(request.POST.get("who"))
        return redirect(f"{reverse('volunteers:hours')}{f'?who={who}' if who else ''}")
    return redirect("volunteers:hour", pk=hour.pk)


def confirmed(hour):
    """What a confirmation has led to, in a sentence."""
    if hour.state == HourState.SHOWN:
        return "两边都确认了，公示三天以后计入。"
    if hour.state == HourState.HELD:
        return "两边都确认了。有疑问的地方请书记看一看。"
    return "确认了，还差队里确认。" if hour.other_at else "确认了，还差服务对象或服务站。"


@requires(CONFIRM_HOURS, on=Hour)
@require_POST
def hour_confirm_station(request, hour):
    """服务站确认."""
    return act(request, hour, confirm_hour_as_station, confirmed, form=NothingAsked(request.POST))


@requires(DECIDE_HOURS, on=Hour)
@require_POST
def hour_confirm_team(request, hour):
    """A secretary stands in for a team that has nobody else."""
    return act(request, hour, services.confirm_for_team, confirmed, form=NothingAsked(request.POST))


@requires(DECIDE_HOURS, on=Hour)
@require_POST
def hour_decide(request, hour):
    """Odd or objected to: a secretary who has no part in it decides."""
    form, said = DecisionForm(request.POST), "定了，本人会收到说明。"
    return act(request, hour, services.decide_hours, said, decision=form)


@requires(CONFIRM_HOURS, on=Hour)
@require_POST
def hour_object(request, hour):
    """Staff see that something on show is wrong."""
    form, said = ObjectionForm(request.POST), "记下了，请书记看。"
    return act(request, hour, services.object_hours, said, objection=form)


@requires(DECIDE_HOURS, on=Hour)
@require_POST
def hour_reverse(request, hour):
    """冲销."""
    form, said = WhyForm(request.POST, prefix="why"), "冲销了，积分一起退回。"
    return act(request, hour, services.reverse_hours, said, why=form)
