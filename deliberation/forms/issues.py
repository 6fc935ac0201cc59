"""Forms of an issue: taking one in, a note, looking at the phone number, choosing several.

Field names are the arguments of the services.
"""

import uuid

from django import forms

from deliberation.choices import Category, Channel
from deliberation.models import Issue
from stations.foundation.fields import Token
from stations.foundation.phones import normalise
from stations.foundation.photo_field import PhotosField
from stations.models import Building, Entrance, Place


def in_words(label, *, rows=2, most=300, required=True, **more):
    """A field for a few sentences."""
    control = forms.Textarea({"rows": rows})
    return forms.CharField(label=label, max_length=most, required=required, widget=control, **more)


class ActForm(forms.Form):
    """A form of one act upon one issue. `by` is the person who acts.

    Several stand on one page, so each carries its act in the ids of its fields.
    """

    error_css_class = "error"

    def __init__(self, *args, issue, by, **more):
        self.issue, self.by = issue, by
        super().__init__(*args, auto_id=f"{type(self).__name__.lower()}_%s", **more)


class EmptyForm(ActForm):
    """An act that asks nothing."""


class NoteForm(ActForm):
    words = in_words("记一笔，或回复居民", rows=1, most=1000)
    is_public = forms.BooleanField(label="居民可见", required=False)
    photos = PhotosField()


class RevealForm(ActForm):
    REASONS = ("回居民的话", "约时间看现场", "回访", "有急事")
    reason = forms.ChoiceField(
        label="为什么看", choices=[(reason, reason) for reason in REASONS], widget=forms.RadioSelect
    )


class PlaceChoices(forms.ChoiceField):
    """One list for "where": the buildings, entrances and public places of an estate.

    The cleaned value is {building, entrance, place}, whichever was chosen.
    """

    NOWHERE = {"building": None, "entrance": None, "place": None}

    def offer(self, area):
        buildings = list(Building.objects.filter(area=area))
        entrances = list(
            Entrance.objects.filter(building__area=area)
            .select_related("building")
            .order_by("building__number", "number")
        )
        places = list(Place.objects.filter(area=area))
        self.rows = {
            f"{sign}{row.pk}": (name, row)
            for sign, name, rows in (
                ("e", "entrance", entrances),
                ("b", "building", buildings),
                ("p", "place", places),
            )
            for row in rows
        }
        groups = (("公共地点", "p"), ("单元", "e"), ("整栋", "b"))
        self.choices = [
            ("", "全小区，或在下面写明"),
            *(
                (label, [(key, str(row)) for key, (_, row) in self.rows.items() if key[0] == sign])
                for label, sign in groups
            ),
        ]

    def clean(self, value):
        key = super().clean(value)
        if not key:
            return dict(self.NOWHERE)
        name, row = self.rows[key]
        return {**self.NOWHERE, name: row}


def key_of_place(issue):
    """The choice of PlaceChoices that says where an issue is."""
    if issue.entrance_id:
        return f"e{issue.entrance_id}"
    if issue.building_id:
        return f"b{issue.building_id}"
    return f"p{issue.place_id}" if issue.place_id else ""


def issue_of_number(text):
    """The key in a number as people write it: SQ-12, sq12, 12. None when it is none."""
    digits = text.strip().upper().removeprefix("SQ").strip("-— #")
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 12 else None


class MergeManyForm(forms.Form):
    """From the list: which of the chosen issues stays, the others go into it."""

    pick = forms.ModelMultipleChoiceField(Issue.objects.none(), label="选中的")
    target = forms.ModelChoiceField(Issue.objects.none(), label="留下哪一件", required=False)

    def __init__(self, *args, by, **more):
        super().__init__(*args, **more)
        for field in self.fields.values():
            field.queryset = Issue.objects.visible_to(by)


class EnterForm(forms.Form):
    """代报一件: for somebody at the counter, on the phone, or seen on patrol.

    `area` is the estate; `token` makes a form that is sent twice one issue.
    """

    token = Token(initial=uuid.uuid4)
    channel = forms.ChoiceField(
        label="怎么知道的",
        choices=[(c, c.label) for c in (Channel.COUNTER, Channel.PHONE, Channel.PATROL)],
        initial=Channel.COUNTER,
        widget=forms.RadioSelect,
    )
    text = in_words("什么情况", rows=4, most=1000)
    category = forms.ChoiceField(label="类别", choices=[("", "选一类"), *Category.choices])
    where = PlaceChoices(label="在哪里", required=False)
    spot = forms.CharField(
        label="具体位置",
        max_length=60,
        required=False,
        widget=forms.TextInput({"placeholder": "例如：负二楼 B 区、东门外"}),
    )
    name = forms.CharField(label="怎么称呼", max_length=20, required=False)
    phone = forms.CharField(
        label="电话",
        max_length=30,
        required=False,
        help_text="没有电话就留空，把查进度的号码交给他。",
    )
    door = forms.CharField(
        label="门牌",
        max_length=20,
        required=False,
        widget=forms.TextInput({"placeholder": "例如：3栋2单元402"}),
    )
    consent_public = forms.BooleanField(
        label="当面问过，同意办好后匿名公示",
        required=False,
        help_text="没问过、不同意都不要勾。不勾也照样办，只是不公示。",
    )
    photos = PhotosField()

    def __init__(self, *args, area, **more):
        super().__init__(*args, **more)
        self.area = area
        self.fields["where"].offer(area)

    def clean_phone(self):
        number = self.cleaned_data["phone"]
        return normalise(number) if number.strip() else ""

    def clean(self):
        data = super().clean()
        data |= data.pop("where", {})
        if not self.errors:
            # Sent twice it is one issue; another matter written into the same page, after going
            # back to it, is another one: nothing that was typed is dropped.
            said = (self.area.pk, data["category"], data["text"], data["spot"], data["phone"])
            data["token"] = uuid.uuid5(data["token"], "\n".join(map(str, said)))
        return data
