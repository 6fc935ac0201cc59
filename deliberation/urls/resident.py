from django.urls import path

from deliberation.views import photos
from deliberation.views.resident import notices, report, track

urlpatterns = [
    path("e/<slug:code>/report/", report.report, name="report"),
    path("e/<slug:code>/same/", report.same, name="same"),
    path("e/<slug:code>/me-too/<int:pk>/", report.me_too, name="me_too"),
    path("e/<slug:code>/notices/", notices.public_notices, name="public_notices"),
    path("notices/<int:pk>/", notices.public_notice, name="public_notice"),
    path("received/", report.received, name="received"),
    path("track/", track.track, name="track"),
    path("track/<int:pk>/", track.track_issue, name="track_issue"),
    path("track/<int:pk>/open/", track.open_issue, name="track_open"),
    path("track/<int:pk>/rate/", track.rate, name="track_rate"),
    path("track/<int:pk>/remark/", track.remark, name="track_remark"),
    path("track/<int:pk>/withdraw/", track.withdraw, name="track_withdraw"),
    path("track/<int:pk>/forget/", track.forget_issue, name="track_forget"),
    path("photos/<uuid:pk>/", photos.photo, name="photo"),
    path("photos/<uuid:pk>/small/", photos.photo, {"small": True}, name="photo_small"),
]
