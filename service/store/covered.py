"""Which rows an audit entry vouches for, by table, and which of their columns.

Not covered is what is no part of the record: leases, feed health, deliveries and their attempts, idempotency keys,
sessions, sealed secrets, what people were reminded of; and, of the rows below, the columns in which such state is kept.
Who holds a list is told by the entry about it.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Column, Table

from service.store import tables


@dataclass(frozen=True)
class Dated:
    """Columns that are written at an instant and never again: the one in ``instant`` tells which operation's they are.

    Of tables that grow with the estate, rows alike in ``columns`` are told together and their ids and subjects
    (``listed``, in which there are no commas) put in a row by the database, which costs half.
    """

    table: Table
    instant: str
    columns: tuple[str, ...]
    listed: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """What an entry calls them."""
        return f"{self.table.name}.{self.instant}"


@dataclass(frozen=True)
class Kept:
    """Rows that are rewritten in place, all those of one ``key`` together, but for the columns in ``without``."""

    table: Table
    key: str = "id"
    without: frozenset[str] = frozenset()

    @property
    def columns(self) -> list[Column[object]]:
        """The columns that are covered."""
        return [column for column in self.table.c if column.name not in self.without]


_ALIKE = ("kind", "response_level", "since", "menu_id", "decision_id")


def _all_but(table: Table, *instants: str) -> tuple[str, ...]:
    return tuple(column.name for column in table.c if column.name not in instants)


DATED = (
    Dated(tables.checklists, "issued_at", _ALIKE, listed=("id", "subject")),
    Dated(tables.checklists, "superseded_at", ("superseded_by",), listed=("id",)),
    Dated(tables.checklists, "signed_off_at", ("signed_off_by",), listed=("id",)),
    Dated(tables.decisions, "at", _all_but(tables.decisions, "at")),
    Dated(tables.item_states, "from_at", _all_but(tables.item_states, "from_at", "until_at")),
    Dated(tables.item_states, "until_at", (), listed=("id",)),
    Dated(tables.subject_fact_sets, "from_at", ("fact_set_id",), listed=("subject",)),
    Dated(tables.subject_fact_sets, "until_at", ("fact_set_id",), listed=("subject",)),
    Dated(tables.row_digests, "at", _all_but(tables.row_digests, "at")),
)
"""Rows that are ended, never rewritten: the tables that grow with the estate and with every tick."""

EVENTS = Dated(tables.events, "at", ("sequence", "type", "data"))
"""Events are dated too, but written after the entry: it has digested them by then."""

KEPT = (
    Kept(tables.premises),
    Kept(tables.threat_levels, "premises_id", frozenset({"last_confirmed_at"})),
    Kept(tables.threat_changes),
    Kept(tables.readings, without=frozenset({"last_seen_at"})),
    Kept(tables.overrides),
    Kept(tables.requests),
    Kept(tables.acknowledgements),
    Kept(tables.ad_hoc_items),
    Kept(tables.triggers),
    Kept(tables.adoptions),
    Kept(tables.policies, "sha256", frozenset({"review_told_at"})),
    Kept(tables.menus, "sha256"),
    Kept(tables.fact_sets, "sha256"),
    Kept(tables.people),
    Kept(tables.tokens),
    Kept(tables.accounts),
    Kept(tables.webhooks, without=frozenset({"failing_since", "slow", "busy_by", "busy_until"})),
    Kept(tables.webhook_scopes, "webhook_id"),
)
"""Rows of which each writing leaves a digest in ``row_digests``, which is dated."""
