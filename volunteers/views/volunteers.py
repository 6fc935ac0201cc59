"""志愿者 for the community's staff: the overview, the list, one person, insurance, consent."""

from django.contrib import messages
from django.db.models import Q
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from stations.access import can, requires
from stations.foundation.fields import CONTROL
from stations.foundation.http import carry_out, show
from stations.foundation.keyset import page
from stations.foundation.pages import key_from
from stations.models.area import places_of
from volunteers.access import KEEP_TEAMS, VIEW, VIEW_VOLUNTEERS
from volunteers.choices import Help, MemberState, VolunteerState
from volunteers.forms.people import InsuranceForm, NothingAsked
from volunteers.models import Membership, Team, Volunteer
from volunteers.services import profiles
from volunteers.services.identities import identity_of
from volunteers.services.mine import hours_of_year, orders_served, orders_taken
from volunteers.services.overview import waiting_for
from volunteers.services.people import guardian_of
from volunteers.services.reveal import open_volunteer
from volunteers.views.brands import brand_rows

MOST_TEAMS = 200
MOST_ORDERS = 8
TAIL = 4


@requires(VIEW)
@require_GET
def home(request):
    """总览: what waits, and what each brand did this month. Of brands, never of people."""
    rows = brand_rows(request.user)
    context = {
        "tab": "home",
        "today": timezone.localdate(),
        "waiting": waiting_for(request.user),
        "rows": rows,
        "services": sum(row["month"]["services"] for row in rows),
        "minutes": sum(row["month"]["minutes"] for row in rows),
        "may_keep": can(request.user, KEEP_TEAMS),
    }
    return show(request, "volunteers/home.html", context)


@requires(VIEW_VOLUNTEERS)
@require_GET
def volunteers(request):
    """志愿者: by team, by what they do, by how they stand; by name or the end of a number."""
    asked = filters_of(request)
    teams = Team.objects.current().visible_to(request.user).select_related("brand")
    shown = page(
        wanted(request.user, asked),
        request.GET,
        by="-pk",
        load=Volunteer.objects.select_related("user", "estate", "building"),
    )
    context = {
        "tab": "volunteers",
        "rows": shown.rows,
        "links": shown.links(request.GET),
        "teams": list(teams[:MOST_TEAMS]),
        "helps": Help.choices,
        "states": VolunteerState.choices,
        "asked": asked,
        "is_asked": any(asked.values()),
        "today": timezone.localdate(),
    }
    return show(request, "volunteers/volunteers.html", context)


def filters_of(request):
    """The conditions of the address, strange ones left out."""
    help, state = request.GET.get("help", ""), request.GET.get("state", "")
    return {
        "q": CONTROL.sub("", request.GET.get("q", "")).strip()[:30],
        "team": key_from(request.GET.get("team")),
        "help": help if help in Help.values else "",
        "state": state if state in VolunteerState.values else "",
    }


def wanted(user, asked):
    """The volunteers of the community that meet the conditions."""
    rows = Volunteer.objects.filter(area__in=places_of(user, VIEW_VOLUNTEERS.roles))
    if asked["team"]:
        held = Membership.objects.filter(
            team=asked["team"], state__in=[MemberState.IN, MemberState.APPLIED]
        )
        rows = rows.filter(pk__in=held.values("volunteer"))
    if asked["help"]:
        rows = rows.filter(helps__contains=[asked["help"]])
    if asked["state"]:
        rows = rows.filter(state=asked["state"])
    if asked["q"]:
        rows = rows.filter(by_name_or_tail(asked["q"]))
    return rows


def by_name_or_tail(text):
    """A part of a name, the number of a volunteer, or the end of a telephone number."""
    found = Q(user__name__icontains=text) | Q(number__iexact=text)
    if text.isdigit() and len(text) >= TAIL:
        found |= Q(user__phone__endswith=text)
    return found


@requires(VIEW_VOLUNTEERS, on=Volunteer)
@require_GET
def volunteer(request, volunteer):
    """One volunteer; the look is recorded."""
    volunteer = open_volunteer(volunteer=volunteer, by=request.user)
    return show(request, "volunteers/volunteer.html", facts_of(request, volunteer))


def facts_of(request, volunteer):
    """What the page of a volunteer says."""
    held = volunteer.memberships.select_related("team__brand", "decided_by").order_by("-pk")
    taken = orders_taken(volunteer).visible_to(request.user)
    served = orders_served(volunteer).visible_to(request.user)
    return {
        "tab": "volunteers",
        "volunteer": volunteer,
        "held": list(held[:20]),
        "taken": list(taken[:MOST_ORDERS]),
        "served": list(served[:MOST_ORDERS]),
        "hours": hours_of_year(volunteer, timezone.localdate().year),
        "identity": identity_of(volunteer.user),
        "guardian": guardian_of(volunteer) if volunteer.is_minor() else None,
        "week": week_of(volunteer.free),
        "helps": [Help(value).label for value in volunteer.helps],
        "today": timezone.localdate(),
        "may_keep": can(request.user, KEEP_TEAMS, at=volunteer.area),
        "insurance": InsuranceForm(initial={"until": volunteer.insured_until}),
    }


def week_of(free):
    """Three rows of seven: whether each part of each day is free."""
    return [
        (label, [bool(free >> (day * 3 + part) & 1) for day in range(7)])
        for part, label in enumerate(("上午", "下午", "晚上"))
    ]


@requires(KEEP_TEAMS, on=Volunteer)
@require_POST
def set_insurance(request, volunteer):
    """登记保险."""
    form = InsuranceForm(request.POST)
    if carry_out(form, profiles.set_insurance, volunteer=volunteer, by=request.user):
        messages.success(request, "保险登记好了。")
    else:
        messages.error(
            request, " ".join(error for found in form.errors.values() for error in found)
        )
    return redirect("volunteers:volunteer", pk=volunteer.pk)


@requires(KEEP_TEAMS, on=Volunteer)
@require_POST
def guardian(request, volunteer):
    """监护人同意, written down by the station."""
    form = NothingAsked(request.POST)
    if carry_out(form, profiles.guardian_consent, volunteer=volunteer, by=request.user):
        messages.success(request, "监护人同意登记好了。")
    else:
        messages.error(request, " ".join(form.non_field_errors()))
    return redirect("volunteers:volunteer", pk=volunteer.pk)
