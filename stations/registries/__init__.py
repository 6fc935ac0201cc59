"""What the apps above contribute to the ground floor's pages and jobs.

Each app fills in its own room of the same name; docs/contributions.md shows how.
"""

from stations.foundation.registry import Registry

from .digests import Digest, Digests, Fact
from .kinds import (
    SHOWN_AS,
    Doors,
    DutyKinds,
    Finders,
    HandOvers,
    HomeDoors,
    Indicator,
    Indicators,
    MapLayers,
    Menu,
    OwnSearches,
    Permission,
    Permissions,
    Rate,
    Rates,
    ReferralKind,
    ReferralKinds,
    Verbs,
)
from .results import Appointment, Block, Done, Found, HandOver, Outcome, Section

doors = Doors()
home_doors = HomeDoors()
permissions = Permissions()
duties = DutyKinds()
indicators = Indicators()
rates = Rates()
digests = Digests()  # what an app says of itself on the dashboard and the wall
menu = Menu()
verbs = Verbs()
finders = Finders()  # what the search box finds
own_searches = OwnSearches()  # where it posts the words on
schedule = Registry()  # f(user, day) -> [Appointment]: one query each
reports = Registry()  # f(area, first, last) -> Section: columns and rows for Word and Excel
done_lately = Registry()  # f(area, limit) -> [Done]: the wall's last lines, public words only
referrals = ReferralKinds()
handovers = HandOvers()
map_layers = MapLayers()
# type of the thing referred from: f(ids, user) -> {id: Outcome}: where it came from, for whom
# may see it; one query.
origins = Registry()
answers = Registry()  # "electorate": f(homes) -> [(home_id, floor_area, head)], no names
# f(home, user) -> [Outcome]: what of other apps stands around a home, never another home's own
around_home = Registry()
demo = Registry()  # f(cast) -> cast: what an app adds to the demo city, in order
# f(digest of a code) -> the address that follows it, or "": one box for every code people hold
tracked = Registry()
welcome = Registry()  # f(user) -> url or "": where somebody without a posting is awaited
# f(user) -> template or "": the frame in which somebody who is no staff reads their messages
inboxes = Registry()
front_page = Registry()  # f(estate) -> Block or None: what the estate's public page shows
# f(request, estate) -> [{title, text, url, icon, tone}]: what this browser follows there without
# an account
followed_here = Registry()

__all__ = [
    "SHOWN_AS",
    "Appointment",
    "Block",
    "Digest",
    "Done",
    "Fact",
    "Found",
    "HandOver",
    "Indicator",
    "Indicators",
    "Outcome",
    "Permission",
    "Rate",
    "ReferralKind",
    "Section",
    "answers",
    "around_home",
    "demo",
    "digests",
    "done_lately",
    "doors",
    "duties",
    "finders",
    "followed_here",
    "front_page",
    "handovers",
    "home_doors",
    "inboxes",
    "indicators",
    "map_layers",
    "menu",
    "origins",
    "own_searches",
    "permissions",
    "rates",
    "referrals",
    "reports",
    "schedule",
    "tracked",
    "verbs",
    "welcome",
]
