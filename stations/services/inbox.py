"""消息: reading what one was told."""

from django.utils import timezone

from stations.models import Message


def read_message(*, message, by):
    """Mark one of one's own messages as read; reading again changes nothing."""
    Message.objects.unread().visible_to(by).filter(pk=message.pk).update(read_at=timezone.now())
    return message


def read_all(*, by):
    """Mark everything in one's inbox as read. Returns how many were new."""
    return Message.objects.unread().visible_to(by).update(read_at=timezone.now())
