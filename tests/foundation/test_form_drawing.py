"""What is drawn quickly is what Django's own templates draw."""

import pytest
from django import forms
from django.forms.renderers import DjangoTemplates
from django.utils.safestring import mark_safe

from stations.foundation.form_drawing import QuickBoxes

STRANGE = ("", None, 0, 7, "两个字", "\"<b>&'", mark_safe("<i>safe</i>"), "a\nb", True)
ATTRS = (
    {},
    {"id": "id_x", "class": "wide"},
    {"required": True, "disabled": False, "data-n": 3, "placeholder": '"<&>'},
    {"title": mark_safe("&nbsp;")},
)
CHOICES = [
    ("", "不限"),
    (1, "一"),
    ("组<", [("a", "甲&"), ("b", mark_safe("<b>乙</b>"))]),
    ("c", "丙"),
]
WIDGETS = (
    forms.TextInput,
    forms.NumberInput,
    forms.EmailInput,
    forms.URLInput,
    forms.PasswordInput,
    forms.HiddenInput,
    forms.DateInput,
    forms.DateTimeInput,
    forms.TimeInput,
    forms.FileInput,
    forms.CheckboxInput,
    forms.Textarea,
)


@pytest.mark.parametrize("kind", WIDGETS)
@pytest.mark.parametrize("attrs", ATTRS)
@pytest.mark.parametrize("value", STRANGE)
def test_boxes(kind, attrs, value):
    widget = kind()
    drawn = [
        widget.render("n<", value, attrs, renderer()) for renderer in (QuickBoxes, DjangoTemplates)
    ]
    assert drawn[0] == drawn[1]


@pytest.mark.parametrize("kind", [forms.Select, forms.SelectMultiple, forms.RadioSelect])
@pytest.mark.parametrize("attrs", ATTRS)
@pytest.mark.parametrize("value", ["", None, 1, "1", "b", ["a", "c"]])
def test_selects(kind, attrs, value):
    widget = kind(choices=CHOICES)
    drawn = [
        widget.render("n", value, attrs, renderer()) for renderer in (QuickBoxes, DjangoTemplates)
    ]
    assert drawn[0] == drawn[1]


def test_the_portal_draws_so(settings):
    class Ask(forms.Form):
        words = forms.CharField()

    assert isinstance(Ask().renderer, QuickBoxes)
