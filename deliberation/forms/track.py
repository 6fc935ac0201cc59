"""What residents fill in to follow a report: the code, a remark, a rating."""

import uuid

from django import forms

from deliberation.choices import Level5
from stations.foundation.fields import Token, Words


class CodeForm(forms.Form):
    """The tracking code as it was written down, and perhaps the last digits of the phone."""

    code = forms.CharField(
        label="查进度的号码",
        widget=forms.TextInput(
            attrs={
                "autocomplete": "off",
                "autocapitalize": "characters",
                "spellcheck": "false",
                "data-track-code": "",
                "data-no-draft": "",
            }
        ),
        error_messages={"required": "请填上查进度的号码。"},
    )
    tail = forms.CharField(
        label="电话后四位",
        required=False,
        widget=forms.TextInput(
            attrs={"inputmode": "numeric", "autocomplete": "off", "maxlength": 4}
        ),
    )

    def clean_tail(self):
        return _digits(self.cleaned_data["tail"])


class TailForm(forms.Form):
    """The last four digits of the phone that was left with the report."""

    tail = forms.CharField(
        label="电话后四位",
        widget=forms.TextInput(
            attrs={"inputmode": "numeric", "autocomplete": "off", "maxlength": 4}
        ),
        error_messages={"required": "请填电话的最后四位数字。"},
    )

    def clean_tail(self):
        return _digits(self.cleaned_data["tail"])


def _digits(typed):
    """At most four digits, full-width ones made plain."""
    return "".join(str(int(c)) for c in typed[:20] if c.isdecimal())[:4]


class RemarkForm(forms.Form):
    """补一句，补一张."""

    words = Words(
        label="补一句话",
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "placeholder": "想补充什么写这里"}),
    )
    token = Token()

    def __init__(self, data=None, files=None):
        super().__init__(data, files, initial={"token": uuid.uuid4()}, auto_id="remark_%s")

    def clean(self):
        data = super().clean()
        # The same remark sent twice is one; another one written into the same page is another.
        photos = self.files.getlist("photos") if self.files else []
        said = [data.get("words", ""), *(f"{photo.name} {photo.size}" for photo in photos)]
        self.token = uuid.uuid5(data.pop("token"), "\n".join(said))
        return data


class WithdrawForm(forms.Form):
    """撤回: one may say why."""

    why = Words(
        label="为什么不用办了",
        max_length=100,
        required=False,
        widget=forms.TextInput(attrs={"placeholder": "选填，比如已经好了"}),
    )


class RateForm(forms.Form):
    """评议: five faces and two lines."""

    level = forms.TypedChoiceField(
        label="办得怎么样",
        choices=Level5.choices,
        coerce=int,
        error_messages={
            "required": "请先点一个脸谱。",
            "invalid_choice": "请先点一个脸谱。",
        },
    )
    words = Words(
        label="想说两句",
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2, "placeholder": "想说两句就写这里"}),
    )

    @property
    def faces(self):
        """Five faces: level, label, mood for the colour, whether chosen."""
        chosen = str(self["level"].value() or "")
        mood = {1: "low", 2: "low", 3: "mid"}
        return [
            {
                "level": value,
                "label": label,
                "mood": mood.get(value, ""),
                "on": chosen == str(value),
            }
            for value, label in Level5.choices
        ]
