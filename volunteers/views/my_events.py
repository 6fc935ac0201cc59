"""活动 for volunteers, on a phone: what I signed up for, what I can come to, checking in."""

from datetime import datetime, time, timedelta
from io import BytesIO

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from stations.access import public, requires
from stations.choices import Level
from stations.foundation.downloads import attachment
from stations.foundation.http import show
from stations.foundation.pages import day_from
from stations.models import Area, Station
from volunteers.access import SERVE
from volunteers.choices import SEAT_HOURS, SEATED, EventKind, EventState, SignUpState
from volunteers.models import Event, SignUp, Slot, Team
from volunteers.services import attendance, calendars, sign_ups
from volunteers.services.events import coming_slots, open_slots, with_seats
from volunteers.views.own import own
from volunteers.views.pressed import press

STRIP = 14  # days one can choose from
MOST, MOST_PUBLIC = 60, 100
CALENDAR = "text/calendar; charset=utf-8"


@requires(SERVE)
@require_GET
def my_events(request):
    """我的活动, and what I can come to near me."""
    volunteer = own(request)
    mine = list(sign_ups.own_sign_ups(volunteer)[:MOST])
    rows, day = Slot.objects.visible_to(request.user), day_from(request.GET.get("day"))
    held = {row.slot_id for row in mine}
    rows = open_slots(rows).exclude(pk__in=held)
    if day:
        begins = timezone.make_aware(datetime.combine(day, time.min))
        rows = rows.filter(starts_at__range=(begins, begins + timedelta(days=1)))
    today, slots = timezone.localdate(), list(rows[:MOST])
    for slot in slots:
        slot.free = max(0, slot.seats - slot.taken)
    context = {
        "tab": "events",
        "volunteer": volunteer,
        "mine": mine,
        "slots": slots,
        "day": day,
        "days": [today + timedelta(days=n) for n in range(STRIP)],
        "leads": list(Team.objects.led_by(request.user)),
        "calendar_url": settings.SITE_ADDRESS
        + reverse("volunteers:calendar", args=[calendars.calendar_token(volunteer)]),
    }
    return show(request, "volunteers/my_events.html", context)


@requires(SERVE, on=Event)
@require_GET
def my_event(request, event):
    """One event with a large button for each of its times."""
    leads = Team.objects.led_by(request.user).filter(pk=event.team_id).exists()
    if event.state == EventState.DRAFT and not leads:
        raise PermissionDenied
    volunteer, now = own(request), timezone.now()
    rows = SignUp.objects.filter(volunteer=volunteer, slot__event=event, state__in=sign_ups.HELD)
    mine = {row.slot_id: row for row in sign_ups.with_place(rows)}
    slots = event.slots.filter(ends_at__gt=now - timedelta(days=2))
    slots = list(with_seats(slots).order_by("starts_at", "pk"))
    for slot in slots:
        slot.mine, slot.free = mine.get(slot.pk), max(0, slot.seats - slot.taken)
        slot.has_begun, slot.is_past = slot.starts_at <= now, slot.ends_at <= now
    standing = [slot for slot in slots if not (slot.is_past or slot.cancelled_at)]
    context = {
        "tab": "events",
        "event": event,
        "team": Team.objects.filter(pk=event.team_id).first(),
        "slots": slots,
        "leads": leads,
        "is_open": event.state == EventState.OPEN,
        "has_several": len(standing) > 1,
        "seat_hours": SEAT_HOURS,
    }
    return show(request, "volunteers/my_event.html", context)


@requires(SERVE, on=Slot)
@require_POST
def slot_sign_up(request, slot):
    """报名."""
    row = press(request, sign_ups.sign_up, "", slot=slot, volunteer=own(request))
    if row:
        waits = row.state == SignUpState.WAITING
        place = sign_ups.place_in_line(row)
        said = f"满了，您排在候补第{place}位。有空位会发消息，{SEAT_HOURS}小时内点一下才算您的。"
        messages.success(request, said if waits else "报上了，到时候见。")
    return redirect("volunteers:my_event", slot.event_id)


@requires(SERVE, on=SignUp)
@require_POST
def sign_up_take(request, sign_up):
    """我去: the seat that was offered."""
    only_own(request, sign_up)
    press(request, sign_ups.take_seat, "位子给您留好了，到时候见。", sign_up=sign_up)
    return redirect("volunteers:my_event", sign_up.slot.event_id)


