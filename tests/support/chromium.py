"""Which Chromium drives the journeys: `python -m tests.support.chromium` prints its path.

As root, Debian's package is installed when there is none.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
MISSING = (
    "找不到 Chromium：请安装（apt install chromium，或 .venv/bin/playwright install chromium），"
    "或用 make test ARGS='-m \"not journey\"' 跳过浏览器测试。\n"
    "No Chromium: install it (apt install chromium, or .venv/bin/playwright install chromium), "
    "or leave the browser out with make test ARGS='-m \"not journey\"'."
)


def find():
    """The path of a Chromium on this machine, or None."""
    if (wish := os.environ.get("TONGXIN_CHROMIUM")) and Path(wish).exists():
        return wish
    for name in NAMES:
        if path := shutil.which(name):
            return path
    return playwrights_own()


def playwrights_own():
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if Path(path).exists() else None


def install():
    """Install Debian's Chromium and a Chinese font. Needs root and apt-get."""
    for command in (
        ["apt-get", "update", "-q"],
        ["apt-get", "install", "-q", "-y", "--no-install-recommends", "chromium", "fonts-noto-cjk"],
    ):
        subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            stdout=sys.stderr,
            env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"},
            check=False,
        )


def main():
    path = find()
    if path is None and os.geteuid() == 0 and shutil.which("apt-get"):
        install()
        path = find()
    if path is None:
        print(MISSING, file=sys.stderr)
        return 1
    print(path)
    return 0


if __name__ == "__main__":
    sys.exit(main())
