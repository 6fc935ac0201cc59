"""改内容: the form of what is wanted, where and for whom."""

from django import forms

from stations.foundation.fields import Words
from stations.foundation.phones import normalise
from volunteers.choices import Help, OrderChannel
from volunteers.forms.order_places import DoorField

MOST_DIGITS = 40
PERSON = ("where", "door", "name", "phone")


class ChangeForm(forms.Form):
    """What stands there now is filled in but for name, phone and door: those are sealed, and left
    empty they stay as they are."""

    help = forms.ChoiceField(
        label="要什么帮忙",
        choices=[("", "选一样"), *Help.choices],
        error_messages={"required": "选一样要什么帮忙。"},
    )
    words = Words(
        label="说了什么",
        max_length=500,
        required=False,
        widget=forms.Textarea({"rows": 4}),
    )
    where = DoorField(label="哪一栋", required=False)
    door = Words(label="门牌", max_length=20, required=False)
    name = Words(label="怎么称呼", max_length=20, required=False)
    phone = forms.CharField(
        label="电话",
        max_length=MOST_DIGITS,
        required=False,
        widget=forms.TextInput({"type": "tel"}),
    )

    def __init__(self, data=None, *, order, words):
        place = order.entrance or order.building
        kind = "e" if order.entrance else "b"
        now = {"words": words, "where": f"{kind}-{place.code}" if place else ""}
        if not is_unsaid(order):
            now["help"] = order.help
        super().__init__(data, initial=now, auto_id="change_%s")
        if order.beneficiary.is_regular:
            for name in PERSON:
                del self.fields[name]
            return
        self.fields["where"].offer(order.area)
        for name in ("door", "name", "phone"):
            if getattr(order.beneficiary, f"{name}_sealed"):
                self.fields[name].widget.attrs["placeholder"] = "留过了，不改就空着"

    def clean_phone(self):
        typed = self.cleaned_data["phone"]
        return normalise(typed) if typed.strip() else ""

    def clean(self):
        data = super().clean()
        return data | (data.pop("where", None) or {})


def is_unsaid(order):
    """Whether it was raised elsewhere before anybody said what is wanted, and by whom."""
    helped = order.beneficiary
    is_bare = order.help == Help.OTHER and order.channel == OrderChannel.REFERRAL
    return is_bare and not (helped.name_sealed or helped.phone_sealed)
