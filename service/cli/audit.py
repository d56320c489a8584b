"""``opq audit``: whether the record is whole, and the record itself."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import click
from rich.console import RenderableType

from service.cli.session import Session, acting, as_system
from service.cli.show import number_of
from service.errors import Permanent
from service.operations import audit as operations
from service.store.record import Head

_PAGE = 500
_HEAD = re.compile(r"[0-9]{1,18}:[0-9a-f]{64}")


@click.group()
def audit() -> None:
    """Verify and export the record."""


def _heads(_context: click.Context, parameter: click.Parameter, values: tuple[str, ...]) -> list[Head]:
    for value in values:
        if not _HEAD.fullmatch(value):
            raise click.BadParameter(f"{value!r} must be SEQUENCE:HASH, as this command prints it", param=parameter)
    return [(int(sequence), hash_) for sequence, hash_ in (value.split(":") for value in values)]


@audit.command("verify")
@click.option("--head", "heads", multiple=True, callback=_heads, help="SEQUENCE:HASH that the record must still have.")
@as_system
def verify(session: Session, heads: list[Head]) -> None:
    """Read the whole record and say whether it is as it was written; exit code 1 when it is not."""
    answer = operations.verify(session.context, session.principal, heads)
    session.show(answer, _verified)
    if not answer["valid"]:
        raise Permanent("the record is not as it was written; keep this store as it is and tell the auditor")


@audit.command("export")
@click.option("--subject", help="Only entries about this, such as threat/national.")
@click.option("--request-id", help="Only entries of the request, command or job whose log lines had this id.")
@acting("audit.read")
def export(session: Session, subject: str | None, request_id: str | None) -> None:
    """Print every entry as a line of JSON, with its hashes, in order; with or without --json."""
    wanted = operations.Wanted(subject=subject, request_id=request_id)
    after: int | None = 0
    while after is not None:
        page = operations.entries(session.context, session.principal, wanted, after, _PAGE)
        for entry in page["items"]:
            click.echo(json.dumps(entry, ensure_ascii=False))
        after = page["next"]


def _verified(answer: dict[str, Any]) -> Iterator[RenderableType]:
    if answer["valid"]:
        yield f"The record is whole: {number_of(answer['entries'], 'audit record')}."
    else:
        yield from answer["faults"]
    yield f"Head: {answer['entries']}:{answer['head']}"
