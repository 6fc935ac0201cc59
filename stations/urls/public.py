from django.urls import path

from stations.views import public

urlpatterns = [
    path("", public.front, name="front"),
    path("e/<slug:code>/", public.estate, name="estate"),
    path("privacy/", public.privacy, name="privacy"),
    path("q/<slug:code>/", public.scanned, name="scanned"),
    path("posters/", public.posters, name="posters"),
    path("posters/sheet/", public.poster_sheet, name="poster_sheet"),
]
