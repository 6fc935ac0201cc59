"""到期就删: what was promised in the privacy notice, done every day."""

from datetime import timedelta

from django.db.models import Q
from django.utils import timezone

from deliberation.models import Issue, Reporter, UsedToken
from deliberation.services.intake import search_vector
from stations.services.acts import record

KEEP_CONTACTS = timedelta(days=365)
KEEP_TOKENS = timedelta(hours=1)  # a proof of work expires after ten minutes
BATCH = 500


def erase_old_contacts():
    """Erase name, phone and door of reporters one year after their issue ended.

    (个人信息保护法 第19、47条: kept no longer than needed.) What was said stays, without
    who said it. Returns how many were erased; safe to run again after a crash.
    """
    long_ago = timezone.now() - KEEP_CONTACTS
    ended = Q(issue__closed_at__lt=long_ago) | Q(
        issue__state__in=("returned", "withdrawn", "merged"), issue__stage_since__lt=long_ago
    )
    rows = list(
        Reporter.objects.filter(ended, erased_at=None).select_related("issue__area")[:BATCH]
    )
    for reporter in rows:
        reporter.name = reporter.door = reporter.phone_sealed = reporter.phone_index = ""
        reporter.erased_at = timezone.now()
        reporter.save()
        Issue.objects.filter(pk=reporter.issue_id).update(search=search_vector(reporter.issue))
        record("deliberation.erase_contact", on=reporter.issue, by=None)
    return len(rows)


def forget_used_tokens():
    """Proofs of work that have expired need not be remembered."""
    UsedToken.objects.filter(at__lt=timezone.now() - KEEP_TOKENS).delete()
