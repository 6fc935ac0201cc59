from django.conf import settings
from django.db import models

from .area import Area
from .home import Home, InAreaQuerySet


class Referral(models.Model):
    """转来的事: what was raised elsewhere out of something here; both sides can follow it.

    From a visit to an issue, from an issue to an order: the two apps never import each other,
    so the link names both ends by type and key. `kind` is the key of what was raised.
    """

    kind = models.CharField(max_length=40)
    from_type = models.CharField(max_length=60)
    from_id = models.BigIntegerField()
    to_type = models.CharField(max_length=60)
    to_id = models.BigIntegerField()
    area = models.ForeignKey(Area, models.PROTECT)
    home = models.ForeignKey(Home, models.PROTECT, null=True, related_name="referrals")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT)
    at = models.DateTimeField(auto_now_add=True)

    objects = InAreaQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["from_type", "from_id"], name="stations_referral_from"),
            models.Index(fields=["to_type", "to_id"], name="stations_referral_to"),
        ]

    def __str__(self):
        return f"{self.from_type} {self.from_id} → {self.to_type} {self.to_id}"
