from django.urls import path

from deliberation.views import meetings as views

urlpatterns = [
    path("meetings/", views.meetings, name="meetings"),
    path("meetings/new/", views.meeting_new, name="meeting_new"),
    path("meetings/<int:pk>/", views.meeting, name="meeting"),
    path("meetings/<int:pk>/change/", views.meeting_change, name="meeting_change"),
    path("meetings/<int:pk>/cancel/", views.meeting_cancel, name="meeting_cancel"),
    path("meetings/<int:pk>/start/", views.meeting_start, name="meeting_start"),
    path("meetings/<int:pk>/ending/", views.meeting_ending, name="meeting_ending"),
    path("meetings/<int:pk>/end/", views.meeting_end, name="meeting_end"),
    path("meetings/<int:pk>/items/", views.item_add, name="item_add"),
    path("meetings/<int:pk>/attendance/", views.attendance_add, name="attendance_add"),
    path("meetings/<int:pk>/notice/", views.meeting_notice, name="meeting_notice"),
    path("meetings/<int:pk>/sheet/", views.meeting_sheet, name="meeting_sheet"),
    path("meetings/<int:pk>/minutes/", views.meeting_minutes, name="meeting_minutes"),
    path("meetings/attendance/<int:pk>/remove/", views.attendance_remove, name="attendance_remove"),
    path("meetings/items/<int:pk>/move/", views.item_move, name="item_move"),
    path("meetings/items/<int:pk>/take-off/", views.item_take_off, name="item_take_off"),
    path("meetings/items/<int:pk>/open/", views.item_open, name="item_open"),
    path("meetings/items/<int:pk>/position/", views.item_position, name="item_position"),
    path("meetings/items/<int:pk>/draft/", views.item_draft, name="item_draft"),
    path("meetings/items/<int:pk>/pass/", views.item_pass, name="item_pass"),
    path("meetings/items/<int:pk>/postpone/", views.item_postpone, name="item_postpone"),
    path("meetings/items/<int:pk>/escalate/", views.item_escalate, name="item_escalate"),
    path("meetings/items/<int:pk>/tasks/", views.item_task, name="item_task"),
    path("meetings/tasks/<int:pk>/drop/", views.planned_task_drop, name="planned_task_drop"),
    path("resolutions/", views.resolutions, name="resolutions"),
]
