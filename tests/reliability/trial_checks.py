"""What must hold after kill -9 trials, as plain questions to what the receivers saw, what was noted, and the kills.

Every instant is in seconds since 1970, by the clock of one machine.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

Delivery = tuple[str, str]
"""The path of the webhook, and the id of the event."""


@dataclass(frozen=True)
class Received:
    """A message as far as it came: ``whole`` with its body, ``accepted`` when a 2xx was answered.

    ``sent`` is the stamp of the sender, who leaves the fraction of the second out.
    """

    delivery: Delivery
    sent: int
    at: float
    whole: bool
    accepted: bool


@dataclass(frozen=True)
class Noted:
    """An attempt as it stands in the database; ``at`` is when it began."""

    delivery: Delivery
    at: float
    accepted: bool


@dataclass(frozen=True)
class Kill:
    """A worker that died, and the paths of the webhooks that it was speaking to."""

    at: float
    speaking_to: frozenset[str]


@dataclass(frozen=True)
class History:
    """All that happened. ``wanted`` names the events each webhook should be told, in order of their sequence."""

    wanted: Mapping[str, Sequence[str]]
    received: Sequence[Received]
    noted: Sequence[Noted]
    kills: Sequence[Kill]


@dataclass
class Verdict:
    """The faults, a sentence each, and what the kills cost: messages in flight, and those that came a second time."""

    faults: list[str] = field(default_factory=list)
    in_flight: int = 0
    duplicates: int = 0


def judge(history: History) -> Verdict:
    """Ask everything."""
    verdict = Verdict([*_lost(history), *_uncalled_for(history), *_out_of_order(history)])
    outcomes = _noted_outcomes(history)
    for delivery, messages in _by_delivery(history.received).items():
        _judge_repeats(verdict, delivery, messages, outcomes, history.kills)
    return verdict


def _lost(history: History) -> Iterator[str]:
    arrived = {message.delivery for message in history.received if message.whole and message.accepted}
    noted = {attempt.delivery for attempt in history.noted if attempt.accepted}
    for delivery in _wanted(history):
        if delivery not in arrived:
            yield f"{_named(delivery)} was lost"
        elif delivery not in noted:
            yield f"{_named(delivery)} arrived, and is not noted as delivered"


def _uncalled_for(history: History) -> Iterator[str]:
    wanted = set(_wanted(history))
    for delivery in sorted({message.delivery for message in history.received} - wanted):
        yield f"{_named(delivery)} was told and should not have been"


def _out_of_order(history: History) -> Iterator[str]:
    first: dict[Delivery, float] = {}
    for delivery, at in [(told.delivery, told.at) for told in (*history.received, *history.noted)]:
        first[delivery] = min(at, first.get(delivery, at))
    for path, events in history.wanted.items():
        tried = [(path, event) for event in events if (path, event) in first]
        for one, next_one in pairwise(tried):
            if first[one] > first[next_one]:
                yield f"{_named(next_one)} was first tried before {_named(one)}"


def _judge_repeats(
    verdict: Verdict,
    delivery: Delivery,
    messages: list[Received],
    outcomes: Mapping[Received, bool],
    kills: Sequence[Kill],
) -> None:
    """A message may come again when its attempt was noted as failed, or, once a kill, when it was not noted at all."""
    left = [kill for kill in kills if delivery[0] in kill.speaking_to]
    for message, again in pairwise([*messages, None]):
        assert message is not None
        noted = outcomes.get(message)
        if noted is None:
            until = again.at if again else float("inf")
            cause = next((kill for kill in left if message.sent <= kill.at <= until), None)
            if cause is None:
                verdict.faults.append(f"{_named(delivery)} was sent, not noted, and no kill explains it")
                continue
            left.remove(cause)
            verdict.in_flight += 1
            verdict.duplicates += bool(again and message.whole and again.whole)
        elif noted and again:
            verdict.faults.append(f"{_named(delivery)} was sent again after it was noted as delivered")


def _noted_outcomes(history: History) -> dict[Received, bool]:
    """The messages whose attempt was noted, and whether as accepted. They are matched by the sender's stamp."""
    stamps: defaultdict[tuple[Delivery, int], list[bool]] = defaultdict(list)
    for attempt in sorted(history.noted, key=lambda attempt: attempt.at):
        stamps[attempt.delivery, int(attempt.at)].append(attempt.accepted)
    outcomes = {}
    for message in sorted(history.received, key=lambda message: message.at):
        if found := stamps[message.delivery, message.sent]:
            outcomes[message] = found.pop(0)
    return outcomes


def _by_delivery(received: Sequence[Received]) -> dict[Delivery, list[Received]]:
    found: defaultdict[Delivery, list[Received]] = defaultdict(list)
    for message in sorted(received, key=lambda message: message.at):
        found[message.delivery].append(message)
    return found


def _wanted(history: History) -> Iterator[Delivery]:
    return ((path, event) for path, events in history.wanted.items() for event in events)


def _named(delivery: Delivery) -> str:
    path, event = delivery
    return f"{event} to {path}"


@dataclass(frozen=True)
class Call:
    """A change that was asked for and answered: its mark, and the id it was given."""

    mark: str
    change: int


def unkept(calls: Sequence[Call], changes: Sequence[Call], told: Sequence[int]) -> list[str]:
    """The faults of calls, each once: answered and not in the record, carried out twice, or not told by one event.

    ``changes`` are those of the database, ``told`` the ids of the changes that events tell of.
    """
    times, tellings = Counter(change.mark for change in changes), Counter(told)
    lost = [f"{call.mark} was answered and is not in the record" for call in calls if call not in changes]
    twice = [f"{mark} was carried out {count} times" for mark, count in times.items() if count > 1]
    untold = [
        f"{change.mark} is told by {tellings[change.change]} events"
        for change in changes
        if tellings[change.change] != 1
    ]
    return lost + twice + untold
