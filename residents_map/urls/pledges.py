"""Addresses of pledges."""

urlpatterns = []
