"""Addresses of rental houses."""

from django.urls import path

from residents_map.views import rentals

urlpatterns = [
    path("map/rentals/", rentals.rentals, name="rentals"),
    path("map/rentals/sheet/", rentals.rental_sheet, name="rental_sheet"),
    path("map/rentals/<int:pk>/", rentals.rental, name="rental"),
    path("map/rentals/<int:pk>/inspect/", rentals.rental_inspect, name="rental_inspect"),
    path("map/rentals/<int:pk>/change/", rentals.rental_change, name="rental_change"),
    path("map/rentals/<int:pk>/landlord/", rentals.rental_landlord, name="rental_landlord"),
    path("map/rentals/<int:pk>/end/", rentals.rental_end, name="rental_end"),
    path("map/homes/<int:pk>/rental/", rentals.rental_new, name="rental_new"),
    path("map/inspections/<int:pk>/", rentals.inspection, name="inspection"),
    path("map/inspections/<int:pk>/appeal/", rentals.inspection_appeal, name="inspection_appeal"),
    path("map/inspections/<int:pk>/undo/", rentals.inspection_undo, name="inspection_undo"),
    path("map/inspections/<int:pk>/decide/", rentals.inspection_decide, name="inspection_decide"),
]
