"""On paper: the notice for the wall, the sheet to sign, the minutes."""

from deliberation.access import VIEW_MEETINGS
from deliberation.models import Meeting
from deliberation.services.meetings import seats_of
from stations.access import requires
from stations.foundation.http import show
from stations.foundation.redaction import redact
from stations.models import Station

from .council import council_of, rows_of
from .pages import laid_out

SPARE_ROWS = 4


@requires(VIEW_MEETINGS, on=Meeting)
def meeting_notice(request, meeting):
    """会议通知, for the wall: parties but no names, and no resident's data in the titles."""
    meeting = laid_out(meeting)
    context = {
        "meeting": meeting,
        "titles": [redact(item.title) for item in meeting.agenda],
        "parties": [party.label for party in meeting.required_parties],
        "station": station_of(meeting.area),
    }
    return show(request, "deliberation/meeting_notice.html", context)


def station_of(area):
    """The nearest station: the estate's own, or its community's."""
    near = Station.objects.filter(area__path__in=area.lineage_paths())
    return near.order_by("-area__level", "pk").first()


@requires(VIEW_MEETINGS, on=Meeting)
def meeting_sheet(request, meeting):
    """签到表: known representatives are filled in, everybody signs."""
    meeting = laid_out(meeting)
    context = {
        "meeting": meeting,
        "rows": rows_of(meeting, seats_of(meeting.area)),
        "spare": range(SPARE_ROWS),
    }
    return show(request, "deliberation/meeting_sheet.html", context)


@requires(VIEW_MEETINGS, on=Meeting)
def meeting_minutes(request, meeting):
    """会议纪要: who came, what each party said, what was settled, who does it."""
    meeting = laid_out(meeting)
    context = {
        "meeting": meeting,
        "rows": rows_of(meeting, {}),
        "councils": [council_of(meeting, item, {}) for item in meeting.agenda],
        "signers": [party.label for party in meeting.required_parties] + ["主持人", "记录人"],
    }
    return show(request, "deliberation/meeting_minutes.html", context)
