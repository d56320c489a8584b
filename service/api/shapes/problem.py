"""Errors, by RFC 9457."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from service.api.shapes.fields import Shown


class BadField(Shown):
    """One bad field of a request."""

    field: Annotated[str, Field(description="Where it stands, as `changes[0].level`")]
    message: str


class CsvFault(Shown):
    """A fault of a register file: the line (1 is the header), the column and what is wrong."""

    row: int
    column: str
    reason: str


class Problem(Shown):
    """Why a request was not carried out."""

    type: Annotated[str, Field(description="A relative address that names the kind of problem")]
    title: str
    status: int
    detail: str
    errors: list[BadField] | None = None
    faults: Annotated[list[CsvFault] | None, Field(description="For an import: every fault")] = None
