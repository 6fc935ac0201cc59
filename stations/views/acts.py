"""操作记录: who did what to what, when and from where, in the places one answers for."""

from datetime import datetime, time, timedelta

from django.apps import apps
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.views.decorators.http import require_GET

from stations.access import VIEW_ACTS, requires
from stations.foundation.http import show
from stations.foundation.pages import key_from, page, page_urls
from stations.models import Area, User
from stations.registries import verbs
from stations.services.acts import RESIDENT, SYSTEM, acts_for

PAGE = 50
PEOPLE = 300
WITHOUT_ACCOUNT = (RESIDENT, SYSTEM)


@require_GET
@requires(VIEW_ACTS)
def acts(request):
    """The act log of the places where the person is a secretary or an officer."""
    places = Area.objects.visible_to(request.user, VIEW_ACTS.roles)
    wanted = wanted_from(request.GET)
    rows = filtered(acts_for(request.user, VIEW_ACTS.roles), wanted).order_by("-pk")
    if before := key_from(request.GET.get("after")):
        rows = rows.filter(pk__lt=before)
    found, older = page(rows.select_related("by", "area"), PAGE)
    first_url, older_url = page_urls(request, before=before, older=older)
    context = {
        "rows": [described(act) for act in found],
        "first_url": first_url,
        "older_url": older_url,
        "wanted": wanted,
        "people": people_of(places),
        "without_account": WITHOUT_ACCOUNT,
        "verbs": list(verbs),
        "is_set": any(value for key, value in wanted.items() if key != "hints"),
    }
    return show(request, "stations/acts.html", context)


def wanted_from(query):
    """The filters of a URL; what is not understood is left out and said in `hints`."""
    hints = []
    who = query.get("who", "").strip()
    verb = query.get("verb", "").strip()
    number = query.get("on", "").strip().upper().removeprefix("SQ-").removeprefix("SQ").strip("- #")
    first, last = day_from(query.get("first", "")), day_from(query.get("last", ""))
    if query.get("first", "").strip() and not first or query.get("last", "").strip() and not last:
        hints.append("日期没看懂，没有按它筛。")
    if first and last and first > last:
        first, last = last, first
    if number and key_from(number) is None:
        hints.append("编号没看懂，请填像 SQ-12 这样的编号。")
    return {
        "who": who if who in WITHOUT_ACCOUNT else key_from(who),
        "verb": verb if verb in verbs else "",
        "looks": query.get("looks") == "1",
        "on": key_from(number),
        "first": first,
        "last": last,
        "hints": hints,
    }


def filtered(rows, wanted):
    """The acts that fit; every filter uses an index of its own or walks back from today."""
    if wanted["who"] in WITHOUT_ACCOUNT:
        rows = rows.filter(by=None, actor=wanted["who"])
    elif wanted["who"]:
        rows = rows.filter(by=wanted["who"])
    if wanted["verb"]:
        rows = rows.filter(verb=wanted["verb"])
    if wanted["looks"]:
        rows = rows.filter(verb__in=[verb.key for verb in verbs if verb.is_look])
    if wanted["on"]:
        kinds = [model._meta.label_lower for model in apps.get_models()]
        rows = rows.filter(on_id=wanted["on"], on_type__in=kinds)
    if wanted["first"]:
        rows = rows.filter(at__gte=midnight(wanted["first"]))
    if wanted["last"]:
        rows = rows.filter(at__lt=midnight(wanted["last"] + timedelta(days=1)))
    return rows


def described(act):
    """A line of the log with the verb in words and a link to what was acted upon."""
    is_known = act.verb in verbs
    return {
        "act": act,
        "verb": verbs[act.verb].label if is_known else act.verb,
        "is_look": is_known and verbs[act.verb].is_look,
        "url": url_of(act),
        "reason": reason_of(act.detail),
    }


def reason_of(detail):
    """Why somebody looked, with the few words where the reason is another."""
    return "：".join(str(detail[key]) for key in ("reason", "words") if detail.get(key))


def url_of(act):
    """Where the object can be seen, if it has a page: no query, the key is enough."""
    try:
        model = apps.get_model(act.on_type)
    except (LookupError, ValueError):
        return ""
    if act.on_id is None or not hasattr(model, "get_absolute_url"):
        return ""
    return model(pk=act.on_id).get_absolute_url()


def people_of(places):
    """Everybody who is or was posted in these places, for the choice of a person."""
    return User.objects.filter(postings__area__in=places).distinct().order_by("name")[:PEOPLE]


def day_from(text):
    """A date of a URL, or None; years that no act can have count as none."""
    try:
        day = parse_date(text.strip())
    except ValueError:
        return None
    return day if day and 2000 <= day.year <= 2200 else None


def midnight(day):
    return datetime.combine(day, time.min, timezone.get_current_timezone())
