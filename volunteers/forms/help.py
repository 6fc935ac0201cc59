"""What residents fill in to ask for help, and to follow it. No account."""

import uuid
from datetime import date, timedelta

from django import forms
from django.utils import timezone

from stations.foundation.fields import Token, Words
from stations.foundation.resident_fields import FacesField, FacesForm, PhoneField, picks
from volunteers.choices import FIRST_HELPS, HELP_ICONS, PLAIN_HELPS, Help, Part, plain_help
from volunteers.forms.order_places import DoorField
from volunteers.services.orders.calling import BADLY_DONE, NOBODY_CAME

OTHER_DAY = "other"
LAST_HOUR = 20  # from then on nobody comes today any more
WORDS_LENGTH, DOOR_LENGTH = 500, 40
NOT_FOR_ONE = (Help.PATROL, Help.ARTS)  # what nobody orders into a home
HELPS = [help for help in Help if help not in NOT_FOR_ONE]
TONES = {
    Help.ERRAND: "ochre",
    Help.ESCORT: "red",
    Help.COMPANY: "green",
    Help.REPAIR: "blue",
    Help.HAIRCUT: "plum",
    Help.PHONE: "blue",
    Help.CLEANING: "green",
    Help.CARE: "red",
    Help.HOMEWORK: "ochre",
    Help.MEDIATE: "plum",
    Help.ADVICE: "ink",
    Help.OTHER: "ink",
}
FACES = ((1, "很不好"), (2, "不好"), (3, "一般"), (4, "好"), (5, "很好"))


class WhenForm(forms.Form):
    """Which day and which part of it: a day that is near is pressed, another one chosen."""

    day = forms.CharField(label="哪天", required=False, max_length=10)
    wanted_on = forms.DateField(
        label="别的日子",
        required=False,
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": "日子没看懂，请重新选。"},
    )
    part = forms.TypedChoiceField(
        label="什么时候",
        choices=[("", "都行"), *Part.choices],
        coerce=int,
        empty_value=None,
        required=False,
        error_messages={"invalid_choice": "请重新选是上午、下午还是晚上。"},
    )

    def __init__(self, data=None, *, initial=None):
        super().__init__(data, initial=initial)
        self.fields["wanted_on"].widget.attrs["min"] = f"{timezone.localdate():%Y-%m-%d}"

    def clean_day(self):
        """A day that was pressed; 别的日子 and 都行 are none."""
        day = self.cleaned_data["day"]
        try:
            return date.fromisoformat(day) if day not in ("", OTHER_DAY) else None
        except ValueError:
            raise forms.ValidationError("请重新选是哪天。") from None

    def clean(self):
        data = super().clean()
        data["wanted_on"] = data.pop("day", None) or data.get("wanted_on")
        is_other = self["day"].value() == OTHER_DAY
        if is_other and not data["wanted_on"] and "wanted_on" not in self.errors:
            self.add_error("wanted_on", "选一下是哪一天。没想好，就点“哪天都行”。")
        return data

    @property
    def days(self):
        """都行, 今天, 明天, 后天 and 别的日子: value, label, whether chosen."""
        chosen = self["day"].value() or ""
        return [
            {"value": value, "label": label, "on": value == chosen}
            for value, label in [("", "哪天都行"), *near_days(), (OTHER_DAY, "别的日子")]
        ]

    @property
    def parts(self):
        """The three parts of the day and 都行: value, label, whether chosen."""
        chosen = "" if self["part"].value() is None else str(self["part"].value())
        return [
            {"value": value, "label": label, "on": str(value) == chosen}
            for value, label in self.fields["part"].choices
        ]


def near_days():
    """今天 (as long as anybody comes), 明天, 后天: (value, label)."""
    now = timezone.localtime()
    return [
        (f"{now + timedelta(days=n):%Y-%m-%d}", label)
        for n, label in enumerate(("今天", "明天", "后天"))
        if n or now.hour < LAST_HOUR
    ]


