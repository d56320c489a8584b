"""What a change did, or would do, in sentences."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from rich.console import RenderableType

from service.cli.show import number_of, table


def effect_lines(effect: Mapping[str, Any]) -> Iterator[RenderableType]:
    """An effect in sentences, and the estate after it as a table."""
    yield (
        f"{number_of(effect['premises'], 'premises')} decided about: {effect['raised']:,} raised, "
        f"{effect['lowered']:,} lowered; {number_of(effect['checklists_issued'], 'checklist')} issued with "
        f"{number_of(effect['items'], 'item')}."
    )
    hours = effect["staff_hours_per_day"]
    yield f"Staff-hours per day: {hours['before']:,.1f} before, {hours['after']:,.1f} after."
    yield table(("response level", "premises"), effect["response_levels"].items())
