"""No form of the portal speaks in Django's words: what is missing or wrong is said like a person
at the counter would."""

import gettext
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages

import django
import pytest
from django import forms

from stations.foundation.fields import DayField
from stations.foundation.sentences import SAID

APPS = ("stations", "deliberation", "residents_map", "volunteers")
NEEDED = {forms.RegexField: {"regex": "x"}, forms.URLField: {"assume_scheme": "https"}}
CATALOGS = ("", "contrib/auth/", "contrib/admin/")


def djangos_words():
    """Every sentence of Django's own, in Chinese and in English."""
    words = set()
    for place in CATALOGS:
        folder = Path(django.__file__).parent / "conf/locale"
        folder = Path(django.__file__).parent / f"{place}locale" if place else folder
        catalog = gettext.translation("django", folder, languages=["zh_Hans"])._catalog
        words |= {str(key if not isinstance(key, tuple) else key[0]) for key in catalog}
        words |= {str(text) for text in catalog.values()}
    return words - {""}


def forms_of_the_portal():
    """All form classes of the four apps."""
    for app in APPS:
        for module in walk_packages(import_module(app).__path__, f"{app}."):
            if "form" in module.name or ".views" in module.name or ".foundation" in module.name:
                import_module(module.name)
    found, waiting = set(), [forms.BaseForm]
    while waiting:
        for one in waiting.pop().__subclasses__():
            waiting.append(one)
            if one.__module__.split(".")[0] in APPS:
                found.add(one)
    return sorted(found, key=lambda one: f"{one.__module__}.{one.__name__}")


def sentences_of(field):
    """{code: sentence} that a field can say, its checks' among them."""
    said = {check.code: check.message for check in field.validators if hasattr(check, "code")}
    return {code: str(text) for code, text in (said | field.error_messages).items()}


def test_no_form_speaks_in_djangos_words():
    theirs, found = djangos_words(), forms_of_the_portal()
    assert len(found) > 60
    strange = [
        f"{form.__module__}.{form.__name__}.{name}: {code} {sentence}"
        for form in found
        for name, field in form.base_fields.items()
        for code, sentence in sentences_of(field).items()
        if sentence in theirs
    ]
    assert not strange, "\n".join(strange)


def test_every_kind_of_field_has_its_sentences():
    """Fields that a form makes for itself, when it is asked, speak like all others."""
    theirs = djangos_words()
    for kind, said in SAID.items():
        needs = {"queryset": None} if issubclass(kind, forms.ModelChoiceField) else {}
        field = kind(**needs | NEEDED.get(kind, {}))
        assert said.items() <= field.error_messages.items()
        assert not theirs & {str(text) for text in field.error_messages.values()}, kind


class Small(forms.Form):
    number = forms.IntegerField(max_value=720, min_value=5)
    name = forms.CharField(max_length=3)
    kind = forms.ChoiceField(choices=[("a", "A")])
    day = DayField()


@pytest.mark.parametrize(
    "name, typed, said",
    [
        ("number", "", "写个数。"),
        ("number", "721", "最多 720。"),
        ("number", "4", "至少 5。"),
        ("number", "很多", "写整数，例如 12。"),
        ("name", "", "这一项要填。"),
        ("name", "王桂芳的", "最多 3 个字，您写了 4 个，请删短一些。"),
        ("kind", "", "选一个。"),
        ("kind", "b", "选一个列出来的。"),
        ("day", "", "选一天。"),
        ("day", "明天", "写成年月日，例如 2026-11-20。"),
        ("day", "9999-12-31", "这个日子不对，看看年份。"),
        ("day", "0001-01-01", "这个日子不对，看看年份。"),
    ],
)
def test_what_is_wrong_is_said_plainly(name, typed, said):
    assert Small({name: typed}).errors[name] == [said]


def test_a_day_anybody_can_mean_is_taken():
    assert "day" not in Small({"day": "2027-02-28"}).errors
