"""Kill -9 trials: workers and web processes die at random points, and nothing that they were to tell is lost.

    python -m tests.reliability.webhook_trials --trials 1000 --database postgresql --seed 7

One installation with two ``opq serve`` and two ``opq worker`` processes. Callers change threat levels over HTTP all the
time, and six webhooks are told at a receiver that fails, puts off, stalls and hangs up. A trial is one SIGKILL of one
process at work, in most of them as it is called or speaks to receivers; another process is started in its place.
At the end everything is told, and the whole history is judged. Exit code 1 when there is a fault. The seed picks who
dies, when, and how each message is met; how far the processes have come by then is up to the machine.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event

from service.store.transactions import Store
from tests.opq import until
from tests.postgres import running_postgres
from tests.reliability import trial_history
from tests.reliability.trial_callers import Caller
from tests.reliability.trial_checks import History, Kill, judge, unkept
from tests.reliability.trial_installation import SITE, installed
from tests.reliability.trial_processes import WEB, WORKER, Place, Processes
from tests.reliability.trial_receiver import MisbehavingReceiver, receiving

SCOPES = ({"scope": "national"}, {"scope": "force"}, {"scope": "premises", "premises_id": SITE})

LONGEST_WAIT = 1.0
"""Seconds from when a process is at work until it is killed, or until we wait for it to be busy."""

BUSY = 0.75
"""The part of the trials in which a process is killed while it speaks to receivers, or is called."""

LONGEST_LULL = 10.0
"""Seconds that we wait for that."""

SOON = 0.02
"""Seconds within which it is killed then."""

LONGEST_TELLING = 600.0
"""Seconds within which everything is told once nobody is killed any more: leases end, and what failed comes again."""


@dataclass
class Outcome:
    """What the trials came to.

    ``calls_cut_off`` broke off, and were made again. ``kills_of_speakers`` hit a worker that was speaking to receivers;
    ``in_flight_at_kills`` were sent and not noted then; ``duplicates`` came whole once more because of that.
    """

    database: str
    seed: int
    kills: Counter[str] = field(default_factory=Counter)
    seconds: float = 0.0
    events: int = 0
    deliveries: int = 0
    messages: int = 0
    calls_answered: int = 0
    calls_cut_off: int = 0
    kills_of_speakers: int = 0
    in_flight_at_kills: int = 0
    duplicates: int = 0
    faults: list[str] = field(default_factory=list)


@dataclass
class Trials:
    """An installation under trial."""

    store: Store
    receiver: MisbehavingReceiver
    processes: Processes
    callers: list[Caller]
    calling: dict[str, Event]
    luck: random.Random
    outcome: Outcome
    killed: list[Kill] = field(default_factory=list)

    def kill_one(self) -> None:
        """One trial: kill a process that is at work at a random point, and start another in its place."""
        kind = self.luck.choice([WEB, WORKER, WORKER])
        place = self.processes.oldest(kind)
        until(place.at_work)
        time.sleep(self.luck.uniform(0, LONGEST_WAIT))
        if self.luck.random() < BUSY:
            self._wait_until_busy(place)
        pid = place.pid
        self.processes.kill(place)
        if kind == WORKER:
            self.killed.append(Kill(time.time(), trial_history.spoken_to(self.store, pid)))
        self.outcome.kills[kind] += 1
        self.processes.start(place)

    def _wait_until_busy(self, place: Place) -> None:
        if place.kind == WEB:
            self.calling[place.address].clear()
            self.calling[place.address].wait(LONGEST_LULL)
        else:
            given_up = time.monotonic() + LONGEST_LULL
            while time.monotonic() < given_up and not trial_history.spoken_to(self.store, place.pid):
                time.sleep(SOON / 2)
        time.sleep(self.luck.uniform(0, SOON))

    def end(self) -> list[str]:
        """Stop calling, wait until all is told, and stop every process; gives what went wrong there."""
        self.receiver.relented.set()
        for caller in self.callers:
            caller.stop()
        until(lambda: trial_history.all_told(self.store), LONGEST_TELLING)
        for place in self.processes.places:
            until(place.at_work)  # one that is still starting knows no other end than the default one
        callers = [f"{caller.name} broke off" for caller in self.callers if not caller.finished]
        return callers + [f"{name} did not stop well" for name in self.processes.stop()]

    def judged(self) -> Outcome:
        """What it all came to."""
        calls = [call for caller in self.callers for call in caller.calls]
        wanted, noted = trial_history.wanted(self.store), trial_history.noted(self.store)
        verdict = judge(History(wanted, self.receiver.received, noted, self.killed))
        verified = self.store.verify()
        self.outcome.events = len({event for events in wanted.values() for event in events})
        self.outcome.deliveries = sum(map(len, wanted.values()))
        self.outcome.messages = sum(message.whole for message in self.receiver.received)
        self.outcome.calls_answered = len(calls)
        self.outcome.calls_cut_off = sum(caller.cut_off for caller in self.callers)
        self.outcome.kills_of_speakers = sum(bool(kill.speaking_to) for kill in self.killed)
        self.outcome.in_flight_at_kills, self.outcome.duplicates = verdict.in_flight, verdict.duplicates
        self.outcome.faults = [
            *verdict.faults,
            *unkept(calls, trial_history.changes(self.store), trial_history.changes_told(self.store)),
            *(surprise for caller in self.callers for surprise in caller.surprises),
            *([] if verified.valid else [f"the record is not whole: {verified}"]),
        ]
        return self.outcome


@contextmanager
def _under_trial(url: str, folder: Path, seed: int) -> Iterator[Trials]:
    with ExitStack() as stack:
        receiver = stack.enter_context(receiving(seed))
        installation = stack.enter_context(installed(url, folder, receiver))
        processes = stack.enter_context(Processes(installation.environment, folder))
        for place in processes.places:
            until(place.at_work)
        calling = {address: Event() for address in processes.addresses()}
        callers = [Caller(installation.token, scope, calling, random.Random(f"{seed} {scope}")) for scope in SCOPES]
        for caller in callers:
            stack.callback(caller.stop)
            caller.start()
        outcome = Outcome(installation.store.engine.dialect.name, seed)
        yield Trials(installation.store, receiver, processes, callers, calling, random.Random(seed), outcome)


def run(url: str, folder: Path, trials: int, seed: int) -> Outcome:
    """That many trials on the empty database at ``url``, with keys and logs in ``folder``."""
    with _under_trial(url, folder, seed) as running:
        began = time.monotonic()
        for number in range(1, trials + 1):
            running.kill_one()
            if number % 50 == 0:
                print(f"{number} trials", file=sys.stderr, flush=True)
        faults = running.end()
        outcome = running.judged()
        outcome.faults += faults
        outcome.seconds = round(time.monotonic() - began, 1)
        return outcome


def main() -> None:
    """Run as told on the command line, and print the outcome as JSON."""
    parser = argparse.ArgumentParser(description="Kill -9 trials of workers and web processes.")
    parser.add_argument("--trials", type=int, default=1000)
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="opq-trials-")))
        url = f"sqlite:///{folder / 'opq.db'}"
        if asked.database == "postgresql":
            postgres = stack.enter_context(running_postgres())
            name = postgres.create()
            stack.callback(postgres.drop, name)
            url = postgres.url_of(name)
        outcome = run(url, folder, asked.trials, asked.seed)
    print(json.dumps(vars(outcome), indent=2))
    sys.exit(1 if outcome.faults else 0)


if __name__ == "__main__":
    main()
