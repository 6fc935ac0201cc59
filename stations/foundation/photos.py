"""Photos from strangers: only what we have drawn ourselves is ever stored or shown.

The web process looks at size, file name and the first bytes, and never decodes. A child process
(`photo_child.py`) decodes, with an address-space limit and ten seconds, and draws the picture on
a fresh canvas: no place, device, comment, profile or trailing bytes of the original survive, and
the original is not kept. One child per photo costs about 0.1 s to start; in exchange a photo that
breaks the decoder breaks nothing else, and the child has neither our memory nor our settings.
"""

import json
import logging
import os
import subprocess
import sys
import threading
from dataclasses import dataclass
from pathlib import Path

from django.core.exceptions import ValidationError

logger = logging.getLogger(__name__)

MAX_BYTES = 12 * 1024 * 1024
MAX_MEGAPIXELS = 50
MAX_SIDE = 2000
THUMB_SIDE = 480
SECONDS = 10
# Two decoders at a time: a 50-megapixel photo may need half a gigabyte while it is open.
AT_ONCE = 2
SECONDS_IN_QUEUE = 20

_CHILD = Path(__file__).with_name("photo_child.py")
_turns = threading.BoundedSemaphore(AT_ONCE)
# Almost empty: the child sees no keys and no database address.
_ENV = {name: os.environ[name] for name in ("LD_LIBRARY_PATH",) if name in os.environ}

_KINDS = {
    "jpg": "JPEG",
    "jpeg": "JPEG",
    "jpe": "JPEG",
    "jfif": "JPEG",
    "png": "PNG",
    "webp": "WEBP",
}
_HEIF_BRANDS = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1", b"heif")

_SENTENCES = {
    "empty": "这张照片是空的，没有传上来，请再选一次。",
    "too_big": "这张照片太大了，请选12 MB以内的照片，或者截屏后再传。",
    "heic": (
        "这是苹果手机的HEIC照片，这里打不开。请在手机“设置－相机－格式”里选“兼容性最佳”后重拍，"
        "或者截屏后传截屏。"
    ),
    "not_a_photo": "这不是照片。可以传JPG、PNG、WebP格式的照片。",
    "other_kind": "这种图片这里打不开。可以传JPG、PNG、WebP格式的照片。",
    "mismatch": "照片的文件名和内容对不上，可能改过名。请直接从相册里选原来的照片。",
    "damaged": "这张照片坏了，没有传完整，请再选一次或换一张。",
    "too_many_pixels": "这张照片的像素太高了，请选5000万像素以内的照片，或者截屏后再传。",
    "too_hard": "这张照片处理不了，请截屏后传截屏，或换一张。",
    "busy": "现在传照片的人多，请过一分钟再试。您写的文字不会丢。",
}


@dataclass(frozen=True)
class Remade:
    """A photo we have drawn: both pictures are plain JPEG without any metadata."""

    jpeg: bytes
    thumb: bytes
    width: int
    height: int


def remake(file, *, max_side: int = MAX_SIDE) -> Remade:
    """Draw an uploaded photo anew, upright, its longer side at most `max_side` pixels.

    `file` is a Django upload or any binary file with a `name`. Refuses, each in a sentence and
    with a code of its own: an empty file, more than 12 MB, HEIC, another kind of picture, no
    picture, a name that does not fit the content, a damaged picture, more than 50 megapixels
    (told from the header), one that takes too long or too much memory, and a full house.
    """
    kind = _kind_by_looks(file)
    if not _turns.acquire(timeout=SECONDS_IN_QUEUE):
        raise _refusal("busy")
    try:
        return _draw(file, kind=kind, max_side=max_side)
    finally:
        _turns.release()


def _kind_by_looks(file) -> str:
    size = _size(file)
    if size == 0:
        raise _refusal("empty")
    if size > MAX_BYTES:
        raise _refusal("too_big")
    extension = os.path.splitext(file.name or "")[1].lower().lstrip(".")
    head = _head(file)
    if _is_heif(head) or extension in ("heic", "heif"):
        raise _refusal("heic")
    kind = _kind_of_bytes(head)
    if kind is None:
        raise _refusal("other_kind" if _is_other_picture(head) else "not_a_photo")
    if _KINDS.get(extension) != kind:
        raise _refusal("mismatch")
    return kind


def _draw(file, *, kind: str, max_side: int) -> Remade:
    command = [sys.executable, "-I", str(_CHILD), kind, str(max_side), str(THUMB_SIDE)]
    limits = [str(MAX_MEGAPIXELS * 1_000_000), str(SECONDS)]
    try:
        done = subprocess.run(
            command + limits,
            **_stdin(file),
            capture_output=True,
            check=False,
            timeout=SECONDS,
            env=_ENV,
        )
    except subprocess.TimeoutExpired:
        raise _refusal("too_hard") from None
    except OSError:
        logger.exception("no photo child could be started")
        raise _refusal("busy") from None
    header, _, pictures = done.stdout.partition(b"\n")
    try:
        told = json.loads(header)
    except ValueError:
        # Killed by its limits or crashed; what it wrote to stderr is about the code, not people.
        logger.warning("photo child ended with %s: %s", done.returncode, done.stderr[-500:])
        raise _refusal("too_hard") from None
    if "refused" in told:
        raise _refusal(told["refused"])
    split = told["jpeg"]
    return Remade(
        jpeg=pictures[:split],
        thumb=pictures[split:],
        width=told["width"],
        height=told["height"],
    )


def _stdin(file) -> dict:
    """Big uploads lie in a file and go by descriptor, unread; small ones are in memory anyway."""
    file.seek(0)
    try:
        descriptor = file.fileno()
    except (AttributeError, OSError):
        return {"input": file.read()}
    os.lseek(descriptor, 0, os.SEEK_SET)
    return {"stdin": descriptor}


def _size(file) -> int:
    size = getattr(file, "size", None)
    if size is None:
        size = file.seek(0, os.SEEK_END)
    return size


def _head(file) -> bytes:
    file.seek(0)
    head = file.read(32)
    file.seek(0)
    return head


def _kind_of_bytes(head: bytes) -> str | None:
    if head.startswith(b"\xff\xd8\xff"):
        return "JPEG"
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "PNG"
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return "WEBP"
    return None


def _is_heif(head: bytes) -> bool:
    return head[4:8] == b"ftyp" and head[8:12] in _HEIF_BRANDS


def _is_other_picture(head: bytes) -> bool:
    return (
        head.startswith((b"GIF8", b"BM", b"II*\0", b"MM\0*", b"\0\0\1\0"))
        or head[4:12] == b"ftypavif"
        or b"<svg" in head.lower()
    )


def _refusal(code: str) -> ValidationError:
    return ValidationError(_SENTENCES[code], code=code)
