"""时数 for volunteers: what counted, what is on show, what waits and for whom; the leader's list."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from stations.access import requires
from stations.forms import NothingAsked
from stations.foundation.http import carry_out, show
from stations.foundation.keyset import page
from volunteers.access import SERVE
from volunteers.choices import HourState
from volunteers.forms.hours import ObjectionForm, PaperForm, ReportForm
from volunteers.models import Hour, Paper, Team
from volunteers.services import hours as services
from volunteers.services.hours.standing import standing
from volunteers.services.hours.who import is_verified
from volunteers.services.hours.withdrawing import withdraw_hours
from volunteers.services.identities import identity_of
from volunteers.services.papers import make_paper, year_minutes
from volunteers.services.points import balance_of
from volunteers.views.own import own
from volunteers.views.papers import as_file
from volunteers.views.pressed import press

LOAD = ("volunteer__user", "team__leader__user", "team__deputy__user", "area", "order")
MOST = 100  # shown at once; a team that has more confirms these first
LATEST = 5  # of what is over, before somebody asks for all of it
UNDER_WAY = (HourState.REPORTED, HourState.SHOWN, HourState.HELD)


@requires(SERVE)
@require_GET
def my_hours(request):
    """My hours."""
    return mine_page(request, own(request))


def mine_page(request, volunteer, form=None):
    """Counted this year, under way, and what counted before, page by page."""
    mine = Hour.objects.filter(volunteer=volunteer)
    ended = mine.exclude(state__in=UNDER_WAY)
    shown = page(
        ended, request.GET, by="-began_at", load=Hour.objects.select_related("reversed_by")
    )
    is_all = bool(request.GET)  # the first visit shows the latest; "全部" and its pages the rest
    open_ = mine.filter(state__in=UNDER_WAY).select_related(*LOAD).order_by("-began_at", "-pk")
    context = {
        "volunteer": volunteer,
        "year": timezone.localdate().year,
        "minutes": year_minutes(volunteer),
        "balance": balance_of(volunteer),
        "open": [(hour, standing(hour)) for hour in open_[:MOST]],
        "ended": shown.rows if is_all else shown.rows[:LATEST],
        "in_all": "" if shown.older else len(shown.rows),
        "is_brief": not is_all and len(shown.rows) > LATEST,
        "links": shown.links(request.GET),
        "papers": Paper.objects.filter(volunteer=volunteer).defer("lines")[:20],
        "is_verified": is_verified(request.user),
        "leads": Team.objects.led_by(request.user).exists(),
        "form": form or PaperForm(),
        "tab": "hours",
    }
    return show(request, "volunteers/my_hours.html", context)


@requires(SERVE)
@require_http_methods(["GET", "POST"])
def my_hours_new(request):
    """报时数: what nobody has a clock for. Whose paper nobody has seen is led there first."""
    volunteer = own(request)
    form = ReportForm(request.POST or None, volunteer=volunteer)
    if carry_out(form, services.report_hours, volunteer=volunteer):
        messages.success(request, "报上了。队里和服务站都确认以后，公示三天就计入。")
        return redirect("volunteers:my_hours")
    identity = identity_of(request.user)
    is_verified = bool(identity and identity.verified_at)
    context = {
        "form": form,
        "tab": "hours",
        "is_verified": is_verified,
        "has_claimed": bool(identity),
    }
    return show(request, "volunteers/my_hours_new.html", context)


@requires(SERVE, on=Hour)
@require_POST
def my_hours_withdraw(request, hour):
    """报错了，撤回."""
    press(request, withdraw_hours, "撤回了，改好了再报。", hour=hour)
    return redirect("volunteers:my_hours")


@requires(SERVE)
@require_POST
def my_paper_new(request):
    """A record of one's own counted hours, by oneself."""
    volunteer = own(request)
    form = PaperForm(request.POST)
    paper = carry_out(form, make_paper, volunteer=volunteer, by=request.user)
    if paper is None:
        return mine_page(request, volunteer, form)
    messages.success(request, f"服务记录 {paper.number} 出好了，点下面就能存下来。")
    return redirect("volunteers:my_hours")


@requires(SERVE, on=Paper)
@require_GET
def my_paper_file(request, paper):
    """The PDF of one's own record."""
    return as_file(request, paper)


@requires(SERVE)
@require_GET
def my_confirm(request):
    """For leaders: what waits for their word; for everybody in a team: what is on show."""
    return confirm_page(request)


def confirm_page(request, form=None):
    """What waits for one's confirmation, and what is on show to one's teams."""
    user = request.user
    # As keys, of which there are few: within the queries the whole city's open hours are read.
    led = dict(Team.objects.ever_led_by(user).values_list("pk", "until"))
    shown_to = list(Team.objects.shown_to(user).values_list("pk", flat=True))
    waiting = Hour.objects.waiting().filter(team__in=led, lead_at=None)
    waiting = waiting.exclude(volunteer__user=user)
    on_show = Hour.objects.shown().filter(team__in=shown_to, shown_until__gt=timezone.now())
    load = Hour.objects.select_related("volunteer__user", "team")
    shown = page(on_show, request.GET, by="shown_until", load=load)
    context = {
        "waiting": waiting.select_related(*LOAD).order_by("began_at", "pk")[:MOST],
        "on_show": shown.rows,
        "links": shown.links(request.GET),
        "leads": None in led.values(),
        "is_verified": is_verified(user),
        "me": user,
        "form": form or NothingAsked(),
        "tab": "hours",
    }
    return show(request, "volunteers/my_confirm.html", context)


def shown_hour(request, pk):
    """An hour of theirs or of their team. Not asked where it is: a team serves in the whole
    street, and who was helped next door is confirmed here all the same."""
    return get_object_or_404(Hour.objects.visible_to(request.user).select_related("area"), pk=pk)


@requires(SERVE)
@require_POST
def my_confirm_hour(request, pk):
    """One tap of the leader: this service took place."""
    hour = shown_hour(request, pk)
    form = NothingAsked(request.POST)
    confirmed = carry_out(form, services.confirm_for_team, hour=hour, by=request.user)
    if confirmed is None:
        return confirm_page(request, form)
    messages.success(request, f"确认了：{hour.volunteer}，{hour}。")
    return redirect("volunteers:my_confirm")


@requires(SERVE)
@require_http_methods(["GET", "POST"])
def my_object(request, pk):
    """Something on show is not right."""
    hour = shown_hour(request, pk)
    form = ObjectionForm(request.POST or None)
    if carry_out(form, services.object_hours, hour=hour, by=request.user):
        messages.success(request, "记下了，书记会看。谢谢您认真。")
        return redirect("volunteers:my_confirm")
    leads = hour.state == HourState.REPORTED  # only the leader sees it before it is on show
    context = {"form": form, "hour": hour, "leads": leads, "tab": "hours"}
    return show(request, "volunteers/my_object.html", context)
