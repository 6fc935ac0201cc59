"""Addresses: rosters."""

from django.urls import path

from volunteers.views import my_roster, roster_counts, roster_papers, rosters, supplies

urlpatterns = [
    path("rosters/", rosters.rosters, name="rosters"),
    path("rosters/new/", rosters.roster_new, name="roster_new"),
    path("rosters/<int:pk>/", rosters.roster, name="roster"),
    path("rosters/<int:pk>/fill/", rosters.roster_fill, name="roster_fill"),
    path("rosters/<int:pk>/groups/", rosters.roster_group_add, name="roster_group_add"),
    path("rosters/<int:pk>/close/", rosters.roster_close, name="roster_close"),
    path("rosters/positions/<int:pk>/", rosters.position, name="position"),
    path("rosters/positions/<int:pk>/clear/", rosters.position_clear, name="position_clear"),
    path("rosters/<int:pk>/counts/", roster_counts.roster_counts, name="roster_counts"),
    path("rosters/<int:pk>/round/", roster_counts.roster_round, name="roster_round"),
    path("rosters/<int:pk>/wall/", roster_counts.roster_wall, name="roster_wall"),
    path("rosters/<int:pk>/supplies/", supplies.roster_supplies, name="roster_supplies"),
    path("rosters/supplies/<int:pk>/move/", supplies.supply_move, name="supply_move"),
    path("rosters/<int:pk>/call-sheet/", roster_papers.call_sheet, name="call_sheet"),
    path("rosters/<int:pk>/supply-sheet/", roster_papers.supply_sheet, name="supply_sheet"),
    path("mine/roster/<int:pk>/leave/", my_roster.my_roster_leave, name="my_roster_leave"),
    path("mine/roster/<int:pk>/", my_roster.my_roster, name="my_roster"),
    path("mine/roster/<int:pk>/count/", my_roster.my_roster_count, name="my_roster_count"),
    path("mine/roster/<int:pk>/supplies/", my_roster.my_roster_ask, name="my_roster_ask"),
    path("mine/roster/<int:pk>/move/", my_roster.my_roster_move, name="my_roster_move"),
]
