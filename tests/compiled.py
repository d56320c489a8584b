"""Templates, routes and statements that are compiled once for all the applications and stores that the tests make."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from typing import Any

from flask import Flask
from jinja2.bccache import Bucket, BytecodeCache
from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine.interfaces import Dialect
from werkzeug.routing import Rule


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
_compile_builder = Rule._compile_builder
_BUILDERS: dict[Any, Callable[..., tuple[str, str]]] = {}
_DIALECTS: dict[str, Dialect] = {}
_STATEMENTS: dict[str, dict[Any, Any]] = defaultdict(dict)


def compile_once(app: Flask) -> Flask:
    """``app``, taking templates that another compiled."""
    app.jinja_env.bytecode_cache = _MEMORY
    return app


def compile_builder_once(rule: Rule, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
    """What builds the addresses of ``rule``, as another application's equal rule compiled it."""
    key = (rule.rule, *rule._trace, append_unknown)
    if rule.defaults or key not in _BUILDERS:
        _BUILDERS[key] = _compile_builder(rule, append_unknown)
    return _BUILDERS[key]


def create_engine_of_one_kind(url: str, **options: Any) -> Engine:
    """As ``create_engine``, but taking the statements that another engine for the same kind of database compiled.

    What is compiled is kept by dialect, so that engines share the first one that was connected.
    """
    engine = create_engine(url, **options)
    name = engine.dialect.name
    if name in _DIALECTS:
        engine.dialect = _DIALECTS[name]
    else:
        own = engine.dialect
        event.listen(engine, "connect", lambda *_: _DIALECTS.setdefault(name, own))
    engine.update_execution_options(compiled_cache=_STATEMENTS[name])
    return engine
