import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from stations.models import Area, Home
from volunteers.choices import WishKind, WishState

from .partner import Partner
from .scope import OwnQuerySet
from .volunteer import Volunteer

MOST_FEN = 50_000  # a wish is small


class WishQuerySet(OwnQuerySet):
    def on_board(self):
        """What everybody may read: first name, wish, how it stands."""
        return self.exclude(state__in=[WishState.DRAFT, WishState.CANCELLED])

    def late(self, today=None):
        """Claimed, and not fulfilled in time."""
        today = today or timezone.localdate()
        return self.filter(state=WishState.CLAIMED, claimed_until__lt=today)


class Wish(models.Model):
    """微心愿: something small that somebody wishes for, on a public board by first name only.

    Who it is stands sealed beside it, for the staff. Claimed by a volunteer or a partner until
    a day; handed in at the station, which passes it on: only then it is fulfilled. A picture
    shows the thing, never the person, and hangs on the board once the station has seen it.
    A wish for somebody's time (`kind`) has nothing to hand in.
    """

    uuid = models.UUIDField(default=uuid.uuid4, editable=False)
    token = models.UUIDField(unique=True, editable=False)
    area = models.ForeignKey(Area, models.PROTECT, related_name="+", db_index=False)  # the estate
    home = models.ForeignKey(Home, models.PROTECT, null=True, blank=True, related_name="+")
    first_name = models.CharField("怎么称呼", max_length=8)  # "小满", "王奶奶"
    who_sealed = models.TextField(blank=True)  # name and phone, sealed JSON
    title = models.CharField("心愿", max_length=40)
    words = models.CharField("想说的话", max_length=120, blank=True)
    worth_fen = models.PositiveIntegerField("大约多少钱（分）", null=True, blank=True)
    kind = models.CharField("想要什么", max_length=6, choices=WishKind, default=WishKind.THING)
    state = models.CharField(max_length=10, choices=WishState, default=WishState.DRAFT)
    volunteer = models.ForeignKey(
        Volunteer, models.PROTECT, null=True, blank=True, related_name="wishes"
    )
    partner = models.ForeignKey(
        Partner, models.PROTECT, null=True, blank=True, related_name="wishes"
    )
    claimed_at = models.DateTimeField(null=True)
    claimed_until = models.DateField(null=True)
    photo = models.FileField(upload_to="wishes/", blank=True)
    thumb = models.FileField(upload_to="wishes/", blank=True)
    is_photo_public = models.BooleanField("照片可以上墙", default=False)
    handed_in_at = models.DateTimeField(null=True)
    fulfilled_at = models.DateTimeField(null=True)
    thanks = models.CharField("道谢", max_length=120, blank=True)
    thanked_at = models.DateTimeField(null=True)
    # None: a resident wrote it, without an account.
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)

    objects = WishQuerySet.as_manager()

    SEALED = {"who_sealed": "wish.who:{uuid}"}

    class Meta:
        ordering = ["-pk"]
        indexes = [models.Index(fields=["area", "state", "-id"], name="volunteers_wish_board")]
        constraints = [
            models.CheckConstraint(
                name="volunteers_wish_claimed_by_one",
                condition=Q(volunteer=None) | Q(partner=None),
            ),
            models.CheckConstraint(
                name="volunteers_wish_is_small",
                condition=Q(worth_fen=None) | Q(worth_fen__lte=MOST_FEN),
            ),
        ]

    def __str__(self):
        return self.title

    @property
    def is_late(self):
        """Claimed, and the day by which it was to be fulfilled is over."""
        is_claimed = self.state == WishState.CLAIMED
        return is_claimed and self.claimed_until < timezone.localdate()

    @property
    def shown_photo(self):
        """Whether everybody may see the photo of the thing."""
        is_over = self.state in (WishState.FULFILLED, WishState.THANKED)
        return bool(self.thumb) and self.is_photo_public and is_over

    def get_absolute_url(self):
        return f"/wishes/{self.pk}/"
