"""gunicorn's thread worker, for a world with slow clients.

gunicorn gives a connection to one of its few threads with the first byte; whoever sends a byte a
second keeps that thread for as long as they like, and eight of them stop the portal. Here the
main loop collects a request, all of it, before a thread hears of it: a slow client costs a file
handle and no thread. Long bodies wait on disk. What takes too long is closed.

Chunked bodies have no known length and no browser sends them: 411. A proxy in front (nginx)
gives every body a length.
"""

import errno
import re
import selectors
import socket
import tempfile
import time
from functools import partial

from gunicorn import http
from gunicorn.http.unreader import SocketUnreader
from gunicorn.workers.gthread import TConn, ThreadWorker

HEAD_SECONDS = 10  # the whole head of a request
BODY_SECONDS = 20  # a body, and longer if it is long:
SLOWEST = 8 * 1024  # bytes a second that are still somebody's poor network
ANSWER_SECONDS = 30  # nobody reads our answer for so long: they are gone
MOST_HEAD = 64 * 1024
MOST_BODY = 96 * 1024 * 1024  # six photos of 12 MB and the words; Django refuses less than this
IN_MEMORY = 32 * 1024
READ = 64 * 1024

_LENGTH = re.compile(rb"\r\ncontent-length:[ \t]*(\d{1,15})[ \t]*(?=\r\n|\Z)", re.IGNORECASE)
_SAYS_LENGTH = re.compile(rb"\r\n[ \t]*content-length", re.IGNORECASE)
_CHUNKED = re.compile(rb"\r\ntransfer-encoding[ \t]*:", re.IGNORECASE)
_EXPECT = re.compile(rb"\r\nexpect:[ \t]*100-continue", re.IGNORECASE)


class Refused(Exception):
    """A request that no thread has to see: answered with this status line."""


class Arriving:
    """One request on its way in."""

    def __init__(self):
        self.head = b""
        self.length = None  # of head and body, once the head is here
        self.got = 0
        self.file = None
        self.until = time.monotonic() + HEAD_SECONDS
        self.wants_go_on = False

    def take(self, data):
        """Add what came; True when the request is complete."""
        self.got += len(data)
        if self.file:
            self.file.write(data)
        else:
            seen = max(0, len(self.head) - 3)
            self.head += data
            self.read_head(seen)
        return self.length is not None and self.got >= self.length

    def read_head(self, seen):
        end = self.head.find(b"\r\n\r\n", seen)
        if end < 0:
            if len(self.head) > MOST_HEAD:
                raise Refused("431 Request Header Fields Too Large")
            return
        head = self.head[:end]
        if _CHUNKED.search(head):
            raise Refused("411 Length Required")
        lengths = _LENGTH.findall(head)
        # Twice, or written so oddly that gunicorn or a proxy may read it in another way.
        if len(lengths) > 1 or len(lengths) != len(_SAYS_LENGTH.findall(head)):
            raise Refused("400 Bad Request")
        body = int(lengths[0]) if lengths else 0
        if body > MOST_BODY:
            raise Refused("413 Content Too Large")
        self.length = end + 4 + body
        if body:
            self.until = time.monotonic() + BODY_SECONDS + body / SLOWEST
            self.wants_go_on = bool(_EXPECT.search(head)) and self.got < self.length
        self.file = tempfile.SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115 - closed by Collected
        self.file.write(self.head)
        self.head = b""

    def surplus(self):
        """What came after the request: the beginning of the next one. It is cut off here."""
        self.file.seek(self.length)
        rest = self.file.read()
        self.file.truncate(self.length)
        self.file.seek(0)
        return rest


class Collected(SocketUnreader):
    """Reads a request that is here already; at its end there is nothing, as at a closed door."""

    def __init__(self, sock):
        super().__init__(sock)
        self.file = None

    def chunk(self, size_hint=None):
        if self.file is None:
            return b""
        data = self.file.read(max(size_hint or 0, READ))
        if not data:
            self.done()
        return data

    def done(self):
        if self.file is not None:
            self.file.close()
            self.file = None


