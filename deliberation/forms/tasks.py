"""What people write on a task."""

from django import forms

from deliberation.choices import PhotoStage
from stations.foundation.photo_field import PhotosField

STAGES = [(PhotoStage.PROGRESS, "现在的样子"), (PhotoStage.BEFORE, "原来的样子")]


def words_field(label, *, placeholder="", required=True, most=500):
    """A few lines; the sentence below says when nothing was written."""
    return forms.CharField(
        label=label,
        max_length=most,
        required=required,
        widget=forms.Textarea({"rows": 3, "placeholder": placeholder}),
        error_messages={"required": "请写几个字。"},
    )


class ProgressForm(forms.Form):
    """记进展: how far it is, with photos of before or of now."""

    words = words_field("办到哪一步了", placeholder="比如：施工队进场，先拆旧插座。")
    photos = PhotosField(label="现场照片")
    stage = forms.ChoiceField(
        label="照片拍的是", choices=STAGES, initial=PhotoStage.PROGRESS, widget=forms.RadioSelect
    )
    is_public = forms.BooleanField(
        label="居民也看得到",
        required=False,
        initial=True,
        help_text="不勾就只有工作人员看得到。公开的话里不要写姓名、电话、车牌。",
    )


class FinishForm(forms.Form):
    """报办完: what was done, with photos of now; the resident reads it."""

    words = words_field("办成了什么样", placeholder="比如：四个充电桩装好通电，晚上能充。")
    photos = PhotosField(label="办完后的照片")


class VerifyForm(forms.Form):
    """验收通过."""

    words = words_field("看到的情况", placeholder="比如：到现场看过，都能用。", required=False)


class ReasonForm(forms.Form):
    """没通过验收, 取消: never without a reason."""

    words = words_field("差在哪里", placeholder="比如：右边那个插座还没电。")


class CancelForm(ReasonForm):
    """取消任务."""

    words = words_field("为什么取消", placeholder="比如：并到充电桩那项任务里一起办。")
