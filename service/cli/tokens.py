"""``opq token``: give people and programs a way in, and take it away. Whoever can reach the store may do so."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import click
from rich.console import RenderableType

from service.cli.session import Session, as_system
from service.cli.show import table, time_of
from service.operations import tokens as operations
from service.operations.people import Role

_ROLES = click.Choice([role.value for role in Role if role is not Role.SYSTEM])


@click.group()
def token() -> None:
    """Create, revoke and list tokens; recorded as done by the system."""


@token.command("create")
@click.option("--role", required=True, type=_ROLES, help="What the person is.")
@click.option("--name", help="The person, by whom tokens are told apart; default: the role.")
@click.option("--premises", "premises_ids", multiple=True, metavar="ID", help="A premises that is theirs; repeatable.")
@click.option("--expires-in", type=int, metavar="DAYS", help="Days until it runs out; default: never.")
@as_system
def create(
    session: Session, role: str, name: str | None, premises_ids: tuple[str, ...], expires_in: int | None
) -> None:
    """Make a token and show it, once."""
    answer = operations.create_token(session.context, session.principal, role, name, premises_ids, expires_in)
    session.show(answer, _created)


@token.command("revoke")
@click.argument("token_id", type=int)
@as_system
def revoke(session: Session, token_id: int) -> None:
    """Make the token TOKEN_ID useless at once."""
    answer = operations.revoke_token(session.context, session.principal, token_id)
    session.show(answer, lambda revoked: [f"Token {revoked['id']} of {revoked['name']} is revoked."])


@token.command("list")
@as_system
def list_all(session: Session) -> None:
    """List all tokens, without what signs in."""
    session.show(operations.list_tokens(session.context, session.principal), _listed)


def _created(answer: dict[str, Any]) -> Iterator[RenderableType]:
    yield f"Token {answer['id']} for {answer['name']} ({answer['role']}), shown this once:"
    yield ""
    yield f"export OPQ_TOKEN={answer['token']}"


def _listed(answer: dict[str, Any]) -> Iterator[RenderableType]:
    yield table(
        ("id", "name", "role", "premises", "created", "expires", "revoked"),
        (
            (
                item["id"],
                item["name"],
                item["role"],
                item["premises"],
                time_of(item["created_at"]),
                time_of(item["expires_at"]),
                time_of(item["revoked_at"]),
            )
            for item in answer["items"]
        ),
    )
