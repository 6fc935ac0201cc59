"""志愿者 for the community's staff: the overview, the list, one person, insurance, consent."""

from io import BytesIO

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from stations.access import can, requires
from stations.foundation.downloads import XLSX, attachment
from stations.foundation.fields import CONTROL
from stations.foundation.http import show
from stations.foundation.keyset import capped_counts
from stations.foundation.pages import key_from
from stations.models import Area
from stations.models.area import places_of
from volunteers.access import KEEP_PACKAGES, KEEP_TEAMS, MAKE_PAPERS, VIEW, VIEW_VOLUNTEERS
from volunteers.choices import ANY_TIME, Help, MemberState, VolunteerState
from volunteers.forms.people import InsuranceForm
from volunteers.models import Membership, Team, Volunteer
from volunteers.services import overview, profiles
from volunteers.services.exports import export_volunteers
from volunteers.services.identities import identity_of
from volunteers.services.insurance import a_year_more, insurance_to_renew
from volunteers.services.mine import hours_of_year, orders_served, orders_taken
from volunteers.services.people import guardian_of
from volunteers.services.reveal import open_volunteer
from volunteers.services.volunteer_list import (
    ENDS_WITHIN,
    INSURANCE,
    age_of,
    insurance_ends,
    lines_of,
    page_by_state,
    waiting_members,
)
from volunteers.views.brands import brand_rows
from volunteers.views.pressed import press

MOST_TEAMS = 200
MOST_ORDERS = 8
MOST_WAITING = 100
TAIL = 4


@requires(VIEW)
@require_GET
def home(request):
    """总览: what waits, and what each brand did this month. Of brands, never of people."""
    user, rows = request.user, brand_rows(request.user)
    lacking, more = overview.lacking_packages(user)
    places = overview.communities_of(user, rows)
    context = {
        "tab": "home",
        "today": timezone.localdate(),
        "day": overview.today_of(user),
        "waiting": overview.waiting_for(user),
        "slots": overview.week_of_events(user),
        "lacking": lacking,
        "more_lacking": more,
        "may_packages": can(user, KEEP_PACKAGES),
        "communities": places,
        "quiet": [row["area"] for row in places if not row["is_any"]],
        "rows": rows,
        "services": sum(row["month"]["services"] for row in rows),
        "minutes": sum(row["month"]["minutes"] for row in rows),
        "may_keep": can(user, KEEP_TEAMS),
    }
    return show(request, "volunteers/home.html", context)


@requires(VIEW_VOLUNTEERS)
@require_GET
def volunteers(request):
    """志愿者: by team, by what they do, by how they stand; by name or the end of a number."""
    asked = filters_of(request)
    teams = Team.objects.current().visible_to(request.user).select_related("brand")
    load = Volunteer.objects.select_related("user", "estate", "building")
    shown = page_by_state(wanted(request.user, asked), request.GET, load=load)
    ours = Volunteer.objects.filter(area__in=places_of(request.user, VIEW_VOLUNTEERS.roles))
    today = timezone.localdate()
    context = {
        "tab": "volunteers",
        "rows": lines_of(shown.rows),
        "links": shown.links(request.GET),
        "teams": list(teams[:MOST_TEAMS]),
        "helps": Help.choices,
        "states": VolunteerState.choices,
        "insurances": [(key, label) for key, (label, _) in INSURANCE.items()],
        "asked": asked,
        "is_asked": any(asked.values()),
        "query": request.GET.urlencode(),
        "today": today,
        "soon": today + ENDS_WITHIN,
        "ending": capped_counts([ours.filter(insurance_ends(today))], 99)[0],
    }
    return show(request, "volunteers/volunteers.html", context)


@requires(VIEW_VOLUNTEERS)
@require_GET
def volunteers_export(request):
    """导出: the list under these conditions as an Excel file; that it was taken is recorded."""
    rows, target = wanted(request.user, filters_of(request)), BytesIO()
    area = Area.objects.visible_to(request.user, VIEW_VOLUNTEERS.roles).order_by("path").first()
    try:
        export_volunteers(rows=rows, area=area, by=request.user, target=target)
    except ValidationError as refusal:
        messages.error(request, refusal.messages[0])
        return redirect("volunteers:volunteers")
    target.seek(0)
    name = f"zhiyuanzhe-{timezone.localdate():%Y%m%d}.xlsx"
    return attachment(target, name=name, content_type=XLSX)


@requires(KEEP_TEAMS)
@require_GET
def members_waiting(request):
    """等加入: who asked to join a team here, with the number to call and the yes beside it."""
    rows = waiting_members(places_of(request.user, KEEP_TEAMS.roles))
    context = {"tab": "volunteers", "rows": list(rows[:MOST_WAITING]), "most": MOST_WAITING}
    return show(request, "volunteers/members_waiting.html", context)


def filters_of(request):
    """The conditions of the address, strange ones left out."""
    help, state = request.GET.get("help", ""), request.GET.get("state", "")
    insurance = request.GET.get("insurance", "")
    return {
        "q": CONTROL.sub("", request.GET.get("q", "")).strip()[:30],
        "team": key_from(request.GET.get("team")),
        "help": help if help in Help.values else "",
        "state": state if state in VolunteerState.values else "",
        "insurance": insurance if insurance in INSURANCE else "",
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
    if asked["insurance"]:
        rows = rows.filter(INSURANCE[asked["insurance"]][1]())
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
    held = list(
        volunteer.memberships.select_related("team__brand", "decided_by").order_by("-pk")[:20]
    )
    taken = orders_taken(volunteer).visible_to(request.user)
    served = orders_served(volunteer).visible_to(request.user)
    return {
        "tab": "volunteers",
        "volunteer": volunteer,
        "held": held,
        "has_team": any(one.state == MemberState.IN for one in held),
        "taken": list(taken[:MOST_ORDERS]),
        "served": list(served[:MOST_ORDERS]),
        "hours": hours_of_year(volunteer, timezone.localdate().year),
        "identity": identity_of(volunteer.user),
        "guardian": guardian_of(volunteer) if volunteer.is_minor() else None,
        "week": week_of(volunteer.free),
        "any_time": volunteer.free == ANY_TIME,
        "age": age_of(volunteer),
        "today": timezone.localdate(),
        "may_keep": can(request.user, KEEP_TEAMS, at=volunteer.area),
        "may_paper": can(request.user, MAKE_PAPERS, at=volunteer.area),
        **insurance_of(volunteer),
    }


def insurance_of(volunteer):
    """The form of the insurance; where it is to be renewed, with the day it is usually renewed
    to."""
    renews = insurance_to_renew().filter(pk=volunteer.pk).exists()
    until = a_year_more(volunteer) if renews else volunteer.insured_until
    return {"insurance": InsuranceForm(initial={"until": until}), "renews": renews}


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
    press(request, profiles.set_insurance, "保险登记好了。", form=form, volunteer=volunteer)
    return redirect("volunteers:volunteer", pk=volunteer.pk)


@requires(KEEP_TEAMS, on=Volunteer)
@require_POST
def guardian(request, volunteer):
    """监护人同意, written down by the station."""
    press(request, profiles.guardian_consent, "监护人同意登记好了。", volunteer=volunteer)
    return redirect("volunteers:volunteer", pk=volunteer.pk)
