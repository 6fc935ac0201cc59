"""Residents and workers with a browser that is as plain as can be: cookies, forms, files."""

import http.client
import re
import time
import uuid
from dataclasses import dataclass
from html import unescape
from http.cookies import SimpleCookie
from random import randrange
from urllib.parse import urlencode

from django.conf import settings
from django.test import Client

TRACKING_CODE = re.compile(r'class="tracking-code">([^<]+)<')
TIMEOUT = 40


@dataclass
class Answer:
    """What came back, and how long it took."""

    status: int
    headers: dict
    text: str
    seconds: float

    @property
    def is_legible(self):
        """No stack trace, no half page; a refusal says a Chinese sentence and the request's id."""
        if re.search(r"Traceback|OperationalError|psycopg|Exception", self.text):
            return False
        if self.status < 500:
            return True
        return self.status == 503 and "一会儿就好" in self.text and "Retry-After" in self.headers


class NoAnswer(Exception):
    """The connection broke: whether it was done, nobody told."""


class Browser:
    """One person's browser. Every person comes from a network of their own."""

    def __init__(self, site):
        self.site = site
        self.cookies = {}
        self.network = f"10.{randrange(256)}.{randrange(256)}.{randrange(1, 255)}"

    def ask(self, method, path, body=None, kind=None):
        headers = {
            "Host": f"127.0.0.1:{self.site.port}",
            "X-Forwarded-For": self.network,
            "Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()),
        }
        if kind:
            headers["Content-Type"] = kind
        began = time.monotonic()
        browser = http.client.HTTPConnection("127.0.0.1", self.site.port, timeout=TIMEOUT)
        try:
            browser.request(method, path, body=body, headers=headers)
            answer = browser.getresponse()
            text = answer.read().decode(errors="replace")
        except (OSError, http.client.HTTPException) as trouble:
            raise NoAnswer(repr(trouble)) from None
        finally:
            browser.close()
        for line in answer.headers.get_all("Set-Cookie", ()):
            for name, morsel in SimpleCookie(line).items():
                self.cookies[name] = morsel.value
        return Answer(answer.status, dict(answer.headers), text, time.monotonic() - began)

    def get(self, path):
        return self.ask("GET", path)

    def post(self, path, fields, photos=()):
        fields = {"csrfmiddlewaretoken": self.cookies.get("csrftoken", ""), **fields}
        if not photos:
            return self.ask("POST", path, urlencode(fields), "application/x-www-form-urlencoded")
        edge = uuid.uuid4().hex
        parts = [
            f'--{edge}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
            for name, value in fields.items()
        ]
        for number, photo in enumerate(photos):
            head = (
                f'--{edge}\r\nContent-Disposition: form-data; name="photos"; '
                f'filename="{number}.jpg"\r\nContent-Type: image/jpeg\r\n\r\n'
            )
            parts.append(head.encode() + photo + b"\r\n")
        parts.append(f"--{edge}--\r\n".encode())
        return self.ask("POST", path, b"".join(parts), f"multipart/form-data; boundary={edge}")


def answers(person):
    """True when the web server is up."""
    try:
        return person.get("/privacy/").status == 200
    except NoAnswer:
        return False


class Resident(Browser):
    """Reports something, and says it again when no answer came."""

    def open_form(self, estate, *, text, photos=()):
        """Fetch the form and fill it in; `send` sends it, any number of times."""
        self.path = f"/e/{estate}/report/"
        page = self.get(self.path)
        if page.status != 200:
            return page
        self.filled = {
            "category": "ebike",
            "text": text,
            "name": "周桂兰",
            "phone": f"139{randrange(10**8):08d}",
            "consent_public": "on",
            "token": field(page.text, "token"),
        }
        self.photos = photos
        return page

    def send(self):
        """Send the filled form. Returns (answer, tracking code or None)."""
        answer = self.post(self.path, self.filled, self.photos)
        if answer.status != 302:
            return answer, None
        page = self.get(answer.headers["Location"])
        shown = TRACKING_CODE.search(page.text)
        return page, shown and unescape(shown[1])

    def send_until_told(self, seconds=60):
        """Send until there is a receipt, as somebody does who wants to be heard."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            try:
                answer, code = self.send()
            except NoAnswer:
                time.sleep(0.5)
                continue
            assert answer.is_legible, (answer.status, answer.text[:2000])
            if code:
                return code
            assert answer.status >= 500, (answer.status, answer.text[:3000])
            time.sleep(0.5)
        raise AssertionError("no receipt")


class Staff(Browser):
    """Somebody of the office, signed in."""

    def __init__(self, site, user):
        super().__init__(site)
        self.user = user
        client = Client()
        client.force_login(user, backend="stations.foundation.sign_in.PhoneOrNameBackend")
        self.cookies["sessionid"] = client.cookies[settings.SESSION_COOKIE_NAME].value

    def act(self, path, fields=(), *, page, photos=()):
        """Press a button of a page: look at the page first, as browsers do."""
        if "csrftoken" not in self.cookies:
            self.get(page)
        return self.post(path, dict(fields), photos)


def field(html, name):
    """The value of a hidden field."""
    [tag] = re.findall(rf'<input[^>]*name="{name}"[^>]*>', html)[:1]
    return unescape(re.search(r'value="([^"]*)"', tag)[1])
