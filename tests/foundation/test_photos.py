"""Photos from strangers (U1, U2, U3): what comes in, and what must never come out."""

import io
import json
import struct
import subprocess
import sys
import threading
import time
import zlib
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile, TemporaryUploadedFile
from PIL import Image, ImageCms

from stations.foundation import photos
from stations.foundation.photos import remake

SECRETS = (b"Exif", b"GPS", b"secret", b"http://ns.adobe.com", b"ICC_PROFILE", b"<script")


def upload(content, name="IMG_1.jpg"):
    return SimpleUploadedFile(name, content)


def picture(kind="JPEG", size=(600, 400), colour=(200, 30, 30), mode="RGB", **extra):
    out = io.BytesIO()
    Image.new(mode, size, colour).save(out, kind, **extra)
    return out.getvalue()


def refused(file):
    with pytest.raises(ValidationError) as refusal:
        remake(file)
    assert refusal.value.message.endswith("。")
    return refusal.value.code


def bomb(side):
    """A PNG of side × side one-bit pixels, a few kilobytes long."""

    def chunk(kind, data):
        body = kind + data
        return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))

    header = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    squeeze, line, data = zlib.compressobj(9), b"\0" * (1 + (side + 7) // 8), b""
    for _ in range(side):
        data += squeeze.compress(line)
    data += squeeze.flush()
    ending = chunk(b"IDAT", data) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + ending


def phone_photo(orientation):
    """As a phone writes it: lying on its side, with place, maker and a comment."""
    lying = Image.new("RGB", (600, 400), (20, 20, 200))
    lying.paste((250, 20, 20), (0, 0, 300, 400))  # the left half is red
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x010F] = "secret maker"
    exif.get_ifd(0x8825).update({1: "N", 2: (30.0, 39.0, 0.0), 3: "E", 4: (104.0, 3.0, 0.0)})
    out = io.BytesIO()
    lying.save(out, "JPEG", exif=exif, comment=b"secret comment", quality=95)
    return out.getvalue()


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        ("JPEG", "IMG_1.JPG"),
        ("JPEG", "楼道.jpeg"),
        ("PNG", "截屏.png"),
        ("WEBP", "mmexport.webp"),
        ("MPO", "iphone.jpg"),
    ],
)
def test_a_photo_is_drawn_anew(kind, name):
    remade = remake(upload(picture(kind, (3000, 1500)), name))
    with (
        Image.open(io.BytesIO(remade.jpeg)) as drawn,
        Image.open(io.BytesIO(remade.thumb)) as thumb,
    ):
        assert drawn.format == thumb.format == "JPEG"
        assert drawn.size == (remade.width, remade.height) == (2000, 1000)
        assert thumb.size == (480, 240)
        assert all(
            abs(a - b) < 6 for a, b in zip(drawn.getpixel((9, 9)), (200, 30, 30), strict=True)
        )


def test_a_small_photo_is_not_blown_up():
    remade = remake(upload(picture(size=(300, 200))))
    assert (remade.width, remade.height) == (300, 200)


def test_the_longest_side_can_be_chosen():
    assert remake(upload(picture(size=(900, 600))), max_side=450).width == 450


@pytest.mark.parametrize("content_in", ["memory", "file"])
def test_uploads_in_memory_and_on_disk_are_the_same(content_in):
    content = picture(size=(800, 600))
    if content_in == "memory":
        file = upload(content)
    else:
        file = TemporaryUploadedFile("IMG_1.jpg", "image/jpeg", len(content), None)
        file.write(content)
        file.flush()
    file.read()  # somebody has looked at it before us
    assert remake(file).width == 800


