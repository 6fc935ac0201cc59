"""微心愿: something small somebody wishes for. On the board by first name, claimed, fulfilled."""

from .claiming import claim_wish, release_wish
from .granting import (
    fulfil_wish,
    hand_in_wish,
    remove_wish_photo,
    return_wish,
    thank_wish,
)
from .people import bound_to, check_words, reveal_wisher, who_of
from .tending import forget_wishers, tend_wishes
from .wish import LATE, PASS_ON, PUBLISH
from .writing import REFERRED, UNTOLD, add_wish, cancel_wish, publish_wish

__all__ = [
    "LATE",
    "PASS_ON",
    "PUBLISH",
    "REFERRED",
    "UNTOLD",
    "add_wish",
    "bound_to",
    "cancel_wish",
    "check_words",
    "claim_wish",
    "forget_wishers",
    "fulfil_wish",
    "hand_in_wish",
    "publish_wish",
    "release_wish",
    "remove_wish_photo",
    "return_wish",
    "reveal_wisher",
    "tend_wishes",
    "thank_wish",
    "who_of",
]
