"""Addresses of sums."""

urlpatterns = []
