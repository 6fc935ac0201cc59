"""公示: the notices of the places where somebody works, and taking one down."""

from django.contrib import messages
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from deliberation.access import PUBLISH_NOTICE, VIEW_NOTICES
from deliberation.forms.closing import TakeDownForm
from deliberation.models import Notice
from deliberation.services.closing import take_down_notice
from stations.access import can, requires
from stations.foundation.http import carry_out, show
from stations.foundation.keyset import page

LIST = "deliberation/notice_list.html"
VIEWS = {
    "live": ("正在公示", lambda notices: notices.live()),
    "ended": ("到期了的", lambda notices: notices.over()),
    "taken": ("撤下的", lambda notices: notices.taken_down()),
}


@requires(VIEW_NOTICES)
def notices(request):
    return show_notices(request)


def show_notices(request, *, refused=None, notice=None):
    """The list; a refused form stands open at its notice."""
    view = request.GET.get("view", "")
    view = view if view in VIEWS else "live"
    mine = VIEWS[view][1](Notice.objects.visible_to(request.user))
    rows = page(mine, request.GET, by="-from_day", load=Notice.objects.for_rows())
    for row in rows.rows:
        row.may_take_down = row.taken_down_at is None and can(
            request.user, PUBLISH_NOTICE, at=row.area
        )
        row.form = (
            refused
            if notice and row.pk == notice.pk
            else TakeDownForm(auto_id=f"notice{row.pk}_%s")
        )
    context = {
        "rows": rows.rows,
        "pages": rows.links(request.GET),
        "views": [(key, label) for key, (label, _) in VIEWS.items()],
        "view": view,
    }
    return show(request, LIST, context, status=422 if refused else None)


@requires(PUBLISH_NOTICE, on=Notice)
@require_POST
def take_down(request, notice):
    """撤下: with a reason; the notice stays on record."""
    form = TakeDownForm(request.POST, auto_id=f"notice{notice.pk}_%s")
    if carry_out(form, take_down_notice, notice=notice, by=request.user) is None:
        return show_notices(request, refused=form, notice=notice)
    messages.success(request, "撤下了，居民看不到这条公示了。")
    return redirect("deliberation:notices")
