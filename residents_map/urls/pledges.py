"""Addresses of claims and their boards."""

from django.urls import path

from residents_map.views import pledges

urlpatterns = [
    path("map/boards/", pledges.boards, name="boards"),
    path("map/buildings/<int:pk>/board/", pledges.board, name="board"),
    path("map/buildings/<int:pk>/board/print/", pledges.board_paper, name="board_paper"),
    path("map/buildings/<int:pk>/pledge/", pledges.pledge_new, name="pledge_new"),
    path("map/pledges/<int:pk>/", pledges.pledge, name="pledge"),
    path("map/pledges/<int:pk>/end/", pledges.pledge_end, name="pledge_end"),
]