class HelpForm(WhenForm):
    """找人帮忙: one page. Its data is what `order_help` takes.

    `at` is the code of the door whose QR was scanned; a strange one is ignored.
    """

    help = forms.ChoiceField(
        label="要什么帮忙",
        choices=[(help.value, plain_help(help)) for help in HELPS],
        error_messages={
            "required": "先点一下要什么帮忙。",
            "invalid_choice": "请重新点一下要什么帮忙。",
        },
    )
    where = DoorField(
        label="哪一栋",
        required=False,
        error_messages={"invalid_choice": "没有这个地方，请重新选一下。"},
    )
    door = Words(
        label="门牌",
        max_length=DOOR_LENGTH,
        required=False,
        widget=forms.TextInput({"placeholder": "例如 402"}),
    )
    name = Words(
        label="怎么称呼",
        max_length=20,
        required=False,
        widget=forms.TextInput({"autocomplete": "name", "placeholder": "例如 王奶奶"}),
    )
    phone = PhoneField(label="电话", required=False)
    words = Words(
        label="想说两句",
        max_length=WORDS_LENGTH,
        required=False,
        widget=forms.Textarea(
            {
                "rows": 3,
                "placeholder": "可以不写。比如：买两斤面、一瓶酱油",
                "data-count": "words-left",
            }
        ),
    )
    token = Token()
    # Robots fill in every box they find; people never see this one.
    website = forms.CharField(label="别填这里", required=False)

    def __init__(self, data=None, *, estate, at=""):
        super().__init__(data, initial={"token": uuid.uuid4()})
        self.at = at
        self.fields["where"].offer(estate)
        self.initial["where"] = self.fields["where"].at(at)
        # The browser would cut a long one silently; the form says that it is too long.
        self.fields["door"].widget.attrs.pop("maxlength", None)

    def clean(self):
        data = super().clean()
        if data.pop("website", ""):
            self.add_error(None, "没有送出去，请再按一次。")
        if "phone" not in self.errors and not data.get("phone"):
            self.add_error("phone", "留一个打得通的电话，志愿者才找得到您。")
        place = data.pop("where", None) or {"building": None, "entrance": None}
        if "where" not in self.errors and place["building"] is None:
            self.add_error("where", "选一下是哪一栋，志愿者才知道往哪儿走。")
        token = data.pop("token", None) or uuid.uuid4()
        if not self.errors:
            # Sent twice it is one order; another wish written into the same page is another.
            facts = (data["help"], data["wanted_on"], data["part"], data["words"], place)
            self.token = uuid.uuid5(token, "\n".join(map(str, facts)))
        return data | place

    @property
    def plate(self):
        """The entrance or building that is chosen, drawn as the plate on its door; or None."""
        chosen = self.fields["where"].look_up(str(self["where"].value() or ""))
        return chosen and (chosen["entrance"] or chosen["building"])

    @property
    def picks(self):
        """The four large buttons."""
        return self._picks(FIRST_HELPS)

    @property
    def more_picks(self):
        """The other kinds of help, folded."""
        return self._picks(help for help in HELPS if help not in FIRST_HELPS)

    @property
    def more_is_open(self):
        """Whether one of the folded kinds is chosen, so that nobody has to search for it."""
        return any(pick["on"] for pick in self.more_picks)

    def _picks(self, helps):
        return picks(self["help"], helps, icons=HELP_ICONS, tones=TONES, labels=PLAIN_HELPS)


class TimeForm(WhenForm):
    """换个时间: what stands there now is chosen already."""

    def __init__(self, data=None, *, order):
        day = f"{order.wanted_on or ''}"
        is_near = day in ("", *dict(near_days()))
        chosen = {"day": day if is_near else OTHER_DAY, "part": order.part}
        super().__init__(data, initial=chosen | {"wanted_on": None if is_near else order.wanted_on})


class RateForm(FacesForm):
    """Five faces and two lines."""

    face = "rating"
    rating = FacesField(label="帮得怎么样", choices=FACES)


class DoubtForm(forms.Form):
    """没人来，或者没做好: which of the two, so that whoever rings knows."""

    what = forms.ChoiceField(
        choices=[(words, words) for words in (NOBODY_CAME, BADLY_DONE)],
        error_messages={
            "required": "点一下是哪一样：没人来，还是来了没做好。",
            "invalid_choice": "请重新点一下是哪一样。",
        },
    )


class AgreeForm(WhenForm):
    """说好了哪天: by the volunteer who rang. The day is asked, the part of it may stay open."""

    @property
    def days(self):
        """Only real days: the day has to be said now."""
        return [day for day in super().days if day["value"]]

    def clean(self):
        data = super().clean()
        if not data["wanted_on"] and not self.errors:
            self.add_error("day", "选一下说好了哪天。")
        return data


class CancelForm(forms.Form):
    """不用了: one may say why."""

    why = Words(
        label="为什么不用了",
        max_length=100,
        required=False,
        widget=forms.TextInput({"placeholder": "选填，比如已经买好了"}),
    )
