"""队伍 for staff: one team with its members and who waits, changing, ending, the invite poster."""

from django.conf import settings
from django.contrib import messages
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from stations.access import can, requires
from stations.foundation.http import carry_out, show
from stations.foundation.qr import qr_svg
from stations.models import Station
from volunteers.access import KEEP_TEAMS, VIEW, VIEW_VOLUNTEERS
from volunteers.forms.brands import TeamChangeForm
from volunteers.models import Membership, Team
from volunteers.services import people, teams
from volunteers.services.mine import minutes_of_year
from volunteers.views.pressed import posted, press

MOST_MEMBERS = 200


def full(team):
    """The team with everything its pages read."""
    rows = Team.objects.select_related(
        "brand__area", "area", "partner", "leader__user", "deputy__user"
    )
    return rows.get(pk=team.pk)


def members_of(team):
    """(members, those who wait): people with names, for whoever may see them."""
    rows = team.memberships.select_related("volunteer__user", "volunteer__building")
    members = rows.current().order_by("pk")[:MOST_MEMBERS]
    return list(members), list(rows.waiting().order_by("asked_at", "pk")[:MOST_MEMBERS])


@requires(VIEW, on=Team)
@require_GET
def team(request, team):
    """One team. Names are for the community's staff; the street reads how many."""
    team = full(team)
    sees_people = can(request.user, VIEW_VOLUNTEERS, at=team.area)
    members, waiting = members_of(team) if sees_people else ((), ())
    served = [one.volunteer_id for one in members]
    minutes = minutes_of_year(served, timezone.localdate().year) if served else {}
    context = {
        "tab": "brands",
        "team": team,
        "members": [(one, minutes.get(one.volunteer_id, 0)) for one in members],
        "waiting": waiting,
        "member_count": len(members) if sees_people else team.memberships.current().count(),
        "sees_people": sees_people,
        "may_keep": can(request.user, KEEP_TEAMS, at=team.area),
    }
    return show(request, "volunteers/team.html", context)


@requires(KEEP_TEAMS, on=Team)
@require_http_methods(["GET", "POST"])
def team_edit(request, team):
    """改队伍, and who leads it."""
    team = full(team)
    form = TeamChangeForm(posted(request), team=team)
    if carry_out(form, teams.change_team, team=team, by=request.user):
        messages.success(request, "改好了。")
        return redirect("volunteers:team", pk=team.pk)
    context = {"tab": "brands", "form": form, "team": team, "brand": team.brand}
    return show(request, "volunteers/team_form.html", context)


@requires(KEEP_TEAMS, on=Team)
@require_POST
def team_end(request, team):
    """队伍解散."""
    if press(request, teams.end_team, f"{team}解散了，队员的记录都留着。", team=team):
        return redirect("volunteers:brand", pk=team.brand_id)
    return redirect("volunteers:team", pk=team.pk)


@requires(KEEP_TEAMS, on=Team)
@require_GET
def team_poster(request, team):
    """邀请海报: an A4 sheet with the code that leads to the form."""
    team = full(team)
    link = f"{settings.SITE_ADDRESS}{reverse('volunteers:join', args=[team.invite_code])}"
    context = {
        "team": team,
        "link": link,
        "qr": qr_svg(link, title=f"报名{team}的二维码"),
        "station": Station.objects.nearest_to(team.area),
    }
    return show(request, "volunteers/team_poster.html", context)


def answered(request, membership, service, said, undo=""):
    """A yes, a no or a goodbye of the station, and back to where it was pressed."""
    if press(request, service, "" if undo else said, membership=membership) and undo:
        back = reverse(undo, args=[membership.pk])
        messages.success(request, said, extra_tags=f"undo:{back}")
    match request.POST.get("back"):
        case "person":
            return redirect("volunteers:volunteer", pk=membership.volunteer_id)
        case "waiting":
            return redirect("volunteers:members_waiting")
    return redirect("volunteers:team", pk=membership.team_id)


@requires(KEEP_TEAMS, on=Membership)
@require_POST
def member_admit(request, membership):
    """同意加入, by the station."""
    return answered(request, membership, people.admit, "加入了，已经给本人发了消息。")


@requires(KEEP_TEAMS, on=Membership)
@require_POST
def member_refuse(request, membership):
    """没有同意加入, by the station."""
    return answered(request, membership, people.refuse_member, "记下了，已经给本人发了消息。")


@requires(KEEP_TEAMS, on=Membership)
@require_POST
def member_end(request, membership):
    """离队, by the station; pressed by mistake it is taken back within ten minutes."""
    undo = "volunteers:member_return"
    return answered(request, membership, teams.leave_team, "离队了，记录都留着。", undo)


@requires(KEEP_TEAMS, on=Membership)
@require_POST
def member_return(request, membership):
    """撤销离队."""
    return answered(request, membership, teams.return_member, "撤销了，还在队里。")
