import uuid

from django.db import models

from deliberation.choices import PhotoStage

from .event import Event
from .issue import Issue
from .task import Task


class PhotoQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(issue__in=Issue.objects.visible_to(user))

    def on_notices(self):
        """Photos that stand on a notice the public can read now."""
        return self.filter(
            models.Q(before_of__in=_live_notices()) | models.Q(after_of__in=_live_notices())
        )


def _live_notices():
    from .notice import Notice  # a notice points at its photos

    return Notice.objects.live()


class Photo(models.Model):
    """A photo of an issue, re-made by us: a fresh canvas without metadata.

    Its address is random; every byte passes the same check as the issue.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    issue = models.ForeignKey(Issue, models.PROTECT, related_name="photos")
    event = models.ForeignKey(Event, models.PROTECT, null=True, related_name="photos")
    task = models.ForeignKey(Task, models.PROTECT, null=True, related_name="photos")
    stage = models.CharField(max_length=8, choices=PhotoStage, default=PhotoStage.REPORT)
    file = models.FileField(upload_to="photos/%Y/%m/")
    thumb = models.FileField(upload_to="thumbs/%Y/%m/")
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    created_at = models.DateTimeField(auto_now_add=True)

    objects = PhotoQuerySet.as_manager()

    class Meta:
        ordering = ["created_at"]

    @property
    def area(self):
        return self.issue.area

    @property
    def url(self):
        return f"/photos/{self.pk}/"

    @property
    def thumb_url(self):
        return f"/photos/{self.pk}/small/"
