from datetime import timedelta
from uuid import uuid4

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchQuery, SearchVectorField
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from deliberation.choices import (
    CATEGORY_ICONS,
    EARLY_STATES,
    OPEN_STATES,
    STAGE_OF,
    Category,
    Channel,
    Route,
    SolvedAt,
    State,
)
from stations.choices import STAFF
from stations.foundation.words import tsquery
from stations.models import Area, Building, Entrance, Place
from stations.models.area import places_of


def _midnight(days):
    """The beginning of the day that many days from today."""
    today = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    return today + timedelta(days=days)


# What a row of a list says, and what its properties are made from.
IN_A_ROW = (
    "area__name",
    "building__number",
    "entrance__number",
    "entrance__building_id",
    "place__name",
    "handler__name",
    "handler__username",
    "reporter__name",
    "reporter__issue_id",
    "title",
    "category",
    "state",
    "spot",
    "is_urgent",
    "asked_back",
    "me_too_count",
    "reopened_count",
    "created_at",
    "due_at",
    "call_back_since",
    "called_back_at",
    "reinspected_at",
)


class IssueQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Issues of the areas where the user is posted as staff. Figures are another right."""
        return self.filter(area__in=places_of(user, STAFF))

    def open(self):
        return self.filter(state__in=OPEN_STATES)

    def overdue(self):
        return self.open().filter(due_at__lt=timezone.now())

    def unindexed(self):
        """Without the words it is found by: a kilobyte a row that no page shows."""
        return self.defer("search")

    def for_rows(self):
        """With everything a row says, in two queries however many rows."""
        from .task import Task  # a task points at its issue

        open_tasks = Task.objects.open().only("issue", "responsible", "person").order_by("due_at")
        return (
            self.for_page()
            .select_related("handler")
            .prefetch_related(models.Prefetch("tasks", open_tasks, to_attr="open_tasks"))
        )

    def for_page(self):
        """With the place and the reporter, which the issue's own page shows."""
        return self.unindexed().select_related("area", "building", "entrance", "place", "reporter")

    def for_list(self):
        """Only what a row of a list says; `give_open_tasks` adds in whose hands each is."""
        return self.for_page().select_related("handler").only(*IN_A_ROW)

    def due_today(self):
        """Open ones whose present step ends today; those overdue are another heading."""
        return self.open().filter(due_at__gte=timezone.now(), due_at__lt=_midnight(1))

    def due_this_week(self):
        """Open ones due within seven days, today counted."""
        return self.open().filter(due_at__gte=timezone.now(), due_at__lt=_midnight(7))

    def handled_by(self, user):
        return self.open().filter(handler=user)

    def waiting_for_rating(self):
        return self.filter(state=State.NOTICED)

    def waiting_for_reinspection(self):
        return self.filter(state=State.CLOSED, reinspected_at=None)

    def ended(self):
        return self.exclude(state__in=OPEN_STATES)

    def waiting_for_meeting(self):
        return self.filter(state=State.DELIBERATING)

    def off_agenda(self):
        """Put before the parties, but without a place on an agenda."""
        return self.waiting_for_meeting().exclude(agenda_items__state__in=("waiting", "open"))

    def matching(self, text):
        """Issues that hold all the words, or the one whose number was typed."""
        text = text.strip()
        number = text.upper().removeprefix("SQ").strip("-# ")
        if number.isascii() and number.isdigit() and len(number) < 12:
            return self.filter(Q(pk=int(number)) | self._words(text))
        return self.filter(self._words(text))

    def _words(self, text):
        query = tsquery(text)
        if not query:
            return Q(pk=None)
        return Q(search=SearchQuery(query, config="simple", search_type="raw"))

    # What the rates of the dashboard count; each is a link from the figure to its cases.

    def counted(self):
        """All but withdrawn and merged ones: those are not cases of their own."""
        return self.exclude(state__in=(State.WITHDRAWN, State.MERGED))

    def responded_in_time(self):
        return self.counted().filter(responded_at__lte=F("respond_by"))

    def finished(self):
        """办结: an answer was given (solved, or turned down with a reason)."""
        return self.counted().filter(finished_at__isnull=False)

    def finished_today(self):
        """Finished since midnight."""
        today = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
        return self.finished().filter(finished_at__gte=today)

    def solved(self):
        return self.finished().exclude(state=State.RETURNED).filter(is_solved=True)

    def on_time(self):
        return self.finished().filter(finished_at__lte=F("finish_by"))

    def rated(self):
        return self.counted().filter(last_rating__isnull=False)

    def satisfied(self):
        return self.counted().filter(last_rating__gte=3)


