"""What voluntary service shows on an estate's public page: its brands, and wishes still open."""

from django.utils import timezone

from stations.registries import Block, followed_here, front_page
from volunteers.choices import ORDER_OPEN, OrderState, WishState
from volunteers.models import Order, Slot, Wish
from volunteers.services.brands import brands_for
from volunteers.services.events import open_slots
from volunteers.services.orders.journey import heading_of

MOST_BRANDS = 6
MOST_WISHES = 3
MOST_EVENTS = 3
MOST_ORDERS = 2
FOLLOWED = "help_orders"  # in the session: the orders this browser has the code of


@front_page.register("volunteers.brands", label="志愿服务品牌", order=30)
def brands(estate):
    """The brands that serve here; nothing where there is none."""
    items = [
        {
            "title": brand.name,
            "text": brand.motto,
            "url": f"/b/{brand.code}/?at={estate.code}",
            **sign_of(brand),
        }
        for brand in brands_for(estate)[:MOST_BRANDS]
    ]
    url = f"/e/{estate.code}/brands/"
    return Block(kind="cards", title="邻居帮邻居", items=items, url=url) if items else None


def sign_of(brand):
    """The brand's sign, as on its own page: its logo, or a seal cut with its last character."""
    if brand.thumb:
        return {"picture": f"/b/{brand.code}/logo/small/"}
    return {"seal": brand.name[-1:], "tone": brand.colour}


@front_page.register("volunteers.wishes", label="微心愿", order=40)
def wishes(estate):
    """Wishes of this estate and its community that nobody has claimed: first name and wish."""
    rows = Wish.objects.on_board().filter(
        area__path__startswith=estate.parent.path, state=WishState.OPEN
    )
    items = [
        {
            "title": wish.title,
            "text": f"{wish.first_name}的心愿",
            "url": f"/e/{estate.code}/wishes/",
            "icon": "sparkles",
            "tone": "plum",
        }
        for wish in rows.order_by("-pk")[:MOST_WISHES]
    ]
    url = f"/e/{estate.code}/wishes/"
    return Block(kind="cards", title="微心愿", items=items, url=url) if items else None


@front_page.register("volunteers.events", label="近期活动", order=25)
def events(estate):
    """The next events people can come to or sign up for: when and where, no names."""
    rows = open_slots(Slot.objects.filter(area__path__in=estate.lineage_paths()))
    url = f"/e/{estate.code}/events/"
    items = [
        {
            "title": slot.event.title,
            "text": f"{timezone.localtime(slot.starts_at):%-m月%-d日 %-H:%M}，{slot.event.place}",
            "url": url,
            "icon": "calendar-event",
            "tone": "blue",
        }
        for slot in rows[:MOST_EVENTS]
    ]
    block = Block(kind="cards", title="近期活动", items=items, url=url, aside=True)
    return block if items else None


@followed_here.register("volunteers.orders", label="找人帮忙", order=20)
def orders(request, estate):
    """What is still running of what this browser asked for here, the latest first."""
    known = request.session.get(FOLLOWED, [])
    if not known:
        return []
    waits = (*ORDER_OPEN, OrderState.DONE, OrderState.CONFIRMED)
    rows = Order.objects.filter(pk__in=known, area=estate, state__in=waits).order_by("-pk")
    return [
        {
            "title": order.plain_help,
            "text": "".join(heading_of(order)),
            "url": f"/help/orders/{order.pk}/",
            "icon": "heart-handshake",
            "tone": "green",
        }
        for order in rows[:MOST_ORDERS]
    ]