@requires(SERVE, on=SignUp)
@require_POST
def sign_up_leave(request, sign_up):
    """不去了."""
    only_own(request, sign_up)
    had_seat, slot = sign_up.state in SEATED, sign_up.slot
    if press(request, sign_ups.leave_slot, "", sign_up=sign_up):
        # A seat that stays free is one nobody waits for: it can be taken again by one tap.
        is_free = had_seat and sign_ups.seats_taken(slot) < slot.seats
        undo = f"undo:{reverse('volunteers:slot_sign_up', args=[slot.pk])}" if is_free else ""
        said = "退好了，位子让给候补的人。" if had_seat and not is_free else "退好了。"
        messages.success(request, said, extra_tags=undo)
    return redirect("volunteers:my_event", slot.event_id)


def only_own(request, sign_up):
    """A leader sees the sign-ups of others, and cannot answer for them."""
    if own(request).pk != sign_up.volunteer_id:
        raise PermissionDenied


# checking in


def own_sign_up(request, code):
    """(slot, one's own sign-up or None) of a code."""
    rows = Slot.objects.visible_to(request.user).select_related("event", "area")
    slot = get_object_or_404(rows, code=code)
    held = SignUp.objects.filter(slot=slot, volunteer=own(request), state__in=sign_ups.HELD)
    return slot, held.first()


@requires(SERVE)
@require_http_methods(["GET", "POST"])
def check_in(request, code):
    """扫码签到: one large button, and after the work another one."""
    slot, row = own_sign_up(request, code)
    if request.method == "POST" and row:
        press(request, attendance.check_in, "签到了，辛苦了。", sign_up=row)
        return redirect("volunteers:check_in", code)
    now = timezone.now()
    context = {
        "tab": "events",
        "slot": slot,
        "event": slot.event,
        "row": row,
        "is_early": now < slot.starts_at - attendance.EARLY,
        "opens_at": slot.starts_at - attendance.EARLY,
        "is_past": now >= slot.ends_at,
    }
    return show(request, "volunteers/check_in.html", context)


@requires(SERVE)
@require_POST
def check_out(request, code):
    """扫码签退."""
    _, row = own_sign_up(request, code)
    if row:
        press(request, attendance.check_out, "签退了，时数等队里和服务站确认。", sign_up=row)
    return redirect("volunteers:check_in", code)


# calendars


@public("手机日历凭密码一样的地址来取，不登录")
@require_GET
def calendar(request, token):
    """我的日历: what I signed up for and took on, as a file phones read. No names."""
    volunteer = calendars.volunteer_of(token)
    if volunteer is None:
        raise Http404
    response = HttpResponse(calendars.own_calendar(volunteer), content_type=CALENDAR)
    response["Content-Disposition"] = 'inline; filename="tongxin.ics"'
    patch_cache_control(response, no_store=True)
    return response


@requires(SERVE, on=Slot)
@require_GET
def slot_calendar(request, slot):
    """One time, to be put into one's calendar once."""
    slot.event = Event.objects.get(pk=slot.event_id)
    file = BytesIO(calendars.one_slot(slot))
    return attachment(file, name=f"活动{slot.pk}.ics", content_type=CALENDAR)


# for everybody


@public("小区活动谁都能看")
@require_GET
def public_events(request, code):
    """小区活动: what is on, when and where, how many seats are left. No names."""
    estate = get_object_or_404(Area, code=code, level=Level.ESTATE)
    rows = coming_slots(Slot.objects.filter(area__path__in=estate.lineage_paths()))
    kind = request.GET.get("kind")
    kind = kind if kind in EventKind.values else ""
    rows = rows.filter(event__kind=kind) if kind else rows
    slots = list(rows[:MOST_PUBLIC])
    for slot in slots:
        slot.free = max(0, slot.seats - slot.taken)
        slot.for_volunteers = slot.event.kind in attendance.GIVES_HOURS
    context = {
        "estate": estate,
        "station": Station.objects.nearest_to(estate),
        "slots": slots,
        "kind": kind,
        "kinds": EventKind.choices,
    }
    return show(request, "volunteers/public_events.html", context)
