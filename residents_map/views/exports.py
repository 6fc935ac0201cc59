"""导出: the form, the file, and the list of what was taken out."""

import tempfile

from django.http import Http404
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from residents_map.access import EXPORT_LEDGER
from residents_map.choices import Purpose
from residents_map.forms.exports import ExportForm
from residents_map.models import LedgerExport
from residents_map.services.exports import export_ledger
from stations.access import VIEW_ACTS, can, requires
from stations.choices import Level
from stations.foundation.downloads import attachment
from stations.foundation.http import carry_out, show
from stations.models import Area

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SHOWN = 30
IN_MEMORY = 1 << 20  # a bigger file waits on the disk, without a name


@require_http_methods(["GET", "POST"])
@requires(EXPORT_LEDGER, on=Area)
def exports(request, area):
    """Choose and take a masked list. The secretary also sees what others took."""
    if area.level != Level.ESTATE:
        raise Http404
    form = ExportForm(request.POST or None, area=area, user=request.user)
    if request.method == "POST":
        # No name on the disk: closed with the answer, gone with the process.
        file = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115
        try:
            done = carry_out(form, export_ledger, area=area, by=request.user, target=file)
        except BaseException:
            file.close()
            raise
        if done:
            file.seek(0)
            name = f"{area}-{timezone.localtime():%Y%m%d-%H%M}.xlsx"
            return attachment(file, name=name, content_type=XLSX)
        file.close()
    sees_all = can(request.user, VIEW_ACTS, at=area)
    taken = LedgerExport.objects.filter(area=area).select_related("by")
    if not sees_all:
        taken = taken.filter(by=request.user)
    context = {
        "form": form,
        "area": area,
        "sees_all": sees_all,
        "taken": [(row, Purpose(row.purpose).label) for row in taken[:SHOWN]],
    }
    return show(request, "residents_map/export.html", context)
