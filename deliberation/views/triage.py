"""The acts of 受理与分派, each at an address of its own: POST only, its own permission."""

from django.contrib import messages
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from deliberation.access import REVEAL_PHONE, TRIAGE_ISSUE
from deliberation.forms.issues import RevealForm
from deliberation.models import Issue
from deliberation.services import triage
from deliberation.views.issue_acts import ACTS
from deliberation.views.issue_page import show_issue
from stations.access import requires
from stations.foundation.http import carry_out
from stations.views.passing import raise_out


def act_view(key):
    """The view of one act: do it and go back to the page, or show the page with what is wrong."""
    act = ACTS[key]

    @requires(act.permission, on=Issue)
    @require_POST
    def view(request, issue):
        form = act.form(request.POST, request.FILES, issue=issue, by=request.user)
        if carry_out(form, act.service, issue=issue, by=request.user) is None:
            return show_issue(request, issue, refused=form, act=key)
        issue.refresh_from_db()
        undo = f"undo:{reverse('deliberation:issue_undo', args=[issue.pk])}"
        messages.success(request, act.said(issue), extra_tags=undo if act.undoable else "")
        return redirect(issue)

    view.__name__ = view.__qualname__ = key.replace("-", "_")
    return view


accept = act_view("accept")
ask = act_view("ask")
return_ = act_view("return")
correct = act_view("correct")
merge = act_view("merge")
direct = act_view("direct")
parties = act_view("parties")
street = act_view("street")
answer = act_view("answer")
send_back = act_view("send-back")
agenda = act_view("agenda")
task = act_view("task")
note = act_view("note")
undo = act_view("undo")


@requires(REVEAL_PHONE, on=Issue)
@require_POST
def reveal(request, issue):
    """看全号: the number stands in this one answer only, and it is recorded who looked."""
    form = RevealForm(request.POST, issue=issue, by=request.user)
    number = carry_out(form, triage.reveal_phone, issue=issue, by=request.user)
    if number is None:
        return show_issue(request, issue, refused=form, act="reveal", part="reporter")
    return show_issue(request, issue, phone=number or "没有留电话", part="reporter")


@requires(TRIAGE_ISSUE, on=Issue, load="for_page")
@require_POST
def refer(request, issue):
    """转出去: raise a thing of another app out of the issue; the words are staff's own."""
    names, place = [issue.reporter.name], {"building": issue.building, "entrance": issue.entrance}
    kind, form, done = raise_out(request, issue, names=names, **place)
    if kind is None:
        messages.error(request, "这件事在这里转不了，刷新页面再看。")
        return redirect(issue)
    if done is None:
        return show_issue(request, issue, refused=form, act="refer")
    messages.success(request, f"转好了：{kind.label}。诉求还在，接着办。")
    return redirect(issue)
