from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from deliberation.choices import Responsible, TaskState

from .issue import Issue


class TaskQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(issue__in=Issue.objects.visible_to(user))

    def handed_out(self):
        """All but those of a resolution that is still being talked about."""
        return self.exclude(resolution__isnull=False, resolution__passed_at=None)

    def open(self):
        return self.filter(state__in=(TaskState.OPEN, TaskState.FINISHED))

    def overdue(self):
        return self.filter(state=TaskState.OPEN, due_at__lt=timezone.now())


def give_open_tasks(issues):
    """Put `open_tasks` on each issue, the next one due first: what `for_rows` prefetches, at half
    the cost of a prefetch."""
    tasks = Task.objects.filter(issue__in=[issue.pk for issue in issues]).open()
    found = {}
    for task in tasks.only("issue", "responsible", "person").order_by("due_at"):
        found.setdefault(task.issue_id, []).append(task)
    for issue in issues:
        issue.open_tasks = found.get(issue.pk, [])


class Task(models.Model):
    """任务: what somebody does by a date, from a resolution or straight from triage.

    Whoever says it is finished does not verify it.
    """

    issue = models.ForeignKey(Issue, models.PROTECT, related_name="tasks")
    resolution = models.ForeignKey(
        "Resolution", models.PROTECT, null=True, blank=True, related_name="tasks"
    )
    title = models.CharField("做什么", max_length=60)
    responsible = models.CharField("谁负责", max_length=10, choices=Responsible)
    person = models.CharField("联系人", max_length=20, blank=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="tasks"
    )
    due_at = models.DateTimeField("期限")
    state = models.CharField(max_length=10, choices=TaskState, default=TaskState.OPEN)
    created_at = models.DateTimeField(default=timezone.now)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    finished_at = models.DateTimeField(null=True)
    finished_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    verified_at = models.DateTimeField(null=True)
    verified_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )

    objects = TaskQuerySet.as_manager()

    class Meta:
        ordering = ["due_at", "pk"]
        indexes = [
            models.Index(
                fields=["due_at", "id"],
                name="deliberation_task_open",
                condition=Q(state__in=["open", "finished"]),
            ),
        ]
        constraints = [
            models.CheckConstraint(
                name="deliberation_task_verified_by_another",
                condition=Q(verified_by=None) | ~Q(verified_by=F("finished_by")),
            ),
            models.CheckConstraint(
                name="deliberation_task_verified_after_finished",
                condition=~Q(state=TaskState.VERIFIED)
                | Q(finished_by__isnull=False, verified_by__isnull=False),
            ),
        ]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return f"/tasks/{self.pk}/"

    @property
    def area(self):
        return self.issue.area

    @property
    def who(self):
        """Who does it, in words: 物业公司 徐工."""
        return " ".join(p for p in (self.get_responsible_display(), self.person) if p)

    @property
    def is_overdue(self):
        return self.state == TaskState.OPEN and self.due_at < timezone.now()
