"""``opq level acknowledge``: saying that one knows the level of a premises."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import click
from rich.console import RenderableType

from service.cli.session import Session, acting
from service.cli.show import number_of, time_of
from service.operations.acknowledgements import acknowledge as operation
from service.operations.response_levels import response_level


@click.command()
@click.argument("premises_id", metavar="PREMISES")
@click.option("--decision", "decision_id", type=int, help="The decision that you saw; default: the present one.")
@click.option("--briefed", type=click.IntRange(min=1), help="How many others you told, at a parade for example.")
@acting("acknowledgements.create")
def acknowledge(session: Session, premises_id: str, decision_id: int | None, briefed: int | None) -> None:
    """Say that you know the response level of PREMISES."""
    context, principal = session.context, session.principal
    if decision_id is None:
        decision_id = response_level(context, principal, premises_id)["decision"]["id"]
    session.show(operation(context, principal, premises_id, decision_id, briefed), _lines)


def _lines(answer: dict[str, Any]) -> Iterator[RenderableType]:
    told = f", and {number_of(answer['briefed'], 'other')} told" if answer["briefed"] else ""
    yield f"{answer['premises_id']}: {answer['response_level']} acknowledged at {time_of(answer['at'])}{told}."
