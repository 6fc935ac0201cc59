"""搜索: everything a worker looks for, from one box.

The box is posted. Ordinary words then move into the address, so that 返回 and a bookmark work;
what could be a telephone or an ID number never does: the answer to those is 200 to a POST.
"""

from django.shortcuts import redirect
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from stations.access import FIND, requires
from stations.foundation.http import show
from stations.foundation.sought import MOST, Sought, sought_from
from stations.registries import finders
from stations.services.finding import find_all, kinds_for, offers, straight_to

PAGE = "stations/find.html"


@sensitive_post_parameters("q")
@require_http_methods(["GET", "POST"])
@requires(FIND)
def find(request):
    """What the words find, kind by kind; the one thing whose number was typed opens at once."""
    is_posted = request.method == "POST"
    sought = sought_from((request.POST if is_posted else request.GET).get("q", ""))
    if is_posted and sought.text and not sought.is_private:
        return redirect(sought.in_list("stations:find"))
    is_refused = not is_posted and sought.is_private  # it stands in an address already: no further
    if is_refused:
        sought = Sought()
    only = request.GET.get("kind", "")
    only = only if only in finders else ""
    groups = find_all(request.user, sought, only)
    if not only and (url := straight_to(groups, sought)):
        return redirect(url)
    context = {
        "sought": sought,
        "groups": groups,
        "only": finders.get(only),
        "back": sought.in_list("stations:find") if only else "",
        "offers": [] if only else offers(request.user, sought),
        "kinds": kinds_for(request.user),
        "is_refused": is_refused,
        "most": MOST,
    }
    return show(request, PAGE, context)