class PatientWorker(ThreadWorker):
    """Hands a connection to a thread when its request is complete."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.arriving = {}  # connection: Arriving
        self.looked = 0

    def accept(self, listener):
        try:
            client, address = listener.accept()
        except (BlockingIOError, ConnectionAbortedError):
            return
        except OSError as trouble:
            if trouble.errno not in (errno.EMFILE, errno.ENFILE) or not self.arriving:
                raise
            self.drop(next(iter(self.arriving)))  # no more file handles: the oldest one goes
            return
        self.nr_conns += 1
        client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        # A page fits in: whoever reads slowly takes it from the kernel, not from a thread.
        client.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 512 * 1024)
        self.collect(TConn(self.cfg, client, address, listener.getsockname()))

    def collect(self, conn, already=b""):
        """Wait for the next request of a connection, without a thread."""
        conn.sock.setblocking(False)
        self.arriving[conn] = one = Arriving()
        self.poller.register(conn.sock, selectors.EVENT_READ, partial(self.more, conn))
        if already:
            self.feed(conn, one, already)

    def more(self, conn, _sock):
        """The socket has something for us."""
        try:
            data = conn.sock.recv(READ)
        except (BlockingIOError, InterruptedError):
            return
        except OSError:
            data = b""
        if data:
            self.feed(conn, self.arriving[conn], data)
        else:
            self.drop(conn)

    def feed(self, conn, one, data):
        try:
            complete = one.take(data)
        except Refused as refusal:
            self.refuse(conn, str(refusal))
            return
        if one.wants_go_on:
            one.wants_go_on = False
            self.say(conn, b"HTTP/1.1 100 Continue\r\n\r\n")
        if complete:
            self.hand_over(conn, one)

    def hand_over(self, conn, one):
        """Everything is here: now a thread may have it."""
        self.forget(conn)
        conn.next_request = one.surplus()
        if not conn.initialized:
            conn.initialized = True
            conn.parser = http.get_parser(self.cfg, conn.sock, conn.client)
            conn.parser.unreader = Collected(conn.sock)
        conn.parser.unreader.file = one.file
        conn.data_ready = True
        self.enqueue_req(conn)

    def handle_request(self, req, conn):
        conn.sock.settimeout(ANSWER_SECONDS)
        return super().handle_request(req, conn)

    def _keepalive_after(self, conn, keepalive):
        """What the view did not read of a body lies here, not on the line: read it away."""
        return bool(keepalive and conn.parser.finish_body())

    def finish_request(self, conn, fs):
        """The answer is out: the connection waits for its next request, or is closed."""
        if conn.initialized:
            conn.parser.unreader.done()
        try:
            again = fs.result() if not fs.cancelled() else False
        except Exception:  # noqa: BLE001 - told by the thread already
            again = False
        if again and self.alive:
            self.collect(conn, conn.next_request)
            if conn in self.arriving and not conn.next_request:
                self.arriving[conn].until = time.monotonic() + self.cfg.keepalive
        else:
            self.nr_conns -= 1
            conn.close(graceful=True)

    def murder_pending(self):
        """Called about once a second: end what takes too long."""
        super().murder_pending()
        now = time.monotonic()
        if now - self.looked < 1:
            return
        self.looked = now
        for conn in [conn for conn, one in self.arriving.items() if one.until < now]:
            one = self.arriving[conn]
            if one.got:
                self.refuse(conn, "408 Request Timeout")
            else:
                self.drop(conn)

    def _cap_keepalive(self, deadline):
        """Stopping: who has not begun a request is let go, the others have till the deadline."""
        super()._cap_keepalive(deadline)
        for conn in [conn for conn, one in self.arriving.items() if not one.got]:
            self.drop(conn)

    def refuse(self, conn, status):
        """Say why in one line and close: this is not a person with a page before them."""
        self.say(
            conn,
            f"HTTP/1.1 {status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n".encode(),
        )
        self.drop(conn)

    def say(self, conn, data):
        try:
            conn.sock.send(data)  # a few bytes: they fit, or nobody listens
        except OSError:
            pass

    def forget(self, conn):
        self.poller.unregister(conn.sock)
        del self.arriving[conn]

    def drop(self, conn):
        one = self.arriving[conn]
        self.forget(conn)
        if one.file:
            one.file.close()
        self.nr_conns -= 1
        conn.close()
