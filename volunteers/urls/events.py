"""Addresses: events."""

urlpatterns = []
