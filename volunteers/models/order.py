import uuid

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from stations.models import Area, Building, Entrance, Home
from volunteers.choices import (
    ORDER_OPEN,
    PLAIN_STATES,
    WEEKDAYS,
    AskState,
    Help,
    OrderChannel,
    OrderEventKind,
    OrderState,
    Part,
    plain_help,
)

from .beneficiary import Beneficiary
from .scope import OwnQuerySet, StaffQuerySet
from .team import Team
from .volunteer import Volunteer


class PackageQuerySet(StaffQuerySet):
    def current(self):
        """Packages that go on."""
        return self.filter(until=None)


class Package(models.Model):
    """服务包 (医康养): so many visits a month for one person; its orders are made ahead."""

    beneficiary = models.ForeignKey(Beneficiary, models.PROTECT, related_name="packages")
    area = models.ForeignKey(Area, models.PROTECT, related_name="+")
    name = models.CharField("名称", max_length=40)
    helps = ArrayField(
        models.CharField(max_length=12, choices=Help), verbose_name="做什么", default=list
    )
    per_month = models.PositiveSmallIntegerField("每月几次", default=2)
    weekday = models.PositiveSmallIntegerField("通常周几", null=True, blank=True)
    part = models.PositiveSmallIntegerField("通常什么时候", choices=Part, default=Part.MORNING)
    team = models.ForeignKey(Team, models.PROTECT, null=True, blank=True, related_name="packages")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    since = models.DateField("从哪天起", default=timezone.localdate)
    until = models.DateField("到哪天", null=True, blank=True)

    objects = PackageQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                name="volunteers_package_one_to_eight_a_month",
                condition=Q(per_month__range=(1, 8)),
            ),
        ]

    def __str__(self):
        return self.name

    @property
    def title(self):
        """Where and what, without who: "3栋2单元 · 康养照看、上门理发". The name is what staff
        typed, several packages have the same, and it may name somebody."""
        return f"{self.beneficiary.place} · {self.helps_words}"

    @property
    def helps_words(self):
        """ "康养照看、上门理发"."""
        return "、".join(Help(key).label for key in self.helps)

    @property
    def rhythm(self):
        """ "每月2次 · 周三上午"."""
        day = "工作日" if self.weekday is None else WEEKDAYS[self.weekday]
        return f"每月{self.per_month}次 · {day}{self.get_part_display()}"

    def get_absolute_url(self):
        return f"/packages/{self.pk}/"


class OrderQuerySet(OwnQuerySet):
    def own(self, user):
        """Asked to take it, or took it, or leads the team that was asked or took it."""
        return (
            Q(volunteer__user=user),
            Q(asks__volunteer__user=user),
            Q(team__leader__user=user),
            Q(team__deputy__user=user),
        )

    def open(self):
        """Orders that somebody still waits for."""
        return self.filter(state__in=ORDER_OPEN)

    def to_dispatch(self):
        """Orders that wait for the worker."""
        return self.filter(state=OrderState.ORDERED)

    def late(self, now=None):
        """Those that should be done by now and are not."""
        return self.open().filter(due_at__lt=now or timezone.now())


