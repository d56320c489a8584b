"""Managing webhooks, and the corners of delivering that a receiver does not see."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from threading import Event, Thread

import pytest

from rules.levels import ResponseLevel
from service.errors import Busy, Conflict, Invalid, Permanent
from service.operations import courier, deliveries, delivering, fanning_out, webhooks
from service.operations.courier import Courier, deliver_due
from service.operations.events import read_events
from service.operations.override_expiry import sweep_overrides
from service.operations.overrides import OverrideWish, create_override
from service.store import deliveries as store
from service.webhooks.sending import Answer
from tests import builders
from tests.fakes import FrozenClock
from tests.hooks import Post, context_here, hook, monitor, move
from tests.opq import until


def test_the_address_and_the_types_can_be_changed(adopted_url: str) -> None:
    with context_here(adopted_url) as context:
        made, who = hook(context), monitor(context)
        wishes = {"url": "https://127.0.0.9/new", "event_types": ["feed.stale"]}
        changed = webhooks.change_webhook(context, who, made["id"], wishes)
        assert (changed["url"], changed["event_types"]) == ("https://127.0.0.9/new", ["feed.stale"])
        with pytest.raises(Invalid, match="active or paused"):
            webhooks.change_webhook(context, who, made["id"], {"state": "disabled"})


def test_the_keys_are_read_from_their_file_when_not_given(adopted_url: str, tmp_path: Path) -> None:
    path = tmp_path / "keys"
    with builders.context_on(adopted_url, secret_key=None, secret_key_file=path) as context:
        with pytest.raises(Permanent, match="OPQ_SECRET_KEY_FILE"):
            webhooks.vault(context.settings)
        path.write_text(f"{'n' * 40}\n{'o' * 40}\n")
        both = webhooks.vault(context.settings)
        path.write_text(f"{'o' * 40}\n")
        assert both.open(webhooks.vault(context.settings).seal("whsec_1")) == "whsec_1"


def test_a_burst_is_fanned_out_in_goes_that_stay_small(adopted_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fanning_out, "ENOUGH", 1)
    with context_here(adopted_url) as context:
        for number in range(2):
            hook(context, url=f"https://{number}.example/")
        move(context, "SEVERE")
        move(context, "CRITICAL")
        goes = []
        while made := fanning_out.fan_out(context):
            goes.append(made)
        assert set(goes) == {2}
        assert len(goes) > 1
        for webhook in webhooks.list_webhooks(context, monitor(context))["items"]:
            told = deliveries.list_deliveries(context, monitor(context), webhook["id"])["items"]
            assert len({item["sequence"] for item in told}) == len(goes)


def test_a_recovery_has_a_bound_and_says_so(adopted_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deliveries, "MOST_RECOVERED", 1)
    with context_here(adopted_url) as context:
        made, who = hook(context), monitor(context)
        delivering.disable(context, made["id"], delivering.FAILING)
        move(context, "SEVERE")
        move(context, "CRITICAL")
        fanning_out.fan_out(context)
        webhooks.change_webhook(context, who, made["id"], {"state": "active"})
        first = deliveries.recover(context, who, made["id"], builders.NOON)
        assert first == {"recovering": 1, "complete": False}


def test_others_write_while_it_is_found_out_what_a_recovery_brings(
    adopted_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with context_here(adopted_url) as context:
        made, who = hook(context, event_types=["threat_level.changed"]), monitor(context)
        delivering.disable(context, made["id"], delivering.FAILING)
        move(context, "SEVERE")
        fanning_out.fan_out(context)
        webhooks.change_webhook(context, who, made["id"], {"state": "active"})
        another = {"recovering": 0, "complete": True}

        def bodies(*arguments) -> list:
            monkeypatch.undo()
            another.update(deliveries.recover(context, who, made["id"], builders.NOON))
            return fanning_out.bodies(*arguments)

        monkeypatch.setattr(deliveries, "bodies", bodies)
        assert deliveries.recover(context, who, made["id"], builders.NOON) == {"recovering": 0, "complete": True}
        assert another == {"recovering": 1, "complete": True}, "what both found is sent once"


def test_who_fans_out_too_late_makes_nothing(adopted_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with context_here(adopted_url) as context:
        hook(context)
        move(context, "SEVERE")
        bodies_of = fanning_out._go

        def overtaken(*arguments):
            found = bodies_of(*arguments)
            monkeypatch.setattr(fanning_out, "_go", bodies_of)
            assert fanning_out.fan_out(context) > 0
            return found

        monkeypatch.setattr(fanning_out, "_go", overtaken)
        assert fanning_out.fan_out(context) == 0


def test_a_page_ends_at_its_limit_though_some_events_between_are_not_asked_for(adopted_url: str) -> None:
    with context_here(adopted_url) as context:
        for level in ("SEVERE", "CRITICAL", "SEVERE", "CRITICAL"):
            move(context, level)
        wanted = read_events(context, monitor(context), types=["threat_level.changed"], limit=200)["items"]
        first = read_events(context, monitor(context), types=["threat_level.changed"], limit=3)
        assert first["items"] == wanted[:3]
        assert first["next"] == wanted[2]["sequence"]


def test_reviews_of_overrides_are_told_of_their_premises(adopted_url: str) -> None:
    clock = FrozenClock(builders.NOON)
    with context_here(adopted_url, clock) as context:
        who = builders.person(context, "Mara Manager", builders.Role.OP_QUANTITY_LEAD)
        for premises_id in ("north-hq", "quiet-house"):
            until = clock.now() + timedelta(hours=1)
            wish = OverrideWish("raise", "a report", until, ResponseLevel.EXCEPTIONAL)
            create_override(context, who, premises_id, wish)
        clock.tick(timedelta(hours=9))
        sweep_overrides(context)
        due = read_events(context, monitor(context), types=["review.due"])["items"]
        assert [item["data"]["premises_id"] for item in due] == ["north-hq"]


class BusyOnce:
    """A store that is busy, or has another ``fault``, the first time that something is to be noted."""

    def __init__(self, real, fault: Exception | None = None) -> None:
        self.real, self.refused, self.fault = real, 0, fault or Busy("another writes")

    def __getattr__(self, name: str):
        return getattr(self.real, name)

    @contextmanager
    def housekeeping(self) -> Iterator:
        if not self.refused:
            self.refused += 1
            raise self.fault
        with self.real.housekeeping() as writer:
            yield writer


@pytest.mark.parametrize("fault", [Busy("another writes"), ValueError("nobody thought of it")], ids=repr)
def test_a_store_that_is_busy_or_a_fault_in_a_turn_delays_and_loses_nothing(adopted_url: str, fault: Exception) -> None:
    with context_here(adopted_url) as context:
        hook(context, event_types=["threat_level.changed"])
        move(context, "SEVERE")
        busy, post, stop = BusyOnce(context.store, fault), Post(), Event()
        thread = Thread(target=Courier(replace(context, store=busy), "one", post).work, args=(stop,))
        thread.start()
        until(lambda: post.sent or not thread.is_alive())
        stop.set()
        thread.join()
        assert (busy.refused, post.types()) == (1, ["threat_level.changed"])
        with context.store.read() as reader:
            assert store.pending(reader) == 0


def test_bodies_that_take_long_to_make_hold_up_no_delivery(adopted_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with context_here(adopted_url) as context:
        hook(context, event_types=["threat_level.changed"])
        move(context, "SEVERE")
        fanning_out.fan_out(context)
        made, stop, post = Event(), Event(), Post()

        def take_long(_: object) -> int:
            made.wait()
            return 0

        monkeypatch.setattr(courier, "fan_out", take_long)
        thread = Thread(target=Courier(context, "one", post).work, args=(stop,))
        thread.start()
        try:
            until(lambda: post.sent, patience=20)
        finally:
            stop.set()
            made.set()
            thread.join()


def test_what_cannot_be_noted_at_the_end_is_sent_again(adopted_url: str) -> None:
    with context_here(adopted_url) as context:
        hook(context, event_types=["threat_level.changed"])
        busy = BusyOnce(context.store)
        Courier(replace(context, store=busy), "one", Post()).close()
        assert busy.refused == 1


def test_a_run_ends_when_the_courier_is_closed(adopted_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(courier, "LONGEST_RUN", -1.0)
    with context_here(adopted_url) as context:
        hook(context, event_types=["threat_level.changed"])
        move(context, "SEVERE")
        post = Post()
        fanning_out.fan_out(context)
        one = Courier(context, "one", post)
        one.turn(0.01)
        one.close()
        assert post.sent == []
        monkeypatch.setattr(courier, "LONGEST_RUN", 5.0)
        deliver_due(context, post)
        assert post.types() == ["threat_level.changed"]


def test_a_webhook_is_not_disabled_twice(adopted_url: str) -> None:
    with context_here(adopted_url) as context:
        hook(context, event_types=["threat_level.changed"])
        post = Post()
        post.answer = lambda _: Answer(410, 1, "answered 410")
        move(context, "SEVERE")
        fanning_out.fan_out(context)
        [(row, [delivery], _)] = delivering.note_and_take(context, "one", [], [], {False: 1, True: 0})
        attempt = delivering.Attempt(delivery, context.store.clock.now(), post.answer(""))
        assert delivering.to_disable(context, [attempt]) == {row["id"]: "gone"}
        delivering.disable(context, row["id"], "gone")
        assert delivering.to_disable(context, [attempt]) == {}
        with pytest.raises(Conflict):
            delivering.disable(context, row["id"], "gone")
