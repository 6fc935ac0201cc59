"""The fields of residents' forms, and the gate before a form."""

import pytest
from django import forms
from django.test import RequestFactory

from stations.foundation.gate import Held
from stations.foundation.gated import fresh, let_in
from stations.foundation.resident_fields import (
    CodeForm,
    FacesField,
    FacesForm,
    PhoneField,
    TailForm,
    picks,
)


class Contact(forms.Form):
    phone = PhoneField(required=False)
    other = PhoneField(autocomplete="off", error_messages={"required": "留个电话。"})


class How(FacesForm):
    face = "level"
    level = FacesField(choices=[(1, "差"), (3, "一般"), (5, "好")])


def test_a_phone_is_digits_or_nothing():
    form = Contact({"phone": " ", "other": "+86 139 0000 ６０21"})
    assert form.is_valid()
    assert form.cleaned_data == {"phone": "", "other": "13900006021"}
    wrong = Contact({"phone": "139", "other": ""})
    assert wrong.errors == {
        "phone": ["手机号码是11位，您填了3位，请再看一下。"],
        "other": ["留个电话。"],
    }
    assert 'autocomplete="off"' in str(form["other"]) and 'type="tel"' in str(form["phone"])


@pytest.mark.parametrize("typed", ["６０21", "60 21", "尾号6021"])
def test_four_digits_however_they_are_typed(typed):
    form = TailForm({"tail": typed})
    assert form.is_valid() and form.cleaned_data["tail"] == "6021"


@pytest.mark.parametrize("typed", ["602", "602199", "a\ud800"])
def test_not_four_digits_is_told(typed):
    assert TailForm({"tail": typed}).errors == {"tail": ["要填四位数字。"]}
    assert CodeForm({"code": "x", "tail": ""}, label="号码").errors == {}


def test_a_code_is_asked_for_by_its_own_name():
    form, other = CodeForm({"code": ""}, label="点单的号码"), CodeForm(label="查进度的号码")
    assert form.errors == {"code": ["请填上点单的号码。"]}
    assert (form["code"].label, other["code"].label) == ("点单的号码", "查进度的号码")


def test_faces_show_which_one_was_pressed():
    assert [face["on"] for face in How({"level": "3"}).faces] == [False, True, False]
    assert [face["mood"] for face in How().faces] == ["low", "mid", ""]
    for level in ("", "4"):
        assert How({"level": level}).errors == {"level": ["先点一个表情。"]}


def test_one_button_of_the_chosen_members_is_on():
    class Kind(forms.Form):
        kind = forms.CharField()

    class One:
        def __init__(self, value):
            self.value, self.label = value, value.upper()

    a, b = One("a"), One("b")
    looks = {"icons": {a: "box", b: "run"}, "tones": {a: "red", b: "blue"}}
    shown = picks(Kind({"kind": "b"})["kind"], [a, b], **looks)
    assert shown[0] == {"value": "a", "label": "A", "icon": "box", "tone": "red", "on": False}
    assert shown[1]["on"]


def held(**facts):
    raise Held("过 9 分钟再试。", **facts)


@pytest.mark.parametrize(
    ("facts", "status", "wait"),
    [({"retry_after": 540}, 429, "540"), ({"challenge": {"a": 1}}, 422, None)],
)
def test_the_gate_is_told_on_the_form_and_by_the_page(facts, status, wait):
    form = Contact({"other": "13900006021"})
    assert let_in(form, lambda **facts: None, who=1)
    assert not let_in(form, held, field="other", **facts)
    assert form.errors == {"other": ["过 9 分钟再试。"]} and not form.is_valid()
    answer = fresh(RequestFactory().get("/"), "404.html", {}, Contact(), form)
    assert (answer.status_code, answer.get("Retry-After")) == (status, wait)
    assert "no-store" in answer["Cache-Control"]


def test_a_page_has_the_status_of_its_forms():
    def status(*forms):
        return fresh(RequestFactory().get("/"), "404.html", {}, *forms).status_code

    assert status() == status(Contact()) == status(Contact({"other": "13900006021"})) == 200
    assert status(Contact(), Contact({"other": ""})) == 422
