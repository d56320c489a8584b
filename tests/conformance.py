"""Holds every answer that a test gets against the OpenAPI document of the application that gave it."""

from __future__ import annotations

import re
from functools import cache
from typing import Any, cast

from apiflask import APIFlask
from flask import Response, current_app, request
from jsonschema import Draft202012Validator


def watch(app: APIFlask) -> None:
    """From now on, an answer of ``app`` that its document does not describe fails the test that asked for it."""

    @app.after_request
    def hold(answer: Response) -> Response:
        if request.endpoint is None or not request.endpoint.startswith("api."):
            return answer
        path = re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", str(request.url_rule))
        media_type = "" if answer.status_code in (204, 304) else answer.mimetype
        known = _validator(path, request.method.lower(), str(answer.status_code), media_type)
        if answer.is_json:
            known.validate(answer.get_json())
        return answer


@cache
def _validator(path: str, method: str, status: str, media_type: str) -> Draft202012Validator:
    document = _document()
    response = document["paths"][path][method]["responses"][status]
    schema = response["content"][media_type]["schema"] if media_type else {}
    return Draft202012Validator({**schema, "components": document["components"]})


@cache
def _document() -> dict[str, Any]:
    # The document does not depend on the installation, and takes long to make.
    return cast(dict[str, Any], cast(APIFlask, current_app).spec)
