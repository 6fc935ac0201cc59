"""The portal as people meet it: started by `make run`'s own supervisor, seen in Chromium."""

import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from contextlib import contextmanager, suppress
from pathlib import Path

import psycopg
import pytest

from tests.support.portal import free_port

ROOT = Path(__file__).parents[2]
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "device_scale_factor": 2}
OFFICE = {"viewport": {"width": 1440, "height": 900}}
PASSWORD = "tongxin-demo-2026"
# Set to a folder to keep a picture of every page a journey passes.
PICTURES = os.environ.get("TONGXIN_PICTURES")


class Portal:
    """A running portal: its address, its database, and its end."""

    def __init__(self, home):
        self.home = home
        self.address = f"http://127.0.0.1:{(port := free_port())}"
        servers = ("DATABASE_URL", "REDIS_URL", "TONGXIN_TEST_RUN", "DEBUG")
        kept = {k: v for k, v in os.environ.items() if k not in servers}
        for name in ("SECRET_KEY", "FIELD_KEYS", "INDEX_KEY", "STATIC_MANIFEST", "EMAIL_URL"):
            kept.pop(name, None)
        self.log = open(home / "log", "w+")  # noqa: SIM115 - closed with the portal
        self.process = subprocess.Popen(
            [sys.executable, "-m", "config.supervisor"],
            cwd=ROOT,
            env={
                **kept,
                "ENV_FILE": "",
                "VAR_DIR": str(home),
                "PORT": str(port),
                "SITE_ADDRESS": self.address,
                "DEMO": "places",
                "DEBUG": "False",
            },
            stdout=self.log,
            stderr=subprocess.STDOUT,
        )
        self.wait()

    def wait(self):
        for _ in range(1200):
            with suppress(OSError), urllib.request.urlopen(self.address + "/", timeout=30) as page:
                if page.status == 200:
                    return
            if self.process.poll() is not None:
                break
            time.sleep(0.1)
        said = self.output()
        self.stop()
        raise RuntimeError(f"the portal did not start:\n{said}")

    def output(self):
        self.log.flush()
        return Path(self.log.name).read_text()

    def stop(self):
        self.process.send_signal(signal.SIGINT)
        try:
            self.process.wait(40)
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise
        finally:
            self.log.close()

    def sql(self, query, *values):
        """Ask the portal's own database, as a test may and nobody else."""
        url = re.search(r"^DATABASE_URL=(.+)$", (self.home / "run.env").read_text(), re.MULTILINE)[
            1
        ]
        import environ

        facts = environ.Env.db_url_config(url)
        with psycopg.connect(
            dbname=facts["NAME"],
            user=facts["USER"],
            host=facts["HOST"],
            port=facts["PORT"] or None,
            autocommit=True,
        ) as connection:
            cursor = connection.execute(query, values)
            return cursor.fetchall() if cursor.description else None


# Ended with the last journey: while Playwright runs, Django refuses its database in this process.
@pytest.fixture(scope="package")
def portal():
    with tempfile.TemporaryDirectory(prefix="tongxin-journey-") as folder:
        running = Portal(Path(folder))
        try:
            yield running
        finally:
            running.stop()


@pytest.fixture(scope="package")
def browser():
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=os.environ["TONGXIN_CHROMIUM"],
            args=["--no-sandbox", "--disable-background-networking", "--disable-gpu"],
        )
        yield chromium
        chromium.close()


WIDEST = "WWWW-WWWW-WWWW-WWWW"


class Visitor:
    """Somebody at a screen. Every page they look at is checked for access and for its policy."""

    def __init__(self, context, portal):
        self.context, self.portal = context, portal
        self.page = context.new_page()
        self.broken = []
        self.seen = 0
        self.page.on("console", self.hear)
        self.page.on("pageerror", lambda error: self.broken.append(str(error)))

    def hear(self, message):
        """What the browser complains of; refusals and a save overtaken by another are fine."""
        fine = ("status of 4", "htmx:sendAbort", "htmx:afterRequest", "htmx:responseError")
        if message.type == "error" and not any(words in message.text for words in fine):
            self.broken.append(message.text)

    def go(self, path):
        self.page.goto(self.portal.address + path)
        return self.look()

    def widest_code(self):
        """The code of a receipt is drawn by lot: here the widest there is, then back again.

        It has to fit in ordinary and in large letters, on one line.
        """
        put = """([large, text]) => {
          document.documentElement.classList.toggle("large", large);
          const code = document.querySelector(".tracking-code"), was = code.textContent;
          code.textContent = text;
          const range = document.createRange();
          range.selectNodeContents(code);
          const lines = range.getClientRects().length;
          const wide = document.documentElement.scrollWidth
            - document.documentElement.clientWidth;
          code.textContent = was;
          document.documentElement.classList.remove("large");
          return [lines, wide <= 0]; }"""
        for large in (False, True):
            assert self.page.evaluate(put, [large, WIDEST]) == [1, True], f"large: {large}"

    def look(self, name=""):
        """axe finds nothing serious, the browser refused nothing, nothing is cut off."""
        self.page.wait_for_load_state("networkidle")
        self.page.evaluate(AXE.read_text())
        found = self.page.evaluate(
            "axe.run(document, {resultTypes: ['violations']}).then(r => r.violations)"
        )
        grave = [v for v in found if v["impact"] in ("serious", "critical")]
        told = [{"id": v["id"], "where": [n["html"][:160] for n in v["nodes"]]} for v in grave]
        assert not grave, f"{self.page.url}: {json.dumps(told, ensure_ascii=False, indent=1)}"
        assert not self.broken, f"{self.page.url}: {self.broken}"
        wide = self.page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        assert wide <= 0, f"{self.page.url} is {wide} px wider than the screen"
        if PICTURES:
            self.seen += 1
            path = self.page.url.removeprefix(self.portal.address).strip("/").split("?")[0]
            picture = name or path.replace("/", "-") or "front"
            width = self.page.viewport_size["width"]
            self.page.screenshot(
                path=f"{PICTURES}/{width}-{self.seen:02d}-{picture}.png", full_page=True
            )
        return self.page

    def sign_in(self, username, password=PASSWORD):
        self.go("/account/login/")
        self.page.fill("input[name=login]", username)
        self.page.fill("input[name=password]", password)
        self.page.click("main button[type=submit]")
        self.page.wait_for_url(lambda url: "/account/login" not in url)
        return self


@pytest.fixture
def visitor(browser, portal):
    """visitor(PHONE) or visitor(OFFICE, "worker"): a fresh browser for one person."""
    with contextmanager(_visitors)(browser, portal) as make:
        yield make


def _visitors(browser, portal):
    contexts = []

    def make(screen, username=None):
        context = browser.new_context(locale="zh-CN", timezone_id="Asia/Shanghai", **screen)
        context.set_default_timeout(20_000)
        contexts.append(context)
        person = Visitor(context, portal)
        return person.sign_in(username) if username else person

    yield make
    for number, context in enumerate(contexts):
        if PICTURES and context.pages:
            context.pages[-1].screenshot(path=f"{PICTURES}/last-{number}.png", full_page=True)
        context.close()


def eventually(look, seconds=90):
    """Wait until `look()` is true: real workers take their time."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if found := look():
            return found
        time.sleep(0.5)
    raise AssertionError(f"did not happen within {seconds} s")
