"""Photos in a form: several files in one field, each drawn anew before anybody stores it."""

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.html import format_html

from stations.foundation.photos import remake

NAME_SHOWN = 30


class PhotosInput(forms.FileInput):
    """Chooses several photos, or one with {"multiple": False}. `photos.js` finds the box round
    it and shows them.

    Asking for exactly these kinds makes an iPhone hand out JPEG instead of HEIC.
    """

    allow_multiple_selected = True

    def __init__(self, attrs=None):
        kinds = "image/jpeg,image/png,image/webp"
        super().__init__({"multiple": True, "accept": kinds} | (attrs or {}))

    def render(self, name, value, attrs=None, renderer=None):
        control = super().render(name, value, attrs, renderer)
        # `photos.js` lets one photo be changed for another and several be added to.
        most = settings.PHOTOS_PER_FORM if self.attrs.get("multiple") else 1
        return format_html('<div data-photos data-most="{}">{}</div>', most, control)


class PhotosField(forms.Field):
    """At most six photos, handed on as a list of `Remade` pictures.

    Refuses too many files, and each file that cannot be drawn in a sentence that names it.
    """

    widget = PhotosInput

    def __init__(self, *, required=False, label="照片", **more):
        super().__init__(required=required, label=label, **more)

    def clean(self, value):
        files = [file for file in value or [] if file]
        if not files:
            if self.required:
                raise ValidationError("请至少选一张照片。", code="required")
            return []
        most = settings.PHOTOS_PER_FORM
        if len(files) > most:
            raise ValidationError(
                f"一次最多 {most} 张照片，您选了 {len(files)} 张。", code="too_many"
            )
        remade, refused = [], []
        for file in files:
            try:
                remade.append(remake(file))
            except ValidationError as refusal:
                sentence = f"“{_short(file.name)}”：{refusal.messages[0]}"
                refused.append(ValidationError(sentence, code=refusal.code))
        if refused:
            raise ValidationError(refused)
        return remade


def _short(name):
    """A file name that fits into a sentence, its end kept: that is what people recognise.

    Invisible signs are left out: one of them turns the rest of the sentence round.
    """
    name = "".join(sign for sign in str(name or "") if sign.isprintable()) or "照片"
    return name if len(name) <= NAME_SHOWN else f"…{name[-NAME_SHOWN:]}"
