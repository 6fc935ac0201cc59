"""The rows of the list of issues, drawn without a template.

Ten cells with some forty small decisions, twenty-five times a page: as template nodes they were
a third of the whole list. Everything that people wrote goes through `format_html`.
"""

from django.utils.html import format_html
from django.utils.http import urlencode
from django.utils.safestring import mark_safe

from deliberation.choices import Category, State
from stations.templatetags.tongxin import daysleft, icon, rings, stamp

PICK = '<td class="c"><input type="checkbox" name="pick" value="{}" aria-label="选中 {}"></td>'
ROW = """<tr data-row>{}
<td class="st">{}{}</td>
<td>{}</td>
<td class="ct">{}{}</td>
<td class="ti"><a href="{}{}">{}</a>{}</td>
<td class="wh">{}<span class="mute">　{}</span></td>
<td class="wide-2">{}{}</td>
<td class="wo">{}</td>
<td class="mute num wide">{}</td><td class="mute num wide">{}</td></tr>
"""
# get_…_display() makes such a dictionary for every word.
STATES, CATEGORIES = dict(State.choices), dict(Category.choices)
NOTHING = mark_safe("")
DASH = mark_safe('<span class="mute">—</span>')
URGENT = mark_safe('<span class="tag hot">急</span>')
CALL_BACK = mark_safe('<span class="tag hot">要回访</span>')
AGAIN = mark_safe('<span class="tag soon">重办</span>')
ASKED = mark_safe('<span class="tag soon">等回话</span>')


def drawn(rows, *, may_pick, query):
    """The body of the table. `query` is the list's own, by which an issue's page leads back."""
    back = "?" + urlencode({"back": query}) if query else ""
    return mark_safe("".join(row(issue, may_pick=may_pick, back=back) for issue in rows))


def row(issue, *, may_pick, back):
    """One issue; its title is already marked (`marked_title`)."""
    number = issue.number
    return format_html(
        ROW,
        format_html(PICK, issue.pk, number) if may_pick else NOTHING,
        progress(issue),
        STATES[issue.state],
        deadline(issue),
        icon(issue.category_icon),
        CATEGORIES[issue.category],
        issue.get_absolute_url(),
        back,
        issue.marked_title,
        tags(issue),
        issue.area.name,
        issue.where,
        issue.reporter.masked_name,
        households(issue),
        hands(issue),
        stamp(issue.created_at),
        number,
    )


def progress(issue):
    """The rings of its way: ended, burning, or where it stands."""
    if issue.state == State.CLOSED:
        return rings(8, 8, "closed")
    if not issue.is_open:
        return rings(issue.stage, 8, "ended")
    return rings(issue.stage, 8, "burn" if issue.is_overdue else "now")


def deadline(issue):
    """Until when; a closed one waits for the day somebody looks back."""
    if issue.is_open:
        return daysleft(issue.due_at)
    if issue.state == State.CLOSED and not issue.reinspected_at:
        return stamp(issue.due_at)[:5] if issue.due_at else ""
    return DASH


def tags(issue):
    """What to know before opening it."""
    found = NOTHING
    if issue.is_urgent:
        found += URGENT
    if issue.is_open and issue.call_back_since and not issue.called_back_at:
        found += CALL_BACK
    elif issue.is_open and issue.reopened_count:
        found += AGAIN
    if issue.asked_back:
        found += ASKED
    return found


def households(issue):
    if not issue.me_too_count:
        return NOTHING
    return format_html('<span class="mute">　等 {} 户</span>', issue.households)


def hands(issue):
    if issue.state == State.RECEIVED:
        return format_html('<span class="warn">{}</span>', issue.in_whose_hands)
    return issue.in_whose_hands or "—"
