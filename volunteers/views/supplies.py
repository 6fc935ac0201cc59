"""代购: what homes need, for whoever shops."""

import uuid

from django.contrib import messages
from django.db.models import Count, Q
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_POST

from stations.access import requires
from stations.foundation.http import carry_out, show
from stations.foundation.keyset import page
from volunteers.access import RUN_ROSTER
from volunteers.choices import SupplyState
from volunteers.forms.rosters import MoveForm, SupplyForm
from volunteers.models import Roster, Supply
from volunteers.services import supplies as services


@requires(RUN_ROSTER, on=Roster)
@require_http_methods(["GET", "POST"])
def roster_supplies(request, roster):
    """What is to be bought, what to be delivered; a form for somebody who telephones."""
    form = SupplyForm(request.POST or None, roster=roster, initial={"token": uuid.uuid4()})
    if supply := carry_out(form, services.ask_supplies, roster=roster, by=request.user):
        messages.success(request, f"{supply.place} 记下了。")
        return redirect("volunteers:roster_supplies", pk=roster.pk)
    state = request.GET.get("state")
    state = state if state in SupplyState.values else SupplyState.ASKED
    load = Supply.objects.select_related("building")
    shown = page(roster.supplies.filter(state=state), request.GET, by="pk", size=50, load=load)
    context = {
        "roster": roster,
        "form": form,
        "tabs": tabs(roster, state),
        "state": state,
        "rows": [(one, services.words_of(one), services.next_states(one)) for one in shown.rows],
        "links": shown.links(request.GET),
    }
    return show(request, "volunteers/roster_supplies.html", context)


def tabs(roster, state):
    """[(key, label, number, is on)]: all numbers of this roster in one query."""
    counts = roster.supplies.order_by().aggregate(
        **{key: Count("pk", filter=Q(state=key)) for key in SupplyState.values}
    )
    return [(key, label, counts[key], key == state) for key, label in SupplyState.choices]


@requires(RUN_ROSTER, on=Supply)
@require_POST
def supply_move(request, supply):
    """买到了, 送到了, 不要了."""
    form, before = MoveForm(request.POST), supply.state
    if moved := carry_out(form, services.move_supplies, supply=supply, by=request.user):
        messages.success(request, f"{moved.place}：{moved.get_state_display()}。")
    else:
        messages.error(request, next(iter(form.errors.values()))[0])
    address = redirect("volunteers:roster_supplies", pk=supply.roster_id)
    address["Location"] += f"?state={before}"
    return address
