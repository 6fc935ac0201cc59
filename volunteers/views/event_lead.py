"""活动 for a team's leader, on a phone: set one up, show the code, see who is there."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from stations.access import requires
from stations.foundation.http import carry_out, show
from stations.foundation.pages import key_from
from volunteers.access import SERVE
from volunteers.forms.events import ChangeForm, LeaderEventForm, WhyForm
from volunteers.models import Event, SignUp, Slot, Team
from volunteers.services import attendance
from volunteers.services import events as services
from volunteers.services.events import CHANGEABLE
from volunteers.views.events import code_of, people_of
from volunteers.views.pressed import posted, press


def only_leaders(request, event_pk):
    """Refuse whoever does not lead the team of this event."""
    teams = Team.objects.led_by(request.user).filter(events=event_pk)
    if not teams.exists():
        raise PermissionDenied


@requires(SERVE)
@require_http_methods(["GET", "POST"])
def my_event_new(request):
    """队长发活动: the short form; open at once."""
    teams = list(Team.objects.led_by(request.user).select_related("area"))
    if not teams:
        raise PermissionDenied
    asked = key_from(request.GET.get("team"))
    team = next((one for one in teams if one.pk == asked), teams[0])
    form = LeaderEventForm(posted(request))
    if request.method == "POST":
        event = carry_out(form, services.add_event, area=team.area, team=team, by=request.user)
        if event:
            messages.success(request, "发出去了，大家现在就能报名。")
            return redirect("volunteers:my_event", event.pk)
    context = {"form": form, "team": team, "teams": teams, "tab": "events"}
    return show(request, "volunteers/my_event_new.html", context)


@requires(SERVE, on=Event)
@require_http_methods(["GET", "POST"])
def my_event_change(request, event):
    """队长改活动: words, place and conditions. Who signed up stays signed up."""
    only_leaders(request, event.pk)
    form = ChangeForm(posted(request), initial={name: getattr(event, name) for name in CHANGEABLE})
    if carry_out(form, services.change_event, event=event, by=request.user):
        messages.success(request, "改好了。")
        return redirect("volunteers:my_event", event.pk)
    context = {"form": form, "event": event, "tab": "events"}
    return show(request, "volunteers/my_event_change.html", context)


@requires(SERVE, on=Event)
@require_http_methods(["GET", "POST"])
def my_event_cancel(request, event):
    """队长取消活动."""
    only_leaders(request, event.pk)
    form = WhyForm(posted(request))
    if request.method == "POST" and carry_out(
        form, services.cancel_event, event=event, by=request.user
    ):
        messages.success(request, "取消了，报名的人都会收到消息。")
        return redirect("volunteers:my_event", event.pk)
    context = {"form": form, "event": event, "tab": "events"}
    return show(request, "volunteers/my_event_cancel.html", context)


@requires(SERVE, on=Slot)
@require_http_methods(["GET", "POST"])
def my_slot_cancel(request, slot):
    """队长取消一场: the other times stand."""
    only_leaders(request, slot.event_id)
    form = WhyForm(posted(request))
    if request.method == "POST" and carry_out(
        form, services.cancel_slot, slot=slot, by=request.user
    ):
        messages.success(request, "这一场取消了，报名的人都会收到消息。")
        return redirect("volunteers:my_event", slot.event_id)
    context = {"form": form, "event": slot.event, "slot": slot, "tab": "events"}
    return show(request, "volunteers/my_event_cancel.html", context)


@requires(SERVE, on=Slot)
@require_GET
def my_slot(request, slot):
    """签到名单 in the leader's hand."""
    only_leaders(request, slot.event_id)
    return show(request, "volunteers/my_slot.html", people_of(slot) | {"tab": "events"})


@requires(SERVE, on=Slot)
@require_GET
def my_slot_qr(request, slot):
    """签到码 on the leader's phone."""
    only_leaders(request, slot.event_id)
    return show(request, "volunteers/my_slot_qr.html", code_of(slot) | {"tab": "events"})


@requires(SERVE, on=SignUp)
@require_POST
def my_sign_up_in(request, sign_up):
    """队长代签到."""
    only_leaders(request, sign_up.slot.event_id)
    press(request, attendance.check_in, "签到了。", sign_up=sign_up)
    return redirect("volunteers:my_slot", sign_up.slot_id)


@requires(SERVE, on=SignUp)
@require_POST
def my_sign_up_out(request, sign_up):
    """队长代签退."""
    only_leaders(request, sign_up.slot.event_id)
    press(request, attendance.check_out, "签退了。", sign_up=sign_up)
    return redirect("volunteers:my_slot", sign_up.slot_id)
