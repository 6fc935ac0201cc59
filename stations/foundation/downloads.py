"""Files for people to keep: never shown by the browser, never stored in between."""

from django.http import FileResponse

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def attachment(file, *, name, content_type):
    """A stored file, or one made in memory, as a download; any script in its name (RFC 6266).

    Whatever is inside, it cannot run: no type is guessed, and opened in a browser it
    stands in an empty sandbox.
    """
    if hasattr(file, "open"):
        file = file.open("rb")
    response = FileResponse(file, as_attachment=True, filename=name, content_type=content_type)
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cache-Control"] = "no-store"
    return response
