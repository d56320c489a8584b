"""What all tables share: the metadata with its naming convention, and the reference to a person."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, MetaData

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
