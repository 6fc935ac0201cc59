"""登记: a person, a household, their coming and going. Field names are the services' arguments."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from residents_map.choices import Basis, Field, Kinship, Sex, Tenure
from residents_map.foundation import identity
from residents_map.models import Kind
from stations.foundation import phones

OLDEST = 130
LEFT_WHY = [("搬走了", "搬走了"), ("去世了", "去世了"), ("登记错了", "登记错了")]
POLITICAL = ["群众", "共青团员", "中共党员", "中共预备党员", "民主党派", "无党派人士"]
# The protected fields of the form, by their name in `Field`: not shown, only written anew.
PROTECTED = {
    "phone": Field.PHONE,
    "identity_number": Field.IDENTITY,
    "political": Field.POLITICAL,
    "health": Field.HEALTH,
}


def day_field(label, *, required=False, help_text="", initial=None):
    """A day that is not in the future."""
    return forms.DateField(
        label=label,
        required=required,
        help_text=help_text,
        initial=initial,
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": "日期没看懂，请选一天。", "required": "请选一天。"},
    )


def not_in_future(day):
    if day and day > timezone.localdate():
        raise ValidationError("还没到这一天，请选今天或以前。")
    return day


class PersonForm(forms.Form):
    """加一个人, 改一个人.

    What is protected and known already is not put into the form: an empty field keeps what
    stands there, a ticked 划掉 removes it.
    """

    name = forms.CharField(label="姓名", max_length=40, error_messages={"required": "请写姓名。"})
    kinship = forms.ChoiceField(
        label="是户主的",
        choices=Kinship.choices,
        error_messages={"required": "选一下是户主的什么人。"},
    )
    identity_number = forms.CharField(
        label="身份证号",
        required=False,
        max_length=30,
        help_text="填了它，性别和出生日期就不用填。",
        widget=forms.TextInput({"autocomplete": "off", "inputmode": "text"}),
    )
    sex = forms.ChoiceField(
        label="性别", required=False, choices=[("", "没问"), *Sex.choices], widget=forms.RadioSelect
    )
    birth_on = day_field("出生日期")
    phone = forms.CharField(
        label="电话",
        required=False,
        max_length=30,
        widget=forms.TextInput({"autocomplete": "off", "inputmode": "tel"}),
    )
    lives_here = forms.TypedChoiceField(
        label="住在这里吗",
        choices=[("1", "常住这里"), ("0", "不住这里，是能联系的人")],
        coerce=lambda value: value == "1",
        initial="1",
        widget=forms.RadioSelect,
    )
    where = forms.CharField(
        label="人在哪里",
        required=False,
        max_length=40,
        help_text="外出的写在哪里，比如：在深圳打工。",
    )
    political = forms.ChoiceField(
        label="政治面貌", required=False, choices=[("", "不登记"), *((p, p) for p in POLITICAL)]
    )
    health = forms.CharField(
        label="身体情况",
        required=False,
        max_length=200,
        help_text="只写照看要用到的，比如：听不清，要大声敲门。",
        widget=forms.TextInput({"autocomplete": "off"}),
    )
    kinds = forms.ModelMultipleChoiceField(
        Kind.objects.none(), label="人群", required=False, widget=forms.CheckboxSelectMultiple
    )
    consented = forms.BooleanField(label="本人同意登记（当面问过）", required=False)

    def __init__(self, *args, area, user, person=None, has_head=False, **kwargs):
        super().__init__(*args, **kwargs)
        if has_head and not person:  # the first one entered is the head, of the next we ask
            self.fields["kinship"].choices = [("", "请选"), *Kinship.choices]
        self.person = person
        self.known = Kind.objects.at(area).visible_to(user)
        self.offered = [kind for kind in self.known if not kind.is_computed]
        self.fields["kinds"].queryset = self.known.filter(pk__in=[k.pk for k in self.offered])
        if person:
            self.keep_what_is_known(person)

    def keep_what_is_known(self, person):
        """Say by a mask what stands there; never put it into the form."""
        for name, field in PROTECTED.items():
            if person.has(field):
                shown = person.masked(field)
                self.fields[name].help_text = f"已登记：{shown}。不改就空着。"
                self.fields[f"drop_{name}"] = forms.BooleanField(
                    label=f"划掉已登记的{field.label}", required=False
                )
        if person.has(Field.POLITICAL):
            self.fields["political"].choices = [("", "不改"), *self.fields["political"].choices[1:]]
        if person.is_child:
            self.fields["name"].required = self.fields["birth_on"].required = False
            self.fields["name"].help_text = f"已登记：{person.masked_name}。不改就空着。"
            self.fields["birth_on"].help_text = "孩子的生日不直接显示。不改就空着。"

    def clean_birth_on(self):
        day = not_in_future(self.cleaned_data["birth_on"])
        if day and timezone.localdate().year - day.year > OLDEST:
            raise ValidationError("年份不对，请再看一下。")
        return day

    def clean_phone(self):
        text = self.cleaned_data["phone"]
        return phones.normalise(text) if text.strip() else ""

    def clean_identity_number(self):
        text = self.cleaned_data["identity_number"]
        if not text.strip():
            return ""
        number = identity.normalise(text)
        if identity.born_on(number) > timezone.localdate():
            raise ValidationError("身份证号里的出生日期还没到，请再看一下。")
        return number

    def clean_kinds(self):
        """The kinds, and the whole where a part of one was chosen (支部党员: 党员先锋)."""
        chosen = {kind.pk: kind for kind in self.cleaned_data["kinds"]}
        offered = {kind.pk: kind for kind in self.offered}
        for kind in list(chosen.values()):
            if kind.part_of_id in offered:
                chosen[kind.part_of_id] = offered[kind.part_of_id]
        return list(chosen.values())

    def clean(self):
        data = super().clean()
        had = set(self.initial.get("kinds", ()))
        asked = [
            kind
            for kind in data.get("kinds", ())
            if kind.basis == Basis.CONSENT and kind.pk not in had
        ]
        if asked and not data.get("consented"):
            names = "、".join(kind.name for kind in asked)
            self.add_error("consented", f"{names}要本人同意才能登记。问过了，在这里打勾。")
        data["consented"] = bool(asked) and bool(data.get("consented"))
        return self.only_what_changed(data) if self.person else data

    def only_what_changed(self, data):
        """Leave out what stays as it is; what was dropped becomes empty."""
        for name, field in PROTECTED.items():
            dropped = data.pop(f"drop_{name}", False)
            if dropped and not data.get(name):
                data[name] = ""
            elif not data.get(name) and self.person.has(field):
                data.pop(name, None)
        if self.person.is_child:
            for name in ("name", "birth_on"):
                if not data.get(name):
                    data.pop(name, None)
        data["among"] = self.offered
        return data


class MoveInForm(forms.Form):
    """登记入住."""

    tenure = forms.ChoiceField(
        label="房子是", choices=Tenure.choices, initial=Tenure.OWN, widget=forms.RadioSelect
    )
    since = day_field("哪天住进来的")

    def clean_since(self):
        return not_in_future(self.cleaned_data["since"])


class HouseholdForm(MoveInForm):
    """改这一户."""

    paired_with = forms.CharField(
        label="结对人", required=False, max_length=40, help_text="比如：陈国华，党员，17楼。"
    )


class MoveOutForm(forms.Form):
    """迁出: the whole household."""

    on = day_field("哪天搬走的", required=True, initial=timezone.localdate)

    def clean_on(self):
        return not_in_future(self.cleaned_data["on"])


class LeftForm(forms.Form):
    """登记离开: one person."""

    why = forms.ChoiceField(label="怎么了", choices=LEFT_WHY, widget=forms.RadioSelect)
    on = day_field("哪天", required=True, initial=timezone.localdate)

    def clean_on(self):
        return not_in_future(self.cleaned_data["on"])
