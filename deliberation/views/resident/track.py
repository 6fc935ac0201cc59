"""查进度: by the code; the resident's own words and photos with the last four digits too."""

from functools import wraps

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from deliberation.choices import State
from deliberation.forms.resident import PhotosForm
from deliberation.forms.track import CodeForm, RateForm, RemarkForm, TailForm, WithdrawForm
from deliberation.models import Issue
from deliberation.services import closing, gate, intake, journey
from deliberation.views.resident.session import (
    OPENED,
    forget,
    has_opened,
    known_issue,
    remember,
)
from stations.access import public
from stations.foundation.codes import code_digest
from stations.foundation.http import carry_out
from stations.foundation.limits import client_address
from stations.models import Station
from stations.registries import tracked

NOT_FOUND = "没有查到。号码是 16 位字母和数字，请对着纸条或截图再看一眼。"
WRONG_TAIL = "和报事时留的电话对不上，请再看一眼。"


@public("居民凭号码查进度")
@sensitive_post_parameters("code", "tail")
@require_http_methods(["GET", "POST"])
def track(request):
    """Ask for the code. It is posted, so it stands in no address and no log."""
    form = CodeForm(request.POST or None)
    status, retry_after = (422 if request.method == "POST" else 200), 0
    if request.method == "POST" and form.is_valid():
        try:
            issue = _look_up(request, form)
        except gate.Held as held:
            form.add_error(None, str(held))
            status, retry_after = held.status, held.retry_after
        else:
            if issue:
                return redirect("deliberation:track_issue", issue.pk)
            if elsewhere := _followed_elsewhere(form):
                # 307: the code is posted on, so that it stands in no address there either.
                return HttpResponse(status=307, headers={"Location": elsewhere})
            form.add_error(None, NOT_FOUND)
    context = {"form": form, "mine": _mine(request)}
    response = render(request, "deliberation/resident_track.html", context, status=status)
    if retry_after:
        response["Retry-After"] = retry_after
    patch_cache_control(response, no_store=True)
    return response


def _followed_elsewhere(form):
    """The address at which another app follows this code: people hold one kind of slip only."""
    digest = code_digest(form.cleaned_data["code"])
    return next(filter(None, (part.run(digest) for part in tracked)), "")


def _look_up(request, form):
    """The issue of this code, noted in the session; None takes just as long."""
    gate.check_look_up(address=client_address(request))
    digest = code_digest(form.cleaned_data["code"])
    issue = Issue.objects.select_related("reporter").filter(code_digest=digest).first()
    if issue:
        remember(request, issue)
        if form.cleaned_data["tail"] and not _open(request, issue, form.cleaned_data["tail"]):
            messages.warning(request, f"号码对，电话后四位{WRONG_TAIL}")
    return issue


def _open(request, issue, tail):
    """Show own words and photos too, when these are the last digits of the reporter's phone."""
    gate.check_tail(address=client_address(request), issue=issue)
    if not intake.tail_matches(issue.reporter, tail):
        return False
    remember(request, issue, key=OPENED)
    return True


def _mine(request):
    """The issues this browser has shown the code of, newest first."""
    known = request.session.get("issues", [])
    return Issue.objects.filter(pk__in=known).select_related("area", "reporter")[:10]


def of_this_browser(view):
    """Hand the view the issue when this browser has given its code; else ask for the code."""

    @wraps(view)
    def wrapper(request, pk):
        issue = known_issue(request, pk)
        if issue is None:
            return redirect("deliberation:track")
        return view(request, issue)

    return wrapper


@public("居民凭号码看这件事走到哪一步")
@require_GET
@of_this_browser
def track_issue(request, issue):
    """一路走来: where the issue stands and what can be done about it."""
    return _page(request, issue)