class Issue(models.Model):
    """诉求: what troubles a resident, from the report to the close and the look back.

    `uuid` is made before the row: sealed fields are bound to it. `token` comes from the
    form, so sending twice makes one issue. `code_digest` is the keyed hash of the
    tracking code, which only the resident has.
    """

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    token = models.UUIDField(default=uuid4, unique=True, editable=False)
    code_digest = models.CharField(max_length=64, editable=False)
    # Area and building have indexes of their own below; a second one costs every report.
    area = models.ForeignKey(
        Area, models.PROTECT, related_name="issues", verbose_name="小区", db_index=False
    )
    building = models.ForeignKey(
        Building, models.PROTECT, null=True, blank=True, verbose_name="楼栋", db_index=False
    )
    entrance = models.ForeignKey(
        Entrance, models.PROTECT, null=True, blank=True, verbose_name="单元"
    )
    place = models.ForeignKey(Place, models.PROTECT, null=True, blank=True, verbose_name="公共地点")
    spot = models.CharField("具体位置", max_length=60, blank=True)
    category = models.CharField("类别", max_length=12, choices=Category)
    title = models.CharField("事项", max_length=60)
    text = models.TextField("什么情况", max_length=1000)
    channel = models.CharField("来源", max_length=8, choices=Channel, default=Channel.WEB)
    state = models.CharField("状态", max_length=12, choices=State, default=State.RECEIVED)
    route = models.CharField("办法", max_length=8, choices=Route, blank=True)
    is_urgent = models.BooleanField("急", default=False)
    handler = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, verbose_name="谁在办"
    )
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, related_name="merged")
    me_too_count = models.PositiveIntegerField("也遇到", default=0)
    asked_back = models.BooleanField("等居民回话", default=False)

    created_at = models.DateTimeField("报来时间", default=timezone.now)
    received_on = models.DateField("报来日期")
    due_at = models.DateTimeField("眼下期限", null=True)
    stage_since = models.DateTimeField("这一步从何时起")
    respond_by = models.DateTimeField()
    responded_at = models.DateTimeField(null=True)
    finish_by = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    is_solved = models.BooleanField(default=False)
    solved_at_level = models.CharField(max_length=10, choices=SolvedAt, blank=True)
    last_rating = models.PositiveSmallIntegerField(null=True)
    reopened_count = models.PositiveSmallIntegerField(default=0)
    call_back_since = models.DateTimeField(null=True)
    called_back_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    reinspected_at = models.DateTimeField(null=True)
    search = SearchVectorField(null=True)

    objects = IssueQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["area", "-id"], name="deliberation_issue_area_id"),
            models.Index(
                fields=["area", "due_at", "id"],
                name="deliberation_issue_open_due",
                condition=Q(state__in=sorted(OPEN_STATES)),
            ),
            # Every list counts who waits for a look back: few among all that were ever closed.
            models.Index(
                fields=["area", "due_at", "id"],
                name="deliberation_issue_look_back",
                condition=Q(state=State.CLOSED, reinspected_at=None),
            ),
            models.Index(fields=["area", "received_on"], name="deliberation_issue_received"),
            models.Index(fields=["building"], name="deliberation_issue_building"),
            models.Index(
                fields=["area", "finished_at"],
                name="deliberation_issue_finished",
                condition=Q(finished_at__isnull=False),
            ),
            GinIndex(fields=["search"], name="deliberation_issue_words"),
        ]
        constraints = [
            # Not `unique=True`: of words that adds an index for LIKE, which nobody asks for.
            models.UniqueConstraint(fields=["code_digest"], name="deliberation_issue_code_once"),
            models.CheckConstraint(
                name="deliberation_issue_merged_with_target",
                condition=Q(state=State.MERGED, merged_into__isnull=False)
                | (~Q(state=State.MERGED) & Q(merged_into=None)),
            ),
            models.CheckConstraint(
                name="deliberation_issue_closed_with_time",
                condition=~Q(state=State.CLOSED) | Q(closed_at__isnull=False),
            ),
            models.CheckConstraint(
                name="deliberation_issue_open_has_a_clock",
                condition=~Q(state__in=sorted(OPEN_STATES)) | Q(due_at__isnull=False),
            ),
        ]

    def __str__(self):
        return f"{self.number} {self.title}"

    def get_absolute_url(self):
        return f"/issues/{self.pk}/"

    @property
    def number(self):
        """The number people say: short, unique, never reused."""
        return f"SQ-{self.pk}"

    @property
    def where(self):
        """The place in words, without the estate."""
        if self.entrance_id and self.entrance.building_id == self.building_id:
            self.entrance.building = self.building  # it is the same, and read already
        parts = [str(self.entrance or self.building or self.place or ""), self.spot]
        return " ".join(part for part in parts if part) or "全小区"

    @property
    def stage(self):
        return STAGE_OF[self.state]

    @property
    def is_open(self):
        return self.state in OPEN_STATES

    @property
    def is_early(self):
        return self.state in EARLY_STATES

    @property
    def is_overdue(self):
        return self.is_open and self.due_at < timezone.now()

    @property
    def category_icon(self):
        return CATEGORY_ICONS[self.category]

    @property
    def in_whose_hands(self):
        """Who has it now, in words; for rows of a list, which know their open tasks."""
        if self.state == State.RECEIVED:
            return "待受理"
        if self.state == State.STREET:
            return "街道"
        if self.state == State.NOTICED:
            return "等居民评"
        tasks = getattr(self, "open_tasks", None)
        return tasks[0].who if tasks else str(self.handler or "")

    @property
    def households(self):
        """How many households said it: the reporter and everybody who met it too."""
        return self.me_too_count + 1
