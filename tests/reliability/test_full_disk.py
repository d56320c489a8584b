"""A disk that fills up in the middle of a change: nothing is half done, reading goes on, and later it succeeds."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import event

from service.errors import StoreFault
from service.operations import board, threat
from service.operations.context import Context
from tests import builders
from tests.reliability.faults import contents
from tests.reliability.threat_writers import national
from tests.reliability.writers import two_premises

PREMISES = 500
MOST_PAGES = 400


@contextmanager
def room_for(context: Context, pages: int) -> Iterator[None]:
    """Let the database file grow by no more than this many pages. SQLite keeps the limit by connection."""
    engine = context.store.engine
    with context.store.read() as reader:
        most = reader.connection.exec_driver_sql("PRAGMA page_count").scalar_one() + pages

    def limit(connection: Any, *_: Any) -> None:
        connection.execute(f"PRAGMA max_page_count={most}")

    event.listen(engine, "checkout", limit)
    try:
        yield
    finally:
        event.remove(engine, "checkout", limit)
        engine.dispose()


@pytest.mark.parametrize("databases", ["sqlite"], indirect=True)
def test_a_change_that_fills_the_disk_is_not_made_until_there_is_room(small_url: str) -> None:
    with two_premises(small_url) as context:
        builders.register(context, *({"id": f"site-{number}"} for number in range(PREMISES)))
        lead = builders.lead(context)
        threat.set_level(context, lead, national("SUBSTANTIAL"))
        before, shown = contents(context.store), board.estate(context, lead)
        for pages in range(0, MOST_PAGES, 10):
            try:
                with room_for(context, pages):
                    threat.set_level(context, lead, national("CRITICAL"))
                break
            except StoreFault:
                assert contents(context.store) == before, f"with room for {pages} pages"
                assert board.estate(context, lead) == shown
        assert 0 < pages < MOST_PAGES - 10, "the disk was never full, or always"
        assert board.estate(context, lead)["response_levels"]["EXCEPTIONAL"] == PREMISES + 2
        assert context.store.verify().valid


@pytest.mark.parametrize("databases", ["sqlite"], indirect=True)
def test_reading_goes_on_while_the_disk_is_full(small_url: str) -> None:
    with two_premises(small_url) as context:
        lead = builders.lead(context)
        shown = board.estate(context, lead)
        with room_for(context, 0):
            assert board.estate(context, lead) == shown
            assert context.store.verify().valid
