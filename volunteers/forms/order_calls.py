"""回访: what came of the call that was promised."""

from django import forms

from stations.foundation.fields import Words


class CalledForm(forms.Form):
    """打过电话了, or 再派人去, with a line of what was said if one likes."""

    words = Words(
        label="电话里怎么说",
        max_length=200,
        required=False,
        widget=forms.Textarea({"rows": 2}),
        help_text="只有社区看得到，不写姓名和电话。",
    )

    def __init__(self, data=None):
        super().__init__(data, auto_id="called_%s")