class Order(models.Model):
    """点单: one person asks for one piece of help; 派单-接单 until it is rated.

    `token` comes with the form: sent twice it is one order. The tracking code's digest lets
    whoever ordered follow it and confirm that the service took place (with the last four digits
    of the telephone). What was asked in their own words is sealed; lists read `help` and place.
    `round` counts how often people were asked. Price in fen, agreed before anybody is asked.
    """

    uuid = models.UUIDField(default=uuid.uuid4, editable=False)
    token = models.UUIDField(unique=True, editable=False)
    code_digest = models.CharField(max_length=64, unique=True, editable=False)
    area = models.ForeignKey(Area, models.PROTECT, related_name="+", db_index=False)
    building = models.ForeignKey(Building, models.PROTECT, null=True, blank=True, related_name="+")
    entrance = models.ForeignKey(Entrance, models.PROTECT, null=True, blank=True, related_name="+")
    home = models.ForeignKey(Home, models.PROTECT, null=True, blank=True, related_name="+")
    beneficiary = models.ForeignKey(Beneficiary, models.PROTECT, related_name="orders")
    help = models.CharField("要什么帮忙", max_length=12, choices=Help)
    words_sealed = models.TextField(blank=True)
    brief = models.CharField("要做什么", max_length=60, blank=True)  # read by whoever is asked
    wanted_on = models.DateField("哪天", null=True, blank=True)
    part = models.PositiveSmallIntegerField("什么时候", choices=Part, null=True, blank=True)
    minutes = models.PositiveSmallIntegerField("大约多久", default=60)
    channel = models.CharField(max_length=10, choices=OrderChannel, default=OrderChannel.FORM)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    package = models.ForeignKey(Package, models.PROTECT, null=True, related_name="orders")
    state = models.CharField(max_length=12, choices=OrderState, default=OrderState.ORDERED)
    state_since = models.DateTimeField(default=timezone.now)
    due_at = models.DateTimeField()
    round = models.PositiveSmallIntegerField(default=0)
    team = models.ForeignKey(Team, models.PROTECT, null=True, related_name="orders")
    volunteer = models.ForeignKey(Volunteer, models.PROTECT, null=True, related_name="orders")
    price_fen = models.PositiveIntegerField(null=True, blank=True)
    price_words = models.CharField(max_length=100, blank=True)
    price_agreed_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(default=timezone.now)
    accepted_at = models.DateTimeField(null=True)
    begun_at = models.DateTimeField(null=True)  # the server's clock, when they pressed
    done_at = models.DateTimeField(null=True)
    confirmed_at = models.DateTimeField(null=True)
    rating = models.PositiveSmallIntegerField(null=True)
    rating_words = models.CharField(max_length=300, blank=True)
    cancelled_why = models.CharField(max_length=100, blank=True)
    call_since = models.DateTimeField(null=True)  # the station has promised a call, and owes it

    objects = OrderQuerySet.as_manager()

    SEALED = {"words_sealed": "order.words:{uuid}"}

    class Meta:
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["area", "-id"], name="volunteers_order_area"),
            models.Index(
                fields=["area", "due_at"],
                name="volunteers_order_open",
                condition=Q(state__in=ORDER_OPEN),
            ),
            models.Index(fields=["area", "created_at"], name="volunteers_order_day"),
            models.Index(
                fields=["call_since"],
                name="volunteers_order_call",
                condition=Q(call_since__isnull=False),
            ),
            models.Index(
                fields=["area", "done_at"],
                name="volunteers_order_done",
                condition=Q(done_at__isnull=False),
            ),
            # What is done and nobody has said so yet: few among all that ever were done.
            models.Index(
                fields=["area", "done_at"],
                name="volunteers_order_unsaid",
                condition=Q(state=OrderState.DONE),
            ),
            # The numbers of the tabs, counted without reading the orders.
            models.Index(fields=["area", "state", "-id"], name="volunteers_order_state"),
        ]
        constraints = [
            models.CheckConstraint(
                name="volunteers_order_taken_by_somebody",
                condition=Q(
                    state__in=[
                        OrderState.ORDERED,
                        OrderState.DISPATCHED,
                        OrderState.CANCELLED,
                    ]
                )
                | Q(volunteer__isnull=False),
            ),
            models.CheckConstraint(
                name="volunteers_order_price_agreed_first",
                condition=Q(price_fen=None)
                | Q(state__in=[OrderState.ORDERED, OrderState.CANCELLED])
                | Q(price_agreed_at__isnull=False),
            ),
            models.CheckConstraint(
                name="volunteers_order_rating_one_to_five",
                condition=Q(rating=None) | Q(rating__range=(1, 5)),
            ),
            models.CheckConstraint(
                name="volunteers_order_done_after_begun",
                condition=Q(done_at=None) | Q(begun_at=None) | Q(done_at__gte=F("begun_at")),
            ),
        ]

    def __str__(self):
        return self.title

    @property
    def plain_help(self):
        """What is wanted, in the words of whoever wants it."""
        return plain_help(self.help)

    @property
    def plain_state(self):
        """How it stands, for whoever ordered."""
        return PLAIN_STATES.get(self.state) or self.get_state_display()

    @property
    def title(self):
        """What and where, without who: "跑腿代买 · 3栋2单元"."""
        place = self.entrance or self.building or self.area
        return f"{self.get_help_display()} · {place}"

    @property
    def number(self):
        """DD-1247: what people say on the telephone and write down."""
        return f"DD-{self.pk}"

    @property
    def is_open(self):
        """Whether somebody still waits for it."""
        return self.state in ORDER_OPEN

    @property
    def is_late(self):
        """Whether what comes next should have happened by now."""
        return self.is_open and self.due_at < timezone.now()

    def get_absolute_url(self):
        return f"/orders/{self.pk}/"


class OrderEventQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(order__in=Order.objects.visible_to(user))

    def public(self):
        """Lines of the way that whoever asked for help reads too."""
        return self.exclude(public_words="")


class OrderEvent(models.Model):
    """A line of an order's way, append-only. `public_words` is what the person who ordered reads."""

    order = models.ForeignKey(Order, models.PROTECT, related_name="events")
    at = models.DateTimeField(default=timezone.now)
    kind = models.CharField(max_length=12, choices=OrderEventKind)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    actor = models.CharField(max_length=40)
    words = models.CharField(max_length=300, blank=True)
    public_words = models.CharField(max_length=300, blank=True)

    objects = OrderEventQuerySet.as_manager()

    class Meta:
        ordering = ["at", "pk"]

    def __str__(self):
        return self.get_kind_display()


class AskQuerySet(OwnQuerySet):
    def waiting(self):
        """Those that nobody has answered yet."""
        return self.filter(state=AskState.ASKED)


class Ask(models.Model):
    """派单: one volunteer was asked to take one order, until when, and what they said.

    `why` is the reason for which they were suggested, in words. The database lets one of an
    order's asks be accepted at a time, whoever presses first.
    """

    order = models.ForeignKey(Order, models.PROTECT, related_name="asks", db_index=False)
    volunteer = models.ForeignKey(Volunteer, models.PROTECT, related_name="asks")
    team = models.ForeignKey(Team, models.PROTECT, null=True, related_name="+")
    area = models.ForeignKey(Area, models.PROTECT, related_name="+")
    round = models.PositiveSmallIntegerField()
    why = models.CharField(max_length=120, blank=True)
    state = models.CharField(max_length=12, choices=AskState, default=AskState.ASKED)
    asked_at = models.DateTimeField(default=timezone.now)
    until = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    words = models.CharField(max_length=100, blank=True)

    objects = AskQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        indexes = [
            models.Index(
                fields=["until"],
                name="volunteers_ask_waiting",
                condition=Q(state=AskState.ASKED),
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["order"],
                condition=Q(state=AskState.ACCEPTED),
                name="volunteers_ask_one_accepts",
            ),
            models.UniqueConstraint(
                fields=["order", "volunteer", "round"], name="volunteers_ask_once_a_round"
            ),
        ]

    def __str__(self):
        return f"{self.order} → {self.volunteer}"
