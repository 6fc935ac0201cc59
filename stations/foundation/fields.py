"""Fields that every form for the public needs: words without control characters, a day, the mark
of a page, one place of very many."""

import re
import uuid

from django import forms
from django.core.exceptions import ValidationError

from stations.foundation.pages import sensible_day

# Control characters come along with pasted text; Postgres refuses NUL, people see none of them.
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


class Words(forms.CharField):
    """Words as people type or paste them: one kind of line end, no control characters.

    Too long is said with both numbers, so that people know how much has to go.
    """

    def __init__(self, *, max_length, **more):
        super().__init__(max_length=max_length, **more)
        self.validators = []  # the length is told in our own words, NUL is taken out

    def to_python(self, value):
        words = str(value or "").replace("\r\n", "\n").replace("\r", "\n")
        return CONTROL.sub("", words).strip()

    def validate(self, value):
        super().validate(value)
        if len(value) > self.max_length:
            raise ValidationError(
                f"最多 {self.max_length} 个字，您写了 {len(value)} 个，请删短一些。",
                code="too_long",
            )


class DayField(forms.DateField):
    """A day of the calendar, picked or typed. Days of another age are refused: whoever adds some
    weeks to them would fall out of the calendar."""

    def __init__(self, **more):
        more.setdefault("widget", forms.DateInput({"type": "date"}, format="%Y-%m-%d"))
        super().__init__(**more)

    def validate(self, value):
        super().validate(value)
        if value is not None and not sensible_day(value):
            raise ValidationError("这个日子不对，看看年份。", code="invalid")


class PlaceField(forms.ChoiceField):
    """One place of an estate. What was chosen is looked up alone, not among all of them."""

    find = None  # the form's own look-up

    def valid_value(self, value):
        return self.find(value) is not None


class Token(forms.UUIDField):
    """Which copy of a page this is. A missing or strange one counts as a fresh page."""

    widget = forms.HiddenInput

    def clean(self, value):
        try:
            return super().clean(value)
        except ValidationError:
            return uuid.uuid4()

    def widget_attrs(self, widget):
        return {"autocomplete": "off"}  # browsers would put an old one back
