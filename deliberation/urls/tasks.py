"""Pages of tasks."""

from django.urls import path

from deliberation.views import tasks

urlpatterns = [
    path("tasks/", tasks.task_list, name="tasks"),
    path("tasks/<int:pk>/", tasks.task_page, name="task"),
    path("tasks/<int:pk>/progress/", tasks.report_progress, name="report_progress"),
    path("tasks/<int:pk>/finish/", tasks.finish_task, name="finish_task"),
    path("tasks/<int:pk>/verify/", tasks.verify_task, name="verify_task"),
    path("tasks/<int:pk>/refuse/", tasks.refuse_task, name="refuse_task"),
    path("tasks/<int:pk>/cancel/", tasks.cancel_task, name="cancel_task"),
]
