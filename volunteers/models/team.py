from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone

from stations.models import Area
from volunteers.choices import Help, MemberState

from .brand import Brand
from .partner import Partner
from .scope import OwnQuerySet, SharedQuerySet, keys_of_any


class TeamQuerySet(SharedQuerySet):
    def current(self):
        """Teams that are at work now."""
        return self.filter(until=None)

    def oldest(self):
        """In the order in which they were founded."""
        return self.order_by("since", "pk")

    def led_by(self, user):
        """Teams this person leads, as leader or deputy."""
        return self.ever_led_by(user).current()

    def ever_led_by(self, user):
        """The same, and those that are no more."""
        keys = keys_of_any(Team.objects.all(), Q(leader__user=user), Q(deputy__user=user))
        return self.filter(pk__in=keys)

    def shown_to(self, user):
        """Teams whose hours on show this person sees: they lead them, or are in them."""
        member = Q(memberships__volunteer__user=user, memberships__state=MemberState.IN)
        leads = (Q(leader__user=user), Q(deputy__user=user))
        return self.filter(pk__in=keys_of_any(Team.objects.all(), *leads, member))


class Team(models.Model):
    """队伍: a team of a brand; some belong to a partner, some work at a low price.

    公益+低偿: `price_fen` (for one service) and `price_words` are shown and agreed before an
    order; without them the team works for nothing. `area` is where it serves. Whoever has the
    `invite_code` may ask to join; with `is_open` everybody may.
    """

    area = models.ForeignKey(Area, models.PROTECT, related_name="+")
    brand = models.ForeignKey(Brand, models.PROTECT, related_name="teams")
    partner = models.ForeignKey(
        Partner, models.PROTECT, null=True, blank=True, related_name="teams"
    )
    name = models.CharField("队名", max_length=40)
    words = models.CharField("介绍", max_length=300, blank=True)
    helps = ArrayField(
        models.CharField(max_length=12, choices=Help), verbose_name="能帮什么", default=list
    )
    leader = models.ForeignKey(
        "Volunteer", models.PROTECT, null=True, blank=True, related_name="leads"
    )
    deputy = models.ForeignKey(
        "Volunteer", models.PROTECT, null=True, blank=True, related_name="deputises"
    )
    price_fen = models.PositiveIntegerField("一次收多少（分）", null=True, blank=True)
    price_words = models.CharField("价钱怎么算", max_length=100, blank=True)
    invite_code = models.SlugField("邀请码", max_length=20, unique=True)
    is_open = models.BooleanField("谁都可以报名", default=True)
    since = models.DateField("成立", default=timezone.localdate)
    until = models.DateField("解散", null=True, blank=True)

    objects = TeamQuerySet.as_manager()

    class Meta:
        ordering = ["brand__order", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["brand", "name"],
                condition=Q(until=None),
                name="volunteers_team_name_once",
            ),
            models.CheckConstraint(
                name="volunteers_team_price_with_words",
                condition=Q(price_fen=None) | ~Q(price_words=""),
            ),
            models.CheckConstraint(
                name="volunteers_team_led_by_two",
                condition=Q(leader=None) | Q(deputy=None) | ~Q(leader=models.F("deputy")),
            ),
        ]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return f"/teams/{self.pk}/"

    @property
    def is_low_price(self):
        """公益+低偿: a price is shown and agreed before the order."""
        return self.price_fen is not None

    def is_led_by(self, user):
        """Whether this person leads the team. Reads leader and deputy; select_related them."""
        led = [person.user_id for person in (self.leader, self.deputy) if person]
        return user.pk in led


class MembershipQuerySet(OwnQuerySet):
    def own(self, user):
        """One's own; of a team one leads only who is in it or asks: not who left or was refused."""
        held = Q(state__in=[MemberState.APPLIED, MemberState.IN])
        return (
            Q(volunteer__user=user),
            held & Q(team__leader__user=user),
            held & Q(team__deputy__user=user),
        )

    def current(self):
        return self.filter(state=MemberState.IN)

    def waiting(self):
        """Those who asked to join and have no answer yet."""
        return self.filter(state=MemberState.APPLIED)


class Membership(models.Model):
    """在哪个队: a volunteer's place in a team. Ended, never deleted."""

    team = models.ForeignKey(Team, models.PROTECT, related_name="memberships")
    volunteer = models.ForeignKey("Volunteer", models.PROTECT, related_name="memberships")
    area = models.ForeignKey(Area, models.PROTECT, related_name="+")
    state = models.CharField(max_length=8, choices=MemberState, default=MemberState.APPLIED)
    asked_at = models.DateTimeField(default=timezone.now)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey("stations.User", models.PROTECT, null=True, related_name="+")
    left_at = models.DateTimeField(null=True)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["team", "volunteer"],
                condition=Q(state__in=[MemberState.APPLIED, MemberState.IN]),
                name="volunteers_membership_once",
            ),
        ]

    def __str__(self):
        return f"{self.volunteer} · {self.team}"
