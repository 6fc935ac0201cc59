from stations.urls import figures, office, public

app_name = "stations"
urlpatterns = [*public.urlpatterns, *office.urlpatterns, *figures.urlpatterns]
