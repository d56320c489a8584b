"""``opq premises``: the register as a file, and closing a premises."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
from rich.console import RenderableType

from rules.levels import ResponseLevel
from service.cli.effects import effect_lines
from service.cli.session import Session, acting
from service.cli.show import number_of, table, time_of
from service.cli.words import RESPONSE_LEVEL
from service.errors import FieldFault, Invalid
from service.operations import register
from service.operations.importing import import_premises


@click.group()
def premises() -> None:
    """Import, list and export the register; close a premises."""


@premises.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Say what it would do, and do nothing.")
@acting("premises.write")
def import_file(session: Session, file: Path, dry_run: bool) -> None:
    """Put the register in FILE (CSV) in: all of it, or nothing when anything is at fault."""
    answer = import_premises(session.context, session.principal, file.read_bytes(), dry_run)
    if answer["status"] != "faulty":
        session.show(answer, _imported)
        return
    if session.as_json:
        session.show(answer, _imported)
    faults = tuple(FieldFault(_place(fault), fault["reason"]) for fault in answer["faults"])
    raise Invalid(f"{file.name} was not imported; correct what is told here and import it again", fields=faults)


@premises.command("list")
@click.option("--response-level", type=RESPONSE_LEVEL, help="Only those at this level.")
@click.option("--district", help="Only those of this district.")
@click.option("--q", "words", help="Only those with this in id, name, district or postcode.")
@click.option("--after", metavar="ID", help="Go on after this id.")
@click.option("--limit", type=click.IntRange(1, 200), default=100, show_default=True, help="How many at most.")
@acting("premises.read")
def list_all(
    session: Session,
    response_level: str | None,
    district: str | None,
    words: str | None,
    after: str | None,
    limit: int,
) -> None:
    """List the premises that you may see, with their response levels."""
    level = None if response_level is None else ResponseLevel[response_level]
    answer = register.list_premises(
        session.context, session.principal, response_level=level, district=district, q=words, after=after, limit=limit
    )
    session.show(answer, _listed)


@premises.command("export")
@acting("premises.read")
def export(session: Session) -> None:
    """Print the register as CSV that can be imported again; with --json as {"csv": ...}."""
    text = register.export_premises(session.context, session.principal)
    if session.as_json:
        session.show({"csv": text}, lambda _: ())
    else:
        click.echo(text, nl=False)


@premises.command("close")
@click.argument("premises_id", metavar="PREMISES")
@click.option("--reason", default="", help="Why, in a sentence; it is recorded.")
@acting("premises.write")
def close(session: Session, premises_id: str, reason: str) -> None:
    """Close PREMISES: its history stays, its lists end."""
    answer = register.close_premises(session.context, session.principal, premises_id, reason)
    session.show(answer, lambda _: [f"Premises {premises_id} is closed."])


def _place(fault: dict[str, Any]) -> str:
    return f"line {fault['row']}" + (f", {fault['column']}" if fault["column"] else "")


def _imported(answer: dict[str, Any]) -> Iterator[RenderableType]:
    counts = f"{answer['added']:,} added, {answer['changed']:,} changed, {answer['unchanged']:,} unchanged"
    moves = f"{answer['raised']:,} raised, {answer['lowered']:,} lowered"
    match answer["status"]:
        case "imported":
            yield f"{number_of(answer['rows'], 'row')} imported: {counts}."
            yield from effect_lines(answer["effect"])
        case "dry_run":
            yield f"{number_of(answer['rows'], 'row')} would be imported: {counts}; {moves}."
        case _:
            yield f"The import would lower {number_of(answer['lowered'], 'premises')}, so request {answer['id']} waits."
            yield f"A lead or Gold approves it: opq requests approve {answer['id']}"


def _listed(answer: dict[str, Any]) -> Iterator[RenderableType]:
    rows = (
        (item["id"], item["name"], item["district"], item["response_level"], time_of(item["since"]))
        for item in answer["items"]
    )
    yield table(("id", "name", "district", "response level", "since"), rows)
    if answer["next"] is not None:
        yield f"More: --after {answer['next']}"
