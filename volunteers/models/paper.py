import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from stations.models import Area
from volunteers.choices import PaperKind

from .scope import OwnQuerySet
from .volunteer import Volunteer


class PaperQuerySet(OwnQuerySet):
    def valid(self):
        """Papers that were not revoked."""
        return self.filter(revoked_at=None)


class Paper(models.Model):
    """服务记录: a numbered sheet of somebody's counted hours in a period, with a public check.

    Called 证明 only when the committee's seal is put on it (`sealed_by`). `code` stands in the
    QR code; whoever reads it sees four fields (number, masked name, period, hours) and whether
    the sheet still holds. What it says was true when it was made: it is revoked, never edited.
    """

    number = models.CharField("编号", max_length=24, unique=True)
    code = models.SlugField(max_length=20, unique=True)
    token = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(max_length=12, choices=PaperKind, default=PaperKind.RECORD)
    volunteer = models.ForeignKey(Volunteer, models.PROTECT, related_name="papers")
    area = models.ForeignKey(Area, models.PROTECT, related_name="+")
    first_on = models.DateField("从")
    last_on = models.DateField("到")
    minutes = models.PositiveIntegerField()
    services = models.PositiveIntegerField("次数")
    lines = models.JSONField(default=list)  # [[day, what, minutes, number], …] as printed
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)
    sealed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    sealed_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)
    revoked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    revoked_why = models.CharField("作废原因", max_length=100, blank=True)

    objects = PaperQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                name="volunteers_certificate_under_the_seal",
                condition=~Q(kind=PaperKind.CERTIFICATE) | Q(sealed_by__isnull=False),
            ),
        ]

    def __str__(self):
        return f"{self.get_kind_display()} {self.number}"
