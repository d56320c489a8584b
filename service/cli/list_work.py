"""``opq checklist``: working on a list. Ticking an item, agreeing to one, adding one, handing over, signing off."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import click
from rich.console import RenderableType

from contingency_plans.option import OWNER_ROLES
from service.cli.key_in import key_in
from service.cli.list_choice import chosen_list, of_list, of_list_and
from service.cli.session import Session, acting
from service.cli.show import time_of
from service.cli.words import INSTANT
from service.operations import items
from service.operations.list_items import STATUSES

_VERSION = click.option("--version", type=int, help="The version of the list that you saw; default: the present one.")


@click.command()
@of_list_and("item")
@click.option("--status", type=click.Choice(STATUSES), default="done", show_default=True, help="What became of it.")
@click.option("--note", default="", help="A note; needed, as the reason, for all but done.")
@_VERSION
@acting("checklists.write")
def tick(session: Session, /, item: str, status: str, note: str, version: int | None, **which: Any) -> None:
    """Say what became of ITEM, by its id, on the list of PREMISES."""
    found = chosen_list(session, **which)
    seen = found["version"] if version is None else version
    answer = items.tick(session.context, session.principal, found["id"], item, status, note, seen_version=seen)
    session.show(answer, _item_lines)


@click.command()
@of_list_and("item")
@acting("checklists.agree")
def agree(session: Session, /, item: str, **which: Any) -> None:
    """Agree, as a second person, that the required ITEM on the list of PREMISES is not done."""
    found = chosen_list(session, **which)
    session.show(items.agree_item(session.context, session.principal, found["id"], item), _item_lines)


@click.command()
@of_list_and("text")
@click.option("--owner-role", required=True, type=click.Choice(sorted(OWNER_ROLES)), help="Who does it.")
@click.option("--due", type=INSTANT, help="By when (2026-11-21T18:00:00Z); default: no deadline.")
@click.option("--reverse", help="What undoes it, for the stand-down list.")
@acting("checklists.write")
def add(
    session: Session, /, text: str, owner_role: str, due: datetime | None, reverse: str | None, **which: Any
) -> None:
    """Add an item of your own, TEXT, to the list of PREMISES."""
    found = chosen_list(session, **which)
    answer = items.add_item(session.context, session.principal, found["id"], text, owner_role, due, reverse)
    session.show(answer, _item_lines)


@click.command("hand-over")
@of_list_and("name")
@click.option("--note", default="", help="What they should know; it is recorded.")
@acting("checklists.write")
def hand_over(session: Session, /, name: str, note: str, **which: Any) -> None:
    """Put the list of PREMISES into the hands of NAME."""
    found = chosen_list(session, **which)
    session.show(items.hand_over(session.context, session.principal, found["id"], name, note), _handed_over)


@click.command("sign-off")
@of_list
@_VERSION
@acting("checklists.write")
def sign_off(session: Session, /, version: int | None, **which: Any) -> None:
    """Sign the list of PREMISES off, once every item is decided."""
    found = chosen_list(session, **which)
    seen = found["version"] if version is None else version
    session.show(items.sign_off(session.context, session.principal, found["id"], seen), _signed_off)


WORK: tuple[click.Command, ...] = (tick, agree, add, hand_over, sign_off, key_in)
"""The commands by which people work on a list."""


def _item_lines(answer: dict[str, Any]) -> Iterator[RenderableType]:
    item = answer["item"]
    yield f"{item['option_id']} is {item['status']}: {item['text']}"
    if not item["agreed"]:
        yield "It is required, so it stays open until a second person agrees: opq requests list"
    yield f"The list is at version {answer['version']}."


def _handed_over(answer: dict[str, Any]) -> Iterator[RenderableType]:
    yield f"Checklist {answer['id']} is in the hands of {answer['holder']} since {time_of(answer['at'])}."


def _signed_off(answer: dict[str, Any]) -> Iterator[RenderableType]:
    yield f"Checklist {answer['id']} is signed off at version {answer['version']}, {time_of(answer['signed_off_at'])}."
