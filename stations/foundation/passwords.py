"""Passwords that everybody here would guess first."""

import re

from django.contrib.auth.password_validation import MinimumLengthValidator
from django.core.exceptions import ValidationError

LEAST_OF_ONES_OWN = 6
# What people put round the name of a place to make it long enough.
FILLERS = (
    "shequ", "jiedao", "fuwuzhan", "dangqun", "zhongxin", "xiaoqu", "juweihui", "password",
    "mima", "admin", "woaini", "welcome", "nihao", "abc", "qwerty", "asdf",
    "社区", "街道", "服务站", "党群", "中心", "小区", "居委会", "密码", "同心",
)  # fmt: skip


class LongEnough(MinimumLengthValidator):
    """Django's own, in Chinese: its sentence is not translated there."""

    def get_error_message(self):
        return f"太短了，至少要 {self.min_length} 个字符。"

    def get_help_text(self):
        return f"至少 {self.min_length} 个字符。"


class LocalWordsValidator:
    """Refuses a password that is little more than names of places here, digits and fillers."""

    def __init__(self, words=()):
        self.words = tuple(word.lower() for word in words)

    def validate(self, password, user=None):
        own = password.lower()
        known = {*self.words, *FILLERS, *_names_of(user)}
        for word in sorted(known, key=len, reverse=True):
            own = own.replace(word, " ")
        if len(set(re.sub(r"[\W\d_]", "", own))) < LEAST_OF_ONES_OWN:
            raise ValidationError(self.get_help_text(), code="password_local_words")

    def get_help_text(self):
        return "别只用地名、单位名加数字，别人一猜就中。"


def _names_of(user):
    """The person's own name and the places where they are posted."""
    if user is None or user.pk is None:
        return set()
    names = {user.username, user.name}
    for posting in user.current_postings():
        names |= {posting.area.name, posting.area.code}
    return {name.lower() for name in names if len(name) > 1}
