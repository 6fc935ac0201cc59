"""Addresses of kinds."""

urlpatterns = []
