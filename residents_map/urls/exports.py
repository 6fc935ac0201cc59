"""Addresses of exports."""

from django.urls import path

from residents_map.views.exports import exports

urlpatterns = [path("map/estates/<int:pk>/export/", exports, name="exports")]
