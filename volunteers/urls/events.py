"""Addresses: events."""

from django.urls import path

from volunteers.views import event_lead, events, my_events

urlpatterns = [
    path("events/", events.events, name="events"),
    path("events/new/", events.event_new, name="event_new"),
    path("events/<int:pk>/", events.event, name="event"),
    path("events/<int:pk>/change/", events.event_change, name="event_change"),
    path("events/<int:pk>/open/", events.event_open, name="event_open"),
    path("events/<int:pk>/cancel/", events.event_cancel, name="event_cancel"),
    path("events/<int:pk>/end/", events.event_end, name="event_end"),
    path("events/<int:pk>/slots/", events.slot_add, name="slot_add"),
    path("events/slots/<int:pk>/", events.slot, name="slot"),
    path("events/slots/<int:pk>/seats/", events.slot_seats, name="slot_seats"),
    path("events/slots/<int:pk>/drop/", events.slot_drop, name="slot_drop"),
    path("events/slots/<int:pk>/cancel/", events.slot_cancel, name="slot_cancel"),
    path("events/slots/<int:pk>/qr/", events.slot_qr, name="slot_qr"),
    path("events/slots/<int:pk>/sheet/", events.slot_sheet, name="slot_sheet"),
    path("events/sign-ups/<int:pk>/in/", events.sign_up_in, name="sign_up_in"),
    path("events/sign-ups/<int:pk>/out/", events.sign_up_out, name="sign_up_out"),
    path("mine/events/", my_events.my_events, name="my_events"),
    path("mine/events/new/", event_lead.my_event_new, name="my_event_new"),
    path("mine/events/<int:pk>/", my_events.my_event, name="my_event"),
    path("mine/events/<int:pk>/change/", event_lead.my_event_change, name="my_event_change"),
    path("mine/events/<int:pk>/cancel/", event_lead.my_event_cancel, name="my_event_cancel"),
    path("mine/slots/<int:pk>/sign-up/", my_events.slot_sign_up, name="slot_sign_up"),
    path("mine/slots/<int:pk>/calendar/", my_events.slot_calendar, name="slot_calendar"),
    path("mine/slots/<int:pk>/", event_lead.my_slot, name="my_slot"),
    path("mine/slots/<int:pk>/cancel/", event_lead.my_slot_cancel, name="my_slot_cancel"),
    path("mine/slots/<int:pk>/qr/", event_lead.my_slot_qr, name="my_slot_qr"),
    path("mine/sign-ups/<int:pk>/take/", my_events.sign_up_take, name="sign_up_take"),
    path("mine/sign-ups/<int:pk>/leave/", my_events.sign_up_leave, name="sign_up_leave"),
    path("mine/sign-ups/<int:pk>/in/", event_lead.my_sign_up_in, name="my_sign_up_in"),
    path("mine/sign-ups/<int:pk>/out/", event_lead.my_sign_up_out, name="my_sign_up_out"),
    path("mine/calendar/<slug:token>.ics", my_events.calendar, name="calendar"),
    path("c/<slug:code>/", my_events.check_in, name="check_in"),
    path("c/<slug:code>/out/", my_events.check_out, name="check_out"),
    path("e/<slug:code>/events/", my_events.public_events, name="public_events"),
]
