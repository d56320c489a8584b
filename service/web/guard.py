"""Who is signed in, by the cookie of their session, and whether their role may: before any page is made."""

from __future__ import annotations

from typing import cast

from flask import current_app, g, request
from flask import session as cookie

from service.api.caller import context
from service.errors import Unauthenticated
from service.operations import access, sessions
from service.operations.sessions import Session
from service.web.page import OPEN, SIGNED_IN, permission_of

SESSION = "session"
"""Where the cookie holds what tells whose session it is."""


def authorise() -> None:
    """Let the request through, or raise Unauthenticated or Forbidden. Runs before every page."""
    permission = permission_of(current_app.view_functions[request.endpoint or ""])
    if permission is None:
        raise LookupError(f"{request.endpoint} names no permission")
    g.session = None
    if permission != OPEN:
        g.session = sessions.current(context(), _token())
        g.principal = g.session.principal
    if permission not in (OPEN, SIGNED_IN):
        access.check(g.principal, permission)


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
