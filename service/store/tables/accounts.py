"""How people sign in to the pages: their accounts, their sessions, and attempts that failed."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, String, Table

from service.store.tables.base import metadata
from service.store.types import Document, Instant, Key

accounts = Table(
    "accounts",
    metadata,
    Column("id", Key, primary_key=True),
    Column("person_id", ForeignKey("people.id"), nullable=False, unique=True),
    # What they type to sign in.
    Column("username", String(100), nullable=False, unique=True),
    Column("role", String(40), nullable=False),
    Column("premises", Document, nullable=False),
    # None: signs in with the identity provider only.
    Column("password_hash", String(200)),
    # Who they are to the identity provider: its issuer, a blank and the subject.
    Column("subject", String(500), unique=True),
    Column("created_at", Instant, nullable=False),
    Column("disabled_at", Instant),
)

sessions = Table(
    "sessions",
    metadata,
    Column("id", Key, primary_key=True),
    Column("account_id", ForeignKey("accounts.id"), nullable=False, index=True),
    Column("sha256", String(64), nullable=False, unique=True),
    Column("created_at", Instant, nullable=False),
    # When they last showed who they are.
    Column("authenticated_at", Instant, nullable=False),
    Column("seen_at", Instant, nullable=False),
    Column("ended_at", Instant),
)

sign_in_failures = Table(
    "sign_in_failures",
    metadata,
    Column("id", Key, primary_key=True),
    Column("username", String(100), nullable=False, index=True),
    Column("address", String(64), nullable=False, index=True),
    Column("at", Instant, nullable=False, index=True),
)
