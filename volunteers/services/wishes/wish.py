"""What the acts upon a wish share: the row held, its duties and its photo."""

import uuid
from functools import partial

from django.core.files.base import ContentFile
from django.db import transaction

from stations.foundation.locks import held
from volunteers.models import Wish

PUBLISH, LATE = "volunteers.publish_wish", "volunteers.wish_late"
PASS_ON = "volunteers.pass_on_wish"


def locked(wish):
    """The wish as it is now, held until the act is done."""
    return held(Wish.objects.select_related("area", "volunteer__user", "partner"), wish.pk)


def claimer_of(wish):
    """Whose account took the wish on: the volunteer's, or the partner's own; or None."""
    if wish.volunteer_id:
        return wish.volunteer.user
    return wish.partner.user if wish.partner_id else None


def put_photo(wish, photo):
    """One photo of the thing, in place of an earlier one; nothing without one."""
    if photo:
        drop_photo(wish)
        name = f"{uuid.uuid4().hex}.jpg"
        wish.photo.save(name, ContentFile(photo.jpeg), save=False)
        wish.thumb.save(f"small-{name}", ContentFile(photo.thumb), save=False)


def drop_photo(wish):
    """No photo any more; its files go once the act stands. The caller saves the wish."""
    for file in (wish.photo, wish.thumb):
        if file:
            transaction.on_commit(partial(file.storage.delete, file.name))
    wish.photo = wish.thumb = ""
    wish.is_photo_public = False
