"""Later work of deliberation."""

from datetime import timedelta

from deliberation.services.retention import erase_old_contacts, forget_used_tokens
from stations.foundation.work import work


@work("deliberation.erase_contacts", label="删到期的联系方式", every=timedelta(days=1))
def erase_contacts(job):
    erase_old_contacts()


@work("deliberation.forget_tokens", label="忘掉过期的验证", every=timedelta(hours=1))
def forget_tokens(job):
    forget_used_tokens()
