"""台账导入: read a workbook, map its columns once, compare, write exactly that, take it back."""

from .comparing import compare_ledger
from .mapping import map_columns
from .reading import read_ledger, start_import
from .standing import compare_again, drop_import, forget_old, gave_up, undo_import, write_import
from .undoing import undo_ledger
from .writing import write_ledger

__all__ = [
    "compare_again",
    "compare_ledger",
    "drop_import",
    "forget_old",
    "gave_up",
    "map_columns",
    "read_ledger",
    "start_import",
    "undo_import",
    "undo_ledger",
    "write_import",
    "write_ledger",
]
