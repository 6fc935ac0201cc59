from django.conf import settings
from django.db import models

from stations.models import Area

from .household import Household, InLedgerQuerySet
from .person import Person


class Change(models.Model):
    """变动: a line of a household's history: what was changed, by whom, from what to what.

    `what` names it for people ("电话", "迁入刘*芳"), `person` whom it was about, where it was
    one: what is erased with them. `values_sealed` holds the old and new values
    as sealed JSON (they may be protected), bound to `uuid`.
    """

    household = models.ForeignKey(Household, models.PROTECT, related_name="changes")
    area = models.ForeignKey(Area, models.PROTECT, related_name="+", db_index=False)
    uuid = models.UUIDField(editable=False)
    at = models.DateTimeField(auto_now_add=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True)
    what = models.CharField(max_length=120)
    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    values_sealed = models.TextField(blank=True)
    ledger_import = models.ForeignKey("LedgerImport", models.PROTECT, null=True, related_name="+")

    objects = InLedgerQuerySet.as_manager()

    SEALED = {"values_sealed": "change:{uuid}"}

    class Meta:
        ordering = ["-pk"]

    def __str__(self):
        return self.what
