"""The header ``Idempotency-Key``: the same wish sent twice is carried out once, and answered alike."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from typing import Any

from flask import request

from service.api.caller import context, principal
from service.errors import FieldFault, Invalid
from service.operations.idempotency import Once, Replayed

HEADER = "Idempotency-Key"

_KEY = re.compile(r"[!-~]{1,200}")


def once() -> Once | None:
    """The mark of this request, None when it carries no key. Raises Invalid for a key that is none."""
    key = request.headers.get(HEADER)
    if key is None:
        return None
    if not _KEY.fullmatch(key):
        message = "must be 1 to 200 printable ASCII characters, none of them a blank"
        raise Invalid(f"the {HEADER} {message}", fields=(FieldFault(HEADER, message),))
    said = request.full_path.encode() + b"\n" + request.get_data()
    return Once(request.endpoint or "", key, hashlib.sha256(said).hexdigest())


def carry_out(operation: Callable[..., dict[str, Any]], *arguments: Any) -> dict[str, Any]:
    """What ``operation`` answers to this caller, or answered when the same wish came before."""
    try:
        return operation(context(), principal(), *arguments, once=once())
    except Replayed as replayed:
        return replayed.answer
