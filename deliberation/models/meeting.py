from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from deliberation.choices import (
    REQUIRED_PARTIES,
    Forum,
    ItemState,
    MeetingState,
    Party,
    Presence,
    Stance,
)
from deliberation.foundation.consensus import split_marks
from stations.choices import STAFF
from stations.models import Area
from stations.models.area import places_of

from .issue import Issue


class MeetingQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(area__in=places_of(user, STAFF))

    def coming(self):
        return self.filter(state__in=(MeetingState.PLANNED, MeetingState.RUNNING))

    def past(self):
        return self.filter(state__in=(MeetingState.ENDED, MeetingState.CANCELLED))

    def laid_out(self):
        """With everything its pages show: items, positions, resolutions, tasks, who came."""
        items = (
            AgendaItem.objects.on_agenda()
            .select_related("issue", "resolution")
            .prefetch_related("positions", "resolution__tasks")
        )
        return self.select_related("area", "recorder").prefetch_related(
            "attendances", models.Prefetch("items", items, to_attr="agenda")
        )


class Seat(models.Model):
    """Who speaks for a party of an estate, so that nobody is typed in twice."""

    area = models.ForeignKey(Area, models.PROTECT, related_name="seats")
    party = models.CharField("哪一方", max_length=10, choices=Party)
    name = models.CharField("姓名", max_length=20)
    title = models.CharField("身份", max_length=20, blank=True)
    since = models.DateTimeField(auto_now_add=True)
    until = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["pk"]

    def __str__(self):
        return f"{self.name} {self.title}"


class Meeting(models.Model):
    """会议: parties of one estate sit down, in a room or outdoors.

    `number` counts the estate's meetings of this forum within a year.
    """

    area = models.ForeignKey(Area, models.PROTECT, related_name="meetings", verbose_name="小区")
    forum = models.CharField("形式", max_length=8, choices=Forum, default=Forum.FOUR)
    year = models.PositiveSmallIntegerField()
    number = models.PositiveSmallIntegerField()
    starts_at = models.DateTimeField("时间")
    place = models.CharField("地点", max_length=40)
    state = models.CharField(max_length=10, choices=MeetingState, default=MeetingState.PLANNED)
    chair = models.CharField("主持", max_length=20)
    recorder = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="记录"
    )
    listeners = models.CharField("旁听", max_length=200, blank=True)
    words = models.TextField("纪要", max_length=2000, blank=True)
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    objects = MeetingQuerySet.as_manager()

    class Meta:
        ordering = ["-starts_at", "-pk"]
        indexes = [models.Index(fields=["area", "-starts_at"], name="deliberation_meeting_area")]
        constraints = [
            models.UniqueConstraint(
                fields=["area", "forum", "year", "number"], name="deliberation_meeting_once"
            ),
            models.CheckConstraint(
                name="deliberation_meeting_ended_with_time",
                condition=~Q(state=MeetingState.ENDED) | Q(ended_at__isnull=False),
            ),
        ]

    def __str__(self):
        return f"{self.area}第{self.number}次{self.get_forum_display()}"

    def get_absolute_url(self):
        return f"/meetings/{self.pk}/"

    @property
    def required_parties(self):
        return REQUIRED_PARTIES[self.forum]

    @property
    def is_over(self):
        return self.state in (MeetingState.ENDED, MeetingState.CANCELLED)

    @property
    def when(self):
        """The time as people say it: 11月26日 周四 19:30."""
        local = timezone.localtime(self.starts_at)
        return f"{local:%-m月%-d日} {self.weekday} {local:%H:%M}"

    @property
    def weekday(self):
        return f"周{'一二三四五六日'[timezone.localtime(self.starts_at).weekday()]}"

    @property
    def short_area(self):
        """The estate in two characters, for numbers: 锦绣江山 -> 锦江."""
        name = self.area.name
        return name[0] + name[-2] if len(name) > 2 else name

    @property
    def council_name(self):
        """Who meets, as it heads the papers: 锦绣江山小区四方议事会."""
        estate = self.area.name.removesuffix("小区")
        forum = self.get_forum_display()
        end = "" if forum.endswith("会议") else "会"
        return f"{estate}小区{forum}{end}"

    @property
    def file_number(self):
        """The number on its papers: 锦江议〔2026〕12 号."""
        return f"{self.short_area}议〔{self.year}〕{self.number} 号"


class AgendaItemQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(meeting__in=Meeting.objects.visible_to(user))

    def on_agenda(self):
        """Not taken off."""
        return self.exclude(state=ItemState.WITHDRAWN)


class AgendaItem(models.Model):
    """议题: one matter of a meeting, usually a waiting issue."""

    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="items")
    issue = models.ForeignKey(Issue, models.PROTECT, null=True, related_name="agenda_items")
    order = models.PositiveSmallIntegerField()
    title = models.CharField("议题", max_length=60)
    state = models.CharField(max_length=10, choices=ItemState, default=ItemState.WAITING)
    opened_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    reason = models.CharField("缘由", max_length=200, blank=True)

    objects = AgendaItemQuerySet.as_manager()

    class Meta:
        ordering = ["order", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["issue"],
                condition=Q(state__in=["waiting", "open"]),
                name="deliberation_item_waits_in_one_meeting",
            )
        ]

    def __str__(self):
        return self.title

    @property
    def area(self):
        return self.meeting.area


class AttendanceQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(meeting__in=Meeting.objects.visible_to(user))


class Attendance(models.Model):
    """到会: a person of a party at a meeting, in the room or by video."""

    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="attendances")
    party = models.CharField("哪一方", max_length=10, choices=Party)
    name = models.CharField("姓名", max_length=20)
    title = models.CharField("身份", max_length=20, blank=True)
    presence = models.CharField("怎么到会", max_length=6, choices=Presence, default=Presence.ROOM)
    at = models.DateTimeField(auto_now_add=True)

    objects = AttendanceQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["meeting", "party", "name"], name="deliberation_attendance_once"
            )
        ]

    def __str__(self):
        return self.name

    @property
    def area(self):
        return self.meeting.area


class Position(models.Model):
    """表态: what one party says to one item. One per party; a condition keeps its number."""

    item = models.ForeignKey(AgendaItem, models.PROTECT, related_name="positions")
    party = models.CharField("哪一方", max_length=10, choices=Party)
    stance = models.CharField("态度", max_length=8, choices=Stance)
    words = models.CharField("怎么说的", max_length=300, blank=True)
    condition_number = models.PositiveSmallIntegerField(null=True)
    stated_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["item", "party"], name="deliberation_position_one_per_party"
            ),
            models.UniqueConstraint(
                fields=["item", "condition_number"], name="deliberation_position_condition_once"
            ),
            models.CheckConstraint(
                name="deliberation_position_condition_with_words",
                condition=~Q(stance=Stance.IF) | (Q(condition_number__isnull=False) & ~Q(words="")),
            ),
        ]


class ResolutionQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(item__meeting__in=Meeting.objects.visible_to(user))

    def passed(self):
        return self.filter(passed_at__isnull=False)

    def holding(self, words):
        """With these words in the number, the matter or the text."""
        return self.filter(
            Q(number__icontains=words) | Q(item__title__icontains=words) | Q(text__icontains=words)
        )


class Resolution(models.Model):
    """决议: what the parties settled on an item. One clause a line; 〔条件1〕 marks where a
    party's condition was written in. Passed once, never changed."""

    item = models.OneToOneField(AgendaItem, models.PROTECT, related_name="resolution")
    number = models.CharField("编号", max_length=40)
    text = models.TextField("决议", max_length=2000, blank=True)
    passed_at = models.DateTimeField(null=True)
    saved_at = models.DateTimeField(auto_now=True)

    objects = ResolutionQuerySet.as_manager()

    def __str__(self):
        return self.number

    @property
    def area(self):
        return self.item.area

    @property
    def clauses(self):
        """The clauses, one a line, without empty ones."""
        return [line.strip() for line in self.text.splitlines() if line.strip()]

    @property
    def plain_text(self):
        """The text in one line, without the marks of the conditions."""
        return " ".join(split_marks(clause)[0] for clause in self.clauses)
