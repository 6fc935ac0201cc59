"""活动 for the station: what is coming, one event with its times, and who was there."""

from django.conf import settings
from django.contrib import messages
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from stations.access import can, requires
from stations.choices import Level
from stations.foundation.http import carry_out, show
from stations.foundation.keyset import page
from stations.foundation.pages import key_from
from stations.foundation.qr import qr_svg
from stations.models import Area
from volunteers.access import KEEP_EVENTS, VIEW, VIEW_VOLUNTEERS
from volunteers.choices import EventKind, EventState, SignUpState
from volunteers.forms.events import (
    ChangeForm,
    EventForm,
    SeatsForm,
    SlotForm,
    SlotWhyForm,
    WhyForm,
)
from volunteers.models import Event, SignUp, Slot, Team
from volunteers.services import attendance, sign_ups
from volunteers.services import events as services
from volunteers.services.events import CHANGEABLE, with_seats
from volunteers.views.pressed import posted, press

TABS = {"coming": "要来的", "past": "过去的", "draft": "没发布的"}
GONE = (SignUpState.CANCELLED, SignUpState.EXPIRED)
MOST_NAMES = 1000


def places(user):
    """Where this person may set up events: communities and estates."""
    found = Area.objects.visible_to(user, KEEP_EVENTS.roles)
    return list(found.filter(level__gte=Level.COMMUNITY))


@requires(VIEW)
@require_GET
def events(request):
    """What is coming by time, what is past, and what nobody can sign up for yet."""
    view = request.GET.get("view")
    view = view if view in TABS else "coming"
    kind = request.GET.get("kind")
    kind = kind if kind in EventKind.values else ""
    areas = list(Area.objects.visible_to(request.user, VIEW.roles).filter(level=Level.ESTATE)[:200])
    area = next((one for one in areas if one.pk == key_from(request.GET.get("area"))), None)
    shown = rows_of(request, view, kind, area)
    context = {
        "views": [(key, label, f"?view={key}", key == view) for key, label in TABS.items()],
        "view": view,
        "kind": kind,
        "kinds": EventKind.choices,
        "areas": areas,
        "area": area,
        "rows": shown.rows,
        "links": shown.links(request.GET),
        "now": timezone.now(),
        "may_add": can(request.user, KEEP_EVENTS),
    }
    return show(request, "volunteers/events.html", context)


def rows_of(request, view, kind, area):
    """A page of slots by time, or of events without being open."""
    now = timezone.now()
    if view == "draft":
        rows = Event.objects.visible_to(request.user).filter(state=EventState.DRAFT)
        rows = rows.filter(kind=kind) if kind else rows
        rows = rows.filter(area=area) if area else rows
        load = Event.objects.select_related("area", "team")
        return page(rows, request.GET, by="-pk", load=load)
    rows = Slot.objects.visible_to(request.user).exclude(event__state=EventState.DRAFT)
    rows = rows.filter(event__kind=kind) if kind else rows
    rows = rows.filter(area=area) if area else rows
    if view == "coming":  # none lasts longer: the index by beginning needs no more of the past
        rows = rows.filter(starts_at__gt=now - services.LONGEST, ends_at__gt=now)
    else:
        rows = rows.filter(ends_at__lte=now)
    load = with_seats(Slot.objects.select_related("event__team", "area"))
    return page(rows, request.GET, by="starts_at" if view == "coming" else "-starts_at", load=load)


@requires(KEEP_EVENTS)
@require_http_methods(["GET", "POST"])
def event_new(request):
    """发活动."""
    areas = places(request.user)
    teams = Team.objects.current().visible_to(request.user)[:200]
    form = EventForm(posted(request), areas=areas, teams=teams)
    if request.method == "POST":
        event = carry_out(form, services.add_event, by=request.user)
        if event:
            said = (
                "发出去了，志愿者现在就能报名。"
                if event.state == EventState.OPEN
                else "存好了，还没开放报名。"
            )
            messages.success(request, said)
            return redirect(event)
    return show(request, "volunteers/event_form.html", {"form": form, "event": None})


@requires(VIEW, on=Event)
@require_GET
def event(request, event):
    """One event: its times, how full they are, who comes and who waits."""
    return show(request, "volunteers/event.html", facts_of(request, event))


def facts_of(request, event, **more):
    """What the page of an event says. Names are for the community's staff only."""
    slots = list(with_seats(event.slots.order_by("starts_at", "pk")))
    rows = []
    if can(request.user, VIEW_VOLUNTEERS, at=event.area):
        rows = SignUp.objects.filter(slot__in=slots).exclude(state__in=GONE)
        rows = rows.select_related("volunteer__user").order_by("asked_at", "pk")[:MOST_NAMES]
    now = timezone.now()
    ahead = [slot for slot in slots if not slot.cancelled_at and slot.ends_at > now]
    refused = more.pop("slot_why", None)
    for slot in slots:
        slot.event = event
        slot.people = [row for row in rows if row.slot_id == slot.pk]
        slot.may_cancel = slot in ahead and len(ahead) > 1 and event.state == EventState.OPEN
        mine = refused if refused and refused.slot == slot.pk else None
        slot.why = mine or SlotWhyForm(slot=slot.pk)
    return {
        "event": event,
        "team": Team.objects.filter(pk=event.team_id).first(),
        "slots": slots,
        "now": now,
        "is_closed": event.state in (EventState.CANCELLED, EventState.OVER),
        "has_ahead": bool(ahead),
        "may_keep": can(request.user, KEEP_EVENTS, at=event.area),
        "why": WhyForm(),
        "slot_form": SlotForm(),
    } | more


