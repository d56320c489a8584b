"""Logs: one JSON object a line on standard error, each with the id of the request it belongs to.

Messages are static and values are keywords, so that a log can be searched:
``structlog.get_logger().info("threat change accepted", scope="national")``. Libraries that log by the
standard library come out in the same form.
"""

from __future__ import annotations

import logging
import re
import sys
import uuid
from collections.abc import Mapping
from contextlib import AbstractContextManager
from typing import Any, TextIO

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

_CHATTY = ("alembic", "apscheduler")
"""Libraries that tell every step of their own; only their warnings are kept."""

_NEVER_LOGGED = re.compile("token|secret|authorization|password|note", re.IGNORECASE)


def without_secrets(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """``event`` without any key, at any depth, that may hold a secret or a person's free text."""
    return {key: _cleaned(value) for key, value in event.items() if not _NEVER_LOGGED.search(key)}


def _cleaned(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _cleaned(part) for key, part in value.items() if not _NEVER_LOGGED.search(str(key))}
    if isinstance(value, list | tuple):
        return [_cleaned(part) for part in value]
    return value


def during_request(id_: str) -> AbstractContextManager[None]:
    """While this context lasts, every log line of this thread or task carries the request's id."""
    return structlog.contextvars.bound_contextvars(request_id=id_)


def during_run(name: str) -> AbstractContextManager[None]:
    """The same with a new id, for a run of something that no request asked for: a job, a command."""
    return during_request(f"{name}-{uuid.uuid4().hex}")


def request_id() -> str | None:
    """The id that log lines carry now, None outside of any request."""
    found: str | None = structlog.contextvars.get_contextvars().get("request_id")
    return found


def set_up_logs(level: str, stream: TextIO = sys.stderr) -> None:
    """Send what is at or above ``level`` (``INFO``, ``WARNING``) to ``stream``, for the whole process."""
    before: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    # format_exc_info prints the traceback alone: one with local variables could show a secret.
    last: list[Processor] = [
        structlog.stdlib.ProcessorFormatter.remove_processors_meta,
        structlog.processors.format_exc_info,
        without_secrets,
        structlog.processors.JSONRenderer(default=str),
    ]
    handler = logging.StreamHandler(stream)
    handler.setFormatter(structlog.stdlib.ProcessorFormatter(processors=last, foreign_pre_chain=before))
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level)
    for library in _CHATTY:
        logging.getLogger(library).setLevel(logging.WARNING)
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *before,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
    )
