"""The portal's addresses, and bare pages: what Django itself costs on this server."""

from dataclasses import replace

from django.urls import include, path

from deliberation.services import gate
from residents_map.services import search
from tests.bench import views

urlpatterns = [
    path("bare/list/<int:area>/", views.bare_list),
    path("bare/orders/<int:area>/", views.bare_orders),
    path("bare/insert/", views.bare_insert),
    path("bare/photo/", views.bare_photo),
    path("bare/people/", views.bare_people),
    path("", include("config.urls")),
]

search.A_MINUTE = 10_000_000
# One machine plays a whole city here. The buckets are asked all the same, only they are larger.
for name, limit in list(vars(gate).items()):
    if isinstance(limit, gate.Limit):
        setattr(gate, name, replace(limit, size=10_000_000, an_hour=10_000_000))
