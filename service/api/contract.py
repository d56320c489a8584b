"""What a route promises besides the shapes of its body and answer: who may call it, and how else it may answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from pydantic import BaseModel

from service.operations.access import PERMISSIONS

View = TypeVar("View", bound=Callable[..., Any])

_ATTRIBUTE = "contract"


@dataclass(frozen=True)
class Contract:
    """What a route promises.

    ``permission``: a name of ``access.PERMISSIONS``. ``also``: further statuses of success with their shape (None: no
    body). ``refusals``: statuses that the document does not already give to every route of its kind. ``headers``: those
    that it takes. ``consumes``: the media type of a body that is not JSON. ``one_snapshot``: who calls, and what
    they read, is read in one transaction; for frequent reads.
    """

    permission: str
    also: Mapping[int, type[BaseModel] | None] = field(default_factory=dict)
    refusals: tuple[int, ...] = ()
    headers: tuple[str, ...] = ()
    consumes: str | None = None
    one_snapshot: bool = False


def contract(permission: str, **promises: Any) -> Callable[[View], View]:
    """Declare what a route promises: the fields of ``Contract``. Raises KeyError when there is no such permission."""
    PERMISSIONS[permission]
    promised = Contract(permission, **promises)

    def mark(view: View) -> View:
        setattr(view, _ATTRIBUTE, promised)
        return view

    return mark


def contract_of(view: Callable[..., Any]) -> Contract | None:
    """What ``view`` promises; None for one that is open to everybody."""
    return getattr(view, _ATTRIBUTE, None)
