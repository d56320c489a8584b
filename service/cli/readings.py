"""``opq reading``: what sources said, and a person's word on a reading that is held."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import click
from rich.console import RenderableType

from service.cli.session import Session, acting
from service.cli.show import table, time_of
from service.cli.threat import change_lines
from service.operations import readings as operations


@click.group()
def reading() -> None:
    """List what sources said; confirm or reject a held reading."""


@reading.command("list")
@click.option("--before", type=int, help="Only readings older than this one, by id.")
@click.option("--limit", type=click.IntRange(1, 200), default=50, show_default=True, help="How many at most.")
@acting("readings.read")
def list_all(session: Session, before: int | None, limit: int) -> None:
    """List readings, newest first."""
    session.show(operations.list_readings(session.context, session.principal, before, limit), _listed)


@reading.command("confirm")
@click.argument("reading_id", type=int)
@acting("readings.decide")
def confirm(session: Session, reading_id: int) -> None:
    """Say yes to the held reading READING_ID."""
    answer = operations.confirm_reading(session.context, session.principal, reading_id)
    session.show(answer, _confirmed)


@reading.command("reject")
@click.argument("reading_id", type=int)
@click.option("--reason", required=True, help="Why, in a sentence; it is recorded.")
@acting("readings.decide")
def reject(session: Session, reading_id: int, reason: str) -> None:
    """Say no to the held reading READING_ID; the level stays."""
    answer = operations.reject_reading(session.context, session.principal, reading_id, reason)
    session.show(answer, lambda rejected: [f"Reading {rejected['id']} is rejected; the level stays."])


def _listed(answer: dict[str, Any]) -> Iterator[RenderableType]:
    rows = (
        (item["id"], time_of(item["received_at"]), item["source"], item["scope"], item["level"], item["status"],
         item["reason"])
        for item in answer["items"]
    )  # fmt: skip
    yield table(("id", "received", "source", "scope", "level", "status", "reason"), rows)
    if answer["next"] is not None:
        yield f"Older ones: --before {answer['next']}"


def _confirmed(answer: dict[str, Any]) -> Iterator[RenderableType]:
    yield f"Reading {answer['id']} is {answer['status']}."
    yield from change_lines(answer["threat_change"])
