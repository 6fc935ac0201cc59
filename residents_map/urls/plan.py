"""Addresses of plan."""

urlpatterns = []
