"""One process of the portal with its children: started, frozen, killed."""

import signal
import subprocess
import time
from contextlib import suppress
from pathlib import Path

import psutil

ROOT = Path(__file__).parents[2]


def eventually(look, *, seconds=60, every=0.1):
    """Wait until `look()` is true and return it: things recover by themselves, but not at once."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if found := look():
            return found
        time.sleep(every)
    raise AssertionError(f"did not happen within {seconds} s")


class Process:
    """One started process with its children."""

    def __init__(self, name, command, environment, log):
        self.name, self.command, self.environment, self.log = name, command, environment, log
        self.is_wanted = True
        self.start()

    def start(self):
        self.popen = subprocess.Popen(
            self.command,
            shell=True,
            cwd=ROOT,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=self.log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )

    @property
    def ended(self):
        return self.popen.poll() is not None

    def family(self):
        """The process and everything it started, the first one first."""
        try:
            first = psutil.Process(self.popen.pid)
            return [first, *first.children(recursive=True)]
        except psutil.NoSuchProcess:
            return []

    def children(self):
        return self.family()[1:]

    def send(self, name, to=None):
        for one in self.family() if to is None else to:
            with suppress(psutil.NoSuchProcess):
                one.send_signal(name)

    def freeze(self):
        self.send(signal.SIGSTOP)

    def wake(self):
        self.send(signal.SIGCONT)

    def kill(self, *, for_good=False):
        """kill -9 of it and its children, all at once. The guard starts it again."""
        self.is_wanted = self.is_wanted and not for_good
        self.send(signal.SIGKILL)
        self.popen.wait(20)

    def kill_child(self):
        """kill -9 of one child, as the kernel does when memory runs out."""
        self.send(signal.SIGKILL, to=self.children()[:1])

    def stop(self):
        """SIGTERM to the first process, as a deploy does."""
        self.is_wanted = False
        self.wake()
        self.send(signal.SIGTERM, to=self.family()[:1])
        try:
            self.popen.wait(30)
        except subprocess.TimeoutExpired:
            self.kill()
