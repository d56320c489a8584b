"""Errors as people and programs see them: RFC 9457 ``application/problem+json``, and never an internal detail."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import Any

import structlog
from apiflask.exceptions import HTTPError
from flask import Flask, Response, current_app, request
from werkzeug.exceptions import HTTPException

from service.errors import (
    Conflict,
    FieldFault,
    Forbidden,
    Invalid,
    NotFound,
    PreconditionMissing,
    Refused,
    Retryable,
    TooMany,
    Unauthenticated,
)

MEDIA_TYPE = "application/problem+json"

STATUSES: dict[type[Refused], int] = {
    Unauthenticated: 401,
    Forbidden: 403,
    NotFound: 404,
    Conflict: 409,
    Invalid: 422,
    PreconditionMissing: 428,
    TooMany: 429,
}
"""The status of each kind of refusal."""

_AGAIN_AFTER = 1
_KEPT_HEADERS = ("Allow", "Retry-After", "WWW-Authenticate")
_INDEX = re.compile(r"\.(\d+)(?=\.|$)")


def register(app: Flask) -> None:
    """Let ``app`` answer every error as a problem."""
    app.register_error_handler(Refused, _refused)
    app.register_error_handler(Retryable, _retryable)
    app.register_error_handler(HTTPError, _bad_fields)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Exception, _unexpected)


def problem(
    status: int,
    code: str,
    detail: str,
    errors: Iterable[FieldFault] = (),
    headers: Mapping[str, str] | None = None,
    **more: Any,
) -> Response:
    """A problem; its ``type`` is relative and ends in ``code``. ``more`` are members of its own (RFC 9457, 3.2)."""
    body: dict[str, Any] = {
        "type": f"/problems/{code.replace('_', '-')}",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
        **more,
    }
    if told := [{"field": error.field, "message": error.message} for error in errors]:
        body["errors"] = told
    answer = Response(current_app.json.dumps(body), status, mimetype=MEDIA_TYPE)
    answer.headers.update(headers or {})
    return answer


def import_problem(faults: list[dict[str, Any]]) -> Response:
    """Why a register file was not taken: every fault as ``errors`` and, by row, column and reason, as ``faults``."""
    told = [FieldFault(f"row {fault['row']}, {fault['column'] or 'whole row'}", fault["reason"]) for fault in faults]
    detail = f"the file has {len(faults)} faults; nothing was written"
    return problem(422, "faulty-import", detail, told, faults=faults)


def _refused(error: Refused) -> Response:
    status = next(STATUSES[kind] for kind in type(error).__mro__ if kind in STATUSES)
    headers = {"WWW-Authenticate": "Bearer"} if status == HTTPStatus.UNAUTHORIZED else None
    return problem(status, error.code, error.detail, error.fields, headers)


def _retryable(error: Retryable) -> Response:
    return problem(503, "busy", "the service is busy; send the same again", headers={"Retry-After": str(_AGAIN_AFTER)})


def _bad_fields(error: HTTPError) -> Response:
    places: dict[str, dict[str, list[str]]] = error.detail
    faults = [
        FieldFault(_path(field), message.removeprefix("Value error, "))
        for fields in places.values()
        for field, messages in fields.items()
        for message in messages
    ]
    return problem(422, Invalid.default_code, "the request is not as documented; see errors", faults)


def _path(field: str) -> str:
    return _INDEX.sub(r"[\1]", field).removeprefix("_schema")


def _http(error: HTTPException) -> Response | HTTPException:
    status = error.code or 500
    if status < 400:  # a redirect is an HTTPException too
        return error
    headers = {name: value for name, value in error.get_headers() if name in _KEPT_HEADERS}
    detail = "there is nothing at this address" if status == HTTPStatus.NOT_FOUND else error.description
    return problem(status, HTTPStatus(status).name.lower(), detail or "", headers=headers)


def _unexpected(error: Exception) -> Response:
    structlog.get_logger().error("request failed", method=request.method, endpoint=request.endpoint, exc_info=error)
    return problem(500, "internal", "the service failed; tell its keepers the X-Request-Id of this answer")
