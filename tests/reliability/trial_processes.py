"""The web and worker processes of one installation, each what ``opq serve`` and ``opq worker`` run, ended by SIGKILL.

They are forked from a server that has imported everything and started nothing: importing is most of what a start takes,
and nobody is killed there.
"""

from __future__ import annotations

import os
import socket
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from multiprocessing import get_context
from multiprocessing.context import ForkServerProcess
from pathlib import Path

from service import cli
from tests.opq import PATIENCE

WEB, WORKER = "web", "worker"
_READY = {WEB: '"serving"', WORKER: '"working"'}


_FORKING = get_context("forkserver")
_FORKING.set_forkserver_preload([__name__, "service.app", "service.server"])


@dataclass
class Place:
    """Where one process runs, and after its death the next; a web process has the same port each time."""

    kind: str
    name: str
    arguments: tuple[str, ...]
    address: str = ""
    log: Path = Path()
    process: ForkServerProcess | None = None
    started: int = 0

    @property
    def pid(self) -> int:
        """The number of the process that runs here now."""
        assert self.process is not None
        assert self.process.pid is not None
        return self.process.pid

    def at_work(self) -> bool:
        """Whether the process here has said that it is ready."""
        return _READY[self.kind] in self.log.read_text(encoding="utf-8")


@dataclass
class Processes:
    """Two of each kind, like the compose file. Use as a context: what still runs at its end is killed.

    Each process logs to a file of its own in ``folder``; ``count`` is how many were started.
    """

    environment: Mapping[str, str]
    folder: Path
    places: list[Place] = field(default_factory=list)
    count: int = 0

    def __enter__(self) -> Processes:
        for number in range(2):
            port = str(_free_port())
            address = f"http://127.0.0.1:{port}"
            self.places.append(Place(WEB, f"{WEB}-{number}", ("serve", "--port", port), address))
            self.places.append(Place(WORKER, f"{WORKER}-{number}", ("worker",)))
        for place in self.places:
            self.start(place)
        return self

    def __exit__(self, *_: object) -> None:
        for place in self.places:
            self.kill(place)

    def start(self, place: Place) -> None:
        """Start a process in a place where none runs."""
        self.count += 1
        place.started, place.log = self.count, self.folder / f"{place.name}-{self.count}.log"
        place.log.touch()
        place.process = _FORKING.Process(target=_opq, args=(place.arguments, self.environment, place.log))
        place.process.start()

    def kill(self, place: Place) -> None:
        """SIGKILL; returns when it is dead."""
        assert place.process is not None
        place.process.kill()
        place.process.join(PATIENCE)

    def stop(self) -> list[str]:
        """Tell all to stop; gives the places whose process ended badly."""
        for place in self.places:
            assert place.process is not None
            place.process.terminate()
        for place in self.places:
            assert place.process is not None
            place.process.join(PATIENCE)
        return [place.log.name for place in self.places if place.process and place.process.exitcode != 0]

    def oldest(self, kind: str) -> Place:
        """The place of this kind whose process has run for longest."""
        return min((place for place in self.places if place.kind == kind), key=lambda place: place.started)

    def addresses(self) -> list[str]:
        """Of the web processes."""
        return [place.address for place in self.places if place.kind == WEB]


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def _opq(arguments: tuple[str, ...], environment: Mapping[str, str], log: Path) -> None:
    """Be ``opq`` with these arguments from here on."""
    os.environ.clear()
    os.environ.update(environment)
    with log.open("ab") as file:
        os.dup2(file.fileno(), sys.stdout.fileno())
        os.dup2(file.fileno(), sys.stderr.fileno())
    sys.argv = ["opq", *arguments]
    cli.main()
