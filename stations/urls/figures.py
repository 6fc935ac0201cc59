from django.urls import path

from stations.views import dashboard, reports

urlpatterns = [
    path("dashboard/", dashboard.home, name="dashboard"),
    path("dashboard/<int:pk>/", dashboard.dashboard, name="area_dashboard"),
    path("wall/<int:pk>/", dashboard.wall, name="wall"),
    path("reports/", reports.reports, name="reports"),
    path("reports/preview/", reports.preview, name="report_preview"),
    path("reports/<int:pk>/", reports.report, name="report"),
    path("reports/<int:pk>/again/", reports.again, name="report_again"),
    path("reports/<int:pk>/word/", reports.word, name="report_word"),
    path("reports/<int:pk>/excel/", reports.excel, name="report_excel"),
]
