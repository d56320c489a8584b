"""``opq backup``, ``restore`` and ``store copy``: keeping a second copy, going back to it, moving house."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
from rich.console import RenderableType

from service.bootstrap import read_key
from service.cli.session import Session, as_system, json_option
from service.cli.show import number_of, show
from service.clock import SystemClock
from service.config import STORE_ADDRESSES, load_settings
from service.errors import Permanent
from service.operations import backup as operations
from service.operations.copying import copy_store

_FILE = click.argument("file", type=click.Path(path_type=Path))


def _address(_context: click.Context, parameter: click.Parameter, value: str) -> str:
    if not value.startswith(STORE_ADDRESSES):
        raise click.BadParameter(f"must begin with {' or '.join(STORE_ADDRESSES)}", param=parameter)
    return value


@click.command()
@_FILE
@as_system
def backup(session: Session, file: Path) -> None:
    """Write the whole store to the new file FILE, while others go on working; the audit key is not in it."""
    answer = operations.back_up(session.context, session.principal, file)
    session.show(answer, _backed_up)
    if not answer["valid"]:
        raise Permanent("the record is not as it was written; keep this backup as evidence and tell the auditor")


@click.command()
@_FILE
@click.option("--force", is_flag=True, help="Replace the store that is there.")
@json_option
def restore(file: Path, force: bool, as_json: bool) -> None:
    """Put the backup FILE in place of the store, once its record is verified; stop web and workers first."""
    settings = load_settings()
    key = read_key(settings.audit_key_file)
    show(operations.restore(settings.database_url, file, key, SystemClock(), force=force), _restored, as_json)


@click.group()
def store() -> None:
    """Move the store."""


@store.command("copy")
@click.argument("source", metavar="FROM", callback=_address)
@click.argument("target", metavar="TO", callback=_address)
@json_option
def copy(source: str, target: str, as_json: bool) -> None:
    """Copy the store at the address FROM to the empty database TO, and prove that nothing was lost.

    Stop web and workers first. Passwords are best kept out of sight, in a file that PGPASSFILE names.
    """
    key = read_key(load_settings().audit_key_file)
    show(copy_store(source, target, key, SystemClock()), _copied, as_json)


def _backed_up(answer: dict[str, Any]) -> Iterator[RenderableType]:
    yield f"{answer['file']}: {answer['bytes']} bytes, {number_of(answer['entries'], 'audit record')}."
    yield from answer["faults"]
    yield f"Head: {answer['entries']}:{answer['head']}"
    yield "Keep the audit key elsewhere; without it this backup cannot be restored."


def _restored(answer: dict[str, Any]) -> Iterator[RenderableType]:
    yield f"{answer['file']} was restored: {number_of(answer['entries'], 'audit record')}, the record is whole."
    yield f"Head: {answer['entries']}:{answer['head']}"


def _copied(answer: dict[str, Any]) -> Iterator[RenderableType]:
    rows = answer["rows"]
    yield f"Copied: {number_of(sum(rows.values()), 'row')} of {number_of(len(rows), 'table')}, each compared."
    yield f"The record is whole: {number_of(answer['entries'], 'audit record')}."
    yield f"Head: {answer['entries']}:{answer['head']}"
    yield "Set OPQ_DATABASE_URL to the new address before web and workers start again."
