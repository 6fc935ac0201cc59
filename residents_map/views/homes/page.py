"""一户人家: the page of a home, and the same as a part beside the building."""

from django.views.decorators.http import require_GET

from residents_map.access import VIEW_LOOKS, VIEW_MAP
from residents_map.models import Person
from residents_map.services.reveals import looks_at, open_household
from residents_map.views.homes.facts import home_facts, household_of, title_of
from stations.access import requires
from stations.foundation.http import show
from stations.foundation.pages import key_from, page, page_urls
from stations.models import Home
from stations.registries import verbs


@require_GET
@requires(VIEW_MAP, on=Home)
def home(request, home):
    """Who lives here and how they are. Opening it is a look that is written down first."""
    household = household_of(home)
    if household:
        open_household(household=household, by=request.user)
    facts = home_facts(home, household, request.user)
    return show(request, "residents_map/home.html", facts, part="home-panel")


@require_GET
@requires(VIEW_LOOKS, on=Home)
def looks(request, home):
    """谁看过: who looked at this household, when, what and why."""
    household = household_of(home)
    context = {"home": home, "title": title_of(home), "household": household, "rows": []}
    if household:
        rows = looks_at(household)
        if before := key_from(request.GET.get("after")):
            rows = rows.filter(pk__lt=before)
        found, older = page(rows)
        names = masked_names(found)
        context["rows"] = [described(act, names) for act in found]
        context["first_url"], context["older_url"] = page_urls(request, before=before, older=older)
    return show(request, "residents_map/looks.html", context)


def masked_names(acts):
    """{person key: masked name} of those the acts are about, in one query."""
    keys = {act.detail.get("person") for act in acts} - {None}
    return {person.pk: person.masked_name for person in Person.objects.filter(pk__in=keys)}


def described(act, names):
    """A look in words: 看电话 刘*芳, 走访前联系."""
    return {
        "act": act,
        "what": verbs[act.verb].label,
        "whose": names.get(act.detail.get("person"), ""),
        "reason": "：".join(filter(None, (act.detail.get("reason"), act.detail.get("words")))),
    }
