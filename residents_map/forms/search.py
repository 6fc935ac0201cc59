"""找人."""

from django import forms


class SearchForm(forms.Form):
    """One line: a door, a name, initials, a phone, an ID number."""

    q = forms.CharField(
        label="找谁",
        max_length=60,
        error_messages={
            "required": "写上要找的人或者门牌。",
            "max_length": "写得太长了，写门牌、姓名或者电话就行。",
        },
    )
