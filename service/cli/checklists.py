"""``opq checklist``: the list of a premises or of the force, ticking an item, and the list on paper."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import click
from rich.console import RenderableType

from service.cli.paper import page
from service.cli.session import Session, acting
from service.cli.show import Banner, show, table, time_of
from service.errors import NotFound
from service.operations import checklists, items
from service.operations.list_items import STATUSES

_PREMISES = click.argument("premises_id", metavar="[PREMISES]", required=False)
_FORCE = click.option("--force", "of_force", is_flag=True, help="The list of the force itself, in place of PREMISES.")
_STAND_DOWN = click.option("--stand-down", is_flag=True, help="The stand-down list that is open.")


@click.group()
def checklist() -> None:
    """Show, tick and print checklists."""


@checklist.command("show")
@_PREMISES
@_FORCE
@_STAND_DOWN
@acting("checklists.read")
def show_list(session: Session, premises_id: str | None, of_force: bool, stand_down: bool) -> None:
    """Show the checklist in force at PREMISES."""
    found = _list(session, premises_id, of_force, stand_down)
    show(found, list_lines, session.as_json, Banner(found["marking"], found["plan"]["example"]))


@checklist.command("list")
@click.argument("premises_id", metavar="PREMISES")
@click.option("--cursor", help="Go on from here, as the page before said.")
@acting("checklists.read")
def list_all(session: Session, premises_id: str, cursor: str | None) -> None:
    """List all checklists that PREMISES ever had, newest first."""
    session.show(checklists.checklists_of(session.context, session.principal, premises_id, cursor), _listed)


@checklist.command("tick")
@_PREMISES
@click.argument("option_id", metavar="ITEM")
@_FORCE
@_STAND_DOWN
@click.option("--status", type=click.Choice(STATUSES), default="done", show_default=True, help="What became of it.")
@click.option("--note", default="", help="A note; needed, as the reason, for all but done.")
@click.option("--version", type=int, help="The version of the list that you saw; default: the present one.")
@acting("checklists.write")
def tick(
    session: Session,
    premises_id: str | None,
    option_id: str,
    of_force: bool,
    stand_down: bool,
    status: str,
    note: str,
    version: int | None,
) -> None:
    """Say what became of ITEM, by its id, on the list of PREMISES."""
    found = _list(session, premises_id, of_force, stand_down)
    seen = found["version"] if version is None else version
    answer = items.tick(session.context, session.principal, found["id"], option_id, status, note, seen_version=seen)
    session.show(answer, _ticked)


@checklist.command("print")
@_PREMISES
@_FORCE
@_STAND_DOWN
@acting("checklists.read")
def print_list(session: Session, premises_id: str | None, of_force: bool, stand_down: bool) -> None:
    """Print the list of PREMISES as plain text for A4 paper."""
    found = _list(session, premises_id, of_force, stand_down)
    if session.as_json:
        session.show(found, list_lines)
    else:
        click.echo("\n".join(page(found, session.context.store.clock.now())))


def _list(session: Session, premises_id: str | None, of_force: bool, stand_down: bool) -> dict[str, Any]:
    context, principal = session.context, session.principal
    if (premises_id is None) != of_force or (of_force and stand_down):
        raise click.UsageError("name a PREMISES, or the force's list by --force alone")
    if premises_id is None:
        return checklists.force_checklist(context, principal)
    if not stand_down:
        return checklists.present_checklist(context, principal, premises_id)
    for listed in checklists.checklists_of(context, principal, premises_id)["items"]:
        if listed["kind"] == "stand_down" and listed["state"] == "open":
            return checklists.checklist(context, principal, listed["id"])
    raise NotFound(f"no stand-down list is open at premises {premises_id}")


def list_lines(found: dict[str, Any]) -> Iterator[RenderableType]:
    """A checklist as people read it: its heading, and a table of its items by category."""
    yield heading(found)
    counts = ", ".join(f"{count} {status}" for status, count in found["progress"].items() if count)
    yield f"Version {found['version']}, {found['state']}; {counts or 'no items'}."
    yield table(
        ("item", "category", "what", "obligation", "by", "due", "status"),
        (
            (
                item["option_id"],
                item["category"],
                _text(item),
                item["obligation"],
                item["owner_role"],
                time_of(item["due_at"]),
                item["status"] + ("" if item["agreed"] else " (to be agreed)"),
            )
            for item in found["items"]
        ),
    )


def heading(found: dict[str, Any]) -> str:
    """What list this is, in a line."""
    kind = "Checklist" if found["kind"] == "response" else "Stand-down list"
    where = found["premises_id"] or "the force"
    return (
        f"{kind} {found['id']} of {where}: {found['response_level']}, issued {time_of(found['issued_at'])}, "
        f"plan {found['plan']['id']} {found['plan']['version']}"
    )


def _text(item: dict[str, Any]) -> str:
    parts = [item["text"]]
    if item["caution"]:
        parts.append(f"Caution: {item['caution']}")
    if item["note"]:
        parts.append(f"Note: {item['note']}")
    return "\n".join(parts)


def _listed(answer: dict[str, Any]) -> Iterator[RenderableType]:
    rows = (
        (item["id"], item["kind"], item["response_level"], item["state"], time_of(item["issued_at"]), item["version"])
        for item in answer["items"]
    )
    yield table(("id", "kind", "response level", "state", "issued", "version"), rows)
    if answer["next"] is not None:
        yield f"Older ones: --cursor {answer['next']}"


def _ticked(answer: dict[str, Any]) -> Iterator[RenderableType]:
    item = answer["item"]
    yield f"{item['option_id']} is {item['status']}: {item['text']}"
    if not item["agreed"]:
        yield "It is required, so it stays open until a second person agrees: opq requests list"
    yield f"The list is at version {answer['version']}."
