"""Addresses: care."""

urlpatterns = []
