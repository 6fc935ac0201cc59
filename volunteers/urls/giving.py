"""Addresses: giving."""

urlpatterns = []
