from django.conf import settings
from django.db import models

from deliberation.choices import EventKind

from .issue import Issue


class EventQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(issue__in=Issue.objects.visible_to(user))

    def public(self):
        """What the resident may read: events that have words for the public."""
        return self.exclude(public_words="")


class Event(models.Model):
    """经过: one line of an issue's timeline, append-only.

    `words` are for staff; `public_words`, already free of personal data, for the resident.
    Both timelines come from the same rows.
    """

    issue = models.ForeignKey(Issue, models.PROTECT, related_name="events", db_index=False)
    at = models.DateTimeField()
    kind = models.CharField(max_length=14, choices=EventKind)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True)
    actor = models.CharField(max_length=40)
    words = models.CharField(max_length=2400, blank=True)  # a whole resolution fits
    public_words = models.CharField(max_length=2400, blank=True)
    data = models.JSONField(default=dict)

    objects = EventQuerySet.as_manager()

    class Meta:
        ordering = ["at", "pk"]
        indexes = [models.Index(fields=["issue", "at", "id"], name="deliberation_event_issue")]

    def __str__(self):
        return f"{self.get_kind_display()} {self.words[:20]}"

    @property
    def area(self):
        return self.issue.area
