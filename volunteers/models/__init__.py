"""What voluntary service is made of: one noun a file."""

from .beneficiary import Beneficiary, Call
from .brand import Brand
from .event import Event, SignUp, Slot
from .hour import Hour
from .identity import FormerPhone, Identity
from .lists import Donation, DonationUse, Match, Need, Resource
from .order import Ask, Order, OrderEvent, Package
from .paper import Paper
from .partner import Partner
from .point import Gift, Point, Redemption
from .post import Claim, Post
from .roster import HeadCount, Position, Roster, Supply
from .team import Membership, Team
from .volunteer import Volunteer
from .wish import Wish

__all__ = [
    "Ask", "Beneficiary", "Brand", "Call", "Claim", "Donation", "DonationUse", "Event",
    "FormerPhone", "Gift", "HeadCount", "Hour", "Identity", "Match", "Membership", "Need", "Order",
    "OrderEvent", "Package", "Paper", "Partner", "Point", "Position", "Post", "Redemption", "Resource",
    "Roster", "SignUp", "Slot", "Supply", "Team", "Volunteer", "Wish",
]  # fmt: skip
