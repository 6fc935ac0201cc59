"""What forms say when something is missing or wrong: the office's own words in place of Django's.

A field that knows better says it itself (`error_messages`, with the names of the codes here).
"""

from django import forms

NUMBER, PICKED = "写个数。", "选一个列出来的。"

# By field: what Django looks up by its code, from the parent to the child.
SAID = {
    forms.Field: {"required": "这一项要填。"},
    forms.CharField: {
        "max_length": "最多 %(limit_value)s 个字，您写了 %(show_value)s 个，请删短一些。",
        "min_length": "至少写 %(limit_value)s 个字。",
        "null_characters_not_allowed": "里面有认不出的符号，请删掉。",
    },
    forms.IntegerField: {
        "required": NUMBER,
        "invalid": "写整数，例如 12。",
        "max_value": "最多 %(limit_value)s。",
        "min_value": "至少 %(limit_value)s。",
        "step_size": "写 %(limit_value)s 的倍数。",
    },
    forms.DecimalField: {
        "invalid": "写数字，例如 12 或 49.5。",
        "max_digits": "数字太长了，请再看一下。",
        "max_decimal_places": "小数点后最多 %(max)s 位。",
        "max_whole_digits": "数字太大了，请再看一下。",
    },
    forms.FloatField: {"invalid": "写数字，例如 12 或 49.5。"},
    forms.BooleanField: {"required": "先勾上才行。"},
    forms.DateField: {"required": "选一天。", "invalid": "写成年月日，例如 2026-11-20。"},
    forms.TimeField: {"required": "选个时间。", "invalid": "写成几点几分，例如 14:30。"},
    forms.DateTimeField: {
        "required": "选日子和时间。",
        "invalid": "写成年月日和几点，例如 2026-11-20 14:30。",
    },
    forms.ChoiceField: {"required": "选一个。", "invalid_choice": PICKED},
    forms.MultipleChoiceField: {
        "required": "至少选一样。",
        "invalid_choice": PICKED,
        "invalid_list": PICKED,
    },
    forms.ModelChoiceField: {"required": "选一个。", "invalid_choice": PICKED},
    forms.ModelMultipleChoiceField: {
        "required": "至少选一样。",
        "invalid_choice": PICKED,
        "invalid_list": PICKED,
        "invalid_pk_value": PICKED,
    },
    forms.EmailField: {"invalid": "写邮箱，例如 name@example.com。"},
    forms.URLField: {"invalid": "写网址，例如 https://example.com。"},
    forms.RegexField: {"invalid": "格式不对，请再看一下。"},
    forms.SlugField: {"invalid": "只写字母、数字和横线。"},
    forms.UUIDField: {"invalid": "这一页太旧了，刷新再试。"},
    forms.JSONField: {"invalid": "格式不对，请再看一下。"},
    forms.FileField: {
        "required": "选一个文件。",
        "invalid": "文件没有传上来，再选一次。",
        "missing": "文件没有传上来，再选一次。",
        "empty": "这个文件是空的，换一个。",
        "max_length": "文件名最多 %(max)d 个字，这个有 %(length)d 个，改短一些。",
        "contradiction": "要么换文件，要么去掉它，只做一样。",
        "invalid_extension": "这种文件收不了，换一个。",
    },
    forms.ImageField: {"invalid_image": "这不是照片，或者照片坏了，换一张。"},
}


def speak():
    """From now on every form says it like this. Before any form is imported: a field takes its
    sentences when it is made."""
    for field, said in SAID.items():
        own = field.__dict__.get("default_error_messages", {})
        field.default_error_messages = {**own, **said}
