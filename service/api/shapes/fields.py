"""The kinds of fields that many shapes share, as they are checked and documented."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema

from service.clock import parse_rfc3339
from service.operations.plain_text import REASON_LENGTH, text_fault

LARGEST_ID = 10**18 - 1
"""Ids have at most 18 digits, so that every database can hold them."""


def _text(longest: int, *, required: bool = False) -> tuple[AfterValidator, WithJsonSchema]:
    def check(value: str) -> str:
        if fault := text_fault(value, longest, required=required):
            raise ValueError(fault)
        return value

    shown = {"type": "string", "maxLength": longest, "pattern": r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f]*$"}
    return AfterValidator(check), WithJsonSchema({**shown, "minLength": int(required)})


def _slug(value: str) -> str:
    if not _SLUG.fullmatch(value):
        raise ValueError("must be the id of a premises: small letters, digits and hyphens, at most 80")
    return value


_SLUG = re.compile(r"[a-z0-9][a-z0-9-]{0,79}")

Text = Annotated[str, *_text(REASON_LENGTH)]
Line = Annotated[str, *_text(200)]
Reason = Annotated[str, *_text(REASON_LENGTH, required=True)]
PremisesId = Annotated[str, AfterValidator(_slug), WithJsonSchema({"type": "string", "pattern": f"^{_SLUG.pattern}$"})]
Name = Annotated[str, *_text(200, required=True)]


def _whole(value: object) -> object:
    # 5.0 is an integer to JSON Schema, and to many programs that write JSON.
    return int(value) if isinstance(value, float) and value.is_integer() else value


WholeNumber = Annotated[int, BeforeValidator(_whole, json_schema_input_type=int)]

Id = Annotated[int, Field(ge=0, le=LARGEST_ID)]
Count = Annotated[int, Field(ge=0)]

ThreatLevelName = Literal["LOW", "MODERATE", "SUBSTANTIAL", "SEVERE", "CRITICAL"]
ThreatValue = Literal["LOW", "MODERATE", "SUBSTANTIAL", "SEVERE", "CRITICAL", "not_set"]
ShownThreat = Literal["LOW", "MODERATE", "SUBSTANTIAL", "SEVERE", "CRITICAL", "not_set", "protected input"]
ResponseLevelName = Literal["NORMAL", "HEIGHTENED", "EXCEPTIONAL"]
ScopeName = Literal["national", "northern_ireland", "police_sector", "force", "premises"]

Instant = Annotated[str, WithJsonSchema({"type": "string", "format": "date-time"})]
"""A moment in an answer: RFC 3339, UTC, with ``Z``."""


def _instant(value: object) -> datetime:
    if not isinstance(value, str):
        raise ValueError("must be a time such as 2026-11-21T03:00:00Z")
    return parse_rfc3339(value)


GivenInstant = Annotated[datetime, BeforeValidator(_instant), WithJsonSchema({"type": "string", "format": "date-time"})]
"""A moment in a request: RFC 3339 with ``Z`` or an offset."""


class Given(BaseModel):
    """What a request holds: exactly the documented fields, and no guessing of types."""

    model_config = ConfigDict(extra="forbid", strict=True)


class Asked(BaseModel):
    """What a query string holds: only the documented names."""

    model_config = ConfigDict(extra="forbid")


class Shown(BaseModel):
    """What an answer holds: exactly the documented fields."""

    model_config = ConfigDict(extra="forbid")


class Page(Asked):
    """Which part of a list: ``next`` of the page before, and how many items at most."""

    limit: Annotated[int, Field(ge=1, le=200, description="Items at most")] = 50


class NumberPage(Page):
    """A page of a list whose cursor is a number."""

    after: Annotated[Id | None, Field(description="The `next` of the page before")] = None


class NamePage(Page):
    """A page of a list whose cursor is an id of a premises."""

    after: Annotated[PremisesId | None, Field(description="The `next` of the page before")] = None
