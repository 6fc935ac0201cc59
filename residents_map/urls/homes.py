"""Addresses of homes."""

urlpatterns = []
