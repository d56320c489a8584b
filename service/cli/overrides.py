"""``opq override``: a person's recorded variation of the level of one premises."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import click
from rich.console import RenderableType

from rules.levels import ResponseLevel
from service.cli.session import Session, acting
from service.cli.show import table, time_of
from service.cli.words import RESPONSE_LEVEL
from service.operations import override_ends
from service.operations import overrides as operations

_REASON = click.option("--reason", required=True, help="Why, in a sentence; it is recorded.")
_HOURS = click.option("--hours", required=True, type=click.FloatRange(min=0, min_open=True), help="For how long.")
_PREMISES = click.argument("premises_id", metavar="PREMISES")
_LEVEL = click.argument("level", type=RESPONSE_LEVEL)


@click.group()
def override() -> None:
    """Raise, hold or lower one premises for a time, with a reason."""


@override.command("raise")
@_PREMISES
@_LEVEL
@_HOURS
@_REASON
@acting("overrides.create")
def raise_(session: Session, premises_id: str, level: str, hours: float, reason: str) -> None:
    """Let PREMISES stand at LEVEL or higher."""
    _create(session, premises_id, "raise", ResponseLevel[level], hours, reason)


@override.command("hold")
@_PREMISES
@_HOURS
@_REASON
@acting("overrides.create")
def hold(session: Session, premises_id: str, hours: float, reason: str) -> None:
    """Let PREMISES stay at its present level or higher, though the threat falls."""
    _create(session, premises_id, "hold", None, hours, reason)


@override.command("lower")
@_PREMISES
@_LEVEL
@_HOURS
@_REASON
@acting("overrides.create")
def lower(session: Session, premises_id: str, level: str, hours: float, reason: str) -> None:
    """Let PREMISES stand at LEVEL, below what the threat asks, when a second person approves it."""
    _create(session, premises_id, "lower", ResponseLevel[level], hours, reason)


@override.command("approve")
@_PREMISES
@click.argument("override_id", type=int)
@acting("overrides.approve")
def approve(session: Session, premises_id: str, override_id: int) -> None:
    """Approve, as the second person, what waits about an override of PREMISES."""
    session.show(operations.approve_override(session.context, session.principal, premises_id, override_id), _one)


@override.command("end")
@_PREMISES
@click.argument("override_id", type=int)
@_REASON
@acting("overrides.create")
def end(session: Session, premises_id: str, override_id: int, reason: str) -> None:
    """End an override of PREMISES, or withdraw one that waits."""
    session.show(override_ends.end_override(session.context, session.principal, premises_id, override_id, reason), _one)


@override.command("list")
@_PREMISES
@acting("overrides.read")
def list_all(session: Session, premises_id: str) -> None:
    """List all overrides that PREMISES ever had, newest first."""
    session.show(operations.list_overrides(session.context, session.principal, premises_id), _listed)


def _create(
    session: Session, premises_id: str, kind: str, level: ResponseLevel | None, hours: float, reason: str
) -> None:
    expires_at = session.context.store.clock.now() + timedelta(hours=hours)
    wish = operations.OverrideWish(kind, reason, expires_at, level)
    session.show(operations.create_override(session.context, session.principal, premises_id, wish), _one)


def _one(answer: dict[str, Any]) -> Iterator[RenderableType]:
    yield (
        f"Override {answer['id']} of {answer['premises_id']}: {answer['kind']} at {answer['response_level']} until "
        f"{time_of(answer['expires_at'])}, {answer['state'].replace('_', ' ')}."
    )
    if answer.get("request") is not None:
        yield f"Its end waits for a second person: opq requests approve {answer['request']}"
    elif answer["state"] == "awaiting_second_person":
        yield f"Another lead or Gold approves it: opq override approve {answer['premises_id']} {answer['id']}"


def _listed(answer: dict[str, Any]) -> Iterator[RenderableType]:
    rows = (
        (item["id"], item["kind"], item["response_level"], item["state"], time_of(item["expires_at"]), item["reason"])
        for item in answer["items"]
    )
    yield table(("id", "kind", "response level", "state", "until", "reason"), rows)
