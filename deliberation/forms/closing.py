"""Forms of 公示、回访、销号、回头看. Field names are the arguments of the services."""

from django import forms

from deliberation.choices import Link
from deliberation.forms.issues import ActForm, in_words
from deliberation.models import Photo
from deliberation.services.closing import LEAST_DAYS, missing_links
from stations.foundation.photo_field import PhotosField

MOST_NOTICE_DAYS = 90


class CallBackForm(ActForm):
    words = in_words("回访说了什么", help_text="只内部看。")


class CloseForm(ActForm):
    words = in_words("写一句", required=False, most=200)


class ReinspectForm(ActForm):
    held = forms.TypedChoiceField(
        label="有没有反弹",
        choices=[("yes", "没有反弹"), ("no", "老问题又来了")],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
    )
    words = in_words("看到什么")
    photos = PhotosField()


class PublishForm(ActForm):
    """What the public will read of a result. The service refuses personal data."""

    title = forms.CharField(label="标题", max_length=40)
    body = in_words(
        "办得怎么样", rows=6, most=1000, help_text="别写姓名、电话、门牌和车牌，写了发不出去。"
    )
    days = forms.IntegerField(
        label="公示几天", min_value=LEAST_DAYS, max_value=MOST_NOTICE_DAYS, initial=LEAST_DAYS
    )
    before = forms.ModelChoiceField(
        Photo.objects.none(), label="原来的照片", required=False, empty_label="不放"
    )
    after = forms.ModelChoiceField(
        Photo.objects.none(), label="现在的照片", required=False, empty_label="不放"
    )

    def __init__(self, *args, **more):
        super().__init__(*args, **more)
        for name in ("before", "after"):
            self.fields[name].queryset = self.issue.photos.all()


class WaiveForm(ActForm):
    link = forms.ChoiceField(label="免哪一环")
    reason = in_words("缘由", most=200, help_text="写上您的名字留档，以后查得到。")

    def __init__(self, *args, **more):
        super().__init__(*args, **more)
        self.fields["link"].choices = [
            (link, Link(link).label) for link in missing_links(self.issue)
        ]


class TakeDownForm(forms.Form):
    why = forms.CharField(label="为什么撤下", max_length=100)
