"""What residents fill in to report something."""

import re
import uuid

from django import forms

from deliberation.choices import CATEGORY_ICONS, Category
from stations.foundation.fields import CONTROL, PlaceField, Token, Words
from stations.foundation.photo_field import PhotosField
from stations.foundation.resident_fields import PhoneField, picks
from stations.models import Building, Entrance, Place

TEXT_LENGTH = 1000
# The eight kinds shown first; the others wait behind 更多.
FIRST = (
    Category.ELEVATOR,
    Category.LEAK,
    Category.LIGHT,
    Category.PARKING,
    Category.EBIKE,
    Category.HYGIENE,
    Category.NOISE,
    Category.OTHER,
)
TONES = {
    Category.ELEVATOR: "blue",
    Category.LEAK: "blue",
    Category.LIGHT: "ochre",
    Category.PARKING: "ink",
    Category.EBIKE: "red",
    Category.HYGIENE: "green",
    Category.NOISE: "plum",
    Category.FACILITY: "ochre",
    Category.FIRE: "red",
    Category.PETS: "plum",
    Category.GREEN: "green",
    Category.OTHER: "ink",
}
_CODE = re.compile(r"[-_a-zA-Z0-9]{1,20}")


class ReportForm(forms.Form):
    """报个事: one page. Its data is what `submit_issue` takes; the photos are a form of their own.

    `at` is the code on the QR poster of an entrance or a building; a strange one is ignored.
    """

    category = forms.ChoiceField(
        label="是哪类事",
        choices=Category.choices,
        required=False,
        error_messages={"invalid_choice": "请重新点一下是哪类事。"},
    )
    text = Words(
        label="什么情况",
        max_length=TEXT_LENGTH,
        widget=forms.Textarea(attrs={"rows": 4, "data-count": "text-left"}),
        error_messages={"required": "请写一写是什么情况，一句话也行。"},
    )
    where = PlaceField(
        label="在哪里",
        required=False,
        error_messages={"invalid_choice": "没有这个地方，请重新选一下。"},
    )
    spot = Words(
        label="具体位置",
        max_length=60,
        required=False,
        widget=forms.TextInput(attrs={"placeholder": "比如车棚东头、六楼拐角"}),
    )
    name = Words(
        label="怎么称呼",
        max_length=20,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "name", "placeholder": "选填"}),
    )
    phone = PhoneField(label="手机号", required=False)
    no_phone = forms.BooleanField(label="不留电话", required=False)
    door = Words(
        label="门牌",
        max_length=20,
        required=False,
        widget=forms.TextInput(attrs={"placeholder": "选填，上门看时用"}),
    )
    consent_public = forms.BooleanField(label="办好后可以公示给邻居看", required=False)
    token = Token()
    # Robots fill in every box they find; people never see this one.
    website = forms.CharField(label="别填这里", required=False)
    altcha = forms.CharField(required=False, widget=forms.HiddenInput(attrs={"id": "altcha"}))

    def __init__(self, data=None, *, estate, at=""):
        super().__init__(data, initial={"token": uuid.uuid4()})
        self.estate, self.at = estate, at
        self._found, self._groups = {}, None
        # A page lists all places; a form that was sent looks up the one that was chosen.
        self.fields["where"].choices = self._places
        self.fields["where"].find = self._find
        if data is None:
            self._places()

    def _find(self, value):
        """The one place of this value as `submit_issue` takes it, or None."""
        kind, _, code = value.partition("-")
        if not _CODE.fullmatch(code):
            return None
        if kind == "p" and code.isdigit() and len(code) < 19:
            row = Place.objects.filter(area=self.estate, pk=int(code)).order_by().first()
            found = {"place": row}
        elif kind == "e":
            rows = Entrance.objects.filter(building__area=self.estate, code=code)
            row = rows.select_related("building").order_by().first()
            found = {"building": row and row.building, "entrance": row}
        else:
            row = Building.objects.filter(area=self.estate, code=code).order_by().first()
            found = {"building": row}
        if row is None or kind not in ("p", "e", "b"):
            return None
        self._found[value] = found
        return found

    def _places(self):
        """Everything of the estate one can stand at, entrances grouped by building."""
        if self._groups is None:
            self._groups = self._read_places()
            codes = (value for value in self._found if value[0] in "eb")
            prefilled = next((value for value in codes if value[2:] == self.at), "")
            self.initial["where"] = prefilled if self.at else ""
            if self.initial["where"]:
                # An older draft must not overrule the code on the door in front of them.
                self.fields["where"].widget.attrs["data-no-draft"] = ""
        return self._groups

    def _read_places(self):
        groups = []
        places = Place.objects.filter(area=self.estate).order_by("name")
        rows = [(f"p-{place.pk}", place) for place in places]
        if rows:
            groups.append(("公共地方", [(value, place.name) for value, place in rows]))
        self._found |= {value: {"place": place} for value, place in rows}
        entrances = {}
        for entrance in Entrance.objects.filter(building__area=self.estate).order_by("number"):
            entrances.setdefault(entrance.building_id, []).append(entrance)
        for building in Building.objects.filter(area=self.estate).order_by("number"):
            options = []
            for entrance in entrances.get(building.pk, ()):
                entrance.building = building
                options.append((f"e-{entrance.code}", str(entrance)))
                self._found[f"e-{entrance.code}"] = {"building": building, "entrance": entrance}
            options.append((f"b-{building.code}", f"{building}，不在单元里"))
            self._found[f"b-{building.code}"] = {"building": building}
            groups.append((str(building), options))
        return [("", "说不清在哪，或者整个小区"), *groups]

    @property
    def plate(self):
        """The chosen entrance or building, to be drawn as the plate on its door; or None."""
        self._places()
        chosen = self._found.get(str(self["where"].value() or ""), {})
        return chosen.get("entrance") or chosen.get("building")

    @property
    def picks(self):
        """The eight first kinds: value, label, icon, tone, whether chosen."""
        return self._picks(FIRST)

    @property
    def more_picks(self):
        return self._picks(category for category in Category if category not in FIRST)

    def _picks(self, categories):
        return picks(self["category"], categories, icons=CATEGORY_ICONS, tones=TONES)

    @property
    def contact(self):
        """The lines of 怎么联系您."""
        return [self["name"], self["phone"], self["door"]]

    @property
    def more_is_open(self):
        return any(pick["on"] for pick in self.more_picks)

    def clean(self):
        """Refuse a report nobody could answer; then leave exactly what `submit_issue` takes."""
        data = super().clean()
        no_phone, phone = data.pop("no_phone", False), data.get("phone")
        if no_phone:
            data["phone"] = ""
            self._errors.pop("phone", None)
        elif phone == "" and "phone" not in self.errors:
            self.add_error("phone", "请留一个能打通的电话，社区好回您；不想留，就勾“不留电话”。")
        self.is_odd = bool(data.pop("website", ""))
        self.proof = data.pop("altcha", "")
        token = data.pop("token")
        place = self._found.get(data.pop("where", ""), {})
        if not self.errors:
            # The same report sent twice is one issue. Another matter written into the same
            # page, after going back to it, is another one: nothing people write is dropped.
            said = "\n".join((data["category"], data["text"], data["spot"], str(place)))
            self.token = uuid.uuid5(token, said)
        return data | place


class PhotosForm(forms.Form):
    """The photos of a report: drawn anew only after the gate let the report in."""

    photos = PhotosField(label="拍几张照片")


class SameForm(forms.Form):
    """What has been typed so far, to look for the same thing among the neighbours' reports."""

    category = forms.CharField(required=False, max_length=12)
    text = forms.CharField(required=False, strip=True)

    def clean_text(self):
        return CONTROL.sub("", self.cleaned_data["text"])[:300]
