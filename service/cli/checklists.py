"""``opq checklist``: the list of a premises or of the force, on the screen and on paper."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import click
from rich.console import RenderableType

from service.cli.list_choice import chosen_list, of_list
from service.cli.list_work import WORK
from service.cli.session import Session, acting
from service.cli.show import Banner, show, table, time_of
from service.operations import checklists, printing
from service.paper.plain import checklist_text


@click.group()
def checklist() -> None:
    """Show and print checklists, and work on them."""


for _command in WORK:
    checklist.add_command(_command)


@checklist.command("show")
@of_list
@acting("checklists.read")
def show_list(session: Session, /, **which: Any) -> None:
    """Show the checklist in force at PREMISES."""
    found = chosen_list(session, **which)
    show(found, list_lines, session.as_json, Banner(found["marking"], found["plan"]["example"]))


@checklist.command("list")
@click.argument("premises_id", metavar="PREMISES")
@click.option("--cursor", help="Go on from here, as the page before said.")
@acting("checklists.read")
def list_all(session: Session, premises_id: str, cursor: str | None) -> None:
    """List all checklists that PREMISES ever had, newest first."""
    session.show(checklists.checklists_of(session.context, session.principal, premises_id, cursor), _listed)


@checklist.command("print")
@of_list
@acting("checklists.read")
def print_list(session: Session, /, **which: Any) -> None:
    """Print the list of PREMISES as plain text for A4 paper, with the code of each item for keying in."""
    found = printing.printed_list(session.context, session.principal, chosen_list(session, **which)["id"])
    if session.as_json:
        session.show(found, list_lines)
    else:
        click.echo("\n".join(checklist_text(found)))


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
