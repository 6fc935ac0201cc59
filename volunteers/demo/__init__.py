"""A year of voluntary service in the demo city; everybody in it is invented."""

from stations.registries import demo
from volunteers.demo.crew import Crew
from volunteers.demo.emergencies import Emergencies
from volunteers.demo.gatherings import Gatherings
from volunteers.demo.giving import Giving
from volunteers.demo.helped import Care
from volunteers.demo.lately import Lately
from volunteers.demo.posts import claim_posts
from volunteers.demo.rewards import reward
from volunteers.demo.year import Year


@demo.register("volunteers.crew", label="品牌、队伍、志愿者和合伙人", order=40)
def crew(cast):
    """Six brands of 锦绣江山, 98 volunteers, and the alliance of 袁家湾."""
    cast["crew"] = Crew(cast).write()
    return cast


@demo.register("volunteers.year", label="一年的服务、时数和活动", order=41)
def year(cast):
    """Over a thousand services with their hours and points, and the events of the year."""
    crew = cast["crew"]
    cast["care"] = Care(crew, cast.get("ledger"))
    year = Year(crew, cast["care"])
    gatherings = Gatherings(crew, year)
    gatherings.past()
    year.write()
    gatherings.coming()
    claim_posts(crew)
    Emergencies(crew).write()
    return cast


@demo.register("volunteers.giving", label="心愿、捐赠和三张清单", order=42)
def giving(cast):
    """27 wishes that came true, what sixteen firms gave, needs and who met them."""
    Giving(cast["crew"]).write()
    return cast


@demo.register("volunteers.lately", label="这几天的点单、时数和积分", order=43)
def lately(cast):
    """What waits today, in every state, made by the portal's own acts."""
    reward(cast["crew"])
    Lately(cast["crew"], cast["care"]).write()
    return cast
