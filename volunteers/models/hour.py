from datetime import timedelta

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from stations.models import Area
from volunteers.choices import (
    SHOWN_DAYS,
    ConfirmedAs,
    Help,
    HourSource,
    HourState,
    MemberState,
)

from .scope import OwnQuerySet
from .team import Team
from .volunteer import Volunteer

LONGEST = 12 * 60  # minutes: nobody serves longer at a stretch
ON_SHOW = timedelta(days=SHOWN_DAYS)
OPEN = (HourState.REPORTED, HourState.HELD, HourState.SHOWN)  # few of all there ever were


class HourQuerySet(OwnQuerySet):
    def own(self, user):
        """The volunteer's own, those the team's leaders confirm, and those on show to the team:
        to who is in it now, not to who applied, was refused or left."""
        return (
            Q(volunteer__user=user),
            Q(team__leader__user=user),
            Q(team__deputy__user=user),
            Q(
                team__memberships__volunteer__user=user,
                team__memberships__state=MemberState.IN,
                state=HourState.SHOWN,
            ),
        )

    def counted(self):
        """What counts: hours, and the reversals that take them back."""
        return self.filter(state=HourState.COUNTED)

    def waiting(self):
        """Those that lack a confirmation."""
        return self.filter(state=HourState.REPORTED)

    def shown(self):
        """Confirmed by both, and shown to the team before they count."""
        return self.filter(state=HourState.SHOWN)


class Hour(models.Model):
    """服务时数: so many minutes of one volunteer, from a service, a slot, or said by themselves.

    They count after two independent people said the service took place: one for the team
    (`lead_*`) and the person served or the station (`other_*`). Who these people are is told by
    fingerprints (of ID number and telephone): `person_keys`, `lead_keys`, `other_keys` must not
    share one, so two accounts of one person are one person, and the database refuses hours that
    only one person confirmed, or of which one confirmer's paper was checked by the other. Three
    days on show from both confirmations, then counted and numbered. A mistake is taken
    back by a row of negative minutes that names the one it `reverses`; nothing is edited or
    deleted (a trigger refuses).
    """

    number = models.CharField("记录编号", max_length=24, unique=True, null=True)
    volunteer = models.ForeignKey(Volunteer, models.PROTECT, related_name="hours", db_index=False)
    team = models.ForeignKey(Team, models.PROTECT, null=True, related_name="hours", db_index=False)
    area = models.ForeignKey(Area, models.PROTECT, related_name="+", db_index=False)
    order = models.ForeignKey(
        "Order", models.PROTECT, null=True, related_name="hours", db_index=False
    )
    sign_up = models.OneToOneField("SignUp", models.PROTECT, null=True, related_name="hour")
    source = models.CharField(max_length=8, choices=HourSource)
    help = models.CharField("做什么", max_length=12, choices=Help, default=Help.OTHER)
    words = models.CharField("做了什么", max_length=100, blank=True)
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField()
    minutes = models.IntegerField("分钟")
    state = models.CharField(max_length=10, choices=HourState, default=HourState.REPORTED)
    person_keys = ArrayField(models.CharField(max_length=40), default=list)
    lead_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    lead_at = models.DateTimeField(null=True)
    lead_keys = ArrayField(models.CharField(max_length=40), default=list)
    other_as = models.CharField(max_length=8, choices=ConfirmedAs, blank=True)
    other_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    other_at = models.DateTimeField(null=True)
    other_keys = ArrayField(models.CharField(max_length=40), default=list)
    odd = models.CharField("为什么有疑问", max_length=200, blank=True)
    objection = models.CharField("异议", max_length=200, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    decision = models.CharField("决定", max_length=200, blank=True)
    shown_until = models.DateTimeField(null=True)
    counted_at = models.DateTimeField(null=True)
    reverses = models.OneToOneField("self", models.PROTECT, null=True, related_name="reversed_by")
    created_at = models.DateTimeField(default=timezone.now)

    objects = HourQuerySet.as_manager()

    class Meta:
        ordering = ["-began_at", "-pk"]
        indexes = [
            models.Index(fields=["volunteer", "-began_at"], name="volunteers_hour_person"),
            models.Index(
                fields=["area", "counted_at"],
                name="volunteers_hour_month",
                condition=Q(state=HourState.COUNTED),
            ),
            # What a station works through, the oldest first; who is missing stands in it.
            models.Index(
                fields=["area", "state", "began_at", "id"],
                include=["other_at"],
                name="volunteers_hour_queue",
                condition=Q(state__in=OPEN),
            ),
            models.Index(
                fields=["team", "state", "shown_until"],
                name="volunteers_hour_team_open",
                condition=Q(state__in=OPEN),
            ),
            # What a team or a brand did by month is summed up in the index alone.
            models.Index(
                fields=["team", "began_at"],
                include=["state", "minutes", "reverses"],
                name="volunteers_hour_team",
            ),
            models.Index(
                fields=["shown_until"],
                name="volunteers_hour_shown",
                condition=Q(state=HourState.SHOWN),
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["order", "volunteer"], name="volunteers_hour_one_of_an_order"
            ),
            models.CheckConstraint(
                name="volunteers_hour_two_people_or_none",
                condition=~Q(state__in=[HourState.SHOWN, HourState.COUNTED])
                | (
                    Q(lead_at__isnull=False, other_at__isnull=False)
                    & ~Q(person_keys=[])
                    & ~Q(lead_keys=[])
                    & ~Q(other_keys=[])
                ),
            ),
            models.CheckConstraint(
                name="volunteers_hour_people_differ",
                condition=~Q(person_keys__overlap=F("lead_keys"))
                & ~Q(person_keys__overlap=F("other_keys"))
                & ~Q(lead_keys__overlap=F("other_keys")),
            ),
            models.CheckConstraint(
                name="volunteers_hour_minutes_or_a_reversal",
                condition=Q(reverses=None, minutes__gt=0, minutes__lte=LONGEST)
                | Q(reverses__isnull=False, minutes__lt=0, minutes__gte=-LONGEST),
            ),
            models.CheckConstraint(
                name="volunteers_hour_runs_forward", condition=Q(ended_at__gt=F("began_at"))
            ),
            models.CheckConstraint(
                name="volunteers_hour_counted_after_three_days",
                condition=~Q(state=HourState.COUNTED)
                | Q(reverses__isnull=False)
                | Q(
                    shown_until__isnull=False,
                    counted_at__isnull=False,
                    counted_at__gte=F("shown_until"),
                    number__isnull=False,
                ),
            ),
            models.CheckConstraint(
                name="volunteers_hour_three_days_from_both",
                condition=~Q(state__in=[HourState.SHOWN, HourState.COUNTED])
                | Q(reverses__isnull=False)
                | Q(
                    shown_until__isnull=False,
                    shown_until__gte=F("lead_at") + ON_SHOW,
                )
                & Q(shown_until__gte=F("other_at") + ON_SHOW),
            ),
        ]

    def __str__(self):
        return f"{self.get_help_display()} {timezone.localtime(self.began_at):%-m月%-d日}"

    def get_absolute_url(self):
        return f"/hours/{self.pk}/"
