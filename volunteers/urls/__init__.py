"""Addresses of voluntary service. Each noun has its own file."""

from volunteers.urls import (
    care,
    events,
    giving,
    hours,
    orders,
    people,
    posts,
    rosters,
)

app_name = "volunteers"
urlpatterns = [
    *orders.urlpatterns,
    *care.urlpatterns,
    *people.urlpatterns,
    *hours.urlpatterns,
    *events.urlpatterns,
    *posts.urlpatterns,
    *giving.urlpatterns,
    *rosters.urlpatterns,
]
