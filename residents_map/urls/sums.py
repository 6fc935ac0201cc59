"""Addresses of sums."""

from django.urls import path

from residents_map.views import sums

urlpatterns = [
    path("map/sums/", sums.sums, name="sums"),
    path("map/sums/export/", sums.sums_export, name="sums_export"),
]
