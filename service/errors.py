"""The one error tree. Its types say whether to try again, and who is at fault."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class FieldFault:
    """What is wrong with one field of what a user sent: the field, and what to put right."""

    field: str
    message: str


class OpqError(Exception):
    """Anything this product raises on purpose."""


class Retryable(OpqError):
    """Nothing was done; the same again later may succeed."""


class Busy(Retryable):
    """Another writer held the store for too long."""


class Permanent(OpqError):
    """Nothing was done; trying again will not help until somebody puts the installation right."""


class StoreFault(Permanent):
    """The database cannot be read or written: gone, full, or of another version."""


class Refused(OpqError):
    """What a person asked for cannot be done as asked. The text is for them."""

    def __init__(self, detail: str, *fields: FieldFault) -> None:
        super().__init__(detail)
        self.detail = detail
        self.fields = fields


class Invalid(Refused):
    """A value is wrong; ``fields`` says which."""


class NotFound(Refused):
    """There is no such thing, or not for this person."""


class Forbidden(Refused):
    """This person may not do that."""


class Unauthenticated(Refused):
    """Nobody known is asking."""


class Conflict(Refused):
    """The thing has changed, or is not in a state in which that can be done."""


class PreconditionMissing(Refused):
    """A write must say which version it saw."""
