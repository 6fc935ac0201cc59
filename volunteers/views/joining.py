"""报名: one page on a phone, with an invite or for a team that is open; and how it stands."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from stations.access import can, public, signed_in
from stations.foundation.gated import fresh, let_in
from stations.foundation.http import carry_out, show
from stations.foundation.limits import client_address
from stations.models import Station
from volunteers.access import SERVE
from volunteers.choices import MemberState, VolunteerState
from volunteers.forms.joining import AccountJoinForm, JoinForm
from volunteers.forms.people import TeamForm
from volunteers.models import Membership, Team, Volunteer
from volunteers.services import people, profiles
from volunteers.services.hours.who import is_verified
from volunteers.views.brands_public import estate_or_404

JOINED = "volunteers_joined"  # session: the team whose receipt is shown
MOST_TEAMS = 30
ROWS = Team.objects.select_related("brand", "area__parent", "partner")


@public("志愿者凭邀请码报名，还没有账号")
@require_http_methods(["GET", "POST"])
def join(request, code):
    """报名 with a team's invite."""
    team = ROWS.current().filter(invite_code=code).first()
    if team is None:
        raise Http404
    return form_page(request, people.community_of(team.area), [team])


@public("居民报名当志愿者，还没有账号")
@require_http_methods(["GET", "POST"])
def join_open(request, code):
    """报名 for one of the teams that everybody may ask."""
    estate = estate_or_404(code)
    rows = ROWS.current().filter(is_open=True, area__path__in=lineage_and_below(estate))
    rows = rows.order_by("brand__order", "brand", "since", "pk")
    return form_page(request, estate.parent, list(rows[:MOST_TEAMS]), estate=estate)


def lineage_and_below(estate):
    """The paths of an estate and its community: where teams for its people stand."""
    return [estate.path, estate.parent.path]


def form_page(request, community, teams, *, estate=None):
    """The one page of the form, for a stranger or for somebody with an account."""
    user = request.user
    if user.is_authenticated and Volunteer.objects.filter(user=user).exists():
        return redirect("volunteers:standing")
    if not teams:
        return shown(request, community, teams, None, estate)
    kind = AccountJoinForm if user.is_authenticated else JoinForm
    data = request.POST if request.method == "POST" else None
    form = kind(data, area=community, teams=teams, asked=request.GET.get("team", ""))
    if data is None or not form.is_valid():
        return shown(request, community, teams, form, estate)
    return hand_in(request, community, teams, form, estate)


def hand_in(request, community, teams, form, estate):
    """Past the gate, into the service, on to the receipt: the same for every telephone."""
    data, user = form.cleaned_data, request.user
    team, token = data.pop("team"), data.pop("token")
    who = {"address": client_address(request), "phone": data.get("phone", "")}
    if not let_in(form, people.check_join, team=team, **who):
        return shown(request, community, teams, form, estate)
    if user.is_authenticated:
        done = carry_out(form, people.join_with_account, team=team, by=user)
    else:
        done = carry_out(form, people.join, team=team, token=token)
    if not done:
        return shown(request, community, teams, form, estate)
    request.session[JOINED] = done.pk
    return redirect("volunteers:joined")


def shown(request, community, teams, form, estate):
    """The form's page."""
    context = {
        "community": community,
        "estate": estate,
        "teams": teams,
        "team": teams[0] if len(teams) == 1 else None,
        "form": form,
        "station": Station.objects.nearest_to(community),
    }
    return fresh(request, "volunteers/join.html", context, *filter(None, [form]))


@public("报名以后看回执")
@require_GET
def joined(request):
    """收到了: what happens now. The same words whether or not the telephone was known."""
    team = ROWS.filter(pk=request.session.get(JOINED)).first()
    if team is None:
        return redirect("stations:front")
    context = {"team": team, "station": Station.objects.nearest_to(team.area)}
    return render(request, "volunteers/joined.html", context)


# how it stands, for whoever is signed in and not (or not any more) a volunteer


@signed_in("whoever asked to join has no posting yet, whoever left has none any more")
@require_GET
def standing(request):
    """等队长同意, 没有加上, 已离开: how it stands, and which team one can ask."""
    volunteer = Volunteer.objects.select_related("area", "user").filter(user=request.user).first()
    if volunteer is None:
        return redirect("stations:home")
    return show(request, "volunteers/standing.html", standing_of(volunteer))


def standing_of(volunteer):
    """What the page of somebody's standing says."""
    held = Membership.objects.filter(
        volunteer=volunteer, state__in=[MemberState.APPLIED, MemberState.IN]
    ).select_related("team__brand")
    mine = [membership.team_id for membership in held]
    in_team = any(membership.state == MemberState.IN for membership in held)
    return {
        "tab": "me",
        "volunteer": volunteer,
        "held": held,
        "is_in": volunteer.state in (VolunteerState.ACTIVE, VolunteerState.PAUSED),
        "has_team": in_team,
        "must_choose": not mine,
        "is_verified": is_verified(volunteer.user),
        "teams": teams_for(volunteer).exclude(pk__in=mine)[:MOST_TEAMS],
        "station": Station.objects.nearest_to(volunteer.area),
    }


def teams_for(volunteer):
    """The open teams of a volunteer's community."""
    found = Team.objects.current().filter(area__path__startswith=volunteer.area.path)
    return found.filter(is_open=True).select_related("brand")


def team_asked(request, service, done, *, required=True):
    """Ask a team by the form of the standing page, and back to it."""
    volunteer = Volunteer.objects.select_related("area").filter(user=request.user).first()
    if volunteer is None:
        return redirect("stations:home")
    form = TeamForm(request.POST, teams=teams_for(volunteer), required=required)
    if carry_out(form, service, by=request.user):
        messages.success(request, done)
    else:
        said = [sentence for found in form.errors.values() for sentence in found]
        messages.error(request, " ".join(said))
    return redirect("volunteers:standing")


@signed_in("whoever asked to join has no posting yet and may ask another team")
@require_POST
def join_team(request):
    """再加一个队."""
    return team_asked(request, people.join_team, "报上了，等队长点头。")


@signed_in("whoever left has no posting any more")
@require_POST
def come_back(request):
    """回来."""
    asked = team_asked(request, profiles.come_back, "欢迎回来。", required=False)
    # Back from a rest everything is open at once: the first page. Others read how it stands.
    return redirect("volunteers:mine") if can(request.user, SERVE) else asked
