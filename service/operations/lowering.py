"""Which premises something would lower, told before it is written: lowering by hand takes two people."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from rules.evaluation import settled_level
from rules.levels import ResponseLevel
from service.operations import deciding
from service.operations.context import Context
from service.operations.deliberation import Deliberation
from service.store import register
from service.store.transactions import Reader


def lowered(
    context: Context,
    reader: Reader,
    profiles: Mapping[str, Mapping[str, str]],
    deliberation: Deliberation | None = None,
) -> list[str]:
    """The premises, by id, whose present level would fall if ``profiles`` were theirs.

    A new premises cannot fall; one that was closed can, below the level at which it was closed, so that closing and
    registering anew is no way round a second person.
    """
    moved = moves(context, reader, profiles, deliberation)
    return [premises_id for premises_id, present, then in moved if then < present]


def moves(
    context: Context,
    reader: Reader,
    profiles: Mapping[str, Mapping[str, str]],
    deliberation: Deliberation | None = None,
) -> Iterator[tuple[str, ResponseLevel, ResponseLevel]]:
    """Each premises that has a level, or had one when it was closed: its id, that level, and the one it would have."""
    deliberation = deliberation or Deliberation(context.policy)
    threats = deciding.present_facts(reader)
    settled: dict[tuple[int, ResponseLevel], ResponseLevel] = {}
    for premises_id, present in register.last_levels(reader, profiles.keys()).items():
        profile = profiles[premises_id]
        key = (id(profile), present)
        if key not in settled:
            settled[key] = settled_level(deliberation.decide({**threats, **profile}), present)
        yield premises_id, present, settled[key]


def consider(context: Context, reader: Reader, profiles: Mapping[str, Mapping[str, str]]) -> Deliberation:
    """A deliberation over ``profiles`` from a snapshot, before any lock is taken."""
    deliberation = Deliberation(context.policy)
    threats = deciding.present_facts(reader)
    for profile in {id(profile): profile for profile in profiles.values()}.values():
        facts = {**threats, **profile}
        deliberation.select(facts, settled_level(deliberation.decide(facts), None))
    return deliberation
