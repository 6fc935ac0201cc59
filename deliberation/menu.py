"""What deliberation puts into the staff frame."""

from deliberation.access import VIEW_ISSUES, VIEW_MEETINGS, VIEW_NOTICES, VIEW_TASKS
from stations.registries import menu

menu.declare(
    "issues",
    label="诉求",
    icon="message-report",
    url_name="deliberation:issues",
    permission=VIEW_ISSUES,
    tab=True,
    order=20,
)
menu.declare(
    "meetings",
    label="议事",
    icon="messages",
    url_name="deliberation:meetings",
    permission=VIEW_MEETINGS,
    tab=True,
    order=30,
)
menu.declare(
    "tasks",
    label="任务",
    icon="clipboard-check",
    url_name="deliberation:tasks",
    permission=VIEW_TASKS,
    tab=True,
    order=40,
)
menu.declare(
    "notices",
    label="公示",
    icon="speakerphone",
    url_name="deliberation:notices",
    permission=VIEW_NOTICES,
    order=50,
)
