"""Draws the plain boxes of a form without Django's templates for them, character by character the
same: a select of forty doors takes eighty templates there, which was half of an issue's page.

Everything else (pickers of several, dates in three parts) is drawn as before.
"""

from django.forms.renderers import DjangoTemplates
from django.utils.html import conditional_escape
from django.utils.safestring import mark_safe

_PLAIN = (
    *("text", "number", "email", "url", "tel", "password", "hidden", "date", "datetime", "time"),
    *("file", "checkbox", "input"),
)
_FOLDER = "django/forms/widgets/"


class QuickBoxes(DjangoTemplates):
    """Django's renderer, with the commonest widgets drawn at once."""

    def render(self, template_name, context, request=None):
        draw = _DRAWN.get(template_name)
        if draw is None:
            return super().render(template_name, context, request)
        return mark_safe(draw(context["widget"]).strip())  # every piece is escaped below


def _attributes(attrs):
    pieces = []
    for name, value in attrs.items():
        if value is True:
            pieces.append(f" {conditional_escape(name)}")
        elif value is not False:
            pieces.append(f' {conditional_escape(name)}="{_text(value)}"')
    return "".join(pieces)


def _text(value):
    """A value as `stringformat:"s"` writes it, escaped."""
    return conditional_escape(value if isinstance(value, str) else str(value))


def _input(widget):
    value = "" if widget["value"] is None else f' value="{_text(widget["value"])}"'
    kind, name = conditional_escape(widget["type"]), conditional_escape(widget["name"])
    return f'<input type="{kind}" name="{name}"{value}{_attributes(widget["attrs"])}>'


def _textarea(widget):
    value = conditional_escape(widget["value"]) if widget["value"] else ""
    name = conditional_escape(widget["name"])
    return f'<textarea name="{name}"{_attributes(widget["attrs"])}>\n{value}</textarea>'


def _select(widget):
    name = conditional_escape(widget["name"])
    pieces = [f'<select name="{name}"{_attributes(widget["attrs"])}>']
    for group, options, _ in widget["optgroups"]:
        if group:
            pieces.append(f'\n  <optgroup label="{conditional_escape(group)}">')
        for option in options:
            value, label = _text(option["value"]), conditional_escape(option["label"])
            attrs = _attributes(option["attrs"])
            pieces.append(f'\n  <option value="{value}"{attrs}>{label}</option>\n')
        if group:
            pieces.append("\n  </optgroup>")
    pieces.append("\n</select>")
    return "".join(pieces)


_DRAWN = {f"{_FOLDER}{name}.html": _input for name in _PLAIN}
_DRAWN |= {f"{_FOLDER}textarea.html": _textarea, f"{_FOLDER}select.html": _select}
