"""A receiver of webhooks to copy: it checks the signature, keeps the message, answers, and only then does the work.

    WEBHOOK_SECRET=whsec_... python receiver.py 8000 inbox.db

It needs nothing but Python. Put TLS in front of it. What it answered is never told again, so it lies in a file by then;
what was not worked off when the receiver ended is worked off when it starts. A message that comes twice is kept once.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import os
import sqlite3
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import closing
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock

LARGEST = 20_000
"""Bytes. No message is larger."""

TOLERANCE = 300
"""Seconds that a message may be old, or ahead. An older one may be an old message played again."""


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


class Inbox:
    """The messages in a file, each once by its id, and whether the work that it asks for is done."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._at_work = Lock()
        self._run("CREATE TABLE IF NOT EXISTS messages (id TEXT PRIMARY KEY, body TEXT, done INTEGER DEFAULT 0)")

    def keep(self, message_id: str, body: bytes) -> None:
        """Write the message down, unless it came before: it comes again when our answer was late or lost."""
        self._run("INSERT OR IGNORE INTO messages (id, body) VALUES (?, ?)", message_id, body.decode())

    def work_off(self, handle: Callable[[dict], None]) -> None:
        """Give what is not done to ``handle``, in the order in which it came.

        Where this ends in between it is given again: a real receiver notes that it is done in the transaction that
        does the work.
        """
        with self._at_work:
            for message_id, body in self._run("SELECT id, body FROM messages WHERE NOT done ORDER BY rowid"):
                handle(json.loads(body))
                self._run("UPDATE messages SET done = 1 WHERE id = ?", message_id)

    def _run(self, statement: str, *values: str) -> list[tuple[str, str]]:
        with closing(sqlite3.connect(self._path)) as connection, connection:
            return connection.execute(statement, values).fetchall()


def make_server(secret: str, port: int, inbox: Inbox, handle: Callable[[dict], None]) -> ThreadingHTTPServer:
    """A server that keeps each genuine message in ``inbox``, answers, and gives it to ``handle``."""
    inbox.work_off(handle)

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
            try:
                inbox.keep(self.headers["webhook-id"], body)
            except sqlite3.Error:
                self.answer(503)  # it comes again
                return
            self.answer(204)
            inbox.work_off(handle)

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
    make_server(os.environ["WEBHOOK_SECRET"], int(sys.argv[1]), Inbox(sys.argv[2]), show).serve_forever()
