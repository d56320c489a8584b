"""Tokens."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from service.api.shapes.fields import Given, Id, Instant, Line, PremisesId, Shown, WholeNumber
from service.operations.tokens import LONGEST_LIFE

RoleName = Literal[
    "op_quantity_lead",
    "gold",
    "duty_officer",
    "ctsa",
    "station_manager",
    "staff",
    "monitor",
    "feed",
    "auditor",
    "admin",
]


class TokenWish(Given):
    """The person to give a token to."""

    role: RoleName
    name: Annotated[Line | None, Field(description="Who it is for; the name is the person. Default: the role")] = None
    premises: Annotated[list[PremisesId], Field(max_length=1000, description="The premises that are theirs")] = Field(
        default_factory=list
    )
    expires_in_days: Annotated[WholeNumber | None, Field(ge=1, le=LONGEST_LIFE)] = None


class NewToken(Shown):
    """A token, shown this once."""

    id: Id
    token: str
    name: str
    role: RoleName
    premises: list[PremisesId]
    expires_at: Instant | None


class TokenShown(Shown):
    """A token without what signs in."""

    id: Id
    name: str
    role: RoleName
    premises: list[PremisesId]
    created_at: Instant
    expires_at: Instant | None
    revoked_at: Instant | None


class TokenPage(Shown):
    """All tokens, newest first."""

    items: list[TokenShown]
    next: None
