from django.conf import settings
from django.db import models

from stations.choices import ReportKind, WorkState

from .area import Area
from .home import InAreaQuerySet
from .work import Work


class Report(models.Model):
    """A periodic report of one area: a Word and an Excel file from one snapshot.

    `first_day` and `last_day` are inclusive. `work` builds it and carries its progress.
    """

    area = models.ForeignKey(Area, models.PROTECT, related_name="reports")
    kind = models.CharField(max_length=8, choices=ReportKind, default=ReportKind.MONTH)
    first_day = models.DateField()
    last_day = models.DateField()
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True)
    work = models.OneToOneField(Work, models.PROTECT, null=True, related_name="report")
    snapshot_at = models.DateTimeField(null=True)
    word = models.FileField(upload_to="reports/", blank=True)
    excel = models.FileField(upload_to="reports/", blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = InAreaQuerySet.as_manager()

    class Meta:
        ordering = ["-first_day", "-pk"]
        indexes = [models.Index(fields=["area", "-first_day"], name="stations_report_area")]

    def __str__(self):
        return f"{self.area}{self.first_day:%Y年%-m月}{self.get_kind_display()}"

    @property
    def is_ready(self):
        return bool(self.word and self.excel)

    @property
    def state(self):
        """ready, waiting, running, failed (five times), or refused (the right was lost)."""
        if self.is_ready:
            return "ready"
        known = self.work.state if self.work else WorkState.DEAD
        return {WorkState.DEAD: "failed", WorkState.DONE: "refused"}.get(known, str(known))
