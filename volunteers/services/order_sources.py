"""转成点单: an order raised out of a thing of another page, with all that is known there.

An issue, a visit, a need: each tells what may be taken over (stations.registries.handovers), and
both sides follow the link (stations.services.referring)."""

from django.db import transaction

from stations.foundation.refusal import refuse
from stations.services.referring import link
from volunteers.choices import OrderChannel
from volunteers.services.orders import order_help

ORDER_KIND = "volunteers.order"


@transaction.atomic
def order_out_of(*, source, by, area, **facts):
    """The order and its link, or neither. Returns (order, tracking code).

    `source` is a HandOver, `facts` are as in `order_help`; like everything referred it may name
    nobody. Refuses an order somewhere else, and what the source itself refuses (that it is over).
    """
    if not area.path.startswith(source.area.path):
        refuse(f"原来那件事在{source.area}，点单也要下在那里。")
    order, code = order_help(area=area, by=by, **facts | {"channel": OrderChannel.REFERRAL})
    facts = {"thing": order, "area": area, "home": order.home, "by": by}
    link(kind=ORDER_KIND, from_obj=source.source, **facts)
    return order, code
