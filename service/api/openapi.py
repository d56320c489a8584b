"""The OpenAPI 3.1 document: what APIFlask gathers from the routes, completed by what every route has in common."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from http import HTTPStatus
from typing import Any

from apiflask import APIFlask
from pydantic import BaseModel
from werkzeug.routing import Rule

from service.api import paths, problems
from service.api.contract import Contract, contract_of
from service.api.once import HEADER as IDEMPOTENCY_KEY
from service.api.shapes.problem import Problem
from service.api.versions import IF_MATCH, IF_NONE_MATCH
from service.operations.access import PERMISSIONS

PATH = "/api/v1/openapi.json"

HEADERS: dict[str, dict[str, Any]] = {
    IDEMPOTENCY_KEY: {
        "description": "The same key with the same request within 24 hours is carried out once and answered alike",
        "schema": {"type": "string", "pattern": "^[!-~]{1,200}$"},
    },
    IF_MATCH: {
        "description": "The `ETag` of the version that the caller saw",
        "schema": {"type": "string", "maxLength": 200},
    },
    IF_NONE_MATCH: {
        "description": "The `ETag` of the version that the caller has",
        "schema": {"type": "string", "maxLength": 200},
    },
}

_ARGUMENT = re.compile(r"<(?:(\w+):)?(\w+)>")
_NESTED = re.compile(r"#/components/schemas/\w+\.(\w+)")


def register(app: APIFlask) -> None:
    """Serve the completed document of ``app``, open to everybody."""

    @app.spec_processor
    def finish(document: dict[str, Any] | str) -> dict[str, Any] | str:
        return document if isinstance(document, str) else complete(app, document)


def complete(app: APIFlask, document: dict[str, Any]) -> dict[str, Any]:
    """``document`` with ids, roles, headers, refusals and path limits, and each shape under one name."""
    document["components"].setdefault("securitySchemes", {})["bearer"] = {"type": "http", "scheme": "bearer"}
    document["tags"] = list({tag["name"]: tag for tag in document["tags"]}.values())
    _add_shape(document, Problem)
    for rule, promised, operation in _operations(app, document):
        operation["operationId"] = rule.endpoint.rpartition(".")[2]
        for parameter in operation["parameters"]:
            _limit(rule, parameter)
        if "requestBody" in operation:
            operation["requestBody"]["required"] = True
        if promised is not None:
            _promise(document, rule, promised, operation)
        operation["responses"] = dict(sorted(operation["responses"].items()))
    return _with_one_name_each(document)


def _operations(app: APIFlask, document: dict[str, Any]) -> Iterator[tuple[Rule, Contract | None, dict[str, Any]]]:
    for rule in app.url_map.iter_rules():
        path = document["paths"].get(_ARGUMENT.sub(r"{\2}", rule.rule), {})
        for method in rule.methods or ():
            if method.lower() in path:
                yield rule, contract_of(app.view_functions[rule.endpoint]), path[method.lower()]


def _limit(rule: Rule, parameter: dict[str, Any]) -> None:
    converters = {name: converter for converter, name in _ARGUMENT.findall(rule.rule)}
    if parameter["in"] == "path":
        parameter["schema"] = paths.SCHEMAS[converters[parameter["name"]]]


def _promise(document: dict[str, Any], rule: Rule, promised: Contract, operation: dict[str, Any]) -> None:
    roles = sorted(role.value for role in PERMISSIONS[promised.permission])
    operation["security"] = [{"bearer": []}]
    operation["description"] = f"{operation.get('description', '')}\n\nRoles: {', '.join(roles)}.".strip()
    operation["parameters"] += [_header(name, promised) for name in promised.headers]
    if promised.consumes is not None:
        operation["requestBody"] = {"required": True, "content": {promised.consumes: {"schema": {"type": "string"}}}}
    for status, shape in promised.also.items():
        operation["responses"][str(status)] = _response(status, "application/json", shape)
        if shape is not None:
            _add_shape(document, shape)
    for status in _refusals(rule, promised, operation):
        operation["responses"][str(status)] = _response(status, problems.MEDIA_TYPE, Problem)


def _header(name: str, promised: Contract) -> dict[str, Any]:
    required = name == IF_MATCH and HTTPStatus.PRECONDITION_REQUIRED in promised.refusals
    return {"name": name, "in": "header", "required": required, **HEADERS[name]}


def _refusals(rule: Rule, promised: Contract, operation: dict[str, Any]) -> set[int]:
    found = {401, 403, 503, *promised.refusals}
    if rule.arguments:
        found.add(404)
    if "requestBody" in operation:
        found |= {400, 413, 415, 422}
    if any(parameter["in"] != "path" for parameter in operation["parameters"]):
        found.add(422)
    return found


def _response(status: int, media_type: str, shape: type[BaseModel] | None) -> dict[str, Any]:
    response: dict[str, Any] = {"description": HTTPStatus(status).phrase}
    if shape is not None:
        response["content"] = {media_type: {"schema": {"$ref": f"#/components/schemas/{shape.__name__}"}}}
    return response


def _add_shape(document: dict[str, Any], shape: type[BaseModel]) -> None:
    schema = shape.model_json_schema(ref_template="#/components/schemas/{model}")
    schemas = document["components"].setdefault("schemas", {})
    schemas.update(schema.pop("$defs", {}))
    schemas[shape.__name__] = schema


def _with_one_name_each(document: dict[str, Any]) -> dict[str, Any]:
    # APIFlask copies a nested shape for every shape it is part of, as Outer.Inner.
    schemas = document["components"]["schemas"]
    document["components"]["schemas"] = {name.rpartition(".")[2]: schemas[name] for name in sorted(schemas)}
    one: dict[str, Any] = json.loads(_NESTED.sub(r"#/components/schemas/\1", json.dumps(document)))
    return one
