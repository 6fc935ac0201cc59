"""A service record as PDF, drawn by a process of its own (`paper_child.py`).

The font holds 30,000 signs; only those used go into the file. A child takes half a second and
150 MB, and gives them back: the web process never loads the library or the font.
"""

import json
import logging
import os
import subprocess
import sys
import threading
from pathlib import Path

import segno
from django.conf import settings

from stations.foundation.refusal import refuse

logger = logging.getLogger(__name__)

SECONDS = 30
AT_ONCE = 2
SECONDS_IN_QUEUE = 20
FONTS = "node_modules/@embedpdf/fonts-sc/fonts"  # never under static/: it is not the public's
REGULAR, BOLD = "NotoSansHans-Regular.otf", "NotoSansHans-Bold.otf"

_CHILD = Path(__file__).with_name("paper_child.py")
_turns = threading.BoundedSemaphore(AT_ONCE)
_ENV = {name: os.environ[name] for name in ("LD_LIBRARY_PATH",) if name in os.environ}


def draw_sheet(facts, *, link):
    """The PDF of a sheet. `facts` are plain words (see `paper_child.py`), `link` goes into the
    QR code. Refuses when too many are drawn at once."""
    if not _turns.acquire(timeout=SECONDS_IN_QUEUE):
        refuse("现在出记录的人多，请过一分钟再试。")
    try:
        return _drawn(facts | {"qr": qr_rows(link), "fonts": fonts()})
    finally:
        _turns.release()


def qr_rows(link):
    """The QR code as rows of "1" and "0"."""
    matrix = segno.make(link, error="q", micro=False, boost_error=False).matrix
    return ["".join("1" if dark else "0" for dark in row) for row in matrix]


def fonts():
    """Where the two weights of the font lie."""
    folder = Path(settings.BASE_DIR) / FONTS
    return [str(folder / REGULAR), str(folder / BOLD)]


def _drawn(facts):
    command = [sys.executable, "-I", str(_CHILD), str(SECONDS)]
    try:
        done = subprocess.run(
            command,
            input=json.dumps(facts).encode("utf-8", "surrogatepass"),
            capture_output=True,
            check=False,
            timeout=SECONDS,
            env=_ENV,
        )
    except (subprocess.TimeoutExpired, OSError):
        logger.exception("no sheet could be drawn")
        refuse("这会儿出不了文件，请过一分钟再试。")
    if not done.stdout.startswith(b"%PDF"):
        logger.error("sheet child ended with %s: %s", done.returncode, done.stderr[-800:])
        refuse("这会儿出不了文件，请过一分钟再试。")
    return done.stdout
