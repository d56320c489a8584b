"""Reading JSON bodies strictly: what is doubtful is refused, never guessed."""

from __future__ import annotations

import json
from typing import Any, NoReturn

from flask import Request
from flask.json.provider import DefaultJSONProvider
from werkzeug.exceptions import BadRequest, UnsupportedMediaType

from service.errors import Invalid

LARGEST = 1_000_000
"""Bytes of a body, but for an import."""


class StrictJson(DefaultJSONProvider):
    """JSON by RFC 8259: no key twice, no NaN or Infinity. Answers keep the order in which they were built."""

    sort_keys = False

    def loads(self, s: str | bytes, **kwargs: Any) -> Any:
        """The value that ``s`` holds. Raises ValueError saying what is wrong."""
        try:
            return json.loads(s, object_pairs_hook=_each_once, parse_constant=_refuse, **kwargs)
        except RecursionError as error:
            raise ValueError("it is nested too deeply") from error


def _each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key stands twice in one object")
    return found


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is no JSON value")


class StrictRequest(Request):
    """A request whose JSON body must say that it is JSON, and be an object."""

    def get_json(self, *args: Any, **kwargs: Any) -> Any:
        """The object in the body. Raises UnsupportedMediaType, BadRequest or Invalid."""
        if self.mimetype != "application/json":
            raise UnsupportedMediaType("send the body as Content-Type: application/json")
        found = super().get_json(force=True)
        if not isinstance(found, dict):
            raise Invalid("the body must be a JSON object")
        return found

    def on_json_loading_failed(self, e: ValueError | None) -> NoReturn:
        """Say what is wrong with a body that is not JSON."""
        raise BadRequest(f"the body is not JSON: {_safe(e)}")


def _safe(error: ValueError | None) -> str:
    return "it is not UTF-8" if isinstance(error, UnicodeDecodeError) else str(error)
