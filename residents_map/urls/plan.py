"""Addresses of the plan of an estate, its editor, and the front of a building."""

from django.urls import path

from residents_map.views import buildings, plan, plan_edit

urlpatterns = [
    path("map/", plan.estate_map, name="map"),
    path("map/estates/<int:pk>/", plan.plan, name="plan"),
    path("map/estates/<int:pk>/picture/", plan.picture, name="plan_picture"),
    path("map/estates/<int:pk>/edit/", plan_edit.plan_edit, name="plan_edit"),
    path("map/estates/<int:pk>/edit/picture/", plan_edit.put, name="plan_put_picture"),
    path("map/estates/<int:pk>/edit/drawn/", plan_edit.drop, name="plan_drop_picture"),
    path("map/buildings/<int:pk>/", buildings.building, name="building"),
]
