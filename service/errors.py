"""The errors of the service. The type of an error says whether to try again.

``Refused``: the person or program that asked did something wrong; asking again unchanged is useless.
``Retryable``: nothing is wrong with the request; try again soon.
``Permanent``: this installation needs repair.
How an error is shown (status, exit code) is decided where it leaves the service, not here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar


class OpqError(Exception):
    """Every error that the service raises on purpose."""


@dataclass(frozen=True)
class FieldFault:
    """One bad field of a request: where it stands (``changes[0].level``), and what is wrong with it."""

    field: str
    message: str


class Refused(OpqError):
    """A request that is not carried out.

    ``code`` is a stable name for programs, ``detail`` a sentence for people, ``fields`` the faults field by
    field. Raise one of its subclasses; a ``code`` given to it says more precisely what happened.
    """

    default_code: ClassVar[str] = "refused"

    def __init__(self, detail: str, *, code: str | None = None, fields: tuple[FieldFault, ...] = ()) -> None:
        super().__init__(detail)
        self.detail = detail
        self.code = code or self.default_code
        self.fields = fields


class Invalid(Refused):
    """What was asked cannot be understood, or cannot be so."""

    default_code = "invalid"


class NotFound(Refused):
    """No such thing, or nothing that this person may know of; the two are not told apart."""

    default_code = "not_found"


class Unauthenticated(Refused):
    """Nobody known is asking: no token, or one that is unknown, expired or revoked."""

    default_code = "unauthenticated"


class Forbidden(Refused):
    """This person may not do this."""

    default_code = "forbidden"


class Conflict(Refused):
    """It changed meanwhile, or is already so: read it again before asking again."""

    default_code = "conflict"


class TooMany(Refused):
    """It was tried too often in a short time; wait before trying again."""

    default_code = "too_many"


class PreconditionMissing(Refused):
    """The request must name the version that it saw, and does not."""

    default_code = "precondition_missing"


class Retryable(OpqError):
    """Nothing is wrong with the request; the same one may succeed soon."""


class Busy(Retryable):
    """The store is locked by another writer, and stayed so for the whole time that we wait."""


class Permanent(OpqError):
    """Trying again changes nothing: this installation must be repaired first (a store too old, say)."""


class StoreFault(Permanent):
    """The database cannot be read or written: gone, full, or of another version."""
