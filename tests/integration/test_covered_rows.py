"""An entry vouches for the rows that its operation wrote: whoever changes one behind its back is found."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import Connection, delete, insert, select, text, update

from rules.levels import ThreatLevel
from service.errors import Busy
from service.operations import checklists, items, register
from service.operations.context import Context
from service.store import refusals, verifying
from service.store.connect import begin_write
from service.store.covered import Dated
from service.store.tables import audit_details, audit_entries, item_states, people, premises, row_digests, threat_levels
from service.store.written import contents
from tests.builders import KEY, context_on, lead
from tests.forging import dated_targets, forge, kept_targets, unguarded
from tests.lists import move, small_policy
from tests.seeds import seed

FORGERIES = {"sqlite": 10_000, "postgresql": 1_000}


@pytest.fixture
def context(small_url: str) -> Iterator[Context]:
    with context_on(small_url, policy=small_policy(), falls_need_two=False) as context:
        yield context


def live(context: Context, chance: random.Random, steps: int) -> None:
    """A long night: something of everything, then levels move, items are ticked, and one premises is closed."""
    seed(context)
    who = lead(context)
    for _ in range(steps):
        move(context, chance.choice(["LOW", "SUBSTANTIAL", "CRITICAL"]))
        for premises_id in ("north-hq", "south-office"):
            seen = checklists.present_checklist(context, who, premises_id)
            option_id = chance.choice(seen["items"])["option_id"]
            status = chance.choice(["done", "declined"])
            items.tick(context, who, seen["id"], option_id, status, "a test", seen["version"])
    register.close_premises(context, who, "south-office")


@contextmanager
def intruding(context: Context) -> Iterator[Connection]:
    """The database without its refusals, in a transaction that is rolled back."""
    with context.store.engine.connect() as connection:
        begin_write(connection)
        unguarded(connection)
        yield connection
        connection.rollback()


def faults(context: Context, statement: object) -> tuple[str, ...]:
    with intruding(context) as connection:
        connection.execute(statement)  # type: ignore[call-overload]
        return verifying.verify(connection, KEY).faults


def test_every_one_of_thousands_of_random_edits_deletions_and_additions_of_rows_is_found(context: Context) -> None:
    chance = random.Random(448)
    live(context, chance, 6)
    assert context.store.verify().faults == ()
    done, missed = 0, []
    while done < FORGERIES[context.store.engine.dialect.name]:
        with intruding(context) as connection:
            targets = list(chance.choice([dated_targets, kept_targets])(connection, chance))
            forged = [target for target in targets if forge(connection, target, chance)]
            told = verifying.verify(connection, KEY).faults
        missed += [target for target in forged if not any(fault.startswith(target.fault) for fault in told)]
        done += len(forged)
    assert missed == []
    assert context.store.verify().faults == ()


def test_an_honest_history_gives_no_alarm_also_when_details_were_disposed_of(context: Context) -> None:
    live(context, random.Random(7), 12)
    with context.store.housekeeping() as writer:
        writer.connection.execute(delete(audit_details))
    assert context.store.verify().faults == ()


def test_an_entry_says_how_many_rows_were_written_and_the_events_with_them(context: Context) -> None:
    seed(context)
    move(context, "CRITICAL")
    with context.store.read() as reader:
        newest = select(audit_entries.c.rows).order_by(audit_entries.c.sequence.desc()).limit(1)
        rows = reader.connection.execute(newest).scalar_one()
    assert rows["checklists.issued_at"][0] == rows["checklists.superseded_at"][0]
    assert {"decisions.at", "row_digests.at", "events.at"} <= set(rows)


def test_a_threat_level_that_was_lowered_behind_the_record_is_named(context: Context) -> None:
    move(context, "CRITICAL")
    assert faults(context, update(threat_levels).values(level=ThreatLevel.LOW)) == (
        "threat_levels, premises_id '': is not as the last entry about it left it",
    )


def test_what_was_added_or_removed_behind_the_record_is_named(context: Context) -> None:
    seed(context)
    (added,) = faults(context, insert(people).values(id=99, name="Nobody", created_at=context.store.clock.now()))
    assert added == "people, id '99': was added, and no entry tells of it"
    (removed,) = faults(context, delete(premises).where(premises.c.id == "quiet-house"))
    assert removed == "premises, id 'quiet-house': was removed, and no entry tells of it"


def test_rows_of_an_instant_at_which_no_entry_was_written_are_found(context: Context) -> None:
    move(context, "CRITICAL")
    later = "UPDATE checklists SET issued_at = '2031-01-01 00:00:00.000000+00:00'"
    if context.store.engine.dialect.name == "sqlite":
        later = later.replace("+00:00", "")
    assert any("when no entry was written" in fault for fault in faults(context, text(later)))


def test_values_that_cannot_even_be_read_are_a_fault_and_no_failure(context: Context) -> None:
    if context.store.engine.dialect.name == "postgresql":
        forgery = text("UPDATE decisions SET facts = '\"forged\"'")
    else:
        forgery = text("UPDATE decisions SET facts = '{', previous_level = 'NONE', at = 'yesterday'")
    move(context, "CRITICAL")
    assert any("decisions.at" in fault for fault in faults(context, forgery))


def test_a_digest_taken_out_of_its_entry_is_an_edit_of_the_entry(context: Context) -> None:
    move(context, "CRITICAL")
    first = update(audit_entries).where(audit_entries.c.sequence == 1).values(rows=None)
    assert "entry 1: was edited" in faults(context, first)


def test_a_store_from_before_there_were_digests_is_whole_and_covered_from_then_on(context: Context) -> None:
    seed(context)
    with context.store.housekeeping() as writer:
        refusals.drop(writer.connection)
        writer.connection.execute(delete(row_digests))
    with intruding(context) as connection:
        connection.execute(update(audit_entries).values(rows=None))
        told = verifying.verify(connection, KEY).faults
    assert {fault.split(": ")[1] for fault in told} == {"was edited"}


def test_a_column_that_came_later_and_is_empty_or_no_leaves_old_digests_as_they_were() -> None:
    then = Dated(item_states, "from_at", ("id", "status"))
    now = Dated(item_states, "from_at", ("id", "status", "stated_by", "agreed"))
    assert contents(then, [(1, 7, "done")]) == contents(now, [(1, 7, "done", None, False)])
    assert contents(then, [(1, 7, "done")]) != contents(now, [(1, 7, "done", None, True)])


def test_two_operations_never_share_an_instant(context: Context) -> None:
    with context.store.write() as writer:
        writer.record("system", "test.done", "test", {})
    with pytest.raises(Busy, match="very instant"), context.store.write() as other:
        other.at = writer.at
        other.record("system", "test.done", "test", {})
    assert context.store.verify().valid
