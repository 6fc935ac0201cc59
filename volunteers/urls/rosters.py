"""Addresses: rosters."""

urlpatterns = []
