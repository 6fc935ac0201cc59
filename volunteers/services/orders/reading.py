"""What of an order may be read by whom: words, and who is helped."""

import hmac
from datetime import timedelta

from django.utils import timezone

from stations.foundation.phones import last_four
from stations.foundation.sealed import unseal
from stations.models import Act
from volunteers.choices import ORDER_TAKEN
from volunteers.models import Order
from volunteers.services.beneficiaries import facts_of, phone_index, reveal_beneficiary

JUST_NOW = timedelta(minutes=30)  # so long the same wish sent again is taken for the same order


def words_of(order):
    """What was asked for in their own words, in clear."""
    if not order.words_sealed:
        return ""
    return unseal(order.words_sealed, bound_to=f"order.words:{order.uuid}")


def tail_matches(order, tail):
    """Whether these are the last four digits of the telephone that was left."""
    phone = facts_of(order.beneficiary)["phone"]
    given = tail.encode("utf-8", "surrogatepass")
    return bool(phone) and hmac.compare_digest(last_four(phone).encode(), given)


def same_just_now(*, among, token, area, wish):
    """The open order of the last half hour that says the same as this wish, or None.

    Looked for `among` the keys of orders this browser has made. Whoever goes back and sends again
    gets a new token, yet means one order: same estate, help and telephone. Another day or part of
    it, or other words, are something else that is wanted. With the same token it is the order
    itself and none of these.
    """
    rows = (
        Order.objects.open()
        .filter(
            pk__in=among,
            area=area,
            help=wish["help"],
            wanted_on=wish["wanted_on"],
            part=wish["part"],
            beneficiary__phone_index=phone_index(wish["phone"]),
            created_at__gte=timezone.now() - JUST_NOW,
        )
        .exclude(token=token)
    )
    same = (row for row in rows if wish["words"] in ("", words_of(row)))
    return next(same, None)


def reveal_for_staff(*, order, by):
    """{"name", "door"} of whoever is helped, for the community's own staff, as a report's are on
    its page; the words stand there too. The look is recorded once for each person, order and day.
    The telephone is not among it: that is a look of its own."""
    helped, why = order.beneficiary, f"page:{order.pk}"
    facts = facts_of(helped)
    known = {key: facts[key] for key in ("name", "door")}
    if any(known.values()) or order.words_sealed:
        seen = looks(helped, by=by, why=why)
        today = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
        if not seen.filter(at__gte=today).exists():
            reveal_beneficiary(beneficiary=helped, by=by, why=why)
    return known


def looks(helped, *, by, why):
    """The looks of one person at another that were recorded for one reason."""
    return Act.objects.filter(
        verb="volunteers.reveal_beneficiary",
        by=by,
        on_type=helped._meta.label_lower,
        on_id=helped.pk,
        detail__why=why,
    )


def reveal_for_volunteer(*, order, volunteer):
    """Name, phone, door and what to know for whoever took the order, while they have it.

    None for everybody else. The look is recorded once for each order and person.
    """
    if order.volunteer_id != volunteer.pk or order.state not in ORDER_TAKEN:
        return None
    helped, why = order.beneficiary, f"order:{order.pk}"
    if looks(helped, by=volunteer.user_id, why=why).exists():
        return facts_of(helped)
    return reveal_beneficiary(beneficiary=helped, by=volunteer.user, why=why)
