"""志愿者的手机: first page, own data, own teams; for leaders also who wants to join."""

from django.conf import settings
from django.contrib import messages
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from stations.access import requires
from stations.foundation.http import carry_out, show
from stations.foundation.qr import qr_svg
from volunteers.access import SERVE
from volunteers.choices import ANY_TIME, WEEKDAYS, MemberState, Part
from volunteers.forms.people import ProfileForm
from volunteers.models import Membership, Team
from volunteers.services import mine as services
from volunteers.services import people, profiles, teams
from volunteers.services.identities import identity_of
from volunteers.services.people import guardian_of
from volunteers.services.reveal import open_volunteer
from volunteers.views.own import own
from volunteers.views.pressed import posted, press
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
        "greeting": greeting(timezone.localtime().hour),
    }
    return show(request, "volunteers/mine.html", context | services.first_page(volunteer))


def greeting(hour):
    """What one says at that hour."""
    said = ((5, "夜深了"), (11, "早上好"), (13, "中午好"), (18, "下午好"), (23, "晚上好"))
    return next((words for until, words in said if hour < until), "夜深了")


@requires(SERVE)
@require_http_methods(["GET", "POST"])
def profile(request):
    """我的: what I do, when, how far; a rest, leaving."""
    volunteer = own(request)
    form = ProfileForm.of(volunteer, posted(request))
    if carry_out(form, profiles.change_profile, volunteer=volunteer, by=request.user):
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


@requires(SERVE)
@require_POST
def pause(request):
    """歇一阵."""
    said = "好好歇着，不再给您派单。歇好了点“我回来了”。"
    undo = reverse("volunteers:come_back")
    press(request, profiles.pause_volunteer, said, undo=undo, volunteer=own(request))
    return redirect("volunteers:profile")


@requires(SERVE)
@require_POST
def leave(request):
    """不再做志愿者."""
    said = "谢谢您这段时间的帮忙。编号和记录都留着，随时可以回来。"
    left = press(request, profiles.leave, said, volunteer=own(request))
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
        "invite": invite_of(team) if leads and not team.until else None,
    }
    return show(request, "volunteers/my_team.html", context)


def invite_of(team):
    """The team's own code, for the leader to hold out: the link, and the drawing of it."""
    link = f"{settings.SITE_ADDRESS}{reverse('volunteers:join', args=[team.invite_code])}"
    return {"link": link, "qr": qr_svg(link, title=f"报名{team}的二维码")}


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
        "free": free_times(volunteer.free),
    }
    return show(request, "volunteers/my_member.html", context)


def free_times(free):
    """The bits of a week in words: ["周一上午、晚上", "周六全天"]; [] for any time at all."""
    if free == ANY_TIME:
        return []
    found, parts = [], len(Part)
    for at, day in enumerate(WEEKDAYS):
        said = [part.label for part in Part if free >> (at * parts + part) & 1]
        if said:
            found.append(f"{day}{'全天' if len(said) == parts else '、'.join(said)}")
    return found


def to_team(membership):
    """Back to the team's page."""
    return redirect("volunteers:my_team", pk=membership.team_id)


@requires(SERVE, on=Membership)
@require_POST
def my_member_admit(request, membership):
    """同意加入, by the team's leader."""
    press(request, people.admit, "加入了，已经告诉对方了。", membership=membership)
    return to_team(membership)


@requires(SERVE, on=Membership)
@require_POST
def my_member_refuse(request, membership):
    """没有同意加入, by the team's leader."""
    press(request, people.refuse_member, "记下了，已经告诉对方了。", membership=membership)
    return to_team(membership)


@requires(SERVE, on=Membership)
@require_POST
def my_member_end(request, membership):
    """离队: one's own, or as the leader says."""
    press(request, teams.leave_team, "离队了，记录都留着。", membership=membership)
    return to_team(membership)


@requires(SERVE, on=Membership)
@require_POST
def my_guardian(request, membership):
    """监护人同意, written down by the leader who telephoned."""
    volunteer = membership.volunteer
    press(request, profiles.guardian_consent, "登记好了，可以点同意加入了。", volunteer=volunteer)
    return redirect("volunteers:my_member", pk=membership.pk)
