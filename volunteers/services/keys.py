"""Who somebody is, as fingerprints: whether two accounts, or an account and a telephone, are one
person. Nothing can be read out of them."""

import unicodedata

from stations.foundation.refusal import refuse
from stations.foundation.sealed import blind_index
from volunteers.models import FormerPhone, Identity

IDENTITY, PHONE = "volunteers.identity", "volunteers.phone"
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def identity_number(text):
    """A resident identity number, 18 signs, its check digit right (GB 11643)."""
    number = unicodedata.normalize("NFKC", text or "").replace(" ", "").upper()
    is_right = (
        len(number) == 18
        and number.isascii()
        and number[:17].isdigit()
        and "10X98765432"[sum(w * int(n) for w, n in zip(_WEIGHTS, number, strict=False)) % 11]
        == number[17]
    )
    if not is_right:
        refuse("身份证号不对，请对着证件再看一下，一共18位。")
    return number


def key_of_identity(number):
    """The fingerprint of an ID number: the same for the same person, whichever account."""
    return blind_index(identity_number(number), field=IDENTITY)


def key_of_phone(phone):
    """The fingerprint of a normalised telephone number, marked as such."""
    return f"p:{blind_index(phone, field=PHONE)}"


def keys_of_user(user):
    """[fingerprints] of a signed-in person: of the verified ID number, and of the telephone.

    Refuses whoever nobody has verified: who that is could be anybody.
    """
    identity = Identity.objects.verified().filter(user=user).first()
    if identity is None:
        refuse(f"{user}还没有当面核对身份。核对过的人才能报时数、确认时数。")
    keys = [f"i:{identity.key}"]
    if user.phone:
        keys.append(key_of_phone(user.phone))
    return keys


def keys_of(user):
    """`keys_of_user`, and the telephones this person had before or has with another account: who
    is known to own two numbers is one person with both."""
    keys = keys_of_user(user)
    same = Identity.objects.verified().filter(key=keys[0].removeprefix("i:"))
    phones = same.exclude(user=user).exclude(user__phone=None).values_list("user__phone", flat=True)
    former = FormerPhone.objects.filter(user__in=same.values("user"))
    more = {key_of_phone(phone) for phone in phones if phone}
    return keys + sorted(more.union(former.values_list("key", flat=True)) - set(keys))


def is_same_person(one, other):
    """Whether two accounts are one, or belong to one person as far as anybody has checked."""
    if one.pk == other.pk:
        return True
    keys = Identity.objects.verified().filter(user__in=[one, other]).values_list("key", flat=True)
    return len(keys) == 2 and keys[0] == keys[1]