@pytest.mark.parametrize(
    ("orientation", "red_at"), [(1, "left"), (3, "right"), (6, "top"), (8, "bottom")]
)
def test_it_stands_upright_and_tells_nothing(orientation, red_at):
    content = phone_photo(orientation)
    assert b"secret comment" in content
    assert b"secret maker" in content
    remade = remake(upload(content))
    with Image.open(io.BytesIO(remade.jpeg)) as drawn:
        assert drawn.size == ((400, 600) if orientation in (6, 8) else (600, 400))
        wide, high = drawn.size
        middles = {
            "left": (20, high // 2),
            "right": (wide - 20, high // 2),
            "top": (wide // 2, 20),
            "bottom": (wide // 2, high - 20),
        }
        reds = {where for where, spot in middles.items() if drawn.getpixel(spot)[0] > 200}
        assert red_at in reds
        assert len(reds - {red_at}) <= 2
        opposite = {"left": "right", "right": "left", "top": "bottom", "bottom": "top"}[red_at]
        assert opposite not in reds
        assert not drawn.getexif()
        assert set(drawn.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
    for made in (remade.jpeg, remade.thumb):
        assert not any(secret in made for secret in SECRETS)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_profiles_xmp_and_what_hangs_behind_are_gone(kind):
    name = {"JPEG": "a.jpg", "PNG": "a.png", "WEBP": "a.webp"}[kind]
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    xmp = b'<x:xmpmeta xmlns:x="http://ns.adobe.com/secret"/>'
    extra = {} if kind == "PNG" else {"xmp": xmp}
    content = picture(kind, icc_profile=profile, **extra)
    behind = b"<script>secret()</script>PK\x03\x04" * 50
    remade = remake(upload(content + behind, name))
    for made in (remade.jpeg, remade.thumb):
        assert not any(secret in made for secret in SECRETS)
        assert made.endswith(b"\xff\xd9")


def test_colours_of_a_wide_profile_become_those_of_screens():
    lab_white = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    remade = remake(upload(picture(colour=(10, 200, 90), icc_profile=lab_white)))
    with Image.open(io.BytesIO(remade.jpeg)) as drawn:
        assert abs(drawn.getpixel((5, 5))[1] - 200) < 6
    # a broken profile is dropped, the picture stays
    assert remake(upload(picture(icc_profile=b"no profile" * 20))).width == 600


@pytest.mark.parametrize("mode", ["RGBA", "LA", "P"])
def test_see_through_becomes_white(mode):
    clear = {"RGBA": (255, 0, 0, 0), "LA": (0, 0), "P": 0}[mode]
    extra = {"transparency": 0} if mode == "P" else {}
    remade = remake(upload(picture("PNG", mode=mode, colour=clear, **extra), "a.png"))
    with Image.open(io.BytesIO(remade.jpeg)) as drawn:
        assert min(drawn.getpixel((30, 30))) > 250


@pytest.mark.parametrize(
    ("mode", "kind"), [("L", "PNG"), ("I;16", "PNG"), ("1", "PNG"), ("CMYK", "JPEG")]
)
def test_unusual_modes_are_fine(mode, kind):
    out = io.BytesIO()
    Image.new(mode, (50, 40)).save(out, kind)
    assert remake(upload(out.getvalue(), "a.png" if kind == "PNG" else "a.jpg")).width == 50


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_of_a_moving_picture_the_first_frame_is_taken(kind):
    out = io.BytesIO()
    frames = [Image.new("RGB", (60, 40), colour) for colour in ("red", "blue", "lime")]
    frames[0].save(out, kind, save_all=True, append_images=frames[1:], lossless=True)
    remade = remake(upload(out.getvalue(), f"a.{kind.lower()}"))
    with Image.open(io.BytesIO(remade.jpeg)) as drawn:
        assert drawn.getpixel((20, 20))[0] > 240
        assert drawn.getpixel((20, 20))[2] < 20


HEIC = b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + b"\0" * 200
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
HTML = b"<!doctype html><script>alert(1)</script>"
JPEG, PNG, WEBP = picture(), picture("PNG"), picture("WEBP")


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("a.jpg", b"", "empty"),
        ("a.jpg", JPEG + b"\0" * (12 * 1024 * 1024), "too_big"),
        ("a.heic", HEIC, "heic"),
        ("a.jpg", HEIC, "heic"),
        ("a.HEIF", HEIC.replace(b"ftypheic", b"ftypmif1"), "heic"),
        ("a.jpg", SVG, "other_kind"),
        ("a.svg", SVG, "other_kind"),
        ("a.gif", picture("GIF"), "other_kind"),
        ("a.jpg", picture("GIF"), "other_kind"),
        ("a.jpg", picture("TIFF"), "other_kind"),
        ("a.jpg", picture("BMP"), "other_kind"),
        ("a.jpg", picture("ICO"), "other_kind"),
        ("a.jpg", b"\0\0\0\x18ftypavif" + b"\0" * 99, "other_kind"),
        ("a.jpg", HTML, "not_a_photo"),
        ("a.jpg", picture("PDF"), "not_a_photo"),
        ("a.jpg", picture("EPS"), "not_a_photo"),
        ("a.jpg", b"PK\x03\x04" + b"\0" * 99, "not_a_photo"),
        ("a.jpg", b"\xff", "not_a_photo"),
        ("a.jpg", "一张照片".encode(), "not_a_photo"),
        ("a.mp4", b"\0\0\0\x18ftypisom" + b"\0" * 99, "not_a_photo"),
        ("a.png", JPEG, "mismatch"),
        ("a.jpg", PNG, "mismatch"),
        ("a.webp", PNG, "mismatch"),
        ("a.html", JPEG, "mismatch"),
        ("a.jpg.exe", JPEG, "mismatch"),
        ("jpg", JPEG, "mismatch"),
        ("", JPEG, "mismatch"),
        ("a.jpg", JPEG[: len(JPEG) // 2], "damaged"),
        ("a.jpg", JPEG[:40], "damaged"),
        ("a.jpg", b"\xff\xd8\xff" + HTML, "damaged"),
        ("a.png", PNG[: len(PNG) // 2], "damaged"),
        ("a.png", b"\x89PNG\r\n\x1a\n" + HTML, "damaged"),
        ("a.webp", WEBP[: len(WEBP) // 2], "damaged"),
        ("a.webp", b"RIFF\xff\xff\0\0WEBP" + HTML, "damaged"),
    ],
)
def test_everything_else_is_refused_in_a_sentence(name, content, code):
    file = io.BytesIO(content)
    file.name = name
    assert refused(file) == code


def test_flipped_bytes_never_get_through_as_an_error_of_ours():
    for at in range(2, len(PNG), 7):
        broken = bytearray(PNG)
        broken[at] ^= 0xFF
        try:
            remake(upload(bytes(broken), "a.png"))
        except ValidationError:
            pass
        if at > 60:
            break


@pytest.mark.parametrize("side", [9000, 12000])
def test_a_pixel_bomb_is_refused_by_its_header(side):
    content = bomb(side)
    assert len(content) < 40_000
    began = time.monotonic()
    assert refused(upload(content, "a.png")) == "too_many_pixels"
    assert time.monotonic() - began < 1


def test_a_large_but_honest_picture_passes():
    assert remake(upload(bomb(7000), "a.png")).width == 2000


MEASURE = """
import io, json, sys, threading, time
from pathlib import Path
from stations.foundation.photos import remake
from django.core.exceptions import ValidationError

def peak():
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmHWM"):
            return int(line.split()[1]) // 1024

def send(path):
    file = open(path, "rb")
    try:
        remake(file)
        return "ok"
    except ValidationError as refusal:
        return refusal.code

send(sys.argv[1])
before, codes = peak(), []
threads = [threading.Thread(target=lambda p=p: codes.append(send(p))) for p in sys.argv[1:]]
began = time.monotonic()
[t.start() for t in threads]
[t.join() for t in threads]
print(json.dumps({"grown": peak() - before, "codes": sorted(codes)}))
"""


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="measures memory on Linux")
def test_bombs_cost_the_web_process_nothing_and_others_go_on(tmp_path):
    contents = [JPEG, bomb(9000), bomb(12000), bomb(7000), picture("WEBP", (7000, 7000)), JPEG]
    paths = []
    for number, content in enumerate(contents):
        kind = "jpg" if content is JPEG else "webp" if content[:4] == b"RIFF" else "png"
        paths.append(tmp_path / f"{number}.{kind}")
        paths[-1].write_bytes(content)
    done = subprocess.run(
        [sys.executable, "-c", MEASURE, *map(str, paths)],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        check=True,
        timeout=60,
    )
    told = json.loads(done.stdout)
    assert told["codes"] == ["ok", "ok", "ok", "too_hard", "too_many_pixels", "too_many_pixels"]
    assert told["grown"] < 20


def test_a_decoder_that_never_ends_is_ended(monkeypatch, tmp_path):
    endless = tmp_path / "endless.py"
    endless.write_text("import time\ntime.sleep(60)")
    monkeypatch.setattr(photos, "_CHILD", endless)
    monkeypatch.setattr(photos, "SECONDS", 0.5)
    began = time.monotonic()
    assert refused(upload(JPEG)) == "too_hard"
    assert time.monotonic() - began < 3


def test_a_decoder_that_crashes_is_a_sentence(monkeypatch, tmp_path, caplog):
    crashing = tmp_path / "crashing.py"
    crashing.write_text("import os\nos.abort()")
    monkeypatch.setattr(photos, "_CHILD", crashing)
    assert refused(upload(JPEG)) == "too_hard"
    assert "photo child ended with -6" in caplog.text


def test_a_full_house_says_so(monkeypatch):
    monkeypatch.setattr(photos, "_turns", threading.BoundedSemaphore(1))
    monkeypatch.setattr(photos, "SECONDS_IN_QUEUE", 0.1)
    with photos._turns:
        assert refused(upload(JPEG)) == "busy"
    assert remake(upload(JPEG)).width == 600


def test_the_decoder_sees_no_settings(monkeypatch, tmp_path):
    monkeypatch.setenv("SECRET_KEY", "secret")
    looking = tmp_path / "looking.py"
    looking.write_text(
        "import os, json\n"
        "print(json.dumps({'refused': 'damaged' if 'SECRET_KEY' in os.environ else 'heic'}))"
    )
    monkeypatch.setattr(photos, "_CHILD", looking)
    assert refused(upload(JPEG)) == "heic"
