"""The page that shows every component in every state."""

from django.views.decorators.http import require_GET

from stations.access import VIEW_COMPONENTS, requires
from stations.foundation.http import show


@require_GET
@requires(VIEW_COMPONENTS)
def components(request):
    """Whoever draws a page looks here first."""
    return show(request, "stations/components.html", {})
