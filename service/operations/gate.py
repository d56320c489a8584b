"""Whether a reading is believed: pure decisions over plain data, with no store and no clock.

``judge`` is asked when a source says something new, ``settle`` about each held reading whenever time has passed or
something was said. A rise waits for ``hold_until`` at most; only falls, and rises that their own source took back,
wait for a person without limit. Nothing here lowers a level: no verdict on a fall is ever ``accepted``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from rules.levels import ThreatLevel

DAY = timedelta(hours=24)
"""How long a source's word counts beside another's, and the time in which changes are counted."""

IDENTICAL_AFTER = timedelta(seconds=60)
"""A source that still says the same after this long confirms itself."""

CHANGES_A_DAY = 2
"""Changes of a scope within a day that raise no doubt; one more does."""


class Status(StrEnum):
    """How a reading stands. ``superseded``: it was held until something newer left nothing to decide."""

    UNCHANGED = "unchanged"
    ACCEPTED = "accepted"
    HELD = "held"
    UNREADABLE = "unreadable"
    REJECTED = "rejected"
    SUPERSEDED = "superseded"


@dataclass(frozen=True)
class NewReading:
    """What a source says of one scope: its level, the source's stamp as written, and that stamp as an instant."""

    source: str
    level: ThreatLevel
    stamp: str = ""
    stamped_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class KeptReading(NewReading):
    """A reading that was taken before. ``hold_until`` is set while it is a held rise that its source stands by."""

    id: int
    status: Status
    received_at: datetime
    last_seen_at: datetime
    hold_until: datetime | None = None


@dataclass(frozen=True)
class Situation:
    """One scope at the instant ``at``: its level, the last reading of each source, changes in the last 24 hours.

    ``hold_limit`` is how long a rise may wait.
    """

    at: datetime
    present: ThreatLevel | None
    last: tuple[KeptReading, ...] = ()
    recent_changes: int = 0
    hold_limit: timedelta = timedelta.max


@dataclass(frozen=True)
class Prospect:
    """What accepting a reading would do to the estate: put premises at EXCEPTIONAL, or lower any."""

    exceptional: bool = False
    lowers: bool = False


@dataclass(frozen=True)
class Verdict:
    """The status that a reading gets, why, and whether it waits for ``hold_limit`` at most (``limited``)."""

    status: Status
    reason: str
    limited: bool = False


def same(new: NewReading, known: Iterable[KeptReading], at: datetime) -> KeptReading | None:
    """The kept reading that ``new`` only repeats: the last one of its source, if level and stamp are the same.

    Without a stamp a repetition cannot be told from a new word; after a day of silence it counts as new.
    """
    last = last_of(new.source, known)
    if last is None or (last.level, last.stamp) != (new.level, new.stamp):
        return None
    if not new.stamp and at - last.last_seen_at >= DAY:
        return None
    return last


def judge(new: NewReading, situation: Situation, prospect: Prospect) -> Verdict:
    """What becomes of a reading that is no repetition."""
    if new.level == situation.present:
        return Verdict(Status.UNCHANGED, f"{new.level.name} is the present level.")
    if falls(new, situation, prospect):
        return Verdict(Status.HELD, "A fall waits for a person to confirm it.")
    second = _second_source(new, situation)
    if second is not None:
        return Verdict(Status.ACCEPTED, _agrees(second))
    doubts = list(_doubts(new, situation, prospect))
    if doubts:
        return Verdict(Status.HELD, f"The rise waits to be confirmed: {'; '.join(doubts)}.", limited=True)
    return Verdict(Status.ACCEPTED, "A rise from a trusted source.")


def falls(new: NewReading, situation: Situation, prospect: Prospect) -> bool:
    """Whether a reading is milder than the present level; a first level is where it would lower premises."""
    if situation.present is None:
        return prospect.lowers
    return new.level < situation.present


def settle(held: KeptReading, situation: Situation) -> Verdict | None:
    """What becomes of a held reading by what was said since, or by the time; None when it goes on as it is."""
    present, last = situation.present, last_of(held.source, situation.last) or held
    if held.level == present:
        return Verdict(Status.SUPERSEDED, f"The level is {held.level.name} already.")
    if present is not None and held.level < present:
        return _settle_fall(held, last, present)
    if held.hold_until is None:
        said_again = last.id != held.id and last.level >= held.level
        return Verdict(Status.SUPERSEDED, "The source said so anew.") if said_again else None
    if last.level < held.level:
        return Verdict(Status.HELD, f"The source says {last.level.name} since; a person decides.")
    return _confirmed(held, held.hold_until, situation)


def last_of(source: str, known: Iterable[KeptReading]) -> KeptReading | None:
    """The last reading of ``source``, None when it has said nothing."""
    return next((reading for reading in known if reading.source == source), None)


def _doubts(new: NewReading, situation: Situation, prospect: Prospect) -> Iterator[str]:
    """Why a rise that no second source confirms should wait; any other source that was heard then says less."""
    if prospect.exceptional:
        yield "it would put premises at EXCEPTIONAL"
    if situation.present is not None and new.level - situation.present > 1:
        yield f"it jumps from {situation.present.name} to {new.level.name}"
    before = last_of(new.source, situation.last)
    if before and before.stamped_at and new.stamped_at and new.stamped_at < before.stamped_at:
        yield "its stamp is older than that of the source's last reading"
    if situation.recent_changes >= CHANGES_A_DAY:
        yield f"it would be change {situation.recent_changes + 1} within 24 hours"
    for other in _others(new, situation):
        yield f"{other.source} says {other.level.name}"


def _second_source(new: NewReading, situation: Situation) -> KeptReading | None:
    return next((other for other in _others(new, situation) if other.level >= new.level), None)


def _others(reading: NewReading, situation: Situation) -> Iterator[KeptReading]:
    """The last word of every other source that was heard within a day and that no person rejected."""
    for other in situation.last:
        heard = situation.at - other.last_seen_at < DAY and other.status is not Status.REJECTED
        if heard and other.source != reading.source:
            yield other


def _agrees(other: KeptReading) -> str:
    return f"A second source, {other.source}, says {other.level.name}."


def _settle_fall(held: KeptReading, last: KeptReading, present: ThreatLevel) -> Verdict | None:
    if held.hold_until is not None:
        return Verdict(Status.SUPERSEDED, f"The level is {present.name} meanwhile.")
    if last.id != held.id:
        return Verdict(Status.SUPERSEDED, f"The source says {last.level.name} since.")
    return None


def _confirmed(held: KeptReading, hold_until: datetime, situation: Situation) -> Verdict | None:
    second = _second_source(held, situation)
    if second is not None:
        return Verdict(Status.ACCEPTED, _agrees(second))
    if held.last_seen_at - held.received_at >= IDENTICAL_AFTER:
        return Verdict(Status.ACCEPTED, "The source said the same again after a minute.")
    left = hold_until - situation.at
    if left <= timedelta(0):
        return Verdict(Status.ACCEPTED, "Nobody took it back within the hold limit.")
    if left > situation.hold_limit:
        return Verdict(Status.ACCEPTED, "The clock was set back, so that the hold limit cannot be told.")
    return None
