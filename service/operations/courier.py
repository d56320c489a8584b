"""The courier of one worker: threads that speak to receivers, and one loop that does all their reading and writing.

Receivers that failed or were slow the last time have threads of their own, so that they hold up nobody else. So has the
turning of events into deliveries: the bodies of webhooks with very many premises take seconds to make, in which leases
would end.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from queue import Empty, SimpleQueue
from threading import Event, Thread

import structlog

from service.errors import Conflict, OpqError, Permanent
from service.logs import during_run
from service.operations import delivering, webhooks
from service.operations.context import Context
from service.operations.delivering import Attempt, Ended, Run
from service.operations.fanning_out import fan_out
from service.store import deliveries
from service.store.types import Row
from service.webhooks.sending import Answer, Line
from service.webhooks.signing import signed_headers

THREADS = {False: 64, True: 32}
"""Receivers spoken to at a time, prompt and slow ones."""

PAUSE = 0.25
"""Seconds from one look for new events to the next."""

SLOW = 2_000
"""Milliseconds from which an answer is slow."""

LONGEST_RUN = 5.0
"""Seconds after which a run lets the webhook go, so that its leases and notes stay short."""

RENEWED_AFTER = 5.0
"""Seconds after which the leases of what is in flight are renewed."""

AGENT = "op-quantity"

OpenLine = Callable[[str], Line]


class Courier:
    """Delivers what is due, turn by turn, as ``holder``; ``close`` waits for what is in flight and notes it."""

    def __init__(self, context: Context, holder: str, open_line: OpenLine | None = None) -> None:
        """Raises Permanent where the secrets' key is missing."""
        allowed = webhooks.allowed(context.settings)
        self._context = context
        self._holder = holder
        self._open_line = open_line or (lambda url: Line(url, allowed))
        self._vault = webhooks.vault(context.settings)
        self._pools = {slow: ThreadPoolExecutor(count, "courier") for slow, count in THREADS.items()}
        self._in_flight: dict[int, bool] = {}
        self._arriving: SimpleQueue[Attempt | Ended | None] = SimpleQueue()
        self._notes: list[Attempt | Ended] = []
        self._renewed = time.monotonic()
        self._closing = Event()
        self._log = structlog.get_logger()

    def work(self, stop: Event) -> None:
        """Turn new events into deliveries and deliver them until told to stop, whatever goes wrong; then close."""
        fanning_out = Thread(target=self._repeat, args=(self._fan_out, stop), name="fan-out")
        fanning_out.start()
        self._repeat(self.turn, stop)
        fanning_out.join()
        self.close()

    def _repeat(self, act: Callable[[], object], stop: Event) -> None:
        while not stop.is_set():
            try:
                act()
            except OpqError as error:
                self._log.warning("deliveries are held up", error=str(error))
                stop.wait(PAUSE)
            except Exception:  # nobody else would do it here, and the worker would seem to live
                self._log.exception("deliveries had a fault")
                stop.wait(PAUSE)

    def _fan_out(self) -> None:
        if fan_out(self._context):
            self._arriving.put(None)  # a turn need not wait to look for them
        else:
            self._closing.wait(PAUSE)

    def turn(self, pause: float = PAUSE) -> bool:
        """Note what came back and send what is due; gives whether there was anything.

        Waits for at most ``pause`` seconds for something to come back. Raises Busy or StoreFault, and may then be
        called again: nothing is lost.
        """
        self._collect(pause)
        if not (self._notes or self._must_renew() or self._anything_due()):
            return bool(self._in_flight)
        self._note_and_take({slow: count - self._speaking(slow) for slow, count in THREADS.items()})
        return True

    def close(self) -> None:
        """Let every message in flight be answered, and note it. Nothing new is sent."""
        self._closing.set()
        for pool in self._pools.values():
            pool.shutdown(wait=True)
        self._collect(0)
        try:
            self._note_and_take({False: 0, True: 0})
        except OpqError as error:  # what was sent will be sent again
            self._log.warning("the last deliveries could not be noted", error=str(error))

    def _collect(self, pause: float) -> None:
        with suppress(Empty):
            arrived = self._arriving.get(timeout=pause) if pause else self._arriving.get_nowait()
            while True:
                self._notes += [arrived] if arrived else []
                arrived = self._arriving.get_nowait()

    def _anything_due(self) -> bool:
        with self._context.store.read() as reader:
            return deliveries.anything_due(reader)

    def _must_renew(self) -> bool:
        return bool(self._in_flight) and time.monotonic() - self._renewed > RENEWED_AFTER

    def _speaking(self, slow: bool) -> int:
        return sum(1 for lane in self._in_flight.values() if lane == slow)

    def _note_and_take(self, room: dict[bool, int]) -> None:
        notes = self._notes
        held = list(self._in_flight) if self._must_renew() else []
        taken = delivering.note_and_take(self._context, self._holder, notes, held, room)
        self._notes = []
        if held or not self._in_flight:
            self._renewed = time.monotonic()
        for note in notes:
            if isinstance(note, Ended):
                self._in_flight.pop(note.webhook_id, None)
        for webhook, due, sealed in taken:
            self._begin(webhook, due, sealed)
        self._disable([note for note in notes if isinstance(note, Attempt)])

    def _begin(self, webhook: Row, due: list[Row], sealed: list[str]) -> None:
        try:
            run = delivering.opened(self._vault, webhook, due, sealed)
        except Permanent as error:  # the lease ends by itself, and it is tried again
            self._log.error("webhook cannot be signed for", webhook=webhook["id"], error=str(error))
            return
        self._in_flight[run.webhook_id] = run.slow
        self._pools[run.slow].submit(self._speak, run)

    def _disable(self, attempts: list[Attempt]) -> None:
        for webhook_id, reason in delivering.to_disable(self._context, attempts).items():
            with suppress(Conflict), during_run("disable_webhook"):  # another worker may be quicker
                delivering.disable(self._context, webhook_id, reason)
                self._log.error("webhook disabled", webhook=webhook_id, reason=reason)

    def _speak(self, run: Run) -> None:
        slow, until = run.slow, time.monotonic() + LONGEST_RUN
        try:
            with self._open_line(run.url) as line:
                for delivery in run.deliveries:
                    if self._closing.is_set() or time.monotonic() > until:
                        break
                    attempt = self._send(line, run, delivery)
                    slow = not attempt.answer.accepted or attempt.answer.duration >= SLOW
                    self._arriving.put(attempt)
                    if slow:
                        break
        finally:
            self._arriving.put(Ended(run.webhook_id, slow))

    def _send(self, line: Line, run: Run, delivery: Row) -> Attempt:
        at, body = self._context.store.clock.now(), delivery["body"].encode()
        headers = signed_headers(run.secrets, delivery["event_id"], at, body)
        answer = line.post({**headers, "Content-Type": "application/json", "User-Agent": AGENT}, body)
        self._tell(run, delivery, answer)
        return Attempt(delivery, at, answer)

    def _tell(self, run: Run, delivery: Row, answer: Answer) -> None:
        about = {"webhook": run.webhook_id, "delivery": delivery["id"], "request_id": delivery["request_id"]}
        if answer.accepted:
            self._log.debug("webhook delivered", **about)
        else:
            self._log.warning("webhook delivery failed", error=answer.error, **about)


def deliver_due(context: Context, open_line: OpenLine | None = None, holder: str = "here") -> None:
    """Deliver everything that is due now, and wait until it is done."""
    courier = Courier(context, holder, open_line)
    try:
        while fan_out(context) or courier.turn(pause=0.01):
            pass
    finally:
        courier.close()
