"""Checklists as they were last sent, so that reading one again costs no more than finding out that it is the same.

What a checklist says depends only on its etag and on whether the reader sees every item. Whether they may see it at
all is asked each time.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Container
from threading import Lock
from typing import Any, cast

from flask import Flask, Response, current_app

from service.api.answering import answered
from service.api.caller import context, principal
from service.api.versions import known_etags, tagged
from service.operations import access
from service.operations.checklists import Unchanged

MOST = 200
"""Checklists that are kept; a long one has about 50 kB."""

_EXTENSION = "op_quantity_kept"
_Key = tuple[bool, str]


class Kept:
    """The bodies sent last, by view and etag. Safe to share among threads."""

    def __init__(self) -> None:
        self._bodies: OrderedDict[_Key, bytes] = OrderedDict()
        self._lock = Lock()

    def get(self, key: _Key) -> bytes | None:
        """The body, None when it is not kept."""
        return self._bodies.get(key)

    def put(self, key: _Key, body: bytes) -> None:
        """Keep a body in place of the oldest."""
        with self._lock:
            self._bodies[key] = body
            if len(self._bodies) > MOST:
                self._bodies.popitem(last=False)


class _Known(Container[str]):
    """What the caller has, and what is kept here; ``body`` is the kept one that was asked about."""

    def __init__(self, kept: Kept, everything: bool) -> None:
        self.kept, self.everything, self.theirs = kept, everything, known_etags()
        self.body: bytes | None = None

    def __contains__(self, etag: object) -> bool:
        if etag in self.theirs:
            return True
        self.body = self.kept.get((self.everything, str(etag)))
        return self.body is not None


def register(app: Flask) -> None:
    """Let ``app`` keep the checklists that it sends."""
    app.extensions[_EXTENSION] = Kept()


def read(operation: Callable[..., dict[str, Any]], *arguments: Any) -> Response:
    """What ``operation`` reads for this caller; 304 when they have it already."""
    kept, everything = cast(Kept, current_app.extensions[_EXTENSION]), access.sees_every_item(principal())
    known = _Known(kept, everything)
    try:
        answer = operation(context(), principal(), *arguments, known)
    except Unchanged as unchanged:
        same = Response(status=304) if known.body is None else Response(known.body, mimetype="application/json")
        return tagged(same, unchanged.etag)
    sent = answered(answer)
    kept.put((everything, answer["etag"]), sent.get_data())
    return tagged(sent, answer["etag"])
