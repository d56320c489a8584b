"""A receiver of webhooks to copy: it checks the signature, tells what came twice, and answers at once.

    WEBHOOK_SECRET=whsec_... python receiver.py 8000

It needs nothing but Python. Put TLS in front of it. A real one keeps the ids it has seen in its own database, in the
transaction that does the work.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import os
import sys
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock

LARGEST = 20_000
"""Bytes. No message is larger."""

TOLERANCE = 300
"""Seconds that a message may be old, or ahead. An older one may be an old message played again."""

REMEMBERED = 10_000


def is_genuine(secret: str, headers: Mapping[str, str], body: bytes, now: float) -> bool:
    """Whether the message was signed with the secret, not long ago (Standard Webhooks 1.0)."""
    stamp = headers.get("webhook-timestamp", "")
    if not stamp.isdecimal() or abs(now - int(stamp)) > TOLERANCE:
        return False
    signed = f"{headers.get('webhook-id', '')}.{stamp}.".encode() + body
    key = base64.b64decode(secret.removeprefix("whsec_"))
    right = "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    # There are several signatures while a secret is being changed; one that fits is enough.
    given = headers.get("webhook-signature", "").split()
    return any(hmac.compare_digest(right.encode(), signature.encode()) for signature in given)


class Seen:
    """The ids of the last messages. A message comes again when our answer was late or lost."""

    def __init__(self) -> None:
        self._ids: OrderedDict[str, None] = OrderedDict()
        self._lock = Lock()

    def is_new(self, message_id: str) -> bool:
        """Whether this id is met for the first time."""
        with self._lock:
            if message_id in self._ids:
                return False
            self._ids[message_id] = None
            if len(self._ids) > REMEMBERED:
                self._ids.popitem(last=False)
            return True


def make_server(secret: str, port: int, handle: Callable[[dict], None]) -> ThreadingHTTPServer:
    """A server that gives each genuine message to ``handle`` once. Answer first, work afterwards: 15 s is the limit."""
    seen = Seen()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = self.headers.get("content-length", "")
            if not length.isdecimal() or int(length) > LARGEST:
                self.answer(413)
                return
            body = self.rfile.read(int(length))
            if not is_genuine(secret, self.headers, body, time.time()):
                self.answer(401)
                return
            self.answer(204)
            if seen.is_new(self.headers["webhook-id"]):
                handle(json.loads(body))

        def answer(self, status: int) -> None:
            self.send_response(status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    return ThreadingHTTPServer(("127.0.0.1", port), Handler)


def show(event: dict) -> None:
    """What this example does with an event. ``sequence`` puts events in order where that matters."""
    print(event.get("sequence"), event["type"], event["data"], flush=True)


if __name__ == "__main__":
    make_server(os.environ["WEBHOOK_SECRET"], int(sys.argv[1]), show).serve_forever()
