"""Calendars as files (RFC 5545): lines of 75 bytes, words escaped, all times in UTC."""

from datetime import UTC, date, datetime, timedelta

WIDTH = 75  # bytes of a line, without its end
END = "\r\n"


def escaped(text):
    """Words as a TEXT value: backslash, semicolon, comma and line ends are written out."""
    text = str(text).replace("\r\n", "\n").replace("\r", "\n")
    text = "".join(sign for sign in text if sign == "\n" or sign.isprintable())
    for sign in ("\\", ";", ","):
        text = text.replace(sign, f"\\{sign}")
    return text.replace("\n", "\\n")


def folded(line):
    """A content line cut into pieces of at most 75 bytes, never through a character."""
    pieces, piece, length = [], "", 0
    for sign in line:
        size = len(sign.encode())
        room = WIDTH - (1 if pieces else 0)  # a following piece begins with a space
        if length + size > room:
            pieces.append(piece)
            piece, length = "", 0
        piece, length = piece + sign, length + size
    pieces.append(piece)
    return f"{END} ".join(pieces) + END


def moment(at):
    """A moment in UTC: 20261128T010000Z."""
    return at.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def _when(name, at):
    if isinstance(at, datetime):
        return f"{name}:{moment(at)}"
    return f"{name};VALUE=DATE:{at:%Y%m%d}"


def event_lines(entry, now):
    """The lines of one entry: a dict with uid, title, begins, ends, and if there are any place,
    words, url, status and sequence. Days instead of moments make it last the whole day."""
    begins, ends = entry["begins"], entry.get("ends")
    whole_day = isinstance(begins, date) and not isinstance(begins, datetime)
    if ends is None and whole_day:
        ends = begins + timedelta(days=1)
    lines = [
        "BEGIN:VEVENT",
        f"UID:{escaped(entry['uid'])}",
        f"DTSTAMP:{moment(now)}",
        f"SEQUENCE:{entry.get('sequence', 0)}",
        _when("DTSTART", begins),
        _when("DTEND", ends),
        f"SUMMARY:{escaped(entry['title'])}",
        f"STATUS:{entry.get('status', 'CONFIRMED')}",
    ]
    if whole_day:
        lines.append("TRANSP:TRANSPARENT")
    for name, key in (("LOCATION", "place"), ("DESCRIPTION", "words")):
        if entry.get(key):
            lines.append(f"{name}:{escaped(entry[key])}")
    if entry.get("url"):
        lines.append(f"URL:{entry['url']}")
    return [*lines, "END:VEVENT"]


def calendar_file(entries, *, name, now):
    """The whole file, as bytes."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Tongxin//volunteers//ZH",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        f"X-WR-CALNAME:{escaped(name)}",
        "REFRESH-INTERVAL;VALUE=DURATION:PT2H",
    ]
    for entry in entries:
        lines += event_lines(entry, now)
    lines.append("END:VCALENDAR")
    return "".join(map(folded, lines)).encode()
