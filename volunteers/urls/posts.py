"""Addresses: posts."""

urlpatterns = []
