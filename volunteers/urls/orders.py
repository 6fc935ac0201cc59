"""Addresses: orders."""

urlpatterns = []
