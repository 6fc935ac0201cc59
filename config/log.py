"""How log lines are written: with the request's id, without what a resident told us."""

import logging
import re

_CONTROL = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029]")


class RequestId(logging.Filter):
    """Put the id of the running request on the line, so that "编号 3f2a…" finds it."""

    def filter(self, record):
        # Late: logging is set up before Django's apps may be imported.
        from stations.foundation.http import origin

        record.request_id = origin.get().request_id or "-"
        return True


class Discreet(logging.Formatter):
    """One line per message whatever stands in it; tracebacks without Postgres' DETAIL lines,
    which repeat the values of the row."""

    def formatMessage(self, record):
        return _CONTROL.sub(lambda found: ascii(found[0])[1:-1], super().formatMessage(record))

    def formatException(self, exc_info):
        text = super().formatException(exc_info)
        return "\n".join(
            line for line in text.splitlines() if not line.lstrip().startswith("DETAIL:")
        )