@requires(KEEP_EVENTS, on=Event)
@require_http_methods(["GET", "POST"])
def event_change(request, event):
    """改活动."""
    form = ChangeForm(posted(request), initial={name: getattr(event, name) for name in CHANGEABLE})
    if request.method == "POST" and carry_out(
        form, services.change_event, event=event, by=request.user
    ):
        messages.success(request, "改好了。")
        return redirect(event)
    return show(request, "volunteers/event_form.html", {"form": form, "event": event})


@requires(KEEP_EVENTS, on=Event)
@require_POST
def event_open(request, event):
    """开放报名."""
    press(request, services.open_event, "开放报名了。", event=event)
    return redirect(event)


@requires(KEEP_EVENTS, on=Event)
@require_POST
def event_cancel(request, event):
    """取消活动: everybody who signed up is told why."""
    form = WhyForm(request.POST)
    if carry_out(form, services.cancel_event, event=event, by=request.user):
        messages.success(request, "取消了，报名的人都会收到消息。")
        return redirect(event)
    context = facts_of(request, event, why=form)
    return show(request, "volunteers/event.html", context, status=422)


@requires(KEEP_EVENTS, on=Event)
@require_POST
def event_end(request, event):
    """活动结束."""
    press(request, services.end_event, "结束了。", event=event)
    return redirect(event)


@requires(KEEP_EVENTS, on=Event)
@require_POST
def slot_add(request, event):
    """加时段."""
    form = SlotForm(request.POST)
    made = carry_out(form, services.add_slots, event=event, by=request.user)
    if made:
        messages.success(request, f"加了{len(made)}个时段。")
        return redirect(event)
    context = facts_of(request, event, slot_form=form)
    return show(request, "volunteers/event.html", context, status=422)


@requires(KEEP_EVENTS, on=Slot)
@require_POST
def slot_drop(request, slot):
    """拿掉时段."""
    press(request, services.drop_slot, "拿掉了。", slot=slot)
    return redirect("volunteers:event", slot.event_id)


@requires(KEEP_EVENTS, on=Slot)
@require_POST
def slot_cancel(request, slot):
    """取消这一场: whoever signed up for it is told why; the other times stand."""
    form = SlotWhyForm(request.POST, slot=slot.pk)
    if carry_out(form, services.cancel_slot, slot=slot, by=request.user):
        messages.success(request, "这一场取消了，报名的人都会收到消息。")
        return redirect("volunteers:event", slot.event_id)
    event = Event.objects.select_related("area").get(pk=slot.event_id)
    context = facts_of(request, event, slot_why=form)
    return show(request, "volunteers/event.html", context, status=422)


@requires(KEEP_EVENTS, on=Slot)
@require_GET
def slot(request, slot):
    """签到名单: who is there; somebody without a telephone is checked in by hand."""
    form = SeatsForm(initial={"seats": slot.seats})
    return show(request, "volunteers/slot.html", people_of(slot) | {"form": form})


@requires(KEEP_EVENTS, on=Slot)
@require_POST
def slot_seats(request, slot):
    """改人数: more seats are offered to those who wait."""
    form = SeatsForm(request.POST)
    if carry_out(form, sign_ups.change_seats, slot=slot, by=request.user):
        messages.success(request, "改好了，多出来的位子先问候补的人。")
        return redirect("volunteers:slot", slot.pk)
    return show(request, "volunteers/slot.html", people_of(slot) | {"form": form})


def people_of(slot):
    """A slot with its people: those who come, and those who wait."""
    event = Event.objects.select_related("area", "team").get(pk=slot.event_id)
    rows = slot.sign_ups.exclude(state__in=GONE).select_related("volunteer__user")
    rows = list(rows.order_by("asked_at", "pk")[:MOST_NAMES])
    now = timezone.now()
    return {
        "slot": slot,
        "event": event,
        "coming": [row for row in rows if row.state != SignUpState.WAITING],
        "waiting": [row for row in rows if row.state == SignUpState.WAITING],
        "here": sum(row.state in (SignUpState.PRESENT, SignUpState.LEFT) for row in rows),
        "is_on": slot.starts_at - attendance.EARLY <= now < slot.ends_at
        and event.state == EventState.OPEN
        and not slot.cancelled_at,
        "is_past": now >= slot.ends_at,
    }


def code_of(slot):
    """What the page of a slot's QR code says."""
    event = Event.objects.select_related("area", "team").get(pk=slot.event_id)
    link = settings.SITE_ADDRESS + reverse("volunteers:check_in", args=[slot.code])
    return {
        "slot": slot,
        "event": event,
        "link": link,
        "qr": qr_svg(link, title=f"{event}签到"),
    }


@requires(KEEP_EVENTS, on=Slot)
@require_GET
def slot_qr(request, slot):
    """签到码, as large as the screen or a sheet."""
    return show(request, "volunteers/slot_qr.html", code_of(slot))


@requires(KEEP_EVENTS, on=Slot)
@require_GET
def slot_sheet(request, slot):
    """签到表 on paper, for whoever comes without a telephone."""
    return show(request, "volunteers/slot_sheet.html", people_of(slot))


@requires(KEEP_EVENTS, on=SignUp)
@require_POST
def sign_up_in(request, sign_up):
    """代签到."""
    press(request, attendance.check_in, "签到了。", sign_up=sign_up)
    return redirect("volunteers:slot", sign_up.slot_id)


@requires(KEEP_EVENTS, on=SignUp)
@require_POST
def sign_up_out(request, sign_up):
    """代签退."""
    press(request, attendance.check_out, "签退了。", sign_up=sign_up)
    return redirect("volunteers:slot", sign_up.slot_id)
