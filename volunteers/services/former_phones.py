"""A telephone that is changed is remembered as a fingerprint: it was this person's."""

from volunteers.models import FormerPhone
from volunteers.services.keys import key_of_phone


def remember_phone(*, sender, instance, update_fields=None, raw=False, **more):
    """Before an account is saved, whichever app saves it: accounts belong to the ground floor,
    which knows nothing of hours."""
    if raw or instance.pk is None or (update_fields is not None and "phone" not in update_fields):
        return
    former = sender.objects.filter(pk=instance.pk).values_list("phone", flat=True).first()
    if former and former != instance.phone:
        FormerPhone.objects.get_or_create(user=instance, key=key_of_phone(former))
