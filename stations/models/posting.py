from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from stations.choices import Role

from .area import Area, places_of, posted_now


class PostingQuerySet(models.QuerySet):
    def current(self):
        """Postings that count today."""
        return self.filter(posted_now())

    def visible_to(self, user):
        return self.filter(area__in=places_of(user))

    def at_or_above(self, area):
        """Postings that count at this area: there, or higher up."""
        return self.filter(area__path__in=area.lineage_paths())

    def secretaries_of(self, area):
        """Postings of the secretaries who answer for this area now, at whatever level."""
        return self.current().at_or_above(area).filter(role=Role.SECRETARY, user__is_active=True)


class Posting(models.Model):
    """A person's role at one area. It counts there and below, is ended, never deleted."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="postings")
    area = models.ForeignKey(Area, models.PROTECT, related_name="postings")
    role = models.CharField("身份", max_length=12, choices=Role)
    title = models.CharField("岗位", max_length=40, blank=True)
    since = models.DateTimeField("开始", default=timezone.now)
    until = models.DateTimeField("结束", null=True, blank=True)

    objects = PostingQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["area", "role"], name="stations_posting_area_role")]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "area", "role"],
                condition=Q(until=None),
                name="stations_posting_once_while_it_lasts",
            ),
            models.CheckConstraint(
                name="stations_posting_ends_after_it_began",
                condition=Q(until=None) | Q(until__gte=F("since")),
            ),
        ]

    def __str__(self):
        return f"{self.area} {self.title or self.get_role_display()}"
