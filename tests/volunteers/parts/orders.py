"""Orders: their addresses, acts, later work and duties."""

import uuid
from datetime import timedelta

from django.utils import timezone

from tests.factories import BuildingFactory, EntranceFactory
from tests.volunteers.order_rows import done, order_in, put_out, taken
from tests.volunteers.rows import team_in, verified, volunteer_in
from volunteers.models import Ask, Beneficiary, Identity, Order, Volunteer
from volunteers.services import orders as services

PHONE = "13900000611"
PUBLIC = ("help_order", "help_open", "help_confirm", "help_rate", "help_cancel", "help_forget")
PUBLIC += ("help_change_time", "help_doubt", "help_undoubt")
STAFF = ("order", "order_dispatch", "order_price", "order_time", "order_cancel", "order_confirm")
STAFF += ("order_take_back", "order_remind")
MINE = ("my_order", "my_accept", "my_decline", "my_set_out", "my_begin", "my_hand_over")
MINE += ("my_answer_again", "my_undo_set_out", "my_order_calendar")
MINE += ("my_agree_day",)


def build(world, cast):
    """An order that the world's volunteer is asked to take."""
    world.order = order_in(world.area)
    volunteer = (
        getattr(world, "volunteer", None)
        or Volunteer.objects.filter(user=cast("volunteer")).first()
    )
    volunteer = volunteer or volunteer_in(world.area.parent, user=cast("volunteer"))
    services.dispatch(order=world.order, by=cast("worker"), volunteers=[(volunteer, "近")])


def order_of(world):
    return {"pk": world.order.pk}


def nothing(world):
    return {}


WALK = {
    "help": lambda world: {"code": world.area.code},
    **dict.fromkeys(
        ("help_received", "help_track", "orders", "order_find", "order_new", "my_orders"), nothing
    ),
    **dict.fromkeys(
        (
            *PUBLIC,
            *STAFF,
            "order_reveal",
            "order_refer",
            "order_change",
            "order_called",
            "order_again",
            *MINE,
            "my_finish",
        ),
        order_of,
    ),
}
SESSION = dict.fromkeys(PUBLIC, "help_orders")


class Stage:
    """Brings orders to where an act is possible."""

    def order_me(self):
        """The volunteer of the cast."""
        user = self.cast("volunteer")
        return Volunteer.objects.filter(user=user).first() or volunteer_in(
            self.estate.parent, user=user
        )

    def order_team(self, **more):
        return team_in(self.estate.parent, leader=volunteer_in(self.estate.parent), **more)

    def order_estate_with_door(self):
        building = BuildingFactory(area=self.estate)
        self.order_door = EntranceFactory(building=building, number=1)
        return self.estate

    def order_ordered(self, **more):
        return order_in(self.estate, phone=PHONE, **more)

    def order_asked(self):
        """Two are asked: with one no, the other is still thought of."""
        order = self.order_ordered()
        other = volunteer_in(self.estate.parent)
        return put_out(order, self.worker, self.order_me(), other)

    def order_taken(self):
        return taken(self.order_ordered(), self.worker, self.order_me())

    def order_late(self):
        order = self.order_taken()
        Order.objects.filter(pk=order.pk).update(due_at=timezone.now() - timedelta(hours=1))
        return order

    def order_declined(self):
        order = self.order_asked()
        ask = Ask.objects.get(order=order, volunteer=self.order_me())
        return services.decline(ask=ask, by=ask.volunteer.user)

    def order_on_way(self):
        order = self.order_taken()
        return services.set_out(order=order, by=self.order_me().user)

    def order_begun(self):
        return services.begin_service(order=self.order_on_way(), by=self.order_me().user)

    def order_served(self):
        """Done, by somebody whom the worker is not."""
        if not Identity.objects.filter(user=self.worker).exists():
            verified(self.worker, self.estate.parent)
        return done(self.order_ordered(), self.worker, self.order_me())

    def order_doubted(self):
        return services.doubt_order(order=self.order_served())

    def order_confirmed(self):
        return services.confirm_order_as_served(order=self.order_served(), tail=PHONE[-4:])


S = Stage


def told(**data):
    return lambda stage, found: data


def to_ask(stage, found):
    return {"pick": [volunteer_in(stage.estate.parent).pk]}


def a_wish(stage, found):
    return {
        "help": "errand",
        "where": f"e-{stage.order_door.code}",
        "name": "刘桂芳",
        "phone": PHONE,
        "token": uuid.uuid4(),
    }


