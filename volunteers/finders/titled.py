"""Things found by the words of their title, the newest first."""

from stations.models.area import places_of
from stations.registries import Found, finders


def here(rows, user, permission):
    """The rows of the places where this person holds the permission: those whose pages open."""
    return rows.filter(area__in=places_of(user, permission.roles))


def by_title(key, model, *fields, permission, text, icon_of=lambda row: "", load=(), **more):
    """Declare a finder of rows of the model that have every word in these columns. `text(row)`
    tells one from the others, `icon_of(row)` is its own icon; `load` is read along."""

    def run(user, sought, most):
        rows = here(model.objects.filter(sought.held_by(*fields)), user, permission)
        return [
            Found(title=str(row), text=text(row), url=row.get_absolute_url(), icon=icon_of(row))
            for row in rows.select_related("area", *load).order_by("-pk")[:most]
        ]

    return finders.declare(key, run=run, permission=permission, **more)


def facts(*told):
    """Facts in a line, empty ones left out."""
    return " · ".join(str(fact) for fact in told if fact)


def ended(row):
    """ "已结束" of what is not at work any more."""
    return "已结束" if row.until else ""
