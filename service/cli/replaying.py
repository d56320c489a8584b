"""``opq replay``: what a site would have come to through a dated history of threat levels."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
from rich.console import RenderableType

from service.cli.session import json_option
from service.cli.show import Banner, number_of, show, table
from service.config import load_settings
from service.operations import replay as operations
from service.operations.history import parse_history
from service.operations.policy import load_policy


@click.command("replay")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@json_option
def replay(file: Path, as_json: bool) -> None:
    """Replay FILE, a CSV of dated threat changes, at a site with no other inputs.

    The columns are effective_at (a date or an RFC 3339 time), scope, level, note and source. It runs on a scratch store
    that is thrown away; the store in use is not touched.
    """
    settings = load_settings()
    rows = parse_history(file.read_bytes())
    policy = load_policy(settings)
    answer = operations.replay(rows, policy, settings)
    show(answer, _replayed, as_json, Banner(policy.plan.marking, policy.plan.example))


def _replayed(answer: dict[str, Any]) -> Iterator[RenderableType]:
    yield table(
        ("effective", "scope", "threat level", "response level", "note"),
        (
            (
                item["effective_at"].replace("T00:00:00Z", ""),
                item["scope"],
                item["level"],
                item["response_level"] + (" *" if item["changed"] else ""),
                item["note"],
            )
            for item in answer["items"]
        ),
    )
    yield "* the response level changed"
    yield (
        f"{number_of(answer['records'], 'record')}, {number_of(answer['changes'], 'change')}, "
        f"{number_of(answer['response_level_changes'], 'response-level change')}."
    )
