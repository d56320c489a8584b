"""Callers who change threat levels over HTTP, and ask again with the same mark until they are answered."""

from __future__ import annotations

import random
import time
from collections.abc import Mapping
from threading import Event, Thread
from typing import Any

import requests
from urllib3.exceptions import MaxRetryError

from tests.opq import PATIENCE
from tests.reliability.trial_checks import Call

LEVELS = ("SUBSTANTIAL", "SEVERE", "CRITICAL")

PACE = (0.05, 0.5)
"""Seconds from one change to the next."""

AGAIN = 0.1
"""Seconds after which one who was not answered asks again, perhaps another process."""


BUSY = 503


class Caller(Thread):
    """Changes the level of one scope again and again, until told to stop.

    ``calls`` are the answered ones, ``cut_off`` counts calls that broke off, ``surprises`` are answers that should not
    have been; ``finished`` when it ended as it was told to. The event of an address in ``calling`` is set when it is
    about to be called.
    """

    def __init__(self, token: str, scope: Mapping[str, str], calling: Mapping[str, Event], luck: random.Random) -> None:
        super().__init__(name=f"caller-{scope['scope']}")
        self.calls: list[Call] = []
        self.cut_off = 0
        self.surprises: list[str] = []
        self.finished = False
        self._scope = scope
        self._calling = calling
        self._luck = luck
        self._stop_asked = Event()
        self._session = requests.Session()
        self._session.headers["Authorization"] = f"Bearer {token}"

    def stop(self) -> None:
        """Let it finish the call it is making."""
        self._stop_asked.set()
        self.join(PATIENCE)

    def run(self) -> None:
        """Call until told to stop."""
        number = 0
        with self._session:
            while not self._stop_asked.wait(self._luck.uniform(*PACE)):
                self._change(f"{self.name} {number}", LEVELS[number % len(LEVELS)])
                number += 1
        self.finished = True

    def _change(self, mark: str, level: str) -> None:
        wish = {**self._scope, "level": level, "reason": mark}
        headers = {"Idempotency-Key": mark.replace(" ", "-")}
        answer = self._ask(wish, headers)
        while answer is None or answer.status_code == BUSY:
            time.sleep(AGAIN)
            answer = self._ask(wish, headers)
        if answer.status_code == 201:
            self.calls.append(Call(mark, answer.json()["id"]))
        else:
            self.surprises.append(f"{mark} was answered {answer.status_code}: {answer.text}")

    def _ask(self, wish: Mapping[str, Any], headers: Mapping[str, str]) -> requests.Response | None:
        address = self._luck.choice(list(self._calling))
        self._calling[address].set()
        url = f"{address}/api/v1/threat-changes"
        try:
            return self._session.post(url, json=wish, headers=headers, timeout=PATIENCE)
        except requests.RequestException as error:
            self.cut_off += not isinstance(error.args[0], MaxRetryError)  # nobody was there to ask
            return None
