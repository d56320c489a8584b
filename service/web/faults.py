"""Faults as people see them: beside the field in a form, and as a page of its own where there is no form."""

from __future__ import annotations

from collections.abc import Iterable
from http import HTTPStatus
from typing import Any

import structlog
from flask import Blueprint, Flask, Response, make_response, redirect, render_template, request, url_for
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException, MethodNotAllowed
from werkzeug.exceptions import NotFound as NoSuchPage

from service.api.problems import STATUSES
from service.errors import FieldFault, Refused, Retryable, Unauthenticated
from service.web.content_policy import protect

API = "/api/"
_WORDS = {
    401: "Sign in",
    403: "You may not do this",
    404: "Not found",
    409: "Somebody was there before you",
    503: "Busy",
}


def register(app: Flask, pages: Blueprint) -> None:
    """Let ``pages`` answer every error as a page, and addresses that are none where they are not of the API."""
    pages.register_error_handler(Unauthenticated, _to_sign_in)
    pages.register_error_handler(CSRFError, _stale_form)
    pages.register_error_handler(Refused, _refused)
    pages.register_error_handler(Retryable, _busy)
    pages.register_error_handler(HTTPException, _http)
    pages.register_error_handler(Exception, _unexpected)
    former = app.error_handler_spec[None][None][HTTPException]

    def by_address(error: HTTPException) -> Any:
        return former(error) if request.path.startswith(API) else protect(_http(error))

    app.register_error_handler(NoSuchPage, by_address)
    app.register_error_handler(MethodNotAllowed, by_address)


def by_field(faults: Iterable[FieldFault]) -> dict[str, str]:
    """The faults of a form by field, as its template shows them; the first of each field."""
    found: dict[str, str] = {}
    for fault in faults:
        found.setdefault(fault.field, fault.message)
    return found


def page_of(status: int, detail: str) -> Response:
    """A page that says what is wrong and what can be done."""
    title = _WORDS.get(status, HTTPStatus(status).phrase)
    return make_response(render_template("fault.html", title=title, detail=detail, status=status), status)


def _to_sign_in(error: Unauthenticated) -> Any:
    sent = request.method == "POST" and request.endpoint != "pages.sign_out"
    rule = request.url_rule
    can_be_read = rule is not None and "GET" in (rule.methods or ())
    wanted = request.full_path.rstrip("?") if can_be_read else None
    return redirect(url_for("pages.sign_in", then=wanted, sent="yes" if sent else None), 303)


def _stale_form(error: CSRFError) -> Response:
    return page_of(400, "The page was open for too long, so nothing was sent. Go back, reload it and try again.")


def _refused(error: Refused) -> Response:
    status = next(STATUSES[kind] for kind in type(error).__mro__ if kind in STATUSES)
    told = "; ".join(f"{fault.field}: {fault.message}" for fault in error.fields)
    return page_of(status, f"{error.detail}{' (' + told + ')' if told else ''}")


def _busy(error: Retryable) -> Response:
    answer = page_of(503, "The service is busy. Nothing was changed; try again in a moment.")
    answer.headers["Retry-After"] = "1"
    return answer


def _http(error: HTTPException) -> Any:
    status = error.code or 500
    if status < 400:
        return error
    answer = page_of(status, "There is no page at this address." if status == 404 else error.description or "")
    for name, value in error.get_headers():
        if name == "Allow":
            answer.headers[name] = value
    return answer


def _unexpected(error: Exception) -> Response:
    structlog.get_logger().error("page failed", method=request.method, endpoint=request.endpoint, exc_info=error)
    return page_of(500, "The service failed. What you sent may not have been kept; look before you send it again.")
