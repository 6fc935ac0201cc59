from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from stations.choices import STAFF, DutyStep

from .area import Area, places_of


class HolderWorksHere(models.Func):
    """Whether a duty's holder still works at the duty's area, by a posting there or above.

    In SQL, because every page of staff counts duties: put together by the ORM it took a
    millisecond and joined the area to every duty, held by somebody or not.
    """

    template = (
        "EXISTS (SELECT 1 FROM (SELECT %(expressions)s) AS duty (holder_id, area_id, now)"
        " JOIN stations_area here ON here.id = duty.area_id"
        " JOIN stations_user holder ON holder.id = duty.holder_id AND holder.is_active"
        " JOIN stations_posting posting ON posting.user_id = holder.id"
        " AND posting.role IN (%(staff)s) AND posting.since <= duty.now"
        " AND (posting.until IS NULL OR posting.until > duty.now)"
        " JOIN stations_area place ON place.id = posting.area_id"
        " AND starts_with(here.path, place.path))"
    )
    output_field = models.BooleanField()

    def __init__(self):
        staff = ", ".join(f"'{role.value}'" for role in sorted(STAFF))
        super().__init__(F("holder_id"), F("area_id"), timezone.now(), staff=staff)


class DutyQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Duties of the areas where the user is posted as staff."""
        return self.filter(area__in=places_of(user, STAFF))

    def open(self):
        return self.filter(ended_at=None)

    def overdue(self):
        return self.open().filter(until__lt=timezone.now())

    def for_person(self, user, roles=STAFF):
        """What falls to this person: held by name, or of a role they have at that place.

        Where the user is a worker in one community and the secretary of another, each
        role counts only where it is held. What somebody held who is gone falls to the role.
        """
        falls = Q(holder=user, area__in=places_of(user, STAFF))
        for role in sorted({p.role for p in user.current_postings()} & set(roles)):
            free = Q(holder=None) | ~HolderWorksHere()
            falls |= Q(free, role=role, area__in=places_of(user, {role}))
        return self.open().filter(falls)


class Duty(models.Model):
    """待办: one thing that is due, at one area, until a moment.

    The act that makes something due starts it, the act that fulfils it ends it, in
    the same transaction. Desk, reminders, escalation and overdue marks all read this
    one table, whichever app the thing belongs to (decision record 3).
    """

    kind = models.CharField(max_length=40)
    object_id = models.BigIntegerField()
    area = models.ForeignKey(Area, models.PROTECT, related_name="duties")
    role = models.CharField(max_length=12)
    holder = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="duties"
    )
    title = models.CharField(max_length=120)
    subtitle = models.CharField(max_length=160, blank=True)
    since = models.DateTimeField()
    half_at = models.DateTimeField()
    most_at = models.DateTimeField()
    until = models.DateTimeField()
    told = models.PositiveSmallIntegerField(default=0)
    ended_at = models.DateTimeField(null=True)

    objects = DutyQuerySet.as_manager()

    class Meta:
        ordering = ["until", "pk"]
        indexes = [
            models.Index(
                fields=["area", "until"],
                name="stations_duty_open_by_area",
                condition=Q(ended_at=None),
            ),
            # Who answers for a district has few duties among very many.
            models.Index(
                fields=["role", "until"],
                name="stations_duty_open_by_role",
                condition=Q(ended_at=None),
            ),
            models.Index(
                fields=["half_at"],
                name="stations_duty_half",
                condition=Q(ended_at=None, told__lt=DutyStep.HALF),
            ),
            models.Index(
                fields=["most_at"],
                name="stations_duty_most",
                condition=Q(ended_at=None, told__lt=DutyStep.MOST),
            ),
            models.Index(
                fields=["until"],
                name="stations_duty_full",
                condition=Q(ended_at=None, told__lt=DutyStep.FULL),
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "object_id"],
                condition=Q(ended_at=None),
                name="stations_duty_open_once",
            ),
            models.CheckConstraint(
                name="stations_duty_clock_runs_forward",
                condition=Q(half_at__gte=F("since"))
                & Q(most_at__gte=F("half_at"))
                & Q(until__gte=F("most_at")),
            ),
        ]

    def __str__(self):
        return self.title

    @property
    def is_overdue(self):
        return self.ended_at is None and self.until < timezone.now()


class Told(models.Model):
    """Somebody was told about a step of a duty. Its uniqueness makes two beats harmless."""

    duty = models.ForeignKey(Duty, models.PROTECT, related_name="told_rows")
    step = models.PositiveSmallIntegerField(choices=DutyStep)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["duty", "step", "person"], name="stations_told_once_per_step"
            )
        ]
