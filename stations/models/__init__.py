from .act import Act
from .area import Area
from .duty import Duty, Told
from .figure import Figure, Stale
from .home import Building, Entrance, Home, Place
from .message import Message
from .plan import EstatePlan
from .posting import Posting
from .referral import Referral
from .report import Report
from .station import Station
from .user import User
from .work import Work

__all__ = [
    "Act",
    "Area",
    "Building",
    "Duty",
    "Entrance",
    "EstatePlan",
    "Figure",
    "Home",
    "Message",
    "Place",
    "Posting",
    "Referral",
    "Report",
    "Stale",
    "Station",
    "Told",
    "User",
    "Work",
]
