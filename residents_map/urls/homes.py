"""Addresses of homes, households and the people in them. No address ever holds a value."""

from django.urls import path

from residents_map.views.homes import households, page, people, reveals

urlpatterns = [
    path("map/homes/<int:pk>/", page.home, name="home"),
    path("map/homes/<int:pk>/looks/", page.looks, name="looks"),
    path("map/homes/<int:pk>/move-in/", households.move_in, name="move_in"),
    path("map/households/<int:pk>/edit/", households.household_edit, name="household_edit"),
    path("map/households/<int:pk>/move-out/", households.move_out, name="move_out"),
    path("map/households/<int:pk>/people/", people.person_new, name="person_new"),
    path("map/people/<int:pk>/edit/", people.person_edit, name="person_edit"),
    path("map/people/<int:pk>/left/", people.person_left, name="person_left"),
    path("map/people/<int:pk>/reveal/", reveals.reveal, name="reveal"),
    path("map/people/<int:pk>/ask/", reveals.child_look_ask, name="child_look_ask"),
    path("map/child-looks/<int:pk>/", reveals.child_look, name="child_look"),
    path("map/changes/<int:pk>/undo/", people.undo_change, name="undo_change"),
]