ACTS = {
    "help": ("anonymous", S.order_estate_with_door, a_wish, ["order_help"]),
    "help_confirm": (
        "anonymous",
        S.order_served,
        told(tail=PHONE[-4:]),
        ["confirm_order", "confirm_hours"],
    ),
    "help_doubt": ("anonymous", S.order_served, told(what="没人来"), ["doubt_order"]),
    "help_undoubt": ("anonymous", S.order_doubted, told(), ["take_back_doubt"]),
    "help_rate": ("anonymous", S.order_confirmed, told(rating=5), ["rate_order"]),
    "help_cancel": ("anonymous", S.order_asked, told(), ["cancel_order"]),
    "help_change_time": ("anonymous", S.order_asked, told(part=2), ["change_time"]),
    "order_new": (
        "worker",
        S.order_estate_with_door,
        lambda stage, found: a_wish(stage, found) | {"words": "买米"},
        ["order_help"],
    ),
    "order_dispatch": ("worker", S.order_ordered, to_ask, ["dispatch_order"]),
    "order_price": (
        "worker",
        S.order_ordered,
        lambda stage, found: {
            "team": stage.order_team(price_fen=2000, price_words="一次20元").pk,
        },
        ["agree_price"],
    ),
    "order_time": ("worker", S.order_ordered, told(part=1), ["change_time"]),
    "order_change": ("worker", S.order_ordered, told(help="haircut"), ["change_order"]),
    "order_cancel": ("worker", S.order_asked, told(why="不用了"), ["cancel_order"]),
    "order": ("worker", S.order_ordered, None, ["reveal_beneficiary"]),
    "order_take_back": (
        "worker",
        S.order_late,
        told(),
        ["take_back_order", "order_unanswered"],
    ),
    "order_remind": ("worker", S.order_late, told(), ["remind_done"]),
    "order_confirm": ("worker", S.order_served, told(), ["confirm_order", "confirm_hours"]),
    "order_called": ("worker", S.order_doubted, told(words="人去了，面没买到"), ["answer_call"]),
    "order_again": ("worker", S.order_doubted, told(words="没人来"), ["send_again"]),
    "order_reveal": ("worker", S.order_ordered, told(), ["reveal_beneficiary"]),
    "order_refer": (
        "worker",
        S.order_ordered,
        told(kind="deliberation.issue", text="楼道灯坏了"),
        ["deliberation.submitted"],
    ),
    "my_order": ("volunteer", S.order_taken, None, ["reveal_beneficiary"]),
    "my_accept": ("volunteer", S.order_asked, told(), ["accept_order"]),
    "my_decline": ("volunteer", S.order_asked, told(), ["decline_order"]),
    "my_agree_day": (
        "volunteer",
        S.order_taken,
        lambda stage, found: {"day": str(timezone.localdate() + timedelta(days=2)), "part": "0"},
        ["agree_day"],
    ),
    "my_answer_again": ("volunteer", S.order_declined, told(), ["answer_again"]),
    "my_undo_set_out": ("volunteer", S.order_on_way, told(), ["undo_set_out"]),
    "my_set_out": ("volunteer", S.order_taken, told(), ["set_out"]),
    "my_begin": ("volunteer", S.order_on_way, told(), ["begin_service"]),
    "my_hand_over": (
        "volunteer",
        S.order_taken,
        told(words="要上班"),
        ["hand_over_order", "order_unanswered"],
    ),
    "my_finish": ("volunteer", S.order_begun, told(sure="on"), ["finish_order"]),
}
QUIET = {
    "help_track": "a resident looks at their own order",
    "help_open": "a resident looks at their own words",
    "order_find": "looks for an order; it is opened on its own page",
    "help_forget": "changes this browser's session only",
}
READ = {"help_received", "help_order", "orders", "my_orders", "my_order_calendar"}


# later work


def unanswered(cast, estate):
    """Nobody else is left to ask: once back to the worker, not twice."""
    order = put_out(order_in(estate), cast("worker"), volunteer_in(estate.parent))
    Ask.objects.update(until=timezone.now() - timedelta(minutes=1))

    def look():
        return list(order.events.values_list("kind", flat=True)), list(
            Ask.objects.values_list("state", flat=True)
        )

    return {}, look


def late_order(cast, estate):
    from stations.models import Duty

    order = taken(order_in(estate), cast("worker"), volunteer_in(estate.parent))
    Order.objects.filter(pk=order.pk).update(due_at=timezone.now() - timedelta(hours=1))
    return {}, lambda: list(Duty.objects.order_by("pk").values_list("kind", "ended_at"))


def served_lately(cast, estate):
    done(order_in(estate), cast("worker"), volunteer_in(estate.parent))
    return {}, lambda: list(Volunteer.objects.order_by("pk").values_list("served_count", flat=True))


def helped_long_ago(cast, estate):
    order = services.cancel(order=order_in(estate), by=None)
    long_ago = timezone.now() - timedelta(days=200)
    Order.objects.filter(pk=order.pk).update(created_at=long_ago, state_since=long_ago)
    Beneficiary.objects.update(since=timezone.localdate(long_ago))
    return {}, lambda: list(Beneficiary.objects.values_list("name_sealed", "phone_sealed"))


CASES = {
    "volunteers.ask_again": unanswered,
    "volunteers.orders_due": late_order,
    "volunteers.count_served": served_lately,
    "volunteers.erase_beneficiaries": helped_long_ago,
}
PROMISED = {
    "volunteers.dispatch": 1,
    "volunteers.order_answer": 1,
    "volunteers.order_late": 1,
    "volunteers.confirm_order": 3,
    "volunteers.order_call": 1,
}