def _page(request, issue, *, status=200, **forms):
    """The page of an issue as it is now, with the forms somebody has just sent."""
    if forms:
        issue = known_issue(request, issue.pk)
    target = journey.final_target(issue)
    merged = target.pk != issue.pk
    full = has_opened(request, issue)
    steps = journey.steps_of(target)
    context = {
        "issue": issue,
        "target": target,
        "is_merged": merged,
        "estate": issue.area,
        "station": Station.objects.nearest_to(issue.area),
        "full": full,
        "can_open": bool(issue.reporter.phone_sealed) and not full,
        "steps": steps,
        "said": journey.said_of_steps(steps),
        "heading": journey.heading_of(target, of_neighbour=merged),
        "promise": "" if merged and target.state == State.NOTICED else journey.promise_of(target),
        "ease": journey.ease_of(target),
        "lines": journey.timeline(issue, full=full),
        "can_rate": issue.state == State.NOTICED,
        "refused": _unseen_refusals(issue, forms),
        "rate_form": RateForm(),
        "remark_form": RemarkForm(),
        "pictures": PhotosForm(),
        "withdraw_form": WithdrawForm(),
        "tail_form": TailForm(),
        "now": timezone.now(),
    }
    response = render(request, "deliberation/resident_issue.html", context | forms, status=status)
    patch_cache_control(response, no_store=True)
    return response


def _unseen_refusals(issue, forms):
    """Refusals of forms the page no longer shows, because the issue has moved on meanwhile."""
    shown = {
        "rate_form": issue.state == State.NOTICED,
        "remark_form": issue.is_open,
        "withdraw_form": issue.is_early,
    }
    hidden = (forms[name] for name in forms if not shown.get(name, True))
    return [sentence for form in hidden for sentence in form.non_field_errors()]


@public("居民凭电话后四位看自己写的")
@sensitive_post_parameters("tail")
@require_POST
@of_this_browser
def open_issue(request, issue):
    """看我写的和照片: the last four digits of the phone, a few tries an hour."""
    form = TailForm(request.POST)
    status = 422
    if form.is_valid():
        try:
            if _open(request, issue, form.cleaned_data["tail"]):
                return redirect("deliberation:track_issue", issue.pk)
            form.add_error("tail", WRONG_TAIL)
        except gate.Held as held:
            form.add_error("tail", str(held))
            status = held.status
    return _page(request, issue, tail_form=form, status=status)


@public("居民凭号码评议")
@require_POST
@of_this_browser
def rate(request, issue):
    """评议: five faces; the two lowest have the issue done again."""
    form = RateForm(request.POST)
    rating = carry_out(form, closing.rate_issue, issue=issue)
    if rating is None:
        return _page(request, issue, rate_form=form, status=422)
    low = "您不满意，这件事重新办，一个工作日内给您回电话。"
    messages.success(request, low if rating.is_low else "谢谢您评。")
    return redirect("deliberation:track_issue", issue.pk)


@public("居民凭号码补充")
@require_POST
@of_this_browser
def remark(request, issue):
    """补一句，补一张: the same page sent twice adds one line."""
    form = RemarkForm(request.POST, request.FILES)
    pictures = PhotosForm(request.POST, request.FILES)
    status = 422
    try:
        gate.check_remark(issue=issue)
    except gate.Held as held:
        form.add_error(None, str(held))
        return _page(request, issue, remark_form=form, status=held.status)
    if form.is_valid() and pictures.is_valid():
        carry_out(
            form,
            gate.once,
            token=form.token,
            act=intake.add_remark,
            issue=issue,
            photos=pictures.cleaned_data["photos"],
        )
        if not form.errors:
            messages.success(request, "补上了，经办人看得到。")
            return redirect("deliberation:track_issue", issue.pk)
    return _page(request, issue, remark_form=form, pictures=pictures, status=status)


@public("居民凭号码撤回")
@require_POST
@of_this_browser
def withdraw(request, issue):
    """撤回: as long as nothing was decided."""
    form = WithdrawForm(request.POST)
    if carry_out(form, intake.withdraw_issue, issue=issue) is None:
        return _page(request, issue, withdraw_form=form, status=422)
    messages.success(request, "撤回了，这件事不再办，记录还在。")
    return redirect("deliberation:track_issue", issue.pk)


@public("在别人手机上看完了就收起来")
@require_POST
@of_this_browser
def forget_issue(request, issue):
    """看完了，收起来: this browser does not show it any more."""
    forget(request, issue)
    messages.success(request, "收起来了，要再看请填号码。")
    return redirect("deliberation:track")
