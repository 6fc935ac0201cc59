from .change import Change
from .household import Household
from .kind import Kind
from .ledger import ImportRow, LedgerExport, LedgerImport, LedgerTemplate, LedgerVersion
from .look import ChildLook
from .person import Mark, Ownership, Person
from .pledge import Pledge
from .rental import Inspection, Rental
from .visit import CareEvent, Visit

__all__ = [
    "CareEvent",
    "Change",
    "ChildLook",
    "Household",
    "ImportRow",
    "Inspection",
    "Kind",
    "LedgerExport",
    "LedgerImport",
    "LedgerTemplate",
    "LedgerVersion",
    "Mark",
    "Ownership",
    "Person",
    "Pledge",
    "Rental",
    "Visit",
]
