"""Addresses: people."""

urlpatterns = []
