"""Who is signed in, by the cookie of their session, and whether their role may: before any page is made."""

from __future__ import annotations

from typing import cast

from flask import current_app, g, request
from flask import session as cookie

from service.api.caller import context
from service.errors import Unauthenticated
from service.operations import access, sessions
from service.operations.sessions import Session
from service.web.page import OPEN, SIGNED_IN, Promise, promise_of

SESSION = "session"
"""Where the cookie holds what tells whose session it is."""


def authorise() -> None:
    """Let the request through, or raise Unauthenticated or Forbidden. Runs before every page."""
    needed = promise()
    if needed.largest is not None:
        request.max_content_length = request.max_form_memory_size = needed.largest
    g.session = None
    if needed.permission == OPEN:
        return
    g.session = sessions.current(context(), _token(), in_use=_in_use())
    g.principal = g.session.principal
    if needed.permission != SIGNED_IN:
        access.check(g.principal, needed.permission)


def promise() -> Promise:
    """What the page needs that is asked for. Raises LookupError for one that does not say."""
    found = promise_of(current_app.view_functions[request.endpoint or ""])
    if found is None:
        raise LookupError(f"{request.endpoint} names no permission")
    return found


def _in_use() -> bool:
    # A wall screen is left alone on purpose.
    return "HX-Request" not in request.headers or request.endpoint == "pages.wall"


def _token() -> str:
    if SESSION not in cookie:
        raise Unauthenticated("you are not signed in")
    return str(cookie[SESSION])


def session() -> Session:
    """The session of whoever is asking; only in pages that need a permission."""
    return cast(Session, g.session)


def may(permission: str) -> bool:
    """Whether the person's role has ``permission``, so that a page shows only what they can do."""
    role = session().principal.role
    return role in access.PERMISSIONS[permission]


def may_open(endpoint: str) -> bool:
    """Whether there is such a page, and the person may open it."""
    view = current_app.view_functions.get(f"pages.{endpoint}")
    found = promise_of(view) if view else None
    return found is not None and (found.permission in (OPEN, SIGNED_IN) or may(found.permission))
