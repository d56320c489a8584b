"""``opq account``: who may sign in to the pages. Whoever can reach the store may do so, such as for the first admin."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import click
from rich.console import RenderableType

from service.cli.session import Session, as_system
from service.cli.show import table, time_of
from service.operations import accounts as operations
from service.operations.passwords import new_password
from service.operations.tokens import ROLES


@click.group()
def account() -> None:
    """Create, list and disable accounts for the pages; recorded as done by the system."""


@account.command("create")
@click.argument("username")
@click.option("--role", required=True, type=click.Choice(list(ROLES)), help="What the person is.")
@click.option("--name", required=True, help="The person, as others know them.")
@click.option("--premises", "premises_ids", multiple=True, metavar="ID", help="A premises that is theirs; repeatable.")
@as_system
def create(session: Session, username: str, role: str, name: str, premises_ids: tuple[str, ...]) -> None:
    """Make an account for USERNAME and show its password, once."""
    password = new_password()
    made = operations.create_account(
        session.context, session.principal, username, name, role, premises_ids, password=password
    )
    session.show({**made, "password": password}, _with_password)


@account.command("reset-password")
@click.argument("account_id", type=int)
@as_system
def reset_password(session: Session, account_id: int) -> None:
    """Give the account ACCOUNT_ID a new password and show it, once."""
    session.show(operations.reset_password(session.context, session.principal, account_id), _with_password)


@account.command("disable")
@click.argument("account_id", type=int)
@as_system
def disable(session: Session, account_id: int) -> None:
    """Take the account ACCOUNT_ID away: its person is signed out, and their tokens are revoked."""
    known = operations.get_account(session.context, session.principal, account_id)
    answer = operations.change_account(
        session.context, session.principal, account_id, known["role"], known["premises"], disabled=True
    )
    session.show(answer, lambda done: [f"The account of {done['name']} is disabled."])


@account.command("list")
@as_system
def list_all(session: Session) -> None:
    """List all accounts."""
    session.show(operations.list_accounts(session.context, session.principal), _listed)


def _with_password(answer: dict[str, Any]) -> Iterator[RenderableType]:
    yield f"Account {answer['id']} for {answer['name']} ({answer['role']}), password shown this once:"
    yield ""
    yield f"  username  {answer['username']}"
    yield f"  password  {answer['password']}"


def _listed(answer: dict[str, Any]) -> Iterator[RenderableType]:
    yield table(
        ("id", "username", "name", "role", "premises", "created", "disabled"),
        (
            (
                item["id"],
                item["username"],
                item["name"],
                item["role"],
                item["premises"],
                time_of(item["created_at"]),
                time_of(item["disabled_at"]),
            )
            for item in answer["items"]
        ),
    )
