"""Templates that are compiled once for all the applications that the tests make."""

from __future__ import annotations

from flask import Flask
from jinja2.bccache import Bucket, BytecodeCache


class _Memory(BytecodeCache):
    """Byte code of templates, kept for as long as the tests run."""

    def __init__(self) -> None:
        self._known: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if bucket.key in self._known:
            bucket.bytecode_from_string(self._known[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._known[bucket.key] = bucket.bytecode_to_string()


_MEMORY = _Memory()


def compile_once(app: Flask) -> Flask:
    """``app``, taking templates that another compiled."""
    app.jinja_env.bytecode_cache = _MEMORY
    return app
