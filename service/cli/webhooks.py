"""``opq webhooks reseal``: the last step but one of changing the key that seals the secrets of webhooks."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import click
from rich.console import RenderableType

from service.cli.session import Session, as_system
from service.cli.show import number_of
from service.operations.resealing import reseal_secrets


@click.group()
def webhooks() -> None:
    """Change the key that seals the secrets of webhooks."""


@webhooks.command("reseal")
@as_system
def reseal(session: Session) -> None:
    """Seal every stored secret with the first key of OPQ_SECRET_KEY or its file; safe to repeat."""
    session.show(reseal_secrets(session.context, session.principal), _resealed)


def _resealed(answer: dict[str, Any]) -> Iterator[RenderableType]:
    yield f"Sealed anew: {answer['resealed']} of {number_of(answer['secrets'], 'secret')}."
    yield "The first key opens all of them; the others can be taken away once every process has started with it."
