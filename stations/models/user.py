from django.contrib.auth.models import AbstractUser
from django.db import models

from .area import Area


class User(AbstractUser):
    """Somebody who can sign in. What they may do comes from their postings, never from flags."""

    first_name = None
    last_name = None
    name = models.CharField("姓名", max_length=40)
    phone = models.CharField("手机号", max_length=11, unique=True, null=True, blank=True)
    must_change_password = models.BooleanField("首次登录要改密码", default=False)

    REQUIRED_FIELDS = ["email", "name"]

    def __str__(self):
        return self.name or self.username

    def get_full_name(self):
        return self.name or self.username

    def get_short_name(self):
        return self.name or self.username

    @property
    def initial(self):
        """The first character of the name, for the round seal beside it."""
        return (self.name or self.username)[:1]

    def current_postings(self):
        """Postings that count now, with their areas; read once per loaded user.

        A request and a piece of later work load their user anew, so an ended posting
        stops counting at the next one.
        """
        if not hasattr(self, "_current_postings"):
            self._current_postings = list(
                self.postings.current().select_related("area__parent").order_by("area__level", "pk")
            )
        return self._current_postings

    def areas(self, roles=None):
        """Areas the user may see: where posted (in one of these roles), and below."""
        return Area.objects.visible_to(self, roles)
