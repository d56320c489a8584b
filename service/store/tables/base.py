"""What all tables share: the metadata with its naming convention, the reference to a person, a kind of index."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, MetaData, text

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def person(name: str, nullable: bool = True) -> Column[int]:
    """A column that names the person who did something."""
    return Column(name, ForeignKey("people.id"), nullable=nullable)


def index_where_set(table: str, column: str, *more: str) -> Index:
    """An index over the rows in which ``column`` is not empty, by it and by ``more``."""
    set_ = text(f"{column} IS NOT NULL")
    return Index(f"ix_{table}_{column}", column, *more, sqlite_where=set_, postgresql_where=set_)
