"""登记: who lives where, entered once. Every act here keeps counts, history and version right."""

from .history import note_change
from .households import (
    after_change,
    bump_version,
    change_household,
    locked,
    move_in,
    move_out,
)
from .marks import put_mark, set_marks
from .members import FIELD_NAMES, add_person, change_person, person_left
from .undo import UNDO_MINUTES, undo_change
from .values import (
    IDENTITY,
    OWNER,
    PHONE,
    PHONE_TAIL,
    plain_values,
    sealed_values,
    write_values,
)

__all__ = [
    "FIELD_NAMES",
    "IDENTITY",
    "OWNER",
    "PHONE",
    "PHONE_TAIL",
    "UNDO_MINUTES",
    "add_person",
    "after_change",
    "bump_version",
    "change_household",
    "change_person",
    "locked",
    "move_in",
    "move_out",
    "note_change",
    "person_left",
    "plain_values",
    "put_mark",
    "sealed_values",
    "set_marks",
    "undo_change",
    "write_values",
]
