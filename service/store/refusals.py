"""Triggers by which the database itself refuses to rewrite the record, whoever asks.

Audit entries and events: no UPDATE, no DELETE (so no REPLACE), no TRUNCATE, and no INSERT but the next in sequence.
Audit details: no UPDATE and no TRUNCATE; they may be disposed of, since only their digest is in the chain.
"""

from __future__ import annotations

from sqlalchemy import Connection

_SEQUENCED = {"audit_entries": "sequence", "events": "event_sequence"}
_APPEND_ONLY = ("audit_entries", "events")
_TABLES = (*_APPEND_ONLY, "audit_details")


def create(connection: Connection) -> None:
    """Put the triggers in place."""
    statements = _sqlite() if connection.dialect.name == "sqlite" else _postgresql()
    for statement in statements:
        connection.exec_driver_sql(statement)


def drop(connection: Connection) -> None:
    """Take the triggers away."""
    if connection.dialect.name == "sqlite":
        for name in ("update", "delete", "insert"):
            for table in _TABLES:
                connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS {table}_refuse_{name}")
    else:
        for table in _TABLES:
            for name in ("rewrite", "truncate", "insert"):
                connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS {table}_refuse_{name} ON {table}")
        connection.exec_driver_sql("DROP FUNCTION IF EXISTS refuse_rewrite()")
        for table in _SEQUENCED:
            connection.exec_driver_sql(f"DROP FUNCTION IF EXISTS refuse_{table}_out_of_sequence()")


def _sqlite() -> list[str]:
    refuse = "BEGIN SELECT RAISE(ABORT, 'the record cannot be rewritten'); END"
    statements = [f"CREATE TRIGGER {table}_refuse_update BEFORE UPDATE ON {table} {refuse}" for table in _TABLES]
    statements += [f"CREATE TRIGGER {table}_refuse_delete BEFORE DELETE ON {table} {refuse}" for table in _APPEND_ONLY]
    for table, column in _SEQUENCED.items():
        wrong = f"NEW.sequence IS NOT {_next_in_sequence(table, column)}"
        statements.append(f"CREATE TRIGGER {table}_refuse_insert BEFORE INSERT ON {table} WHEN {wrong} {refuse}")
    return statements


def _postgresql() -> list[str]:
    raise_ = "RAISE EXCEPTION 'the record cannot be rewritten'"
    statements = [
        f"CREATE FUNCTION refuse_rewrite() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {raise_}; END $$",
    ]
    for table in _TABLES:
        rewrite = "UPDATE OR DELETE" if table in _APPEND_ONLY else "UPDATE"
        statements.append(
            f"CREATE TRIGGER {table}_refuse_rewrite BEFORE {rewrite} ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION refuse_rewrite()"
        )
        statements.append(
            f"CREATE TRIGGER {table}_refuse_truncate BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_rewrite()"
        )
    for table, column in _SEQUENCED.items():
        next_one = _next_in_sequence(table, column)
        statements.append(
            f"CREATE FUNCTION refuse_{table}_out_of_sequence() RETURNS trigger LANGUAGE plpgsql AS $$ "
            f"BEGIN IF NEW.sequence IS DISTINCT FROM {next_one} THEN {raise_}; END IF; RETURN NEW; END $$"
        )
        statements.append(
            f"CREATE TRIGGER {table}_refuse_insert BEFORE INSERT ON {table} "
            f"FOR EACH ROW EXECUTE FUNCTION refuse_{table}_out_of_sequence()"
        )
    return statements


def _next_in_sequence(table: str, column: str) -> str:
    written_since = f"SELECT count(*) FROM {table} WHERE {table}.sequence > head.{column}"
    return f"(SELECT head.{column} + 1 + ({written_since}) FROM head)"
