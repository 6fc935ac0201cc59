"""Somebody opens an address that only takes what is pressed: back to the page it is pressed on."""

from django.contrib import messages
from django.shortcuts import redirect
from django.urls import Resolver404, resolve

SAY = "刚才那一步要在页面上按。要是没办成，请再按一次。"


class GetBackMiddleware:
    """A session that ended over a button, a form that came back with a fault and is loaded again,
    tabs a phone restores: all of them ask for an address that answers POST alone. A browser would
    show an empty 405; it is led to the page above that address instead. Programs still get 405."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        if response.status_code != 405 or not _is_page_wanted(request):
            return response
        messages.info(request, SAY)
        return redirect(page_above(request.path_info))


def page_above(path):
    """ "/orders/7/dispatch/" → "/orders/7/": the nearest address above it that leads anywhere."""
    steps = path.strip("/").split("/")
    while len(steps) > 1:
        steps.pop()
        above = f"/{'/'.join(steps)}/"
        try:
            resolve(above)
        except Resolver404:
            continue
        return above
    return "/"


def _is_page_wanted(request):
    """Whether a person looks at a browser's window, and not a script or a part of a page."""
    return (
        request.method == "GET"
        and request.accepts("text/html")
        and not request.htmx
        and ("Accept" in request.headers)
    )
