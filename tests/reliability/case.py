"""What the reliability tests know of an operation that writes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from service.operations.context import Context

Act = Callable[[], object]


@dataclass(frozen=True)
class WriterCase:
    """One operation (``module.function``) in a state from which it can be done, told by ``when`` if there are several.

    ``arrange`` makes the state and gives the act. ``entries`` counts the audit entries of one run. A run ``in_steps``
    has several transactions on purpose: each of them is whole by itself, and a run that is repeated goes on from there.
    """

    operation: str
    arrange: Callable[[Context], Act]
    when: str = ""
    entries: int = 1
    in_steps: bool = False

    @property
    def name(self) -> str:
        """How the case is called in a report."""
        return f"{self.operation} {self.when}".rstrip()
