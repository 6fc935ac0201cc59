"""What is asked about a wish: the wish, who it is, the photo of the thing, the thanks."""

import uuid

from django import forms
from django.core.exceptions import ValidationError

from stations.foundation.fields import Token, Words
from stations.foundation.phones import normalise
from stations.foundation.photo_field import PhotosField, PhotosInput
from stations.foundation.resident_fields import PhoneField
from volunteers.choices import WishKind
from volunteers.forms.givers import ChoosesGiver
from volunteers.forms.yuan import YuanField
from volunteers.models import Partner, Volunteer
from volunteers.services.wishes import REFERRED

OF_THING = "请拍东西、不拍人。不拍也行。"


class BoardWordsForm(forms.Form):
    """What stands on the board."""

    kind = forms.ChoiceField(
        label="想要什么",
        choices=WishKind.choices,
        initial=WishKind.THING,
        required=False,
        widget=forms.RadioSelect,
        help_text="东西由认领的人送到服务站；帮个忙，他先打电话来约。",
    )
    first_name = Words(
        label="怎么称呼",
        max_length=8,
        help_text="只写名，或者“王奶奶”这样。墙上大家都看得到。",
        widget=forms.TextInput({"autocomplete": "off"}),
        error_messages={"required": "写上怎么称呼。"},
    )
    title = Words(
        label="心愿",
        max_length=40,
        help_text="一句话，例如“一双三十四码的棉鞋”。",
        error_messages={"required": "写一句心愿是什么。"},
    )
    words = Words(
        label="想说的话",
        max_length=120,
        required=False,
        widget=forms.Textarea({"rows": 2}),
        help_text="别写电话、门牌和全名，写了上不了墙。",
    )

    def clean_kind(self):
        """Not pressed, it stays what it was: something to be brought."""
        return self.cleaned_data["kind"] or self.get_initial_for_field(self.fields["kind"], "kind")


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
    field_order = ["area", "first_name", "title", "kind", "words", "worth_fen", "name", "phone"]

    def __init__(self, *args, estates, **more):
        super().__init__(*args, **more)
        self.fields["area"].queryset = estates

    def clean_phone(self):
        phone = self.cleaned_data["phone"].strip()
        return normalise(phone) if phone else ""


class AskWishForm(BoardWordsForm):
    """许个愿, by a resident without an account: the station reads it before anybody else does."""

    phone = PhoneField(
        label="电话", error_messages={"required": "留一个打得通的电话，社区好和您说一声。"}
    )
    token = Token(initial=uuid.uuid4)
    # Robots fill in every box they find; people never see this one.
    website = forms.CharField(label="别填这里", required=False)
    field_order = ["first_name", "title", "kind", "words", "phone"]

    def __init__(self, *args, **more):
        super().__init__(*args, **more)
        self.fields["words"].help_text = ""

    def clean(self):
        data = super().clean()
        if data.pop("website", ""):
            self.add_error(None, "没有送出去，请再按一次。")
        self.token = data.pop("token", None) or uuid.uuid4()
        return data

    @property
    def shown(self):
        """The fields in the order in which people answer them."""
        return [self[name] for name in self.field_order]


class PublishForm(BoardWordsForm):
    """看一遍上墙: the words once more, ready to be mended."""

    field_order = ["first_name", "title", "kind", "words"]

    @classmethod
    def of(cls, wish, data=None):
        """The form with what stands there now; a referred wish has no title of its own yet."""
        title = "" if wish.title == REFERRED else wish.title
        now = {"first_name": wish.first_name, "title": title, "words": wish.words}
        return cls(data, initial=now | {"kind": wish.kind})


class ClaimForm(ChoosesGiver, forms.Form):
    """Who takes it on, when staff write it down: a volunteer or a partner."""

    giver = forms.ChoiceField(
        label="谁认领", widget=forms.Select, error_messages={"required": "选一下是谁认领。"}
    )

    def __init__(self, *args, area, **more):
        super().__init__(*args, **more)
        above = area.lineage_paths()
        self.offer_givers(
            partners=Partner.objects.current().filter(area__path__in=above),
            volunteers=Volunteer.objects.active().filter(area__path__in=above),
        )


class OnePhotoInput(PhotosInput):
    """One file only."""

    def __init__(self, attrs=None):
        super().__init__({"multiple": False} | (attrs or {}))


class HandInForm(forms.Form):
    """送到服务站了, with one photo of the thing or none."""

    photo = PhotosField(label="东西的照片", help_text=OF_THING, widget=OnePhotoInput)

    def clean_photo(self):
        photos = self.cleaned_data["photo"]
        if len(photos) > 1:
            raise ValidationError("一张照片就够了。")
        return photos[0] if photos else None


class FulfilForm(HandInForm):
    """圆了, by the station. Whoever claimed it may have sent a photo already: then only whether
    it hangs on the board is asked, and nobody is asked for a picture of a wish for time."""

    is_photo_public = forms.BooleanField(label="照片可以上墙，上面没有人", required=False)

    def __init__(self, *args, wish, **more):
        super().__init__(*args, **more)
        if wish.photo:
            del self.fields["photo"]
        elif wish.kind == WishKind.HELP:
            del self.fields["photo"], self.fields["is_photo_public"]

    def clean_photo(self):
        return super().clean_photo() if "photo" in self.fields else None


class ThankForm(forms.Form):
    """How somebody said thanks, as it stands on the board."""

    thanks = Words(
        label="怎么谢的",
        max_length=120,
        widget=forms.Textarea({"rows": 2}),
        help_text="写原话。会出现在心愿墙上，别写全名、电话和门牌。",
        error_messages={"required": "写上怎么谢的。"},
    )
