"""Addresses of the resident-situation map. Each noun has its own file."""

from residents_map.urls import (
    exports,
    homes,
    imports,
    kinds,
    plan,
    pledges,
    rentals,
    search,
    sums,
    visits,
)

app_name = "residents_map"
urlpatterns = [
    *plan.urlpatterns,
    *homes.urlpatterns,
    *search.urlpatterns,
    *imports.urlpatterns,
    *exports.urlpatterns,
    *visits.urlpatterns,
    *pledges.urlpatterns,
    *rentals.urlpatterns,
    *kinds.urlpatterns,
    *sums.urlpatterns,
]
