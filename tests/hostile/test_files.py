"""U1 to U3 at the real forms: every file is taken and drawn anew, or refused by its name."""

import io

import pytest
from django.core.files.storage import default_storage
from PIL import Image

from deliberation.models import Photo
from stations.foundation.photos import _SENTENCES
from tests.hostile.files import MAKERS, SECRET, turned, upload
from tests.hostile.rows import ROWS, Stage
from tests.hostile.sending import Sent, undone
from tests.support.pictures import upload as small

# Minutes for the whole product: asked for by `-m long`, not in every run.
pytestmark = [pytest.mark.django_db, pytest.mark.long]

FORMS = ["deliberation:report", "deliberation:issue_new", "deliberation:finish_task"]
TYPED = "充电棚的插座烧黑了𠮷"


@pytest.fixture
def sent(estate, cast, client, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    stage = Stage(estate, cast)
    return lambda name: Sent(name, ROWS[name], stage, client)


def send(form, *files):
    """(answer, page, photos written, files written); nothing of it stays."""
    prefix = form.row.prefix
    field = f"{prefix}text" if f"{prefix}text" in form.data else f"{prefix}words"
    before = stored()
    with undone():
        answer = form.client.post(
            form.url, {**form.data, field: TYPED, f"{prefix}photos": list(files)}
        )
        photos = list(Photo.objects.all())
        pictures = [(p.file.open().read(), p.thumb.open().read(), p) for p in photos]
        for photo in photos:
            photo.file.close(), photo.thumb.close()
    fresh = stored() - before
    for name in fresh:
        default_storage.delete(name)
    return answer, answer.content.decode(), pictures, fresh


def stored():
    top = default_storage.path("")
    from pathlib import Path

    return {f"{p.relative_to(top)}" for p in Path(top).rglob("*") if p.is_file()}


def faults(form, case):
    """What is wrong with the answer to this file."""
    name, _, wanted = MAKERS[case]
    answer, page, pictures, files = send(form, upload(case))
    if answer.status_code in form.row.said and "taken" in wanted:
        if len(pictures) != 1:
            return "taken, but no photo"
        return next((f for bytes_ in pictures[0][:2] if (f := unclean(bytes_))), "")
    if answer.status_code != 422:
        return f"answered {answer.status_code}"
    sentences = [_SENTENCES[code] for code in wanted.split() if code != "taken"]
    if not any(sentence in page for sentence in sentences):
        return f"not the sentence of {wanted}"
    if TYPED not in page:
        return "typed words are gone"
    if name[-8:].isascii() and name[-8:] not in page:
        return "the file is not named"
    if pictures or files:
        return f"refused, but left {files or pictures}"
    return ""


def unclean(bytes_):
    """What a stored picture must not hold."""
    image = Image.open(io.BytesIO(bytes_))
    image.load()
    if image.format != "JPEG" or image.getexif() or image.info.keys() & {"exif", "xmp", "comment"}:
        return f"metadata {image.info.keys()}"
    if not bytes_.endswith(b"\xff\xd9") or bytes_.count(b"\xff\xd9") > 1:
        return "bytes behind the picture"
    if SECRET in bytes_ or b"<script" in bytes_ or b"PK\x03\x04" in bytes_:
        return "something of the original"
    return "" if max(image.size) <= 2000 else f"{image.size}"


def test_there_are_at_least_forty():
    assert len(MAKERS) >= 40


@pytest.mark.parametrize("name", FORMS)
def test_hostile_files(sent, name):
    form = sent(name)
    wrong = {case: found for case in MAKERS if (found := faults(form, case))}
    assert not wrong


def test_photos_stand_upright(sent):
    form = sent(FORMS[0])
    for orientation in range(1, 9):
        _, _, pictures, _ = send(form, turned(orientation))
        for bytes_ in pictures[0][:2]:
            image = Image.open(io.BytesIO(bytes_))
            assert image.width > image.height and not unclean(bytes_)
            red, green, _ = image.getpixel((8, 8))
            assert red > green, orientation


@pytest.mark.parametrize("name", FORMS)
@pytest.mark.parametrize("number", [7, 13, 40])
def test_too_many_photos(sent, name, number):
    """Also more than the phone's script lets through."""
    form = sent(name)
    answer, page, pictures, files = send(form, *(small(f"{n}.jpg") for n in range(number)))
    assert answer.status_code == 422 and f"您选了 {number} 张" in page and TYPED in page
    assert not pictures and not files


def test_one_bad_photo_among_good_ones(sent):
    """Everything is refused together: nothing is half-written."""
    form = sent(FORMS[1])
    answer, page, pictures, files = send(form, small(), upload("HTML named JPG"), small())
    assert answer.status_code == 422 and TYPED in page and not pictures and not files
