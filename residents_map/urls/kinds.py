"""Addresses of kinds of people."""

from django.urls import path

from residents_map.views import kinds

urlpatterns = [
    path("map/kinds/", kinds.kinds, name="kinds"),
    path("map/streets/<int:pk>/kinds/new/", kinds.kind_new, name="kind_new"),
    path("map/streets/<int:pk>/kinds/end/", kinds.kind_end, name="kind_end"),
]
