"""Where things raised out of a visit came from, for whoever may open that household."""

from residents_map.models import Visit
from stations.registries import Outcome, origins


@origins.register("residents_map.visit", label="走访")
def visits_behind(ids, user):
    """{visit id: Outcome}. Without the right to see the household: no door, no link."""
    seen = Visit.objects.visible_to(user).select_related("household__home__entrance__building")
    rows = seen.in_bulk(ids)
    return {
        pk: Outcome(
            title=f"{rows[pk].household.home}的走访" if pk in rows else "走访",
            url=f"/map/visits/{pk}/" if pk in rows else "",
            state="来自走访",
            is_done=True,
            since=rows[pk].at if pk in rows else None,
        )
        for pk in ids
    }
