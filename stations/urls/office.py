"""Pages of the people who work here: the way in, desk, messages, act log, later work."""

from django.urls import path

from stations.views import acts, components, find, messages, office, work

urlpatterns = [
    path("home/", office.home, name="home"),
    path("desk/", office.desk, name="desk"),
    path("find/", find.find, name="find"),
    path("messages/", messages.inbox, name="messages"),
    path("messages/read/", messages.read_messages, name="read_messages"),
    path("messages/<int:pk>/", messages.open_message, name="open_message"),
    path("acts/", acts.acts, name="acts"),
    path("components/", components.components, name="components"),
    path("work/", work.work, name="work"),
    path("work/<int:pk>/again/", work.revive_work, name="revive_work"),
]
