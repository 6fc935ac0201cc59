"""走访: who is due, what was found, and what has to be done within a day."""

from residents_map.choices import VisitState
from stations.services.duties import end_duty

VISIT_DUTY = "residents_map.visit"
CARE_DUTY = "residents_map.care"


def stop_duties(household):
    """Nobody has to look in any more: the household moved away or left the plan."""
    for kind in (VISIT_DUTY, CARE_DUTY):
        end_duty(kind, on=household)


_ = VisitState
