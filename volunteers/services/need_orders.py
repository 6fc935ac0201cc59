"""转成点单: a need for people or their skills becomes an order, and both sides know of each other.

The link is the portal's own: of whatever is raised out of something else (stations.referring)."""

from django.db import transaction
from django.utils import timezone

from stations.foundation.refusal import refuse
from stations.models import Referral
from stations.services.acts import record
from stations.services.referring import outcomes_from
from volunteers.choices import ORDER_SERVED, NeedState, Sort
from volunteers.models import Match, Need, Order
from volunteers.services.lists import REFERRED, locked
from volunteers.services.order_sources import ORDER_KIND
from volunteers.services.stale import mark_day

FROM_NEED = Need._meta.label_lower
FOR_PEOPLE = (Sort.PEOPLE, Sort.SKILL)
OVER = (NeedState.MET, NeedState.CLOSED)


def may_become_order(need):
    """Whether people are what it asks for, and it still waits for something."""
    return need.sort in FOR_PEOPLE and need.state not in OVER


@transaction.atomic
def check_passed_on(*, need):
    """Refuses an order out of a need that is settled, or asks for things; held until it is made."""
    need = locked(need)
    if need.state in OVER:
        refuse("这条需求已经了结了，不用再转。")
    if need.sort not in FOR_PEOPLE:
        refuse("这条需求要的不是人手，也不是本领，转不成点单。")


def outcomes_of_needs(needs):
    """{need key: [Outcome]}: the orders that came of these needs, the latest first."""
    told = outcomes_from(FROM_NEED, [need.pk for need in needs])
    return {pk: [outcome for _, outcome in found] for pk, found in told.items()}


def orders_of(need):
    """The orders that came of a need."""
    links = Referral.objects.filter(from_type=FROM_NEED, from_id=need.pk, kind=ORDER_KIND)
    return Order.objects.filter(pk__in=links.order_by().values("to_id"))


def served_by_orders(need):
    """Whether its orders took place: one at least, and none is still open."""
    states = set(orders_of(need).values_list("state", flat=True))
    return bool(states & set(ORDER_SERVED)) and not orders_of(need).open().exists()


@transaction.atomic
def meet_need(*, need, by):
    """办成了: somebody looked, and what the orders did is what was needed.

    An order that is done does not settle a need by itself: three people may be needed, and one
    came. Refuses while an order or a match is still under way, and before any order is done.
    """
    need = locked(need)
    if need.state in OVER:
        refuse("这条需求已经了结了。")
    if not served_by_orders(need):
        refuse("转出去的点单还没做完，做完了再记“办成了”。")
    if Match.objects.running().filter(need=need).exists():
        refuse("还有没了结的对接，先记“送到了”或者“没谈成”。")
    need.state = NeedState.MET
    need.save(update_fields=["state"])
    mark_day(need.area, need.created_at)
    record("volunteers.meet_need", on=need, by=by)
    return need


def wish_of(need, today=None):
    """What the order's form begins with: nothing is typed twice. The day is the first one on
    which it is wanted, or the last one when it is wanted now until then."""
    today = today or timezone.localdate()
    ahead = [day for day in (need.first_on, need.last_on) if day and day >= today]
    said = (need.title, need.words)
    words = "。".join(text.rstrip("。") for text in said if text and text != REFERRED)
    return {"help": need.help, "words": words, "wanted_on": ahead[0] if ahead else None}
