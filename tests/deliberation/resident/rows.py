"""What a resident sends and reads back."""

import io
import uuid

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from PIL import Image

from stations.foundation.codes import code_from

TEXT = "车棚的插座坏了三个，有一个都烧黑了。晚上没地方充电。"
NAME, PHONE = "周桂兰", "13900006021"


def jpeg(name="现场.jpg", size=(60, 40)):
    out = io.BytesIO()
    Image.new("RGB", size, (120, 90, 60)).save(out, "JPEG")
    return SimpleUploadedFile(name, out.getvalue(), content_type="image/jpeg")


def filled(**more):
    facts = {
        "token": str(uuid.uuid4()),
        "category": "ebike",
        "text": TEXT,
        "where": "e-e3x2",
        "name": NAME,
        "phone": "+86 139 0000 ６０21",
    }
    return facts | more


def look_up(client, issue, tail=""):
    """Give the code of an issue made by `report` (its token is the form's)."""
    return client.post("/track/", {"code": code_from(issue.token), "tail": tail})


def counted():
    return CaptureQueriesContext(connection)
