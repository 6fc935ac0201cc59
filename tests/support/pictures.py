"""Pictures for tests, made on the spot."""

import io
from functools import cache

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from stations.foundation.photos import Remade


def jpeg(width=64, height=48, colour="#2f7a57"):
    """The bytes of a small JPEG."""
    out = io.BytesIO()
    Image.new("RGB", (width, height), colour).save(out, "JPEG")
    return out.getvalue()


def upload(name="photo.jpg", **more):
    """A small photo as a form sends it."""
    return SimpleUploadedFile(name, jpeg(**more), content_type="image/jpeg")


@cache
def remade():
    """A photo as `remake` gives it, without the child process."""
    return Remade(jpeg=jpeg(), thumb=jpeg(32, 24), width=64, height=48)
