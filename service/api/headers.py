"""The id of each request, in its log lines and its answer, and the headers that every answer carries."""

from __future__ import annotations

import re
import uuid
from contextlib import AbstractContextManager

from flask import Flask, Response, g, request

from service.logs import during_request

REQUEST_ID = "X-Request-Id"

_ACCEPTED_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
_ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
}
_UNLESS_SET = {
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Cache-Control": "no-store",
}


_HTTPS_ONLY = {"Strict-Transport-Security": "max-age=31536000"}
"""For a year. Not for the hosts below ours, which are somebody else's."""


def register(app: Flask, *, https: bool) -> None:
    """Give every request of ``app`` an id, and every answer its headers; ``https``: it is reached by that alone."""
    if https:
        app.after_request(_https_only)
    app.before_request(_begin)
    app.after_request(_complete)
    app.teardown_request(_end)


def _begin() -> None:
    sent = request.headers.get(REQUEST_ID, "")
    g.request_id = sent if _ACCEPTED_ID.fullmatch(sent) else uuid.uuid4().hex
    g.logging = during_request(g.request_id)
    g.logging.__enter__()


def _complete(answer: Response) -> Response:
    answer.headers.update(_ALWAYS)
    for name, value in _UNLESS_SET.items():
        answer.headers.setdefault(name, value)
    answer.headers[REQUEST_ID] = g.request_id
    return answer


def _https_only(answer: Response) -> Response:
    answer.headers.update(_HTTPS_ONLY)
    return answer


def _end(error: BaseException | None) -> None:
    logging: AbstractContextManager[None] | None = g.pop("logging", None)
    if logging is not None:
        logging.__exit__(None, None, None)
