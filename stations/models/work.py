from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from stations.choices import WorkState


class WorkQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Only people who keep the system running see the list of later work."""
        from .posting import Posting

        admin = Posting.objects.current().filter(user=user.pk, role="admin")
        return self.filter(models.Exists(admin))

    def due(self):
        """Waiting long enough, or left behind by a worker that died."""
        now = timezone.now()
        return self.filter(
            Q(state=WorkState.WAITING, run_after__lte=now)
            | Q(state=WorkState.RUNNING, lease_until__lt=now)
        )

    def dead(self):
        return self.filter(state=WorkState.DEAD)


class Work(models.Model):
    """A piece of later work. The row is the work; Celery is only the wake-up call.

    A worker claims it with a lease and a fencing number and marks it done in the
    transaction that holds its effect: a late worker finds its fence outdated.
    """

    kind = models.CharField(max_length=60)
    key = models.CharField(max_length=200)
    arguments = models.JSONField(default=dict)
    state = models.CharField(max_length=8, choices=WorkState, default=WorkState.WAITING)
    run_after = models.DateTimeField(default=timezone.now)
    lease_until = models.DateTimeField(null=True)
    fence = models.PositiveIntegerField(default=0)
    attempts = models.PositiveSmallIntegerField(default=0)
    progress = models.PositiveSmallIntegerField(default=0)
    error = models.TextField(blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    done_at = models.DateTimeField(null=True)

    objects = WorkQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        indexes = [
            models.Index(
                fields=["run_after"],
                name="stations_work_waiting",
                condition=Q(state=WorkState.WAITING),
            ),
            models.Index(
                fields=["lease_until"],
                name="stations_work_running",
                condition=Q(state=WorkState.RUNNING),
            ),
            models.Index(
                fields=["-id"], name="stations_work_dead", condition=Q(state=WorkState.DEAD)
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["kind", "key"], name="stations_work_once_per_key"),
            models.CheckConstraint(
                name="stations_work_done_with_time",
                condition=Q(state=WorkState.DONE, done_at__isnull=False)
                | (~Q(state=WorkState.DONE) & Q(done_at=None)),
            ),
            models.CheckConstraint(
                name="stations_work_attempts_are_fenced",
                condition=Q(fence__gte=F("attempts")),
            ),
        ]

    def __str__(self):
        return f"{self.kind} {self.key}"
