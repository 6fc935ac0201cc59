from django.db import models

from stations.models import Entrance

from .issue import Issue


class Reporter(models.Model):
    """Who reported an issue. Apart from the issue, because it is erased long before.

    The phone is sealed at rest; `phone_index` finds equal phones and nothing else.
    """

    issue = models.OneToOneField(Issue, models.PROTECT, related_name="reporter")
    name = models.CharField("怎么称呼", max_length=20, blank=True)
    phone_sealed = models.TextField(blank=True)
    phone_index = models.CharField(max_length=64, blank=True)
    door = models.CharField("门牌", max_length=20, blank=True)
    consent_public = models.BooleanField("同意匿名公示", default=False)
    erased_at = models.DateTimeField(null=True)

    SEALED = {"phone_sealed": "reporter.phone:{issue__uuid}"}

    class Meta:
        indexes = [models.Index(fields=["phone_index"], name="deliberation_reporter_phone")]

    def __str__(self):
        return self.masked_name

    @property
    def masked_name(self):
        """The family name with stars, for lists: 周**."""
        return self.name[:1] + "*" * (len(self.name) - 1) if self.name else "匿名"


class MeToo(models.Model):
    """也遇到: another household met the same thing. One per phone, or per browser."""

    issue = models.ForeignKey(Issue, models.PROTECT, related_name="me_toos")
    who = models.CharField(max_length=64)
    entrance = models.ForeignKey(Entrance, models.PROTECT, null=True)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["issue", "who"], name="deliberation_metoo_once_per_household"
            )
        ]
