"""How log lines are written: with the request's id, without what a resident told us."""

import logging


class RequestId(logging.Filter):
    """Put the id of the running request on the line, so that "编号 3f2a…" finds it."""

    def filter(self, record):
        # Late: logging is set up before Django's apps may be imported.
        from stations.foundation.http import origin

        record.request_id = origin.get().request_id or "-"
        return True


class Discreet(logging.Formatter):
    """Tracebacks without Postgres' DETAIL lines: these repeat the values of the row."""

    def formatException(self, exc_info):
        text = super().formatException(exc_info)
        return "\n".join(
            line for line in text.splitlines() if not line.lstrip().startswith("DETAIL:")
        )
