"""What residents fill in to follow a report: a remark, a withdrawal, a rating."""

import uuid

from django import forms

from deliberation.choices import Level5
from stations.foundation.fields import Token, Words
from stations.foundation.resident_fields import FacesField, FacesForm


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


class RateForm(FacesForm):
    """评议: five faces and two lines."""

    face = "level"
    level = FacesField(label="办得怎么样", choices=Level5.choices)
