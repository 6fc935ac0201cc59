from django.conf import settings
from django.db import models

from stations.choices import STAFF

from .area import Area, places_of


class ActQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(area__in=places_of(user, STAFF))


class Act(models.Model):
    """Who did what to what, when and from where. Append-only, also for the database.

    `by` is empty when a resident acted without an account, or the portal itself did;
    `actor` then says which ("居民", "系统"). No personal data of residents in `detail`.
    """

    at = models.DateTimeField(auto_now_add=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="acts", db_index=False
    )
    actor = models.CharField(max_length=40)
    verb = models.CharField(max_length=60)
    on_type = models.CharField(max_length=60)
    on_id = models.BigIntegerField(null=True)
    on_label = models.CharField(max_length=120)
    area = models.ForeignKey(Area, models.PROTECT, null=True)
    address = models.GenericIPAddressField(null=True)
    request_id = models.CharField(max_length=32, blank=True)
    detail = models.JSONField(default=dict)

    objects = ActQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["on_type", "on_id"], name="stations_act_on"),
            models.Index(fields=["area", "-id"], name="stations_act_area"),
            # One person's latest acts, also of somebody who has done a hundred thousand.
            models.Index(fields=["by", "-id"], name="stations_act_by"),
        ]

    def __str__(self):
        return f"{self.actor} {self.verb} {self.on_label}"
