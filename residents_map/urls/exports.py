"""Addresses of exports."""

urlpatterns = []
