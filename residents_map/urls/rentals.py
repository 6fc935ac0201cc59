"""Addresses of rentals."""

urlpatterns = []
