"""What changed between two versions of a rulebook or plan, for the person who has to approve the new one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any, ClassVar, Generic, Protocol, TypeVar


class Part(Protocol):
    """A rule or an option: a dataclass known by its id."""

    __dataclass_fields__: ClassVar[dict[str, Any]]

    @property
    def id(self) -> str:
        """What the part is known by in each version."""
        ...


_Part = TypeVar("_Part", bound=Part)


@dataclass(frozen=True)
class Changed(Generic[_Part]):
    """A part that both versions have; ``fields`` names, in the order of its class, what differs."""

    old: _Part
    new: _Part
    fields: tuple[str, ...]


@dataclass(frozen=True)
class Differences(Generic[_Part]):
    """Parts added (order of the new version), removed (order of the old) and changed (order of the new)."""

    added: tuple[_Part, ...]
    removed: tuple[_Part, ...]
    changed: tuple[Changed[_Part], ...]


def differences(old: Sequence[_Part], new: Sequence[_Part]) -> Differences[_Part]:
    """What ``new`` adds to, removes from and changes in ``old``: rules or options, whose order does not count."""
    before, after = ({part.id: part for part in parts} for parts in (old, new))
    return Differences(
        added=tuple(part for part in new if part.id not in before),
        removed=tuple(part for part in old if part.id not in after),
        changed=tuple(
            Changed(before[part.id], part, _differing(before[part.id], part))
            for part in new
            if part.id in before and before[part.id] != part
        ),
    )


def _differing(old: Part, new: Part) -> tuple[str, ...]:
    return tuple(field.name for field in fields(old) if getattr(old, field.name) != getattr(new, field.name))
