"""点单-派单-接单: everything that can happen to an order, from asking for help to the rating."""

from .dispatching import agree_price, ask_again, ask_late_orders_again, dispatch
from .ending import (
    cancel,
    confirm_order_as_served,
    confirm_order_as_station,
    rate,
)
from .keeping import count_served, erase_beneficiaries, keep_order_duties
from .ordering import order_help
from .reading import reveal_for_volunteer, same_just_now, tail_matches, words_of
from .serving import accept, begin_service, decline, finish, hand_over, set_out

__all__ = [
    "accept",
    "agree_price",
    "ask_again",
    "ask_late_orders_again",
    "begin_service",
    "cancel",
    "confirm_order_as_served",
    "confirm_order_as_station",
    "count_served",
    "decline",
    "dispatch",
    "erase_beneficiaries",
    "finish",
    "hand_over",
    "keep_order_duties",
    "order_help",
    "rate",
    "reveal_for_volunteer",
    "same_just_now",
    "set_out",
    "tail_matches",
    "words_of",
]
