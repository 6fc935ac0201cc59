"""改平面图: a picture to draw on, and where the houses stand on it."""

import json
import math

from django import forms
from django.core.exceptions import ValidationError

from residents_map.services.plans import MOST_CORNERS
from stations.foundation.photos import remake

PICTURE_SIDE = 2600  # pixels: a hand-drawn map has small writing
MOST_NUMBER = 1_000_000
SIDES = (("x", "左"), ("y", "上"), ("w", "宽"), ("h", "高"))


class PictureForm(forms.Form):
    """A photo of the hand-drawn map or a site plan; what is kept is drawn anew by us."""

    picture = forms.FileField(
        label="手绘图或总平面图",
        help_text="JPG、PNG、WebP，12 MB 以内。换图以后，楼要在新图上重新画。",
        error_messages={"required": "请先选一张图。"},
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp"}),
    )

    def clean_picture(self):
        return remake(self.cleaned_data["picture"], max_side=PICTURE_SIDE)


class OutlinesForm(forms.Form):
    """Where the houses stand: drawn (`outlines`, JSON), or as four numbers each.

    What is drawn wins. A house without numbers is placed by the plan itself.
    """

    outlines = forms.CharField(required=False, widget=forms.HiddenInput, max_length=500_000)
    seen = forms.CharField(required=False, widget=forms.HiddenInput, max_length=40)

    def __init__(self, *args, buildings, **kwargs):
        super().__init__(*args, **kwargs)
        self.buildings = list(buildings)
        for building in self.buildings:
            for side, label in SIDES:
                self.fields[self.name(building, side)] = forms.FloatField(
                    label=f"{building} {label}",
                    required=False,
                    min_value=0,
                    max_value=MOST_NUMBER,
                    widget=forms.NumberInput(
                        attrs={"step": 1, "inputmode": "numeric", "data-side": side}
                    ),
                )

    @staticmethod
    def name(building, side):
        return f"{side}_{building.pk}"

    @property
    def rows(self):
        """For the table: each building with its four boxes."""
        return [
            (building, [self[self.name(building, side)] for side, _ in SIDES])
            for building in self.buildings
        ]

    def clean_outlines(self):
        text = self.cleaned_data["outlines"]
        if not text:
            return None
        try:
            return drawn(json.loads(text))
        except (ValueError, TypeError, AttributeError, RecursionError):
            raise ValidationError("画的内容没有传完整，请再存一次。") from None

    def clean(self):
        found = super().clean()
        if self.errors:
            return found
        outlines = found.pop("outlines", None)
        boxes = {}
        for building in self.buildings:
            sides = [found.pop(self.name(building, side)) for side, _ in SIDES]
            if None in sides:
                if any(value is not None for value in sides):
                    self.add_error(None, f"{building}要么四个数都填，要么都空着。")
                continue
            x, y, width, height = sides
            boxes[building.pk] = [[x, y], [x + width, y], [x + width, y + height], [x, y + height]]
        return found | {"outlines": boxes if outlines is None else outlines}


def drawn(told):
    """{building id: [[x, y], …]} out of what a browser sent; anything else is refused."""
    outlines = {}
    for key, points in told.items():
        if len(points) > MOST_CORNERS * 4:
            raise ValueError("too many corners")
        pairs = [[float(x), float(y)] for x, y in points]
        if not all(math.isfinite(value) for pair in pairs for value in pair):
            raise ValueError("not a number")
        outlines[int(key)] = pairs
    return outlines
