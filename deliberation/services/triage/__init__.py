"""受理与分派: what a worker does with an issue before anybody sets out."""

from .merging import households_by_entrance, merge_issues
from .passing import note_passed_on
from .routing import (
    answer_from_street,
    pass_to_street,
    put_before_parties,
    route_directly,
    send_back_from_street,
)
from .taking import accept_issue, add_note, ask_back, correct_issue, return_issue, reveal_phone
from .undoing import is_undoable, undo_last_act, undoable_event

__all__ = [
    "accept_issue",
    "add_note",
    "answer_from_street",
    "ask_back",
    "correct_issue",
    "households_by_entrance",
    "is_undoable",
    "merge_issues",
    "note_passed_on",
    "pass_to_street",
    "put_before_parties",
    "return_issue",
    "reveal_phone",
    "route_directly",
    "send_back_from_street",
    "undo_last_act",
    "undoable_event",
]
