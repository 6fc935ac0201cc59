"""报名: the one page that makes somebody a volunteer, with an account already or without."""

import uuid
from datetime import date
from itertools import groupby

from django import forms
from django.contrib.auth.password_validation import (
    get_default_password_validators,
    validate_password,
)
from django.core.exceptions import ValidationError
from django.utils import timezone

from stations.foundation.fields import Token, Words
from stations.foundation.phones import is_mobile
from stations.foundation.resident_fields import PhoneField
from stations.models import User
from volunteers.choices import ADULT_FROM
from volunteers.forms.people import HelpsForm
from volunteers.models import Team
from volunteers.services.people import comes_of_age

FEW_TEAMS = 4  # more are folded under their brands


class MinorForm(HelpsForm):
    """The part for somebody under eighteen: birthday, guardian, the guardian's tick."""

    is_minor = forms.TypedChoiceField(
        label="满18岁了吗",
        choices=[("no", "满18岁了"), ("yes", "还没满")],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
        error_messages={"required": "点一下，满没满18岁。"},
    )
    birthday = forms.DateField(
        label="出生日期",
        required=False,
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": "写成年月日，例如 2010-06-01。"},
    )
    guardian_name = Words(label="监护人怎么称呼", max_length=20, required=False)
    guardian_phone = PhoneField(label="监护人电话", required=False)
    guardian_knows = forms.BooleanField(label="监护人知道，也同意", required=False)

    def clean(self):
        data = super().clean()
        is_minor = data.pop("is_minor", None)
        if is_minor:
            self._check_minor(data)
        elif is_minor is False:
            data |= {"birthday": None, "guardian_name": "", "guardian_phone": ""}
            for field in ("birthday", "guardian_name", "guardian_phone", "guardian_knows"):
                self._errors.pop(field, None)
        data.pop("guardian_knows", None)
        return data

    @property
    def is_minor_chosen(self):
        """Which of the two was chosen, for the page: nothing before anybody has."""
        return self["is_minor"].value() or ""

    def _check_minor(self, data):
        today, born = timezone.localdate(), data.get("birthday")
        if not born and "birthday" not in self.errors:
            self.add_error("birthday", "写一下出生日期，只用来算哪天满18岁。")
        elif born and not date(today.year - ADULT_FROM - 1, 1, 1) <= born <= today:
            self.add_error("birthday", "这个日期不对，请再看一下。")
        elif born and comes_of_age(born) <= today:
            self.add_error("birthday", "按这个日期已经满18岁了，请选“满18岁了”。")
        if not data.get("guardian_name") and "guardian_name" not in self.errors:
            self.add_error("guardian_name", "写一下监护人怎么称呼。")
        if not data.get("guardian_phone") and "guardian_phone" not in self.errors:
            self.add_error("guardian_phone", "写一下监护人的电话，队长要打电话问一声。")
        if not data.get("guardian_knows"):
            self.add_error("guardian_knows", "先和监护人说好，再打这个勾。")


class AccountJoinForm(MinorForm):
    """For somebody who is signed in already: no name, telephone or password is asked again."""

    team = forms.ModelChoiceField(
        Team.objects.none(),
        label="加入哪个队",
        widget=forms.RadioSelect,
        error_messages={"required": "选一个队。", "invalid_choice": "没有这个队，请重新选。"},
    )
    token = Token()
    # Robots fill in every box they find; people never see this one.
    website = forms.CharField(label="别填这里", required=False)

    def __init__(self, data=None, *, area, teams, asked=""):
        super().__init__(data, area=area, initial={"token": uuid.uuid4(), "team": asked})
        self.fields["team"].queryset = Team.objects.filter(pk__in=[team.pk for team in teams])
        self.teams = teams
        if len(teams) == 1:
            self.fields["team"].required = False

    @property
    def brand_choices(self):
        """The teams under their brands, as [(brand, [(team, is chosen)], is open)].

        A few stand open; of many, only the brand of the team that was chosen.
        """
        chosen = str(self["team"].value() or "")
        few, found = len(self.teams) <= FEW_TEAMS, []
        for brand, teams in groupby(self.teams, key=lambda team: team.brand):
            rows = [(team, str(team.pk) == chosen) for team in teams]
            found.append((brand, rows, few or any(is_on for _, is_on in rows)))
        return found

    def clean_website(self):
        if self.cleaned_data["website"]:
            self.data = self.data.copy()
            self.data["website"] = ""
            raise ValidationError("这一页像是程序填的。请再按一次“报名”，不行就直接找服务站。")
        return ""

    def clean(self):
        data = super().clean()
        data.pop("website", None)
        if len(self.teams) == 1:
            data["team"] = self.teams[0]
        return data


class JoinForm(AccountJoinForm):
    """报名: one page on a phone."""

    name = Words(
        label="姓名",
        max_length=20,
        widget=forms.TextInput({"autocomplete": "name"}),
        error_messages={"required": "写一下姓名，队长好称呼您。"},
    )
    phone = PhoneField(label="手机号", error_messages={"required": "写一下手机号，以后用它登录。"})
    password = forms.CharField(
        label="设一个密码",
        max_length=128,
        strip=False,
        widget=forms.PasswordInput({"autocomplete": "new-password"}),
        error_messages={"required": "设一个密码，以后登录用。"},
    )

    def __init__(self, data=None, **more):
        super().__init__(data, **more)
        least = max(getattr(v, "min_length", 0) for v in get_default_password_validators())
        self.fields[
            "password"
        ].help_text = (
            f"至少{least}个字母或数字，比如 yangtai3kecong（阳台3棵葱）。以后用手机号和它登录。"
        )

    @property
    def again(self):
        """Whether a password was typed that the page does not write back."""
        return bool(self.is_bound and self.data.get("password"))

    def clean_phone(self):
        phone = self.cleaned_data["phone"]
        if not is_mobile(phone):
            raise ValidationError("要填手机号，座机收不到通知。")
        return phone

    def clean(self):
        data = super().clean()
        if password := data.get("password"):
            person = User(username=data.get("phone", ""), name=data.get("name", ""))
            try:
                validate_password(password, person)
            except ValidationError as refusal:
                # One thing at a time: whoever mends the first has often mended the others.
                self.add_error("password", refusal.error_list[0])
        return data
