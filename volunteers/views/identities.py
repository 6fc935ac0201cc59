"""实名: everybody registers their own; somebody else checks it against the paper."""

from django.contrib import messages
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from stations.access import can, requires, signed_in
from stations.foundation.gate import Limit, insist
from stations.foundation.gated import let_in
from stations.foundation.http import carry_out, show
from stations.foundation.pages import key_from
from volunteers.access import VERIFY_IDENTITY, VIEW_VOLUNTEERS
from volunteers.forms.people import NumberForm
from volunteers.services import identities as services
from volunteers.views.pressed import posted

TRIES = Limit("volunteers.identity", 30, 30)
TOO_MANY = "试得太多了，请过 {minutes} 分钟再试。"


def may_try(request, form):
    """Whether this person has not tried too often; else the form says so."""
    return let_in(form, insist, limit=TRIES, who=request.user.pk, sentence=TOO_MANY)


@signed_in("everybody with an account registers who they are, also before a posting")
@require_http_methods(["GET", "POST"])
def identity(request):
    """我的身份: typed once, only a fingerprint is kept."""
    form = NumberForm(posted(request))
    is_sent = request.method == "POST" and may_try(request, form)
    if is_sent and carry_out(form, services.claim_identity, by=request.user):
        messages.success(request, "登记好了。带上身份证，请社区的同志当面核对一下。")
        return redirect("volunteers:identity")
    context = {"tab": "me", "form": form, "identity": services.identity_of(request.user)}
    return show(request, "volunteers/identity.html", context)


@requires(VERIFY_IDENTITY)
@require_http_methods(["GET", "POST"])
def identities(request):
    """等核对身份: who claimed here; `who` opens the form for one of them."""
    rows = list(services.to_verify(request.user)[: services.WAITING])
    asked = key_from(request.POST.get("who") or request.GET.get("who"))
    chosen = services.to_verify(request.user).filter(pk=asked).first() if asked else None
    form = NumberForm(posted(request))
    if request.method == "POST" and chosen and may_try(request, form):
        done = carry_out(form, services.verify_identity, identity=chosen, by=request.user)
        if done:
            messages.success(request, f"{done}的身份核对过了。")
            return redirect("volunteers:identities")
    is_street = not can(request.user, VIEW_VOLUNTEERS)
    context = {
        "rows": rows,
        "chosen": chosen,
        "form": form,
        "own": services.identity_of(request.user),
        "is_street": is_street,
    }
    return show(request, "volunteers/identities.html", context)
