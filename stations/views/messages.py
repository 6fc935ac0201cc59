"""消息: the inbox of a person."""

from django.contrib import messages
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_POST

from stations.access import READ_MESSAGES, requires
from stations.foundation.http import show
from stations.foundation.pages import key_from, page, page_urls
from stations.models import Message
from stations.registries import inboxes
from stations.services.inbox import read_all, read_message

UNREAD_SHOWN = 50


@require_GET
@requires(READ_MESSAGES)
def inbox(request):
    """What is new first, then what was read, newest first."""
    mine = Message.objects.visible_to(request.user)
    before = key_from(request.GET.get("after"))
    read = mine.filter(read_at__isnull=False)
    rows, older = page(read.filter(pk__lt=before) if before else read)
    first_url, older_url = page_urls(request, before=before, older=older)
    context = {
        "unread": [] if before else list(mine.unread()[: UNREAD_SHOWN + 1]),
        "unread_shown": UNREAD_SHOWN,
        "rows": rows,
        "first_url": first_url,
        "older_url": older_url,
    }
    return show(request, frame_for(request.user), context)


def frame_for(user):
    """The page in the frame that this person knows: the staff's, or one of an app above."""
    found = (part.run(user) for part in inboxes)
    return next((name for name in found if name), "stations/messages.html")


@require_GET
@requires(READ_MESSAGES)
def open_message(request, pk):
    """Go to what a message is about; that marks it as read."""
    message = get_object_or_404(Message.objects.visible_to(request.user), pk=pk)
    read_message(message=message, by=request.user)
    return HttpResponseRedirect(safe_url(message.url))


@require_POST
@requires(READ_MESSAGES)
def read_messages(request):
    """全部看过了."""
    count = read_all(by=request.user)
    messages.success(request, f"{count} 条都算看过了。" if count else "没有新消息。")
    return redirect("stations:messages")


def safe_url(url):
    """Only pages of this portal: a message must not lead elsewhere."""
    is_path = url.startswith("/") and not url.startswith("//")
    if is_path and url_has_allowed_host_and_scheme(url, allowed_hosts=None):
        return url
    return "/messages/"
