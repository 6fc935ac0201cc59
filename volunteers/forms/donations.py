"""What is asked about a donation, and where a part of it went."""

from django import forms
from django.utils import timezone

from stations.choices import COMMUNITY_STAFF
from stations.foundation.fields import DayField, Words
from stations.models import Posting, User
from volunteers.choices import WishState
from volunteers.forms.yuan import YuanField
from volunteers.models import Partner, Wish


def staff_of(area):
    """The community's staff: those who may take something in."""
    posted = Posting.objects.current().filter(
        area__path__in=area.lineage_paths(), role__in=COMMUNITY_STAFF
    )
    return User.objects.filter(is_active=True, pk__in=posted.values("user")).order_by("name")


class DonationForm(forms.Form):
    """What was given, by whom, and the two who took it in."""

    partner = forms.ModelChoiceField(
        None,
        label="谁捐的",
        empty_label="请选择",
        error_messages={"required": "选一下是谁捐的。"},
    )
    what = Words(label="捐了什么", max_length=60, error_messages={"required": "写上捐了什么。"})
    quantity = forms.IntegerField(label="数量", min_value=1, max_value=1_000_000)
    unit = Words(
        label="单位",
        max_length=8,
        initial="份",
        error_messages={"required": "写上单位，例如：份。"},
    )
    worth_fen = YuanField(
        label="一共值多少钱（元）",
        most_yuan=100_000_000,
        error_messages={"required": "写上值多少钱。"},
    )
    received_on = DayField(label="哪天收的", initial=timezone.localdate)
    received_by = forms.ModelChoiceField(
        None,
        label="经手人",
        empty_label="请选择",
        error_messages={"required": "选一位经手人。"},
    )
    witness = forms.ModelChoiceField(
        None,
        label="见证人",
        empty_label="请选择",
        help_text="收东西要两个人在场。要他在自己的账号里点头，才能打印收据。",
        error_messages={"required": "选一位见证人。"},
    )
    is_public = forms.BooleanField(
        label="捐赠人同意公示名字",
        required=False,
        help_text="问过捐赠人再勾。不勾就只公示东西和去处，不写名字。",
    )

    def __init__(self, *args, area, **more):
        super().__init__(*args, **more)
        self.fields["partner"].queryset = Partner.objects.current().filter(
            area__path__in=area.lineage_paths()
        )
        for name in ("received_by", "witness"):
            self.fields[name].queryset = staff_of(area)

    @property
    def how_much(self):
        """Number and unit, which stand in one row."""
        return [self["quantity"], self["unit"]]

    @property
    def two(self):
        """The two who took it in: who received it and who watched."""
        return [self["received_by"], self["witness"]]


class UseForm(forms.Form):
    """去了哪里: a number, where, and the wish it fulfilled, if one."""

    quantity = forms.IntegerField(label="用了多少", min_value=1)
    where = Words(
        label="给了谁、用在哪里",
        max_length=80,
        help_text="写“11 户独居老人”这样，不写人名和门牌。",
        error_messages={"required": "写上给了谁、用在哪里。"},
    )
    wish = forms.ModelChoiceField(
        None, label="圆了哪个心愿", required=False, empty_label="不是心愿"
    )
    used_on = DayField(label="哪天", initial=timezone.localdate)

    def __init__(self, *args, area, **more):
        super().__init__(*args, **more)
        # One that was granted long ago is no use of what is here now.
        waiting = Wish.objects.filter(
            area__path__startswith=area.path, state__in=[WishState.OPEN, WishState.CLAIMED]
        )
        self.fields["wish"].queryset = Wish.objects.filter(
            pk__in=waiting.order_by("-pk").values("pk")[:200]
        )
