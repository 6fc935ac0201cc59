"""Which issues this browser has shown the code of. Kept in the session, at most ten."""

from datetime import timedelta

from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from deliberation.models import Issue
from stations.choices import Level
from stations.models import Area

MOST = 10
RECEIPT_STAYS = timedelta(minutes=30)
KNOWN, OPENED, RECEIPT = "issues", "opened_issues", "receipt"


def estate_or_404(code):
    """The estate of a public address, with the places above it on `.parents` (highest first),
    read when a page shows them."""
    estate = get_object_or_404(Area, code=code, level=Level.ESTATE)
    estate.parents = SimpleLazyObject(lambda: list(estate.lineage())[:-1])
    return estate


def remember(request, issue, *, key=KNOWN):
    """This browser has given the code (or, for OPENED, the digits too)."""
    rest = [pk for pk in request.session.get(key, []) if pk != issue.pk]
    request.session[key] = [issue.pk, *rest][:MOST]


def knows(request, issue):
    return issue.pk in request.session.get(KNOWN, [])


def has_opened(request, issue):
    """True when the last four digits were given too: own words and photos may be shown."""
    return knows(request, issue) and issue.pk in request.session.get(OPENED, [])


def known_issue(request, pk):
    """The issue, when this browser may see its progress; else None."""
    if pk not in request.session.get(KNOWN, []):
        return None
    issues = Issue.objects.select_related("area", "reporter", "entrance__building", "building")
    return issues.filter(pk=pk).first()


def forget(request, issue):
    """看完了: somebody else's phone should not go on showing it."""
    for key in (KNOWN, OPENED):
        request.session[key] = [pk for pk in request.session.get(key, []) if pk != issue.pk]


def keep_receipt(request, issue, code):
    """Carry the code to the next page in the session: it must not stand in an address."""
    request.session[RECEIPT] = {
        "issue": issue.pk,
        "code": code,
        "at": timezone.now().timestamp(),
    }


def receipt(request):
    """(issue pk, code) for half an hour, so that a reloaded page still shows it; or None."""
    kept = request.session.get(RECEIPT)
    if not kept or timezone.now().timestamp() - kept["at"] > RECEIPT_STAYS.total_seconds():
        return None
    return kept["issue"], kept["code"]
