"""The process that opens one photo from a stranger. Started by `photos.py`, never imported.

Arguments: kind, longest side, thumbnail side, most pixels, seconds. The photo is on stdin; stdout
gets one line of JSON and then the two pictures. The limits are set before the decoder is loaded.
"""

import io
import json
import resource
import sys

ADDRESS_SPACE = 700 * 1024 * 1024
QUALITY = 82
THUMB_QUALITY = 75


def main() -> None:
    """Draw the photo, or say in one word why not."""
    kind, max_side, thumb_side, max_pixels, seconds = sys.argv[1], *map(int, sys.argv[2:])
    _limit(resource.RLIMIT_CPU, seconds)
    _limit(resource.RLIMIT_FSIZE, 0)
    _limit(resource.RLIMIT_CORE, 0)
    from PIL import Image

    _limit(resource.RLIMIT_AS, ADDRESS_SPACE)
    # Our own limit below is stricter and comes before any decoding.
    Image.MAX_IMAGE_PIXELS = None
    try:
        with Image.open(sys.stdin.buffer, formats=[kind]) as photo:
            if photo.width * photo.height > max_pixels:
                return _refuse("too_many_pixels")
            drawn = _drawn(photo, max_side)
    except (MemoryError, RecursionError):
        return _refuse("too_hard")
    except Exception:  # noqa: BLE001
        # Decoders fail on hostile bytes in any way they like; all of them mean the same here.
        return _refuse("damaged")
    jpeg = _jpeg(drawn, QUALITY)
    thumb = drawn.copy()
    thumb.thumbnail((thumb_side, thumb_side))
    told = {"jpeg": len(jpeg), "width": drawn.width, "height": drawn.height}
    sys.stdout.buffer.write(json.dumps(told).encode() + b"\n" + jpeg + _jpeg(thumb, THUMB_QUALITY))
    return None


def _drawn(photo, max_side: int):
    """The photo upright in sRGB on a new white canvas, not larger than asked for."""
    from PIL import Image

    # JPEG can decode at a half, a quarter or an eighth: less memory, less time.
    photo.draft("RGB", (max_side, max_side))
    photo.load()
    profile = photo.info.get("icc_profile")
    turn = _turn(photo)
    small = photo
    if photo.mode not in ("RGB", "RGBA", "L", "CMYK"):
        small = photo.convert("RGBA" if _has_alpha(photo) else "RGB")
    small.thumbnail((max_side, max_side), reducing_gap=2.0)
    if profile and small.mode in ("RGB", "RGBA", "CMYK"):
        small = _in_srgb(small, profile)
    if small.mode == "RGBA":
        ground = Image.new("RGB", small.size, "white")
        ground.paste(small, mask=small.getchannel("A"))
        small = ground
    canvas = Image.new("RGB", small.size, "white")
    canvas.paste(small.convert("RGB"))
    return canvas if turn is None else canvas.transpose(turn)


def _turn(photo):
    """How to turn the pixels so that the photo stands upright, from the EXIF orientation."""
    from PIL.Image import Transpose

    try:
        orientation = photo.getexif().get(0x0112)
    except Exception:  # noqa: BLE001
        # Broken EXIF is common and no reason to refuse a good picture.
        return None
    return {
        2: Transpose.FLIP_LEFT_RIGHT,
        3: Transpose.ROTATE_180,
        4: Transpose.FLIP_TOP_BOTTOM,
        5: Transpose.TRANSPOSE,
        6: Transpose.ROTATE_270,
        7: Transpose.TRANSVERSE,
        8: Transpose.ROTATE_90,
    }.get(orientation)


def _has_alpha(photo) -> bool:
    return photo.mode in ("RGBA", "LA", "PA", "RGBa", "La") or "transparency" in photo.info


def _in_srgb(picture, profile: bytes):
    """The picture with its colours as screens show them; unchanged when its profile is broken."""
    from PIL import ImageCms

    try:
        alpha = picture.getchannel("A") if picture.mode == "RGBA" else None
        colours = picture.convert("RGB") if alpha else picture
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        shown = ImageCms.profileToProfile(
            colours, source, ImageCms.createProfile("sRGB"), outputMode="RGB"
        )
        if alpha:
            shown.putalpha(alpha)
        return shown
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        return picture


def _jpeg(picture, quality: int) -> bytes:
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=quality, optimize=True, progressive=False)
    return out.getvalue()


def _limit(what: int, amount: int) -> None:
    try:
        resource.setrlimit(what, (amount, amount))
    except (ValueError, OSError):
        # macOS knows no limit of the address space; the ten seconds hold everywhere.
        pass


def _refuse(code: str) -> None:
    sys.stdout.write(json.dumps({"refused": code}) + "\n")


if __name__ == "__main__":
    main()
