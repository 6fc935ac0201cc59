"""What residents fill in to ask for help, and to follow it. No account."""

import uuid
from datetime import date, timedelta

from django import forms
from django.utils import timezone

from stations.foundation.fields import Token, Words
from stations.foundation.phones import normalise
from volunteers.choices import FIRST_HELPS, HELP_ICONS, Help, Part
from volunteers.forms.order_places import DoorField

MOST_DIGITS = 40
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
MOODS = {1: "low", 2: "low", 3: "mid"}


def four_digits(typed):
    """At most four digits, full-width ones made plain."""
    return "".join(str(int(c)) for c in typed[:20] if c.isdecimal())[:4]


class HelpForm(forms.Form):
    """找人帮忙: one page. Its data is what `order_help` takes.

    `at` is the code of the door whose QR was scanned; a strange one is ignored.
    """

    help = forms.ChoiceField(
        label="要什么帮忙",
        choices=[(help.value, help.label) for help in HELPS],
        error_messages={
            "required": "先点一下要什么帮忙。",
            "invalid_choice": "请重新点一下要什么帮忙。",
        },
    )
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
    phone = forms.CharField(
        label="电话",
        required=False,
        widget=forms.TextInput(
            {"type": "tel", "inputmode": "tel", "autocomplete": "tel", "maxlength": 40}
        ),
    )
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
        self.fields["wanted_on"].widget.attrs["min"] = f"{timezone.localdate():%Y-%m-%d}"

    def clean_day(self):
        """A day that was pressed; 别的日子 and 都行 are none."""
        day = self.cleaned_data["day"]
        try:
            return date.fromisoformat(day) if day not in ("", OTHER_DAY) else None
        except ValueError:
            raise forms.ValidationError("请重新选是哪天。") from None

    def clean_phone(self):
        typed = self.cleaned_data["phone"][:MOST_DIGITS]
        return normalise(typed) if typed.strip() else ""

    def clean(self):
        data = super().clean()
        data["wanted_on"] = data.pop("day", None) or data.get("wanted_on")
        is_other = self["day"].value() == OTHER_DAY
        if is_other and not data["wanted_on"] and "wanted_on" not in self.errors:
            self.add_error("wanted_on", "选一下是哪一天。没想好，就点“哪天都行”。")
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
        return self._picks(FIRST_HELPS)

    @property
    def more_picks(self):
        return self._picks(help for help in HELPS if help not in FIRST_HELPS)

    @property
    def more_is_open(self):
        return any(pick["on"] for pick in self.more_picks)

    def _picks(self, helps):
        chosen = self["help"].value()
        return [
            {
                "value": help.value,
                "label": help.label,
                "icon": HELP_ICONS[help],
                "tone": TONES[help],
                "on": help.value == chosen,
            }
            for help in helps
        ]

    @property
    def days(self):
        """都行, 今天, 明天, 后天 and 别的日子: value, label, whether chosen."""
        now, chosen = timezone.localtime(), self["day"].value() or ""
        near = [
            (f"{now + timedelta(days=n):%Y-%m-%d}", label)
            for n, label in enumerate(("今天", "明天", "后天"))
            if n or now.hour < LAST_HOUR
        ]
        return [
            {"value": value, "label": label, "on": value == chosen}
            for value, label in [("", "哪天都行"), *near, (OTHER_DAY, "别的日子")]
        ]

    @property
    def parts(self):
        """The three parts of the day and 都行: value, label, whether chosen."""
        chosen = "" if self["part"].value() is None else str(self["part"].value())
        return [
            {"value": value, "label": label, "on": str(value) == chosen}
            for value, label in (("", "都行"), *Part.choices)
        ]


class CodeForm(forms.Form):
    """The code as it was written down, and perhaps the last digits of the phone."""

    code = forms.CharField(
        label="点单的号码",
        widget=forms.TextInput(
            {
                "autocomplete": "off",
                "autocapitalize": "characters",
                "spellcheck": "false",
                "data-track-code": "",
                "data-no-draft": "",
            }
        ),
        error_messages={"required": "请填上点单的号码。"},
    )
    tail = forms.CharField(
        label="电话后四位",
        required=False,
        widget=forms.TextInput({"inputmode": "numeric", "autocomplete": "off", "maxlength": 4}),
    )

    def clean_tail(self):
        return four_digits(self.cleaned_data["tail"])


class TailForm(forms.Form):
    """The last four digits of the phone that was left."""

    tail = forms.CharField(
        label="电话后四位",
        widget=forms.TextInput({"inputmode": "numeric", "autocomplete": "off", "maxlength": 4}),
        error_messages={"required": "请填电话的最后四位数字。"},
    )

    def __init__(self, data=None, *, auto_id="tail_%s"):
        super().__init__(data, auto_id=auto_id)

    def clean_tail(self):
        return four_digits(self.cleaned_data["tail"])


class RateForm(forms.Form):
    """Five faces and two lines."""

    rating = forms.TypedChoiceField(
        label="帮得怎么样",
        choices=FACES,
        coerce=int,
        error_messages={"required": "请先点一个脸谱。", "invalid_choice": "请先点一个脸谱。"},
    )
    words = Words(
        label="想说两句",
        max_length=300,
        required=False,
        widget=forms.Textarea({"rows": 2, "placeholder": "想说两句就写这里"}),
    )

    @property
    def faces(self):
        """Five faces: level, label, mood for the colour, whether chosen."""
        chosen = str(self["rating"].value() or "")
        return [
            {"level": n, "label": label, "mood": MOODS.get(n, ""), "on": chosen == str(n)}
            for n, label in FACES
        ]


class CancelForm(forms.Form):
    """不用了: one may say why."""

    why = Words(
        label="为什么不用了",
        max_length=100,
        required=False,
        widget=forms.TextInput({"placeholder": "选填，比如已经买好了"}),
    )
