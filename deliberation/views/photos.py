"""Photos: every byte passes the same check as its issue."""

from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_GET

from deliberation.models import Issue, Photo
from deliberation.services.journey import may_see_photo
from deliberation.views.resident.session import issues
from stations.access import public

FIVE_MINUTES = 300  # a notice that is taken down takes its photos with it


@public("公示的照片谁都能看，别的照片只给经办人和凭号码的居民")
@require_GET
def photo(request, pk, small=False):
    """One photo, or its small copy. What somebody may not see is not there."""
    row = get_object_or_404(Photo.objects.select_related("event", "issue"), pk=pk)
    if Photo.objects.on_notices().filter(pk=row.pk).exists():
        return _jpeg(row, small, f"public, max-age={FIVE_MINUTES}")
    if not _may_see(request, row):
        raise Http404
    return _jpeg(row, small, "private, no-store")


def _may_see(request, row):
    """Staff of the place; a resident who gave the code, within what the code shows."""
    if request.user.is_authenticated and Photo.objects.visible_to(request.user).filter(pk=row.pk):
        return True
    known = Issue.objects.filter(pk__in=issues.known(request))
    return any(may_see_photo(row, issue, full=issues.has_opened(request, issue)) for issue in known)


def _jpeg(row, small, cache):
    try:
        file = (row.thumb if small else row.file).open("rb")
    except FileNotFoundError:
        raise Http404 from None
    response = FileResponse(file, content_type="image/jpeg")
    response["Content-Disposition"] = 'inline; filename="photo.jpg"'
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = cache
    return response
