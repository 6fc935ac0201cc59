"""找人: the search of the map.

Posted, never a query string: what people type here are names, phones and ID numbers, and an
address ends up in access logs, in the browser's history and in what is passed on by a link.
So the answer to a search is 200 to a POST, and a reload asks before it is sent again.
"""

from django.core.exceptions import ValidationError
from django.views.decorators.http import require_http_methods

from residents_map.access import VIEW_MAP
from residents_map.choices import Field
from residents_map.forms.search import SearchForm
from residents_map.services.search import MOST, WAYS, find, may_search_again
from residents_map.views.homes.facts import title_of
from stations.access import requires
from stations.foundation.http import carry_out, show, wants_part


@require_http_methods(["GET", "POST"])
@requires(VIEW_MAP)
def search(request):
    """The page with its box; the results are the part `results`."""
    if request.method == "GET":
        return show(request, "residents_map/search.html", {"q": ""})
    form = SearchForm(request.POST)
    if not may_search_again(request.user):
        form.full_clean()
        form.add_error(None, ValidationError("找得太快了，歇一会儿再找。"))
        # A part with 429 would not be put into the page.
        return answer(request, form, None, status=422 if wants_part(request) else 429)
    return answer(request, form, carry_out(form, find, by=request.user))


def answer(request, form, found, status=None):
    context = {"form": form, "q": request.POST.get("q", "")[:60], "found": found, "most": MOST}
    if found:
        context |= {
            "way": WAYS[found.way],
            "homes": [home_row(home, household) for home, household in found.homes],
            "people": [person_row(person) for person in found.people],
        }
    return show(request, "residents_map/search.html", context, part="results", status=status)


def home_row(home, household):
    building = home.entrance.building
    return {
        "pk": home.pk,
        "door": f"{building}{title_of(home)}",
        "area": building.area.name,
        "about": f"常住{household.resident_count}人" if household else "没有登记人家",
    }


def person_row(person):
    home = person.household.home
    age = f"{person.age}岁" if person.age is not None and not person.is_child else ""
    told = (person.get_sex_display(), "不满14岁" if person.is_child else age)
    return {
        "pk": home.pk,
        "name": person.masked_name,
        "door": f"{home.entrance.building}{title_of(home)}",
        "area": person.area.name,
        "about": "，".join(filter(None, told)),
        "phone": "" if person.is_child else person.masked(Field.PHONE),
        "is_contact": not person.lives_here,
    }
