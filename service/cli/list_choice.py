"""Which list a command of ``opq checklist`` is about: of a premises or of the force, response or stand-down."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

import click

from service.cli.session import Session
from service.errors import NotFound
from service.operations import checklists

Command = TypeVar("Command", bound=Callable[..., Any])

_PREMISES = click.argument("premises_id", metavar="[PREMISES]", required=False)
_FORCE = click.option("--force", "of_force", is_flag=True, help="The list of the force itself, in place of PREMISES.")
_STAND_DOWN = click.option("--stand-down", is_flag=True, help="The stand-down list that is open.")


def of_list(command: Command) -> Command:
    """Let a command take what ``chosen_list`` needs."""
    return _PREMISES(_FORCE(_STAND_DOWN(command)))


def of_list_and(thing: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """As ``of_list``, for a command that takes a ``thing`` besides: after PREMISES, or alone with --force."""

    def decorate(command: Callable[..., None]) -> Callable[..., None]:
        @click.argument("words", metavar=f"[PREMISES] {thing.upper()}", nargs=-1)
        @_FORCE
        @_STAND_DOWN
        @wraps(command)
        def run(words: tuple[str, ...], of_force: bool, **more: Any) -> None:
            if len(words) != (1 if of_force else 2):
                raise click.UsageError(f"give a PREMISES and {thing.upper()}, or --force and {thing.upper()}")
            premises_id = None if of_force else words[0]
            command(premises_id=premises_id, of_force=of_force, **{thing: words[-1]}, **more)

        return run

    return decorate


def chosen_list(session: Session, premises_id: str | None, of_force: bool, stand_down: bool) -> dict[str, Any]:
    """The list that was named. Raises UsageError for none or two, NotFound, or Forbidden."""
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
