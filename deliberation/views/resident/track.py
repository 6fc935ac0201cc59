"""查进度: by the code; the resident's own words and photos with the last four digits too."""

from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from deliberation.forms.resident import PhotosForm
from deliberation.forms.track import RateForm, RemarkForm, WithdrawForm
from deliberation.services import closing, gate, intake
from deliberation.views.resident.session import issues
from stations.access import public
from stations.foundation.gated import let_in


@public("居民凭号码查进度")
@sensitive_post_parameters("code", "tail")
@require_http_methods(["GET", "POST"])
def track(request):
    """Ask for the code."""
    return issues.ask(request)


@public("居民凭号码看这件事走到哪一步")
@require_GET
@issues.of_this_browser
def track_issue(request, issue):
    """一路走来: where the issue stands and what can be done about it."""
    return issues.show(request, issue)


@public("居民凭电话后四位看自己写的")
@sensitive_post_parameters("tail")
@require_POST
@issues.of_this_browser
def open_issue(request, issue):
    """看我写的和照片: the last four digits of the phone, a few tries an hour."""
    return issues.open(request, issue)


@public("居民凭号码评议")
@require_POST
@issues.of_this_browser
def rate(request, issue):
    """评议: five faces; the two lowest have the issue done again."""

    def said(rating):
        low = "您不满意，这件事重新办，一个工作日内给您回电话。"
        return low if rating.is_low else "谢谢您评。"

    return issues.act(request, issue, "rate", RateForm(request.POST), closing.rate_issue, said=said)


@public("居民凭号码补充")
@require_POST
@issues.of_this_browser
def remark(request, issue):
    """补一句，补一张: the same page sent twice adds one line."""
    form = RemarkForm(request.POST, request.FILES)
    pictures = PhotosForm(request.POST, request.FILES)
    if not let_in(form, gate.check_remark, issue=issue):
        return issues.show(request, issue, remark_form=form)
    if not (form.is_valid() and pictures.is_valid()):
        return issues.show(request, issue, remark_form=form, pictures=pictures)
    return issues.act(
        request,
        issue,
        "remark",
        form,
        gate.once,
        said="补上了，经办人看得到。",
        token=form.token,
        act=intake.add_remark,
        photos=pictures.cleaned_data["photos"],
    )


@public("居民凭号码撤回")
@require_POST
@issues.of_this_browser
def withdraw(request, issue):
    """撤回: as long as nothing was decided."""
    form, said = WithdrawForm(request.POST), "撤回了，这件事不再办，记录还在。"
    return issues.act(request, issue, "withdraw", form, intake.withdraw_issue, said=said)


@public("在别人手机上看完了就收起来")
@require_POST
@issues.of_this_browser
def forget_issue(request, issue):
    """看完了，收起来: this browser does not show it any more."""
    return issues.put_away(request, issue)
