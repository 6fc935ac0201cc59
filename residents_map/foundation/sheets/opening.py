"""Workbooks from offices: .xlsx, .xls (also web pages and text that call themselves so), .csv,
.ods, .et. They are opened by a child process with limits (`child.py`), never by ours."""

import json
import logging
import os
import subprocess
import sys
import threading
from contextlib import contextmanager
from pathlib import Path

from django.core.exceptions import ValidationError

logger = logging.getLogger(__name__)

MAX_BYTES = 40 * 1024 * 1024
CPU_SECONDS = 120
WALL_SECONDS = 540  # the rows are taken as quickly as they can be compared

_CHILD = Path(__file__).with_name("child.py")
# Almost empty: the child sees no keys and no database address.
_ENV = {name: os.environ[name] for name in ("LD_LIBRARY_PATH",) if name in os.environ}
_ENV["PYTHONUTF8"] = "1"

SENTENCES = {
    "empty": "这个文件是空的，请重新选一次。",
    "too_big": "文件超过40 MB，请删掉图片和用不到的工作表，再传一次。",
    "other_kind": "这不是表格文件。可以传 .xlsx、.xls、.csv、.ods、.et。",
    "locked": "这个文件加了密码。请在Excel里去掉密码，另存一份再传。",
    "web_archive": "这是网页存档，这里读不了。请用Excel打开，另存为 .xlsx 再传。",
    "xml_2003": "这是2003年的XML表格，这里读不了。请用Excel打开，另存为 .xlsx 再传。",
    "no_table": "文件里没有找到表格。请用Excel打开看看，另存为 .xlsx 再传。",
    "encoding": "文件里的字读出来是乱码。请用Excel打开，另存为 .xlsx 再传。",
    "damaged": "这个文件坏了，或者没有传完整。请用Excel打开看看，另存一份再传。",
    "bomb": "这个文件解开后大得不正常，没有读。请把内容复制到新表格里再传。",
    "too_hard": "这个表太大，读不下来。请把它分成几个文件再传。",
    "too_wide": "这个表超过200栏，请只留住户的栏目再传。",
    "too_many_rows": "一次最多20万行，请把它分成几个文件再传。",
}
EXTENSIONS = (".xlsx", ".xls", ".csv", ".tsv", ".txt", ".ods", ".et", ".xlsm", ".xlsb")


def refusal(code):
    """A refusal in a sentence for people."""
    return ValidationError(SENTENCES[code], code=code)


def refuse_at_a_glance(file):
    """What can be told from size and name alone, while the sender still waits."""
    if not file.size:
        raise refusal("empty")
    if file.size > MAX_BYTES:
        raise refusal("too_big")
    if not (file.name or "").lower().endswith(EXTENSIONS):
        raise refusal("other_kind")


def look_at(pieces):
    """What a workbook holds: {"sheets": [{name, hidden, merges, count, rows}], formulas, …}."""
    with child("look", 0, pieces) as lines:
        return told(next(lines, None))


def rows_of(pieces, sheet):
    """Yield the number of rows, then each filled row as (number, cells); an empty row between
    two has no cells."""
    with child("rows", sheet, pieces) as lines:
        yield told(next(lines, None))["count"]
        for bundle in lines:
            if isinstance(bundle, dict):
                told(bundle)
            if not bundle:
                return
            yield from bundle
        raise refusal("too_hard")


def told(answer):
    """What the child said, or its refusal as a sentence."""
    if not isinstance(answer, dict):
        raise refusal("too_hard")
    if "refused" in answer:
        raise refusal(answer["refused"])
    return answer


@contextmanager
def child(mode, sheet, pieces):
    """The child at work on a file given in pieces; its lines, read as they come."""
    command = [sys.executable, "-I", str(_CHILD), mode, str(sheet), str(CPU_SECONDS)]
    process = subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=_ENV,
    )
    feeding = threading.Thread(target=feed, args=(process.stdin, pieces), daemon=True)
    clock = threading.Timer(WALL_SECONDS, process.kill)
    feeding.start()
    clock.start()
    try:
        yield read(process.stdout)
    finally:
        clock.cancel()
        process.kill()
        process.stdout.close()
        process.wait()
        feeding.join(5)


def read(stream):
    for line in stream:
        try:
            yield json.loads(line)
        except ValueError:  # killed by its limits in the middle of a line
            return


def feed(stream, pieces):
    try:
        for piece in pieces:
            stream.write(piece)
    except (BrokenPipeError, ValueError):
        pass
    except Exception:
        logger.exception("a ledger's file could not be read back")
    finally:
        try:
            stream.close()
        except BrokenPipeError:
            pass
