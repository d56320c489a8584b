"""What a page promises: who may read it or do what it does."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from flask import Flask

from service.operations.access import PERMISSIONS

View = TypeVar("View", bound=Callable[..., Any])

OPEN, SIGNED_IN = "open", "signed_in"
"""What anybody may see, and what everybody may who is signed in: their own account, help."""

_ATTRIBUTE = "promise"


@dataclass(frozen=True)
class Promise:
    """What a page needs: a permission and, where ``fresh``, that the person showed who they are a short time ago
    before its form is carried out; and what it takes in at most, where that is more than usual: ``largest``, in bytes.
    """

    permission: str
    fresh: bool = False
    largest: int | None = None


def page(permission: str, *, fresh: bool = False, largest: int | None = None) -> Callable[[View], View]:
    """Declare what a page needs: a name of ``access.PERMISSIONS``, or OPEN or SIGNED_IN.

    ``fresh`` is for a form that changes a level, an account or a secret, ``largest`` for one that carries a file.
    Raises KeyError when there is no such permission.
    """
    if permission not in (OPEN, SIGNED_IN):
        PERMISSIONS[permission]

    def mark(view: View) -> View:
        setattr(view, _ATTRIBUTE, Promise(permission, fresh, largest))
        return view

    return mark


def promise_of(view: Callable[..., Any]) -> Promise | None:
    """What a page needs; None for what is no page."""
    return getattr(view, _ATTRIBUTE, None)


def page_permissions(app: Flask) -> dict[str, str]:
    """The permission that each page needs, by endpoint."""
    found = ((endpoint, promise_of(view)) for endpoint, view in app.view_functions.items())
    return {endpoint: promise.permission for endpoint, promise in found if promise is not None}
