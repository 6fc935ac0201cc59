"""Addresses of the search."""

from django.urls import path

from residents_map.views.search import search

urlpatterns = [path("map/search/", search, name="search")]
