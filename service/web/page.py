"""What a page promises: who may read it or do what it does."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask

from service.operations.access import PERMISSIONS

View = TypeVar("View", bound=Callable[..., Any])

OPEN, SIGNED_IN = "open", "signed_in"
"""What anybody may see, and what everybody may who is signed in: their own account, help."""

_ATTRIBUTE = "page_permission"


def page(permission: str) -> Callable[[View], View]:
    """Declare the permission that a page needs: a name of ``access.PERMISSIONS``, or OPEN or SIGNED_IN.

    Raises KeyError when there is no such permission.
    """
    if permission not in (OPEN, SIGNED_IN):
        PERMISSIONS[permission]

    def mark(view: View) -> View:
        setattr(view, _ATTRIBUTE, permission)
        return view

    return mark


def permission_of(view: Callable[..., Any]) -> str | None:
    """What a page needs; None for what is no page."""
    return getattr(view, _ATTRIBUTE, None)


def page_permissions(app: Flask) -> dict[str, str]:
    """The permission that each page needs, by endpoint."""
    found = ((endpoint, permission_of(view)) for endpoint, view in app.view_functions.items())
    return {endpoint: permission for endpoint, permission in found if permission is not None}
