"""What is asked about a wish: the wish, who it is, the photo of the thing, the thanks."""

import uuid

from django import forms
from django.core.exceptions import ValidationError

from stations.foundation.fields import Token, Words
from stations.foundation.phones import normalise
from stations.foundation.photo_field import PhotosField, PhotosInput
from volunteers.forms.yuan import YuanField
from volunteers.models import Partner, Volunteer
from volunteers.services.wishes import REFERRED

OF_THING = "请拍东西、不拍人。不拍也行。"


class BoardWordsForm(forms.Form):
    """What stands on the board."""

    first_name = Words(
        label="怎么称呼",
        max_length=8,
        help_text="只写名，或者“王奶奶”这样。墙上大家都看得到。",
        widget=forms.TextInput({"autocomplete": "off"}),
    )
    title = Words(label="心愿", max_length=40, help_text="一句话，例如“一双三十四码的棉鞋”。")
    words = Words(
        label="想说的话",
        max_length=120,
        required=False,
        widget=forms.Textarea({"rows": 2}),
        help_text="别写电话、门牌和全名，写了上不了墙。",
    )


class WishForm(BoardWordsForm):
    """A new wish. `estates` are the places the worker may write down for."""

    area = forms.ModelChoiceField(None, label="哪个小区", empty_label=None)
    worth_fen = YuanField(
        label="大约多少钱（元）", most_yuan=500, required=False, help_text="最多 500 元。"
    )
    name = Words(
        label="姓名",
        max_length=20,
        required=False,
        help_text="加密保存，只有社区看得到，用来送东西。",
        widget=forms.TextInput({"autocomplete": "off"}),
    )
    phone = forms.CharField(
        label="电话",
        max_length=40,
        required=False,
        widget=forms.TextInput({"type": "tel", "inputmode": "tel", "autocomplete": "off"}),
    )
    token = Token(initial=uuid.uuid4)
    field_order = ["area", "first_name", "title", "words", "worth_fen", "name", "phone"]

    def __init__(self, *args, estates, **more):
        super().__init__(*args, **more)
        self.fields["area"].queryset = estates

    def clean_phone(self):
        phone = self.cleaned_data["phone"].strip()
        return normalise(phone) if phone else ""


class PublishForm(BoardWordsForm):
    """看一遍上墙: the words once more, ready to be mended."""

    @classmethod
    def of(cls, wish, data=None):
        """The form with what stands there now; a referred wish has no title of its own yet."""
        title = "" if wish.title == REFERRED else wish.title
        now = {"first_name": wish.first_name, "title": title, "words": wish.words}
        return cls(data, initial=now)


class ClaimForm(forms.Form):
    """Who takes it on, when staff write it down: a volunteer or a partner."""

    giver = forms.ChoiceField(label="谁认领", widget=forms.Select)

    def __init__(self, *args, area, **more):
        super().__init__(*args, **more)
        self.volunteers = Volunteer.objects.active().filter(area__path__in=area.lineage_paths())
        self.partners = Partner.objects.current().filter(area__path__in=area.lineage_paths())
        people = self.volunteers.select_related("user").order_by("user__name")[:300]
        self.fields["giver"].choices = [
            ("", "请选择"),
            ("合伙人", [(f"p-{one.pk}", one.name) for one in self.partners[:200]]),
            ("志愿者", [(f"v-{one.pk}", one.user.name) for one in people]),
        ]

    def clean(self):
        data = super().clean()
        kind, _, pk = data.pop("giver", "").partition("-")
        if pk:
            data["partner"] = self.partners.filter(pk=pk).first() if kind == "p" else None
            data["volunteer"] = self.volunteers.filter(pk=pk).first() if kind == "v" else None
        return data


class OnePhotoInput(PhotosInput):
    """One file only."""

    def __init__(self, attrs=None):
        super().__init__({"multiple": False} | (attrs or {}))


class FulfilForm(forms.Form):
    """圆了, with one photo of the thing or none."""

    photo = PhotosField(label="东西的照片", help_text=OF_THING, widget=OnePhotoInput)

    def clean_photo(self):
        photos = self.cleaned_data["photo"]
        if len(photos) > 1:
            raise ValidationError("一张照片就够了。")
        return photos[0] if photos else None


class ThankForm(forms.Form):
    thanks = Words(
        label="怎么谢的",
        max_length=120,
        widget=forms.Textarea({"rows": 2}),
        help_text="写原话。会出现在心愿墙上，别写全名、电话和门牌。",
    )


class NothingAsked(forms.Form):
    """An act that asks nothing."""
