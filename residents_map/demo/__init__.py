"""The ledger of the demo city: invented residents, their visits, claims and rental houses."""

from residents_map.demo.care import look_in
from residents_map.demo.houses import claim_and_let
from residents_map.demo.ledger import Ledger
from stations.registries import demo


@demo.register("residents_map.ledger", label="民情台账", order=30)
def ledger(cast):
    """Households and people of all estates; 锦绣江山 exactly as its sources count."""
    cast["ledger"] = Ledger(cast).write()
    return cast


@demo.register("residents_map.care", label="走访、急事和查看记录", order=31)
def care(cast):
    """Who is visited how often, what was found, and who looked at whose data."""
    look_in(cast["ledger"], cast)
    return cast


@demo.register("residents_map.houses", label="楼栋认领和出租屋", order=32)
def houses(cast):
    """Who claimed which building, and how the rental houses were found."""
    claim_and_let(cast["ledger"], cast)
    return cast
