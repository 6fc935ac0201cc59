"""The act log: who did what to what, when and from where."""

from django.db.models import Q

from stations.foundation.http import origin
from stations.models import Act, Area
from stations.registries import verbs

RESIDENT = "居民"
SYSTEM = "系统"


def record(verb, *, on, by, actor="", **detail):
    """Write one line of the act log, in the transaction of the act itself.

    `verb` is the act's key ("deliberation.accept_issue"), `on` the object (with `.area`),
    `by` the user or None (then `actor` says who). `detail` holds keys and numbers only.
    """
    line = _line(verb, on=on, by=by, actor=actor, detail=detail)
    line.save(force_insert=True)
    return line


def record_each(verb, *, on, by, **detail):
    """The same act on many objects: one line for each, in one statement."""
    Act.objects.bulk_create([_line(verb, on=one, by=by, actor="", detail=detail) for one in on])


def _line(verb, *, on, by, actor, detail):
    came_from = origin.get()
    return Act(
        verb=verb,
        by=by,
        actor=one_line(actor or (str(by) if by else SYSTEM))[:40],
        on_type=on._meta.label_lower,
        on_id=on.pk,
        on_label=one_line(str(on))[:120],
        area=getattr(on, "area", None),
        address=came_from.address,
        request_id=came_from.request_id,
        detail=detail,
    )


def acts_for(user, roles):
    """The lines of the act log that this person may read, by the roles they hold where.

    Lines of a household name its door: whoever is not posted where it stands reads none.
    """
    readable = Q()
    for role in sorted({posting.role for posting in user.current_postings()} & set(roles)):
        kept_from = [verb.key for verb in verbs if role not in verb.seen_by]
        there = Area.objects.visible_to(user, {role}).order_by().values("pk")
        readable |= Q(area__in=there) & ~Q(verb__in=kept_from)
    return Act.objects.filter(readable) if readable else Act.objects.none()


def one_line(text):
    """Nobody writes a second line into the log with their name, nor marks that turn it round."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())
