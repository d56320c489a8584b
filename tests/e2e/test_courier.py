"""The courier against real receivers: in order, at once, and a slow one delays nobody else."""

from __future__ import annotations

import json
import threading
from threading import Event, Thread

from service.looking_up import LookUps
from service.operations import deliveries
from service.operations.courier import THREADS, Courier, deliver_due
from service.webhooks.addresses import parse_allowed
from service.webhooks.sending import Line
from tests.hooks import HERE, NEAR, context_here, hook, monitor, move, public
from tests.receiver import Receiver, drip, silence

ALLOWED = parse_allowed([HERE])
HURRIED = 3.0
CHANGE = ["threat_level.changed"]
LEVELS = ("SEVERE", "CRITICAL", "SEVERE", "SUBSTANTIAL")


def test_receivers_that_stall_hold_up_nobody_and_order_is_kept(adopted_url: str) -> None:
    with Receiver() as receiver, context_here(adopted_url) as context:
        receiver.misbehaves("/silent", silence)
        receiver.misbehaves("/drip", drip(b"HTTP/1.1 200 OK\r\nX: "))
        receiver.answers("/moved", 302, {"Location": "http://169.254.169.254/"})
        bad = [hook(context, url=receiver.at(path)) for path in ("/silent", "/drip", "/moved")]
        good = [hook(context, url=receiver.at(f"/good/{number}"), event_types=CHANGE) for number in range(5)]
        told_all, stop = Event(), Event()

        def line(url: str) -> Line:
            return Line(url, ALLOWED, timeout=HURRIED)

        thread = Thread(target=Courier(context, "one", line).work, args=(stop,))
        thread.start()
        for level in LEVELS:
            move(context, level)
        while not told_all.wait(0.05):
            if all(len(receiver.bodies(f"/good/{number}")) >= len(LEVELS) for number in range(len(good))):
                told_all.set()
        stalled = [receiver.bodies(path) for path in ("/silent", "/drip")]
        stop.set()
        thread.join()
        for number in range(len(good)):
            sequences = [json.loads(body)["sequence"] for body in receiver.bodies(f"/good/{number}")]
            assert sequences == sorted(set(sequences))
            assert len(sequences) == len(LEVELS)
        assert all(len(bodies) <= 2 for bodies in stalled)
        for webhook in bad:
            found = deliveries.list_deliveries(context, monitor(context), webhook["id"])["items"]
            attempts = [attempt for item in found for attempt in item["attempts"]]
            assert attempts
            assert all(attempt["error"] for attempt in attempts)
            assert all(attempt["duration_ms"] < 2 * HURRIED * 1000 for attempt in attempts)
        assert context.store.verify().valid


def test_a_name_server_that_hangs_holds_up_nobody_else(adopted_url: str) -> None:
    answered = Event()

    def ask(host: str, port: int) -> list[str]:
        if host != NEAR:
            answered.wait()
        return [public(host)]

    look_up = LookUps(ask, seconds=0.5, most=THREADS[False])
    with Receiver() as receiver, context_here(adopted_url) as context:
        stuck = [
            hook(context, url=f"https://{number}.hanging.example/", event_types=CHANGE)
            for number in range(THREADS[False] - 1)
        ]
        hook(context, url=receiver.at("/good", host=NEAR), event_types=CHANGE)
        move(context, "SEVERE")
        deliver_due(context, lambda url: Line(url, ALLOWED, look_up=look_up))
        assert len(receiver.bodies("/good")) == 1
        assert sum(thread.name == "look-up" for thread in threading.enumerate()) == len(stuck)
        for webhook in stuck:
            [item] = deliveries.list_deliveries(context, monitor(context), webhook["id"])["items"]
            assert ["was not looked up within 0.5 s" in attempt["error"] for attempt in item["attempts"]] == [True]
        answered.set()


def test_two_couriers_share_the_work_and_send_nothing_twice(adopted_url: str) -> None:
    with Receiver() as receiver, context_here(adopted_url) as context:
        for number in range(20):
            hook(context, url=receiver.at(f"/{number}"), event_types=CHANGE)
        stop = Event()
        couriers = [Courier(context, name) for name in ("one", "two")]
        threads = [Thread(target=courier.work, args=(stop,)) for courier in couriers]
        for thread in threads:
            thread.start()
        for level in LEVELS:
            move(context, level)
        enough = Event()
        while not enough.wait(0.05):
            if len(receiver.messages) >= 20 * len(LEVELS):
                enough.set()
        stop.set()
        for thread in threads:
            thread.join()
        ids = [(message.path, message.headers["webhook-id"]) for message in receiver.messages]
        assert len(ids) == len(set(ids)) == 20 * len(LEVELS)
        for number in range(20):
            sequences = [json.loads(body)["sequence"] for body in receiver.bodies(f"/{number}")]
            assert sequences == sorted(sequences)
