from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone


class MessageQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(recipient=user.pk)

    def unread(self):
        return self.filter(read_at=None)

    def to_mail(self):
        """Not yet mailed, and the recipient has an address."""
        return self.filter(mailed_at=None).exclude(recipient__email="")


class Message(models.Model):
    """A message to one person, shown in the portal and sent by e-mail as a digest.

    `key` names what it is about: the same thing is said to the same person once.
    """

    recipient = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="messages")
    key = models.CharField(max_length=120)
    title = models.CharField(max_length=120)
    body = models.CharField(max_length=500, blank=True)
    url = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    read_at = models.DateTimeField(null=True)
    mailed_at = models.DateTimeField(null=True)

    objects = MessageQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["recipient", "-id"], name="stations_message_inbox"),
            models.Index(
                fields=["recipient"], name="stations_message_unread", condition=Q(read_at=None)
            ),
            models.Index(
                fields=["id"], name="stations_message_to_mail", condition=Q(mailed_at=None)
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["recipient", "key"], name="stations_message_once")
        ]

    def __str__(self):
        return self.title
