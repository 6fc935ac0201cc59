"""导出 Excel: donations, needs and resources under the conditions of their lists."""

from io import BytesIO

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_GET

from stations.access import requires
from stations.foundation.downloads import XLSX, attachment
from stations.models import Area
from volunteers.access import VIEW
from volunteers.services import list_exports
from volunteers.views.donations import wanted_rows
from volunteers.views.lists import chosen, columns, places


def sent(request, export, rows, *, name, back):
    """The file; a refusal leads back to the list and is said there."""
    target = BytesIO()
    area = Area.objects.visible_to(request.user, VIEW.roles).order_by("path").first()
    try:
        export(rows=rows, area=area, by=request.user, target=target)
    except ValidationError as refusal:
        messages.error(request, refusal.messages[0])
        return redirect(back)
    target.seek(0)
    name = f"{name}-{timezone.localdate():%Y%m%d}.xlsx"
    return attachment(target, name=name, content_type=XLSX)


@requires(VIEW)
@require_GET
def donations_export(request):
    """捐赠 as a file."""
    export, rows = list_exports.export_donations, wanted_rows(request)
    return sent(request, export, rows, name="juanzeng", back="volunteers:donations")


@requires(VIEW)
@require_GET
def needs_export(request):
    """需求清单 as a file."""
    rows, _ = columns(request, chosen(request, places(request)))["needs"]
    export = list_exports.export_needs
    return sent(request, export, rows, name="xuqiu", back="volunteers:lists")


@requires(VIEW)
@require_GET
def resources_export(request):
    """资源清单 as a file."""
    rows, _ = columns(request, chosen(request, places(request)))["resources"]
    export = list_exports.export_resources
    return sent(request, export, rows, name="ziyuan", back="volunteers:lists")
