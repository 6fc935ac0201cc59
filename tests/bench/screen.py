"""How soon a page answers a hand: measured in Chromium, from asking for it to the paint after the
first click on a filter."""

from statistics import median

from playwright.sync_api import sync_playwright

from stations.demo import PASSWORD
from tests.support.chromium import find

# A hand cannot be quicker than the first picture: the click comes with the frame after it.
TOUCH = """addEventListener("DOMContentLoaded", () => requestAnimationFrame(() => {
  const target = document.querySelector("TARGET");
  if (!target) return;
  target.click();
  requestAnimationFrame(() => setTimeout(() => {
    window.answered = target.classList.contains("is-on") ? performance.now() : Infinity;
  }));
}))"""

ANSWER = """async () => {
  while (!window.answered) await new Promise((done) => setTimeout(done, 10));
  return window.answered;
}"""


class Screen:
    """A browser window of a worker who has signed in."""

    def __init__(self, port):
        self.home = f"http://127.0.0.1:{port}"

    def __enter__(self):
        self.playwright = sync_playwright().start()
        self.browser = self.playwright.chromium.launch(
            executable_path=find(), args=["--no-sandbox"]
        )
        self.context = self.browser.new_context(viewport={"width": 1440, "height": 900})
        page = self.context.new_page()
        page.goto(f"{self.home}/account/login/")
        page.fill("input[name=login]", "worker")
        page.fill("input[name=password]", PASSWORD)
        page.click("button[type=submit]")
        page.wait_for_load_state()
        page.close()
        return self

    def __exit__(self, *exc):
        self.browser.close()
        self.playwright.stop()

    def milliseconds(self, path, target, server, rounds=9):
        """(median from the request to the paint after the click, what processors worked for it
        in page and server); the first time is not counted."""
        page = self.context.new_page()
        page.add_init_script(TOUCH.replace("TARGET", target))
        tools = self.context.new_cdp_session(page)
        tools.send("Performance.enable")
        times, work = [], []
        for _ in range(rounds + 1):
            before = server.work() + process_time(tools)
            page.goto(self.home + path)
            times.append(page.evaluate(ANSWER))
            work.append((server.work() + process_time(tools) - before) * 1000)
        page.close()
        return median(times[1:]), median(work[1:])


def process_time(tools):
    """Seconds that the process of the page has worked so far."""
    told = tools.send("Performance.getMetrics")["metrics"]
    return next(one["value"] for one in told if one["name"] == "ProcessTime")
