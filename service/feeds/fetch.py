"""One attempt to read the feed: a conditional GET whose every ending is an answer, never an exception."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from http import HTTPStatus

from service.feeds import mi5
from service.feeds.download import Answer, Limits, download
from service.feeds.reading import Fetched, Outcome, Reading, Unreachable, Unreadable
from service.feeds.text import decode

_VALIDATOR_LENGTH = 256


def fetch(
    url: str,
    *,
    etag: str | None = None,
    last_modified: str | None = None,
    limits: Limits = Limits(),  # noqa: B008 - frozen
    user_agent: str = "op-quantity",
) -> Fetched:
    """Read the MI5 feed at an http, https or file address; nothing the network or the body does raises.

    ``etag`` and ``last_modified`` are those of the last ``Fetched``; with either, NOT_MODIFIED may come back.
    At most three redirects are followed, never to another scheme but from http to https. Proxies and a
    ``.netrc`` of the environment are honoured as ``requests`` does. Blocks for at most ``limits.total``
    seconds, or until a look-up or connection under way is made or given up.
    """
    asked = _validators(etag, last_modified)
    conditions = {
        name: value for name, value in zip(("If-None-Match", "If-Modified-Since"), asked, strict=True) if value
    }
    headers = {"User-Agent": user_agent, "Accept-Encoding": "gzip"} | conditions
    try:
        answer = download(url, headers, limits)
    except Unreachable as fault:
        return Fetched(Outcome.UNREACHABLE, reason=str(fault))
    if answer.status == HTTPStatus.NOT_MODIFIED and conditions:
        return _not_modified(answer, *asked)
    return _judged(answer)


def _not_modified(answer: Answer, etag: str | None, last_modified: str | None) -> Fetched:
    new_etag, new_last_modified = _validators(answer.headers.get("ETag"), answer.headers.get("Last-Modified"))
    return Fetched(
        Outcome.NOT_MODIFIED,
        reason="The source has not changed since it was last read.",
        etag=new_etag or etag,
        last_modified=new_last_modified or last_modified,
        status=answer.status,
    )


def _judged(answer: Answer) -> Fetched:
    came = Fetched(
        Outcome.UNREACHABLE,
        reason=f"The server answered {answer.status}.",
        body=decode(answer.body),
        sha256=hashlib.sha256(answer.body).hexdigest() if answer.body else None,
        status=answer.status,
    )
    if answer.status not in (None, HTTPStatus.OK):
        return came
    try:
        reading = _read(answer)
    except Unreadable as fault:
        return replace(came, outcome=Outcome.UNREADABLE, reason=str(fault))
    etag, last_modified = _validators(answer.headers.get("ETag"), answer.headers.get("Last-Modified"))
    reason = f"The source was read. {reading.note}".strip()
    return replace(came, outcome=Outcome.READ, reading=reading, reason=reason, etag=etag, last_modified=last_modified)


def _read(answer: Answer) -> Reading:
    if answer.too_long:
        raise Unreadable(f"The body is longer than {len(answer.body)} bytes.")
    return mi5.parse(answer.body)


def _validators(*given: str | None) -> tuple[str | None, ...]:
    """Those that can be sent back as a header; others are dropped, and the body is asked for in full."""
    return tuple(
        value if value and value.isascii() and value.isprintable() and len(value) <= _VALIDATOR_LENGTH else None
        for value in given
    )
