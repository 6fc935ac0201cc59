"""志愿者的手机: first page, own data, own teams; for leaders also who wants to join."""

from django.contrib import messages
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from stations.access import requires
from stations.foundation.http import carry_out, show
from volunteers.access import SERVE
from volunteers.choices import HELP_ICONS, MemberState
from volunteers.forms.people import NothingAsked, ProfileForm
from volunteers.models import Membership, Team
from volunteers.services import mine as services
from volunteers.services import people, profiles, teams
from volunteers.services.identities import identity_of
from volunteers.services.people import guardian_of
from volunteers.services.reveal import open_volunteer
from volunteers.views.own import own
from volunteers.views.teams import full, members_of


@requires(SERVE)
@require_GET
def mine(request):
    """首页: what comes next, who asks for help, hours of this year, own teams."""
    volunteer = own(request)
    context = {
        "tab": "mine",
        "volunteer": volunteer,
        "now": timezone.localtime(),
        "icons": HELP_ICONS,
    }
    return show(request, "volunteers/mine.html", context | services.first_page(volunteer))


@requires(SERVE)
@require_http_methods(["GET", "POST"])
def profile(request):
    """我的: what I do, when, how far; a rest, leaving."""
    volunteer = own(request)
    data = request.POST if request.method == "POST" else None
    form = ProfileForm.of(volunteer, data)
    if request.method == "POST" and carry_out(
        form, profiles.change_profile, volunteer=volunteer, by=request.user
    ):
        messages.success(request, "改好了。")
        return redirect("volunteers:profile")
    held = Membership.objects.current().filter(volunteer=volunteer)
    context = {
        "tab": "me",
        "volunteer": volunteer,
        "form": form,
        "held": held.select_related("team__brand"),
        "identity": identity_of(request.user),
    }
    return show(request, "volunteers/profile.html", context)


def done(request, service, said, **arguments):
    """An act that asks nothing; whether it was done. A refusal is told in its sentence."""
    form = NothingAsked(request.POST)
    result = carry_out(form, service, by=request.user, **arguments)
    if result:
        messages.success(request, said)
    else:
        messages.error(request, " ".join(form.non_field_errors()))
    return result


@requires(SERVE)
@require_POST
def pause(request):
    """歇一阵."""
    said = "好好歇着，不再给您派单。想回来时点“回来”。"
    done(request, profiles.pause_volunteer, said, volunteer=own(request))
    return redirect("volunteers:profile")


@requires(SERVE)
@require_POST
def leave(request):
    """不再做志愿者."""
    said = "谢谢您这段时间的帮忙。编号和记录都留着，随时可以回来。"
    left = done(request, profiles.leave, said, volunteer=own(request))
    return redirect("volunteers:standing" if left else "volunteers:profile")


@requires(SERVE, on=Team)
@require_GET
def my_team(request, team):
    """我的队: for its leaders the members and who waits; for others what it does and how to join."""
    team, volunteer = full(team), own(request)
    leads = team.is_led_by(request.user)
    members, waiting = members_of(team) if leads else ((), ())
    membership = Membership.objects.filter(
        team=team, volunteer=volunteer, state__in=[MemberState.IN, MemberState.APPLIED]
    ).first()
    context = {
        "tab": "me",
        "team": team,
        "leads": leads,
        "members": members,
        "waiting": waiting,
        "membership": membership,
        "volunteer": volunteer,
    }
    return show(request, "volunteers/my_team.html", context)


@requires(SERVE, on=Membership)
@require_GET
def my_member(request, membership):
    """One who wants to join, or a member: for the leaders, and the look is recorded."""
    team = full(membership.team)
    if not team.is_led_by(request.user):
        return redirect("volunteers:my_team", pk=team.pk)
    volunteer = open_volunteer(volunteer=membership.volunteer, by=request.user)
    context = {
        "tab": "me",
        "team": team,
        "membership": membership,
        "volunteer": volunteer,
        "guardian": guardian_of(volunteer) if volunteer.is_minor() else None,
        "today": timezone.localdate(),
    }
    return show(request, "volunteers/my_member.html", context)


def to_team(membership):
    return redirect("volunteers:my_team", pk=membership.team_id)


@requires(SERVE, on=Membership)
@require_POST
def my_member_admit(request, membership):
    """同意加入, by the team's leader."""
    done(request, people.admit, "加入了，已经给他发了消息。", membership=membership)
    return to_team(membership)


@requires(SERVE, on=Membership)
@require_POST
def my_member_refuse(request, membership):
    """没有同意加入, by the team's leader."""
    done(request, people.refuse_member, "记下了，已经给他发了消息。", membership=membership)
    return to_team(membership)


@requires(SERVE, on=Membership)
@require_POST
def my_member_end(request, membership):
    """离队: one's own, or as the leader says."""
    done(request, teams.leave_team, "离队了，记录都留着。", membership=membership)
    return to_team(membership)


@requires(SERVE, on=Membership)
@require_POST
def my_guardian(request, membership):
    """监护人同意, written down by the leader who telephoned."""
    volunteer = membership.volunteer
    done(request, profiles.guardian_consent, "登记好了，可以点同意加入了。", volunteer=volunteer)
    return redirect("volunteers:my_member", pk=membership.pk)
