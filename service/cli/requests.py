"""``opq requests``: what waits for a second person."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import click
from rich.console import RenderableType

from service.cli.session import Session, acting
from service.cli.show import table, time_of
from service.operations import approvals as operations


@click.group()
def requests() -> None:
    """List, approve and withdraw what waits for a second person."""


@requests.command("list")
@acting("requests.read")
def list_all(session: Session) -> None:
    """List what waits for a second person, oldest first."""
    session.show(operations.list_requests(session.context, session.principal), _listed)


@requests.command("approve")
@click.argument("request_id", type=int)
@acting("requests.approve")
def approve(session: Session, request_id: int) -> None:
    """Say yes to the request REQUEST_ID, as the second person."""
    answer = operations.approve_request(session.context, session.principal, request_id)
    session.show(answer, lambda _: [f"Request {request_id} is approved and carried out."])


@requests.command("withdraw")
@click.argument("request_id", type=int)
@acting("requests.withdraw")
def withdraw(session: Session, request_id: int) -> None:
    """Take the request REQUEST_ID back."""
    answer = operations.withdraw_request(session.context, session.principal, request_id)
    session.show(answer, lambda _: [f"Request {request_id} is withdrawn."])


def _listed(answer: dict[str, Any]) -> Iterator[RenderableType]:
    rows = (
        (item["id"], item["kind"], _about(item["about"]), item["reason"], item["requested_by"],
         time_of(item["requested_at"]))
        for item in answer["items"]
    )  # fmt: skip
    yield table(("id", "kind", "about", "reason", "asked by", "at"), rows)


def _about(about: dict[str, Any]) -> str:
    told = ("premises_id", "scope", "previous_level", "level", "response_level")
    return ", ".join(str(about[name]) for name in told if about.get(name))
