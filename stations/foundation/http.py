"""What carries a request through a view, and what every request gets."""

import contextvars
import secrets
from dataclasses import dataclass
from urllib.parse import urlsplit, urlunsplit

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.core.exceptions import BadRequest, ValidationError
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render, resolve_url
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.http import urlencode

from stations.foundation.limits import client_address

SIGN_IN_PAGES = "/account/"


@dataclass(frozen=True)
class Origin:
    """Where an act came from, for the act log."""

    address: str | None = None
    request_id: str = ""


origin = contextvars.ContextVar("origin", default=Origin())  # noqa: B039 - frozen


def wants_part(request):
    """True when htmx swaps a part of the page; a boosted link wants the whole page."""
    return bool(request.htmx) and not request.htmx.boosted


def carry_out(form, service, **arguments):
    """Call the service with the form's data. A refusal becomes an error on the form."""
    if not form.is_valid():
        return None
    try:
        return service(**arguments, **form.cleaned_data)
    except ValidationError as refusal:
        for sentence in refusal.messages:
            form.add_error(None, sentence)
        return None


def show(request, page, context, *, part=None, status=None):
    """Render the page, or only the named part of it when htmx asked. Refused forms: 422."""
    template = f"{page}#{part}" if part and wants_part(request) else page
    refused = "form" in context and bool(context["form"].errors)
    response = render(request, template, context, status=status or (422 if refused else 200))
    patch_vary_headers(response, ["HX-Request"])
    return response


class RequestIdMiddleware:
    """Give every request an id that people can read out, and remember where it came from."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        request.id = secrets.token_hex(6)
        known = origin.set(Origin(address=client_address(request), request_id=request.id))
        try:
            response = self.get_response(request)
        finally:
            origin.reset(known)
        response["X-Request-Id"] = request.id
        if response.status_code == 429:
            response.setdefault("Retry-After", "60")  # allauth's limits are per minute
        return response


class Utf8Middleware:
    """Refuse words in another charset than our pages': read as UTF-8 they would be others.

    Some of the names Python knows are no charset at all, and some smuggle in what is no sign.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if request.content_params.get("charset", "utf-8").lower() not in ("utf-8", "utf8"):
            raise BadRequest("not UTF-8")
        return self.get_response(request)


class SessionClockMiddleware:
    """End a session nobody used for a while or a day old, ask for the first password change and,
    where it is required, the second step; keep signed-in pages out of the browser's cache and
    empty it when somebody signs out (office computers are shared)."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        was_in = request.user.is_authenticated
        if was_in:
            steps = (self.ended, self.first_password, self.second_step)
            refusal = next(filter(None, (step(request) for step in steps)), None)
            if refusal:
                return refusal
        elif SESSION_KEY in request.session:
            request.session.flush()  # disabled: it must not come back when they are enabled again
        response = self.get_response(request)
        if request.user.is_authenticated:
            response.setdefault("Cache-Control", "no-store")
        elif was_in:
            response["Clear-Site-Data"] = '"cache", "storage"'
        return response

    def ended(self, request):
        """Left alone too long, or a whole working day old however busy it was.

        The cookie's age cannot say the second: it begins anew whenever the session is saved.
        """
        now, session = int(timezone.now().timestamp()), request.session
        last, began = session.get("last_seen", now), session.get("began", now)
        is_idle = now - last > settings.SESSION_IDLE_SECONDS
        if is_idle or now - began > settings.SESSION_COOKIE_AGE:
            session.flush()
            query = {"idle": 1} if is_idle else {}
            if page := page_to_come_back_to(request):
                query["next"] = page
            target = resolve_url(settings.LOGIN_URL)
            return _send_to(request, f"{target}?{urlencode(query)}" if query else target)
        if now - last > 60 or "began" not in session:
            session["last_seen"], session["began"] = now, began  # once a minute is exact enough
        return None

    def first_password(self, request):
        allowed = (resolve_url("account_change_password"), resolve_url("account_logout"))
        if request.user.must_change_password and request.path not in allowed:
            return _send_to(request, allowed[0])
        return None

    def second_step(self, request):
        """With MFA_REQUIRED nobody gets further than the pages on which they turn it on."""
        if not settings.MFA_REQUIRED or request.path.startswith(SIGN_IN_PAGES):
            return None
        if is_mfa_enabled(request.user):
            return None
        return _send_to(request, resolve_url("mfa_activate_totp"))


class SignInMiddleware(LoginRequiredMiddleware):
    """Asks for a sign-in, and leads back afterwards to the page somebody had open: not to the
    address of the button they pressed there, which answers no visit."""

    def handle_no_permission(self, request, view_func):
        target = resolve_url(self.get_login_url(view_func))
        page = page_to_come_back_to(request)
        field = self.get_redirect_field_name(view_func)
        return _send_to(request, f"{target}?{urlencode({field: page})}" if page else target)


def page_to_come_back_to(request):
    """The local address of the page the browser shows; "" when it does not say."""
    if request.method in ("GET", "HEAD") and not request.htmx:
        return request.get_full_path()
    shown = urlsplit(request.headers.get("HX-Current-URL") or request.headers.get("Referer", ""))
    if shown.netloc != request.get_host():
        return ""
    return urlunsplit(("", "", shown.path, shown.query, ""))


def _send_to(request, target):
    """Leave for another page; htmx would put that page into a part of this one."""
    if request.htmx:
        return HttpResponse(headers={"HX-Redirect": target})
    return HttpResponseRedirect(target)
