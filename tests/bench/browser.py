"""A person at a browser as cheap as can be: one kept connection, cookies, forms."""

import re
import time
import uuid
from http.client import HTTPConnection
from http.cookies import SimpleCookie
from urllib.parse import urlencode

TOKEN = re.compile(rb'name="csrfmiddlewaretoken" value="(\w+)"')


class Browser:
    """Keeps cookies, knows the last form's token; a request gives the seconds it took."""

    def __init__(self, port):
        self.port = port
        self.connection = HTTPConnection("127.0.0.1", port, timeout=60)
        self.cookies, self.token = {}, ""
        self.status, self.body, self.headers = 0, b"", {}
        self.extra = {}  # headers sent along, as htmx does

    def ask(self, method, path, body=None, kind=None, expect=(200,)):
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        headers |= self.extra
        if kind:
            headers["Content-Type"] = kind
        began = time.perf_counter()
        try:
            answer = self.send(method, path, body, headers)
        except OSError:  # the server ended a connection that had rested
            self.connection.close()
            began = time.perf_counter()
            answer = self.send(method, path, body, headers)
        seconds = time.perf_counter() - began
        self.status, self.headers = answer.status, answer.headers
        for line in answer.headers.get_all("Set-Cookie") or ():
            for name, morsel in SimpleCookie(line).items():
                self.cookies[name] = morsel.value
        if found := TOKEN.search(self.body):
            self.token = found[1].decode()
        if self.status not in expect:
            raise RuntimeError(f"{method} {path}: {self.status}\n{self.body.decode()[:2000]}")
        return seconds

    def send(self, method, path, body, headers):
        self.connection.request(method, path, body, headers)
        answer = self.connection.getresponse()
        self.body = answer.read()
        return answer

    def get(self, path, **more):
        return self.ask("GET", path, **more)

    def post(self, path, *, files=(), expect=(302,), **fields):
        """Post a form with the token of the last page; `files` are (name, file name, bytes)."""
        fields = {"csrfmiddlewaretoken": self.token} | fields
        if not files:
            kind = "application/x-www-form-urlencoded"
            return self.ask("POST", path, urlencode(fields), kind, expect)
        mark = uuid.uuid4().hex
        parts = [
            f'--{mark}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
            for name, value in fields.items()
        ]
        for name, file_name, content in files:
            head = f'--{mark}\r\nContent-Disposition: form-data; name="{name}"; filename='
            kind = "Content-Type: image/jpeg"
            parts += [f'{head}"{file_name}"\r\n{kind}\r\n\r\n'.encode(), content, b"\r\n"]
        parts.append(f"--{mark}--\r\n".encode())
        return self.ask(
            "POST", path, b"".join(parts), f"multipart/form-data; boundary={mark}", expect
        )

    def sign_in(self, name, password):
        self.get("/account/login/")
        self.post("/account/login/", login=name, password=password)
        return self

    @property
    def queries(self):
        return int(self.headers["X-Queries"])
