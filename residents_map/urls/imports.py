"""Addresses of imports."""

from django.urls import path

from residents_map.views import imports

urlpatterns = [
    path("map/imports/", imports.imports, name="imports"),
    path("map/imports/new/", imports.import_new, name="import_new"),
    path("map/imports/<int:pk>/", imports.import_page, name="import"),
    path("map/imports/<int:pk>/columns/", imports.import_map, name="import_map"),
    path("map/imports/<int:pk>/write/", imports.import_write, name="import_write"),
    path("map/imports/<int:pk>/again/", imports.import_again, name="import_again"),
    path("map/imports/<int:pk>/drop/", imports.import_drop, name="import_drop"),
    path("map/imports/<int:pk>/undo/", imports.import_undo, name="import_undo"),
    path("map/imports/<int:pk>/faults/", imports.import_faults, name="import_faults"),
]
