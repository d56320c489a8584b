"""While somebody else holds the lock for longer than anybody waits: writers are told Busy, readers notice nothing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest
from sqlalchemy import select

from service.errors import Busy
from service.operations import board
from service.operations.context import Context
from service.store.tables import head, sessions
from service.store.transactions import Store
from tests import builders
from tests.builders import KEY
from tests.reliability.case import WriterCase
from tests.reliability.faults import contents
from tests.reliability.writers import CASES, two_premises

SHORT = 0.02
"""Seconds for which the writers of these tests wait."""

A_DAY = 86_400.0
"""Seconds longer than any test may take: who waits for them at all fails."""

SEEN_LATER = "sessions.current after a time"

TRIED = {
    "threat.set_level to CRITICAL",
    "intake.take_reading of a rise",
    "polling.poll_feed of a rise",
    "register.put_premises of a new premises",
    "override_expiry.sweep_overrides",
    "items.tick",
    "acknowledgements.acknowledge",
    "tokens.create_token",
}


@contextmanager
def locked(context: Context) -> Iterator[None]:
    """Another connection holds every lock that a writer takes, in a transaction that comes to nothing."""
    other = Store(context.settings.database_url, context.store.clock, KEY)
    try:
        with other.housekeeping() as holder:
            if holder.connection.dialect.name == "postgresql":
                for table in (head, sessions):
                    holder.connection.execute(select(table).with_for_update())
            yield
    finally:
        other.close()


@contextmanager
def waiting(url: str, seconds: float) -> Iterator[Context]:
    """The estate of every case, in a context whose writers wait for so long."""
    with two_premises(url) as context:
        store = Store(url, context.store.clock, KEY, busy_seconds=seconds)
        try:
            yield replace(context, store=store)
        finally:
            store.close()


@pytest.mark.parametrize("case", [case for case in CASES if case.name in TRIED], ids=lambda case: case.name)
def test_an_operation_that_waits_too_long_is_told_busy_and_succeeds_later(small_url: str, case: WriterCase) -> None:
    with waiting(small_url, SHORT) as context:
        act = case.arrange(context)
        before = contents(context.store)
        with locked(context):
            with pytest.raises(Busy):
                act()
            assert contents(context.store) == before
        act()
        assert contents(context.store) != before
        assert context.store.verify().valid


def test_the_board_is_read_while_the_lock_is_held(small_url: str) -> None:
    with waiting(small_url, SHORT) as context:
        lead = builders.lead(context)
        before = board.estate(context, lead)
        with locked(context):
            assert board.estate(context, lead) == before


def test_a_page_never_waits_to_note_that_its_session_is_used(small_url: str) -> None:
    case = next(case for case in CASES if case.name == SEEN_LATER)
    with waiting(small_url, A_DAY) as context:
        act = case.arrange(context)
        before = contents(context.store)
        with locked(context):
            act()
            assert contents(context.store) == before
        act()
        assert contents(context.store) != before


def test_every_operation_tried_is_a_case() -> None:
    assert {case.name for case in CASES} >= TRIED
