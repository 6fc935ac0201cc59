"""点单-派单-接单: everything that can happen to an order, from asking for help to the rating."""

from .again import send_again
from .agreeing import agree_day, needs_day
from .amending import change_order
from .calling import answer_call, doubt_of, doubt_order, has_doubted, said_call, take_back_doubt
from .changing import CHANGEABLE, change_time, times_before
from .dispatching import agree_price, ask_again, ask_late_orders_again, dispatch
from .ending import (
    cancel,
    confirm_hour_as_station,
    confirm_order_as_served,
    confirm_order_as_station,
    rate,
)
from .keeping import count_served, erase_beneficiaries, keep_order_duties
from .late import remind_done, take_back
from .ordering import order_help
from .reading import reveal_for_staff, reveal_for_volunteer, same_just_now, tail_matches, words_of
from .serving import (
    accept,
    answer_again,
    begin_service,
    can_undo_set_out,
    clock_minutes,
    decline,
    finish,
    hand_over,
    may_answer_again,
    set_out,
    undo_set_out,
)

__all__ = [
    "CHANGEABLE",
    "accept",
    "agree_day",
    "agree_price",
    "answer_again",
    "answer_call",
    "ask_again",
    "ask_late_orders_again",
    "begin_service",
    "can_undo_set_out",
    "cancel",
    "change_order",
    "change_time",
    "clock_minutes",
    "confirm_hour_as_station",
    "confirm_order_as_served",
    "confirm_order_as_station",
    "count_served",
    "decline",
    "dispatch",
    "doubt_of",
    "doubt_order",
    "erase_beneficiaries",
    "finish",
    "hand_over",
    "has_doubted",
    "keep_order_duties",
    "may_answer_again",
    "needs_day",
    "order_help",
    "rate",
    "remind_done",
    "reveal_for_staff",
    "reveal_for_volunteer",
    "said_call",
    "same_just_now",
    "send_again",
    "set_out",
    "tail_matches",
    "take_back",
    "take_back_doubt",
    "times_before",
    "undo_set_out",
    "words_of",
]
