"""Addresses: hours."""

urlpatterns = []
