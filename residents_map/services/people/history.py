"""The history of a household: a line for every change, its values sealed."""

import json
import uuid

from residents_map.models import Change
from stations.foundation.sealed import seal, unseal


def note_change(
    household, what, *, by, old=None, new=None, person=None, back=None, ledger_import=None
):
    """Add a line to the household's history. Values are sealed: they may be protected.

    `back` is what an undo needs to know beside the old values (keys of rows that ended).
    """
    mark = uuid.uuid4()
    told = {"old": old or {}, "new": new or {}} | ({"back": back} if back else {})
    values = json.dumps(told, ensure_ascii=False, default=str)
    return Change.objects.create(
        household=household,
        area_id=household.area_id,
        uuid=mark,
        by=by,
        what=what[:120],
        person=person,
        values_sealed=seal(values, bound_to=f"change:{mark}") if old or new or back else "",
        ledger_import=ledger_import,
    )


def values_of(change):
    """{"old": …, "new": …, "back": …} of a line of history; empty where nothing was kept."""
    if not change.values_sealed:
        return {}
    return json.loads(unseal(change.values_sealed, bound_to=f"change:{change.uuid}"))
