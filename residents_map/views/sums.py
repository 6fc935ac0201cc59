"""人群数: figures of people by place; exact at home, hidden where small for the street."""

import csv
import io

from django.utils import timezone
from django.views.decorators.http import require_GET

from residents_map.access import IMPORT_LEDGER, VIEW_SUMS
from residents_map.services.sums import sums_for
from stations.access import can, requires
from stations.foundation.downloads import attachment
from stations.foundation.http import show

FORMULA = ("=", "+", "-", "@", "\t", "\r")


@requires(VIEW_SUMS)
@require_GET
def sums(request):
    """Communities and estates by kind of people."""
    tables = sums_for(request.user)
    may_import = can(request.user, IMPORT_LEDGER)
    context = {"tables": tables, "now": timezone.now(), "may_import": may_import}
    return show(request, "residents_map/sums.html", context)


@requires(VIEW_SUMS)
@require_GET
def sums_export(request):
    """The same tables as CSV, with the same numbers hidden."""
    text = io.StringIO()
    writer = csv.writer(text)
    for table in sums_for(request.user):
        writer.writerow([plain(table.place), *(plain(kind) for kind in table.kinds)])
        for row in table.rows:
            name = f"{row.area}合计" if row.is_sum else str(row.area)
            writer.writerow([plain(name), *row.cells])
        writer.writerow([])
    content = io.BytesIO(text.getvalue().encode("utf-8-sig"))
    name = f"renqunshu-{timezone.localdate():%Y%m%d}.csv"
    return attachment(content, name=name, content_type="text/csv; charset=utf-8")


def plain(name):
    """A name as text: what begins like a formula gets a quote before it."""
    text = str(name)
    return f"'{text}" if text.startswith(FORMULA) else text
