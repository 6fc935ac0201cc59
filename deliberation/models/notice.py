from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from stations.choices import STAFF
from stations.models import Area
from stations.models.area import places_of

from .issue import Issue


class NoticeQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(area__in=places_of(user, STAFF))

    def live(self):
        """What the public reads now."""
        today = timezone.localdate()
        return self.filter(from_day__lte=today, until_day__gte=today, taken_down_at=None)

    def over(self):
        """Shown its full time."""
        return self.filter(until_day__lt=timezone.localdate(), taken_down_at=None)

    def taken_down(self):
        return self.filter(taken_down_at__isnull=False)

    def for_rows(self):
        """With everything a row of a list says, in one query."""
        return self.select_related("area", "issue__area", "published_by", "before", "after")


class Notice(models.Model):
    """公示: a result on the estate's public page, at least 15 days.

    (城市居民委员会组织法, 2026-01-01, 第34条: matters settled by deliberation and how they
    were carried out are shown, at least 15 days.) Never deleted; taken down with a reason.
    """

    issue = models.ForeignKey(Issue, models.PROTECT, related_name="notices")
    area = models.ForeignKey(Area, models.PROTECT, related_name="notices")
    title = models.CharField("标题", max_length=40)
    body = models.TextField("办得怎么样", max_length=1000)
    before = models.ForeignKey(
        "Photo", models.PROTECT, null=True, blank=True, related_name="before_of"
    )
    after = models.ForeignKey(
        "Photo", models.PROTECT, null=True, blank=True, related_name="after_of"
    )
    from_day = models.DateField("从")
    until_day = models.DateField("到")
    published_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    published_at = models.DateTimeField(default=timezone.now)
    taken_down_at = models.DateTimeField(null=True)
    taken_down_why = models.CharField(max_length=100, blank=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        ordering = ["-from_day", "-pk"]
        indexes = [models.Index(fields=["area", "-from_day"], name="deliberation_notice_area")]
        constraints = [
            models.CheckConstraint(
                name="deliberation_notice_at_least_15_days",
                condition=Q(until_day__gte=F("from_day") + timedelta(days=14)),
            ),
            models.CheckConstraint(
                name="deliberation_notice_taken_down_with_reason",
                condition=Q(taken_down_at=None) | ~Q(taken_down_why=""),
            ),
        ]

    def __str__(self):
        return self.title

    @property
    def is_live(self):
        today = timezone.localdate()
        return self.taken_down_at is None and self.from_day <= today <= self.until_day

    @property
    def days(self):
        """How many days it is shown, first and last counted."""
        return (self.until_day - self.from_day).days + 1
