from deliberation.urls import issues, meetings, resident, tasks

app_name = "deliberation"
urlpatterns = [
    *resident.urlpatterns,
    *issues.urlpatterns,
    *tasks.urlpatterns,
    *meetings.urlpatterns,
]
