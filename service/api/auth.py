"""Who is calling, by bearer token (RFC 6750), and whether their role may: before any body is read."""

from __future__ import annotations

from contextlib import ExitStack

from flask import Flask, current_app, g, request

from service.api.caller import context
from service.api.contract import contract_of
from service.errors import Unauthenticated
from service.operations import access, tokens

SCHEME = "Bearer"


def authorise() -> None:
    """Let the request through, or raise Unauthenticated or Forbidden. Runs before every route that is not open."""
    promised = contract_of(current_app.view_functions[request.endpoint or ""])
    if promised is None:
        raise LookupError(f"{request.endpoint} names no permission")
    if promised.one_snapshot:
        g.snapshot = ExitStack()
        g.snapshot.enter_context(context().store.one_snapshot())
    g.principal = tokens.authenticate(context(), _token())
    access.check(g.principal, promised.permission)


def release(error: BaseException | None) -> None:
    """Let go of the snapshot of a request, if it has one. Runs after every request."""
    snapshot: ExitStack | None = g.pop("snapshot", None)
    if snapshot is not None:
        snapshot.close()


def _token() -> str:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != SCHEME.lower() or not token.strip():
        raise Unauthenticated("sign in with the header Authorization: Bearer and a token")
    return token.strip()


def permissions(app: Flask) -> dict[str, str]:
    """The permission that each route needs, by endpoint; open endpoints are not in it."""
    found = ((endpoint, contract_of(view)) for endpoint, view in app.view_functions.items())
    return {endpoint: promised.permission for endpoint, promised in found if promised is not None}
