"""QR codes for posters, drawn into the page itself."""

import segno
from django.utils.html import format_html
from django.utils.safestring import SafeString

QUIET_ZONE = 4


def qr_svg(url: str, *, title: str = "二维码") -> SafeString:
    """The link as an inline SVG that scales to any size.

    Error level Q, so that a quarter may be scratched or rained on; the quiet zone of four
    modules belongs to the picture. Always black on white, whatever the page's colours: some
    scanners cannot read an inverted code.
    """
    rows = segno.make(url, error="q", micro=False, boost_error=False).matrix
    side = len(rows) + 2 * QUIET_ZONE
    return format_html(
        '<svg xmlns="http://www.w3.org/2000/svg" class="qr" viewBox="0 0 {} {}" role="img"'
        ' shape-rendering="crispEdges"><title>{}</title>'
        '<rect width="{}" height="{}" fill="white"/><path fill="black" d="{}"/></svg>',
        side,
        side,
        title,
        side,
        side,
        _path(rows),
    )


def _path(rows: tuple[bytearray, ...]) -> str:
    steps = []
    for y, row in enumerate(rows, QUIET_ZONE):
        x = 0
        while x < len(row):
            run = 0
            while x + run < len(row) and row[x + run]:
                run += 1
            if run:
                steps.append(f"M{x + QUIET_ZONE} {y}h{run}v1h-{run}z")
            x += run or 1
    return "".join(steps)
