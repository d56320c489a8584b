"""``opq level`` and ``opq simulate``: the response level of a premises with its reason, and what a change would do."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import click
from rich.console import RenderableType

from rules.levels import Scope
from service.cli.acknowledging import acknowledge
from service.cli.effects import effect_lines
from service.cli.session import Session, acting
from service.cli.show import table, time_of
from service.cli.words import INSTANT, SCOPE, THREAT_LEVEL, threat_level
from service.operations.response_levels import response_level
from service.operations.simulate import Supposed
from service.operations.simulate import simulate as operation


@click.group()
def level() -> None:
    """See the response level of a premises, and why; acknowledge it."""


level.add_command(acknowledge)


@level.command("show")
@click.argument("premises_id", metavar="PREMISES")
@click.option("--as-at", type=INSTANT, help="As it was at this past minute (2026-11-21T03:00:00Z).")
@acting("response_level.read")
def show_level(session: Session, premises_id: str, as_at: datetime | None) -> None:
    """Show the response level of PREMISES with its reason."""
    session.show(response_level(session.context, session.principal, premises_id, as_at), level_lines)


@click.command()
@click.argument("scope", type=SCOPE)
@click.argument("level", type=THREAT_LEVEL)
@click.option("--premises", "premises_id", help="Which premises, for the scope premises.")
@click.option(
    "--also",
    "others",
    type=(SCOPE, THREAT_LEVEL),
    multiple=True,
    metavar="SCOPE LEVEL",
    help="Another change at the same time; repeatable.",
)
@click.option("--after", default="", metavar="ID", help="List premises after this id.")
@click.option("--limit", type=click.IntRange(1, 200), default=50, show_default=True, help="How many premises to list.")
@acting("simulations.run")
def simulate(
    session: Session,
    scope: str,
    level: str,
    premises_id: str | None,
    others: tuple[tuple[str, str], ...],
    after: str,
    limit: int,
) -> None:
    """Say what the threat LEVEL in SCOPE would do, and do nothing."""
    changes = [
        Supposed(Scope(scope), threat_level(level), premises_id),
        *(Supposed(Scope(other), threat_level(name)) for other, name in others),
    ]
    session.show(operation(session.context, session.principal, changes, after, limit), _simulated)


def level_lines(answer: dict[str, Any]) -> Iterator[RenderableType]:
    """A response level and its reason in plain sentences."""
    decision = answer["decision"]
    doubt = "" if answer["confirmed"] else ", not confirmed: no national threat level is known"
    yield f"{answer['premises_id']}: {answer['response_level']} since {time_of(answer['since'])}{doubt}."
    yield f"Rule {decision['winner']} decides. What the rules said:"
    for candidate in decision["candidates"]:
        yield (
            f"  {candidate['response_level']:<11}  {candidate['rule']}: {candidate['because']} "
            f"({candidate['reference']})"
        )
    if decision["degraded"]:
        yield "The rules engine did not answer; the reference evaluator decided."
    book = decision["rulebook"]
    yield f"Decision {decision['id']} ({decision['outcome']}), rulebook {book['id']} {book['version']}."


def _simulated(answer: dict[str, Any]) -> Iterator[RenderableType]:
    yield "This would happen; nothing was changed."
    yield from effect_lines(answer["effect"])
    page = answer["premises"]
    yield table(("premises", "now", "then"), ((i["premises_id"], i["before"], i["after"]) for i in page["items"]))
    if page["next"] is not None:
        yield f"More premises: --after {page['next']}"
