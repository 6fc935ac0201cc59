"""Addresses: hours, papers, points."""

from django.urls import path

from volunteers.views import hours, my_hours, papers, points

urlpatterns = [
    path("hours/", hours.hours, name="hours"),
    path("hours/export/", hours.hours_export, name="hours_export"),
    path("hours/<int:pk>/", hours.hour, name="hour"),
    path("hours/<int:pk>/station/", hours.hour_confirm_station, name="hour_confirm_station"),
    path("hours/<int:pk>/team/", hours.hour_confirm_team, name="hour_confirm_team"),
    path("hours/<int:pk>/decide/", hours.hour_decide, name="hour_decide"),
    path("hours/<int:pk>/object/", hours.hour_object, name="hour_object"),
    path("hours/<int:pk>/reverse/", hours.hour_reverse, name="hour_reverse"),
    path("volunteers/people/<int:pk>/papers/", papers.papers, name="papers"),
    path("papers/", papers.paper_list, name="paper_list"),
    path("papers/<int:pk>/", papers.paper, name="paper"),
    path("papers/<int:pk>/seal/", papers.paper_seal, name="paper_seal"),
    path("papers/<int:pk>/revoke/", papers.paper_revoke, name="paper_revoke"),
    path("papers/<int:pk>/file/", papers.paper_file, name="paper_file"),
    path("check/", papers.check_typed, name="check_typed"),
    path("check/<slug:code>/", papers.check, name="check"),
    path("gifts/", points.gifts, name="gifts"),
    path("gifts/new/", points.gift_new, name="gift_new"),
    path("gifts/hand-over/", points.gift_hand_over, name="gift_hand_over"),
    path("gifts/<int:pk>/", points.gift, name="gift"),
    path("gifts/<int:pk>/end/", points.gift_end, name="gift_end"),
    path("gifts/taken/<int:pk>/cancel/", points.redemption_cancel, name="redemption_cancel"),
    path("mine/hours/", my_hours.my_hours, name="my_hours"),
    path("mine/hours/new/", my_hours.my_hours_new, name="my_hours_new"),
    path("mine/hours/<int:pk>/withdraw/", my_hours.my_hours_withdraw, name="my_hours_withdraw"),
    path("mine/hours/paper/", my_hours.my_paper_new, name="my_paper_new"),
    path("mine/papers/<int:pk>/", my_hours.my_paper_file, name="my_paper_file"),
    path("mine/confirm/", my_hours.my_confirm, name="my_confirm"),
    path("mine/confirm/<int:pk>/", my_hours.my_confirm_hour, name="my_confirm_hour"),
    path("mine/confirm/<int:pk>/object/", my_hours.my_object, name="my_object"),
    path("mine/points/", points.my_points, name="my_points"),
    path("mine/points/<int:pk>/", points.my_redeem, name="my_redeem"),
    path(
        "mine/points/taken/<int:pk>/cancel/",
        points.my_redemption_cancel,
        name="my_redemption_cancel",
    ),
]
