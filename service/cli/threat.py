"""``opq threat``: set, approve and read the threat levels."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import click
from rich.console import RenderableType

from rules.levels import Scope
from service.cli.effects import effect_lines
from service.cli.session import Session, acting
from service.cli.show import table, time_of
from service.cli.words import INSTANT, SCOPE, THREAT_LEVEL, threat_level
from service.operations import threat as operations
from service.operations.threat_changes import list_changes, premises_moved
from service.operations.threat_levels import threat_levels


@click.group()
def threat() -> None:
    """Set a threat level, approve a fall, see the levels and their history."""


@threat.command("set")
@click.argument("scope", type=SCOPE)
@click.argument("level", type=THREAT_LEVEL)
@click.option("--reason", required=True, help="Why, in a sentence; it is recorded.")
@click.option("--reference", default="", help="Where it was told: a message, a log number.")
@click.option("--premises", "premises_id", help="Which premises, for the scope premises.")
@click.option("--effective-at", type=INSTANT, help="Since when it holds, if not from now (2026-11-21T03:00:00Z).")
@acting("threat_changes.create")
def set_level(
    session: Session,
    scope: str,
    level: str,
    reason: str,
    reference: str,
    premises_id: str | None,
    effective_at: datetime | None,
) -> None:
    """Set the threat LEVEL of SCOPE; a fall may wait for a second person."""
    wish = operations.ThreatWish(Scope(scope), threat_level(level), reason, reference, premises_id, effective_at)
    session.show(operations.set_level(session.context, session.principal, wish), change_lines)


@threat.command("approve")
@click.argument("change_id", type=int)
@acting("threat_changes.approve")
def approve(session: Session, change_id: int) -> None:
    """Approve the waiting fall CHANGE_ID, as the second person."""
    session.show(operations.approve(session.context, session.principal, change_id), change_lines)


@threat.command("withdraw")
@click.argument("change_id", type=int)
@acting("requests.withdraw")
def withdraw(session: Session, change_id: int) -> None:
    """Take the waiting fall CHANGE_ID back."""
    session.show(operations.withdraw(session.context, session.principal, change_id), change_lines)


@threat.command("show")
@acting("threat_levels.read")
def show_levels(session: Session) -> None:
    """Show the present threat level of each scope."""
    session.show(threat_levels(session.context, session.principal), _levels)


@threat.command("history")
@click.option("--before", type=int, help="Only changes older than this one, by id.")
@click.option("--limit", type=click.IntRange(1, 200), default=50, show_default=True, help="How many at most.")
@acting("threat_changes.read")
def history(session: Session, before: int | None, limit: int) -> None:
    """Show the threat changes, newest first."""
    session.show(list_changes(session.context, session.principal, before, limit), _history)


@threat.command("premises")
@click.argument("change_id", type=int)
@click.option("--after", default="", metavar="ID", help="Only premises after this id.")
@click.option("--limit", type=click.IntRange(1, 200), default=50, show_default=True, help="How many at most.")
@acting("threat_changes.read")
def moved(session: Session, change_id: int, after: str, limit: int) -> None:
    """Show which premises the change CHANGE_ID moved, and from which level."""
    session.show(premises_moved(session.context, session.principal, change_id, after, limit), _moved)


def change_lines(change: dict[str, Any]) -> Iterator[RenderableType]:
    """A threat change in sentences, with its effect where it was accepted."""
    scope = change["scope"] + (f" ({change['premises_id']})" if change.get("premises_id") else "")
    match change["status"]:
        case "unchanged":
            yield f"The threat level of {scope} is {change['level']} already; it is noted as confirmed."
        case "awaiting_second_person":
            yield (
                f"Threat change {change['id']}, {scope} from {change['previous_level']} to {change['level']}, "
                "waits for a second person."
            )
            yield f"Another lead or Gold approves it: opq threat approve {change['id']}"
        case status:
            yield (
                f"Threat change {change['id']} is {status}: {scope} "
                f"from {change['previous_level']} to {change['level']}."
            )
    if "effect" in change:
        yield from effect_lines(change["effect"])
        yield f"Which premises moved: opq threat premises {change['id']}"


def _levels(answer: dict[str, Any]) -> Iterator[RenderableType]:
    yield table(
        ("scope", "premises", "level", "since", "source", "last confirmed", "note"),
        (
            (
                item["scope"],
                item.get("premises_id"),
                item["level"],
                time_of(item["since"]),
                item["source"],
                time_of(item["last_confirmed_at"]),
                "; ".join(word for word in ("the feed is stale" if item["stale"] else "", item["note"]) if word),
            )
            for item in answer["items"]
        ),
    )


def _history(answer: dict[str, Any]) -> Iterator[RenderableType]:
    yield table(
        ("id", "effective", "scope", "from", "to", "status", "source", "reason"),
        (
            (
                item["id"],
                time_of(item["effective_at"]),
                item["scope"],
                item["previous_level"],
                item["level"],
                item["status"],
                item["source"],
                item["reason"],
            )
            for item in answer["items"]
        ),
    )
    if answer["next"] is not None:
        yield f"Older ones: opq threat history --before {answer['next']}"


def _moved(answer: dict[str, Any]) -> Iterator[RenderableType]:
    yield table(
        ("premises", "before", "after"),
        ((item["premises_id"], item["before"], item["after"]) for item in answer["items"]),
    )
    if answer["next"] is not None:
        yield f"More premises: --after {answer['next']}"
