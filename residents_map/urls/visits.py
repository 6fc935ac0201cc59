"""Addresses of visits."""

from django.urls import path

from residents_map.views import visits

urlpatterns = [
    path("visits/", visits.visits, name="visits"),
    path("visits/<int:pk>/", visits.visit_of, name="visit_of"),
    path("map/homes/<int:pk>/visit/", visits.visit_new, name="visit_new"),
    path("map/homes/<int:pk>/care/", visits.care_new, name="care_new"),
    path("map/homes/<int:pk>/plan-visits/", visits.visit_plan, name="visit_plan"),
    path("map/visits/<int:pk>/", visits.visit, name="visit"),
    path("map/visits/<int:pk>/refer/", visits.visit_refer, name="visit_refer"),
]
