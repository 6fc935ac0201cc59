"""Forty files that people and attackers send as photos.

Each says what has to come of it: "taken", or the code of the refusal (stations/foundation/photos).
"""

import io
import random
import struct
import zipfile
import zlib
from functools import cache

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageDraw, PngImagePlugin

SECRET = b"GEHEIM-31.23N-104.06E"  # stands in every piece of metadata, and must be gone


def picture(mode="RGB", size=(320, 240)):
    image = Image.new("RGB", size, "#2f7a57")
    ImageDraw.Draw(image).rectangle((0, 0, size[0] // 2, size[1] // 3), fill="#c43")
    return image.convert(mode)


def saved(kind, image=None, **more):
    out = io.BytesIO()
    (image or picture()).save(out, kind, **more)
    return out.getvalue()


def exif(**tags):
    known = Image.Exif()
    known[0x010F] = SECRET.decode()  # maker
    known[0x9286] = SECRET  # user comment
    known[0x8825] = {1: "N", 2: (31.0, 13.0, 52.0), 3: "E", 4: (104.0, 3.0, 36.0)}
    for tag, value in tags.items():
        known[int(tag)] = value
    return known


def jpeg(**more):
    return saved("JPEG", **more)


def png_of(width, height, depth=1, rows=True):
    """A PNG of one colour: a few kB, however large."""

    def chunk(kind, body):
        sign = zlib.crc32(kind + body)
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", sign)

    line = b"\0" + b"\0" * ((width * depth + 7) // 8)
    packer = zlib.compressobj(9)
    body = b"".join(packer.compress(line) for _ in range(height if rows else 1)) + packer.flush()
    head = struct.pack(">IIBBBBB", width, height, depth, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


def with_size(data, width, height):
    """The JPEG, its header saying another size."""
    at = data.index(b"\xff\xc0") + 5
    return data[:at] + struct.pack(">HH", height, width) + data[at + 4 :]


def zipped():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("x.html", b"<script>alert(1)</script>" + SECRET)
    return out.getvalue()


def frames(kind):
    return saved(
        kind, picture(), save_all=True, append_images=[picture("L").convert("RGB")] * 3, duration=9
    )


def xmp():
    return b"<x:xmpmeta xmlns:x='adobe:ns:meta/'>" + SECRET + b"</x:xmpmeta>"


def png_text(amount=1):
    info = PngImagePlugin.PngInfo()
    info.add_text("Comment", SECRET.decode() * amount, zip=True)
    info.add_itxt("XML:com.adobe.xmp", xmp().decode())
    return info


def html():
    return b"<html><body><script>alert(1)</script>" + SECRET


SVG = b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'><image href='file:///etc/passwd'/></svg>"
HEIC = b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + b"\0" * 200
BOMB_TEXT = b"A" * 80_000_000


def text_bomb():
    """A PNG whose comment is 80 MB once it is unpacked."""
    data = saved("PNG")
    body = b"Comment\0\0" + zlib.compress(BOMB_TEXT, 9)
    chunk = (
        struct.pack(">I", len(body))
        + b"zTXt"
        + body
        + struct.pack(">I", zlib.crc32(b"zTXt" + body))
    )
    return data[:33] + chunk + data[33:]


def profile_bomb():
    """A PNG whose colour profile is 80 MB once it is unpacked."""
    data = saved("PNG")
    body = b"icc\0\0" + zlib.compress(b"\0" * 80_000_000, 9)
    chunk = (
        struct.pack(">I", len(body))
        + b"iCCP"
        + body
        + struct.pack(">I", zlib.crc32(b"iCCP" + body))
    )
    return data[:33] + chunk + data[33:]


def noise(size):
    return random.Random(7).randbytes(size)


# name of the case: (file name, bytes, what comes of it)
MAKERS = {
    "plain JPEG": ("现场.jpg", jpeg, "taken"),
    "plain PNG": ("截屏.png", lambda: saved("PNG"), "taken"),
    "plain WebP": ("图.webp", lambda: saved("WEBP"), "taken"),
    "upper case": ("IMG_0001.JPG", jpeg, "taken"),
    "grey": ("a.jpg", lambda: saved("JPEG", picture("L")), "taken"),
    "CMYK": ("a.jpg", lambda: saved("JPEG", picture("CMYK")), "taken"),
    "16 bit": ("a.png", lambda: saved("PNG", Image.new("I;16", (64, 48), 30000)), "taken"),
    "palette with alpha": ("a.png", lambda: saved("PNG", picture("P"), transparency=0), "taken"),
    "grey with alpha": ("a.png", lambda: saved("PNG", picture("LA")), "taken"),
    "one bit": ("a.png", lambda: saved("PNG", picture("1")), "taken"),
    "one pixel": ("a.png", lambda: saved("PNG", picture(size=(1, 1))), "taken"),
    "one line": ("a.png", lambda: png_of(30_000, 1, 8), "taken"),
    "progressive": ("a.jpg", lambda: jpeg(progressive=True), "taken"),
    "place and device": ("a.jpg", lambda: jpeg(exif=exif(), comment=SECRET), "taken"),
    "XMP": ("a.jpg", lambda: jpeg(xmp=xmp()), "taken"),
    "place in a PNG": ("a.png", lambda: saved("PNG", exif=exif(), pnginfo=png_text()), "taken"),
    "place in a WebP": ("a.webp", lambda: saved("WEBP", exif=exif(), xmp=xmp()), "taken"),
    "broken EXIF": ("a.jpg", lambda: jpeg(exif=b"Exif\0\0II*\0" + SECRET * 40), "taken"),
    "broken profile": ("a.jpg", lambda: jpeg(icc_profile=SECRET * 300), "taken"),
    "animated WebP": ("a.webp", lambda: frames("WEBP"), "taken"),
    "animated PNG": ("a.png", lambda: frames("PNG"), "taken"),
    "photo with a ZIP behind": ("a.jpg", lambda: jpeg() + zipped(), "taken"),
    "photo with a script behind": ("a.jpg", lambda: jpeg() + html(), "taken"),
    "script in the comment": ("a.jpg", lambda: jpeg(comment=html()), "taken"),
    "several photos in one": ("a.jpg", lambda: saved("MPO", save_all=True, append_images=[picture()]), "taken"),
    "very long name": ("照" * 300 + ".jpg", jpeg, "taken"),
    "path name": ("../../../../etc/cron.d/a.jpg", jpeg, "taken"),
    "name that turns round": ("a\u202egpj.\u202c.jpg", jpeg, "taken"),
    "name with code": ("<img src=x onerror=alert(1)>{{7}}.jpg", jpeg, "taken"),
    "8,000 × 6,000 JPEG": ("a.jpg", lambda: saved("JPEG", Image.new("L", (8000, 6000), 90)), "taken"),
    "0 byte": ("a.jpg", lambda: b"", "empty"),
    "13 MB": ("a.jpg", lambda: jpeg() + noise(13_000_000), "too_big"),
    "9000² PNG of a few kB": ("a.png", lambda: png_of(9000, 9000), "too_many_pixels"),
    "12000² PNG of a few kB": ("a.png", lambda: png_of(12000, 12000), "too_many_pixels"),
    "2³¹ pixels wide": ("a.png", lambda: png_of(2**31 - 1, 1, rows=False)[:200], "too_many_pixels damaged"),
    "100 megapixels": ("a.jpg", lambda: with_size(jpeg(), 12_000, 9_000), "too_many_pixels"),
    "7000² PNG under the limit": ("a.png", lambda: png_of(7000, 7000, 8), "taken too_hard"),
    "header says more than there is": ("a.jpg", lambda: with_size(jpeg(), 5_000, 5_000), "taken damaged"),
    "text bomb": ("a.png", text_bomb, "taken damaged too_hard"),
    "profile bomb": ("a.png", profile_bomb, "taken damaged too_hard"),
    "cut off": ("a.jpg", lambda: jpeg()[:900], "damaged"),
    "cut off PNG": ("a.png", lambda: saved("PNG")[:200], "damaged"),
    "only a head": ("a.jpg", lambda: b"\xff\xd8\xff\xe0", "damaged"),
    "noise behind a head": ("a.png", lambda: b"\x89PNG\r\n\x1a\n" + noise(5000), "damaged"),
    "HEIC": ("IMG_1.HEIC", lambda: HEIC, "heic"),
    "HEIC named JPG": ("IMG_1.jpg", lambda: HEIC, "heic"),
    "SVG": ("a.svg", lambda: SVG, "other_kind"),
    "SVG named PNG": ("a.png", lambda: SVG, "other_kind"),
    "HTML named JPG": ("a.jpg", html, "not_a_photo"),
    "photo named HTML": ("a.html", jpeg, "mismatch"),
    "double extension": ("a.jpg.exe", jpeg, "mismatch"),
    "no extension": ("photo", jpeg, "mismatch"),
    "PNG named JPG": ("a.jpg", lambda: saved("PNG"), "mismatch"),
    "GIF": ("a.gif", lambda: frames("GIF"), "other_kind"),
    "GIF with a JAR behind": ("a.gif", lambda: saved("GIF") + zipped(), "other_kind"),
    "GIF head on a JPEG": ("a.jpg", lambda: b"GIF89a" + jpeg(), "other_kind"),
    "BMP": ("a.bmp", lambda: saved("BMP"), "other_kind"),
    "TIFF": ("a.tif", lambda: saved("TIFF"), "other_kind"),
    "ICO": ("a.ico", lambda: saved("ICO"), "other_kind"),
    "PSD": ("a.psd", lambda: b"8BPS\0\1" + b"\0" * 500, "not_a_photo"),
    "PDF named JPG": ("a.jpg", lambda: b"%PDF-1.7\n" + jpeg(), "not_a_photo"),
    "EPS": ("a.eps", lambda: b"%!PS-Adobe-3.0 EPSF-3.0\n(/etc/passwd) run", "not_a_photo"),
    "ZIP named JPG": ("a.jpg", zipped, "not_a_photo"),
    "program": ("a.jpg", lambda: b"\x7fELF" + noise(3000), "not_a_photo"),
    "noise": ("a.jpg", lambda: noise(4000), "not_a_photo"),
}  # fmt: skip


@cache
def made(case):
    return MAKERS[case][1]()


def upload(case):
    """A fresh upload of a case."""
    name, _, _ = MAKERS[case]
    return SimpleUploadedFile(name, made(case), content_type="image/jpeg")


def turned(orientation):
    """A photo whose red corner stands top left once it is upright."""
    from PIL.Image import Transpose

    undo = {
        2: Transpose.FLIP_LEFT_RIGHT,
        3: Transpose.ROTATE_180,
        4: Transpose.FLIP_TOP_BOTTOM,
        5: Transpose.TRANSPOSE,
        6: Transpose.ROTATE_90,
        7: Transpose.TRANSVERSE,
        8: Transpose.ROTATE_270,
    }.get(orientation)
    image = picture() if undo is None else picture().transpose(undo)
    return SimpleUploadedFile("a.jpg", saved("JPEG", image, exif=exif(**{"274": orientation})))
