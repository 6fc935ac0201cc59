"""Who may do what, and where. Views ask; nothing else decides."""

from functools import wraps

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404

from stations.choices import COMMUNITY_STAFF, STAFF, Role
from stations.registries import permissions, verbs

EVERYBODY = frozenset(Role)
OFFICE = STAFF | {Role.DISTRICT}

USE_DESK = permissions.declare("stations.use_desk", label="看我的待办", roles=STAFF)
FIND = permissions.declare("stations.find", label="用搜索框", roles=OFFICE)
READ_MESSAGES = permissions.declare("stations.read_messages", label="看消息", roles=EVERYBODY)
VIEW_FIGURES = permissions.declare("stations.view_figures", label="看看板上的数", roles=OFFICE)
PRINT_POSTERS = permissions.declare(
    "stations.print_posters", label="打印二维码", roles=COMMUNITY_STAFF
)
MAKE_REPORTS = permissions.declare("stations.make_reports", label="做月报", roles=STAFF)
VIEW_ACTS = permissions.declare(
    "stations.view_acts", label="看操作记录", roles={Role.SECRETARY, Role.OFFICER}
)
VIEW_WORK = permissions.declare("stations.view_work", label="看后台任务", roles={Role.ADMIN})
VIEW_COMPONENTS = permissions.declare(
    "stations.view_components", label="看组件页", roles={Role.ADMIN}
)

verbs.declare("stations.make_reports", label="做月报")
verbs.declare("stations.report_refused", label="月报没做成")
verbs.declare("stations.revive_work", label="重试后台任务")


def can(user, permission, *, at=None):
    """A role at an area counts at everything below it. Without `at`: anywhere at all."""
    if not (user.is_authenticated and user.is_active):
        return False
    return any(
        posting.role in permission.roles and (at is None or at.path.startswith(posting.area.path))
        for posting in user.current_postings()
    )


def requires(permission, *, on=None, load=""):
    """Hand the view one `on` the user may see (or 404) and act upon (or 403).

    Without `on`, the user must hold the permission somewhere. `load` names the queryset method
    that adds what the view reads of the row, so that it need not be fetched a second time.
    """

    def decorator(view):
        @wraps(view)
        def wrapper(request, *args, **kwargs):
            if on is None:
                if not can(request.user, permission):
                    raise PermissionDenied
                return view(request, *args, **kwargs)
            pk = kwargs.pop("pk")
            rows = on.objects.visible_to(request.user)
            rows = getattr(rows, load)() if load else rows.select_related(*way_to_area(on))
            instance = get_object_or_404(rows, pk=pk)
            if not can(request.user, permission, at=instance.area):
                raise PermissionDenied
            return view(request, instance, *args, **kwargs)

        wrapper.requires = permission  # read by tests/architecture/test_access.py
        wrapper.requires_on = on
        return wrapper

    return decorator


def public(reason):
    """Mark a view that needs no account, saying why. A test lists them all."""

    def decorator(view):
        view = login_not_required(view)
        view.public_reason = reason
        return view

    return decorator


def way_to_area(model):
    """The relations from a model to its area, read in the same query: every check asks for it."""
    for way in (
        "area",
        "issue__area",
        "meeting__area",
        "item__meeting__area",
        "building__area",
        "entrance__building__area",
    ):
        first = way.partition("__")[0]
        if any(field.name == first and field.many_to_one for field in model._meta.fields):
            return (way,)
    return ()


def signed_in(reason):
    """Mark a view open to everybody who is signed in, posted or not, saying why."""

    def decorator(view):
        view.signed_in_reason = reason
        return view

    return decorator
