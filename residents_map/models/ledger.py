from django.conf import settings
from django.db import models
from django.db.models import Q

from residents_map.choices import ImportState, RowState
from stations.models import Area
from stations.models.work import Work

from .household import InLedgerQuerySet


class LedgerTemplate(models.Model):
    """台账样式: which column of a form holds what; mapped once, known by its heads again."""

    area = models.ForeignKey(Area, models.PROTECT, related_name="+")
    fingerprint = models.CharField(max_length=64)  # of the heads, in order
    heads = models.JSONField(default=list)
    mapping = models.JSONField(default=dict)  # {column number: field key}
    used_at = models.DateTimeField(auto_now=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT)

    objects = InLedgerQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["area", "fingerprint"], name="residents_map_template_once"
            ),
        ]


class LedgerVersion(models.Model):
    """How often an estate's ledger was written: a preview of an older one is not committed."""

    area = models.OneToOneField(Area, models.PROTECT, related_name="+")
    number = models.PositiveBigIntegerField(default=0)


class LedgerImport(models.Model):
    """台账导入: a workbook on its way into the ledger of one estate.

    Read, mapped, compared (the preview), and only then written: exactly what was previewed,
    all of it or nothing; taken back within seven days. The file is sealed on disk and deleted
    once it is written or given up. `version` is the ledger's when it was compared.
    """

    area = models.ForeignKey(Area, models.PROTECT, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    file_name = models.CharField(max_length=120)
    file = models.FileField(upload_to="ledgers/", blank=True)
    state = models.CharField(max_length=10, choices=ImportState, default=ImportState.READING)
    trouble = models.CharField(max_length=200, blank=True)  # a sentence for people
    sheet = models.CharField(max_length=60, blank=True)
    head_row = models.PositiveIntegerField(default=0)
    heads = models.JSONField(default=list)
    sample_sealed = models.TextField(blank=True)
    mapping = models.JSONField(default=dict)
    is_whole = models.BooleanField("这是全部人口（不在表里的按迁出）", default=False)
    counts = models.JSONField(default=dict)  # {row state: number}
    notes = models.JSONField(default=list)  # sentences: hidden rows, other sheets, formulas
    version = models.PositiveBigIntegerField(null=True)
    work = models.ForeignKey(Work, models.PROTECT, null=True, related_name="+")
    written_at = models.DateTimeField(null=True)
    undone_at = models.DateTimeField(null=True)

    objects = InLedgerQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        indexes = [models.Index(fields=["area", "-id"], name="residents_map_import_area")]

    SEALED = {"sample_sealed": "import:{pk}:samples"}

    def __str__(self):
        return self.file_name

    def get_absolute_url(self):
        return f"/map/imports/{self.pk}/"


class ImportRow(models.Model):
    """One row of a ledger on its way in: what it would do, and why it cannot.

    `after_sealed` is what would be written, `before_sealed` what stood there (for the undo),
    both sealed JSON bound to (import, row). `label` names the row for people, masked.
    """

    ledger_import = models.ForeignKey(
        LedgerImport, models.CASCADE, related_name="rows", db_index=False
    )
    number = models.PositiveIntegerField()  # the row of the sheet, as Excel counts
    state = models.CharField(max_length=8, choices=RowState)
    label = models.CharField(max_length=80)
    why = models.CharField(max_length=200, blank=True)  # a sentence
    changed = models.JSONField(default=list)  # names of the fields that would change
    person_id = models.BigIntegerField(null=True)
    after_sealed = models.TextField(blank=True)
    before_sealed = models.TextField(blank=True)

    SEALED = {
        "after_sealed": "import:{ledger_import_id}:{number}",
        "before_sealed": "import:{ledger_import_id}:{number}",
    }

    class Meta:
        ordering = ["number", "pk"]
        indexes = [
            models.Index(fields=["ledger_import", "state", "id"], name="residents_map_row_page"),
        ]
        constraints = [
            models.CheckConstraint(
                name="residents_map_row_says_why",
                condition=~Q(state__in=["faulty", "conflict"]) | ~Q(why=""),
            ),
        ]


class LedgerExport(models.Model):
    """台账导出: who took which list out, for what, and how much of it."""

    area = models.ForeignKey(Area, models.PROTECT, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)
    purpose = models.CharField(max_length=10)
    row_count = models.PositiveIntegerField()
    filters = models.JSONField(default=dict)

    objects = InLedgerQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
