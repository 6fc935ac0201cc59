"""转办: what every app's page offers to raise out of its own thing, and raising it there."""

import uuid
from dataclasses import dataclass

from stations.forms import ReferForm
from stations.foundation.http import carry_out
from stations.registries import ReferralKind
from stations.services.referring import offered_to, page_for, refer


@dataclass(frozen=True)
class Offer:
    """One kind of thing as a page offers it: a few words there, or a page of its own."""

    kind: ReferralKind
    url: str = ""
    form: ReferForm | None = None


def kinds_for(user, source):
    """{key: kind} of what this person may raise out of it; a thing never becomes its own like."""
    own = source._meta.label_lower
    return {kind.key: kind for kind in offered_to(user, at=source.area) if kind.on_type != own}


def offers_of(user, source, *, text="", refused=None):
    """[Offer], each form beginning with `text`; `refused` is the one that was sent, as typed."""
    found = []
    for kind in kinds_for(user, source).values():
        if url := page_for(kind, source):
            found.append(Offer(kind, url=url))
            continue
        first = {"token": uuid.uuid4(), "kind": kind.key, "text": text}
        sent = refused if refused and refused.data.get("kind") == kind.key else None
        found.append(Offer(kind, form=sent or ReferForm(initial=first, auto_id=f"{kind.key}_%s")))
    return found


def raise_out(request, source, *, names=(), **place):
    """Carry out what such a form asks for. Returns (kind, form, the thing or None); (None, None,
    None) where this person may not raise it here, or only on a page of its own."""
    kind = kinds_for(request.user, source).get(request.POST.get("kind", ""))
    if kind is None or kind.page:
        return None, None, None
    form = ReferForm(request.POST, names=names, auto_id=f"{kind.key}_%s")
    facts = {"from_obj": source, "area": source.area, "by": request.user, "home": None, **place}
    return kind, form, carry_out(form, refer, **facts)
