"""Tokens: made once, kept as a digest, and useless when expired or revoked."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event, select

from service.errors import Invalid, NotFound, Unauthenticated
from service.operations.context import Context
from service.operations.people import SYSTEM, Role
from service.operations.tokens import authenticate, create_token, list_tokens, revoke_token
from service.store.estate import EVERYTHING
from service.store.tables import audit_details, tokens
from tests import builders
from tests.builders import NOON
from tests.fakes import FrozenClock


@pytest.fixture
def clock() -> FrozenClock:
    return FrozenClock(NOON)


@pytest.fixture
def context(adopted_url: str, clock: FrozenClock) -> Iterator[Context]:
    with builders.context_on(adopted_url, clock=clock) as context:
        builders.register(
            context,
            {"id": "alder"},
            {"id": "quiet", "restricted": True, "manager": "Mia"},
            {"id": "still", "restricted": True},
        )
        yield context


def test_a_token_signs_its_person_in(context: Context) -> None:
    made = create_token(context, SYSTEM, "duty_officer", "Dan Duty", ["alder"], 30)
    assert made["token"].startswith("opq_")
    assert len(made["token"]) == 47
    assert made["expires_at"].startswith("2026-12-21T12:00:00")
    who = authenticate(context, made["token"])
    assert (who.name, who.role, who.premises) == ("Dan Duty", Role.DUTY_OFFICER, frozenset({"alder"}))
    assert who.token_id == made["id"]


def test_two_tokens_of_one_name_are_one_person(context: Context) -> None:
    first = create_token(context, SYSTEM, "op_quantity_lead", "Lena")
    second = create_token(context, SYSTEM, "gold", "Lena")
    people = {authenticate(context, made["token"]).person_id for made in (first, second)}
    assert len(people) == 1


def test_without_a_name_the_person_is_called_by_the_role(context: Context) -> None:
    assert create_token(context, SYSTEM, "gold")["name"] == "gold"


def test_neither_the_store_nor_the_record_keeps_the_token(context: Context) -> None:
    secret = create_token(context, SYSTEM, "gold", "Greta")["token"]
    with context.store.read() as reader:
        kept = [str(row) for table in (tokens, audit_details) for row in reader.connection.execute(select(table))]
    assert not any(secret in row for row in kept)


@pytest.mark.parametrize("wrong", ["", "opq_", "opq_unknown", "\ud800", "x" * 100_000])
def test_an_unknown_token_signs_nobody_in(context: Context, wrong: str) -> None:
    with pytest.raises(Unauthenticated):
        authenticate(context, wrong)


def test_an_expired_token_signs_nobody_in(context: Context, clock: FrozenClock) -> None:
    secret = create_token(context, SYSTEM, "gold", expires_in_days=1)["token"]
    clock.tick(timedelta(hours=23))
    assert authenticate(context, secret).role is Role.GOLD
    clock.tick(timedelta(hours=2))
    with pytest.raises(Unauthenticated):
        authenticate(context, secret)


def test_a_revoked_token_signs_nobody_in_and_stays_revoked(context: Context, clock: FrozenClock) -> None:
    made = create_token(context, SYSTEM, "gold")
    revoked = revoke_token(context, SYSTEM, made["id"])
    with pytest.raises(Unauthenticated):
        authenticate(context, made["token"])
    clock.tick(timedelta(hours=1))
    assert revoke_token(context, SYSTEM, made["id"])["revoked_at"] == revoked["revoked_at"]


def test_an_unknown_token_cannot_be_revoked(context: Context) -> None:
    with pytest.raises(NotFound):
        revoke_token(context, SYSTEM, 448)


def test_tokens_are_listed_newest_first_without_what_signs_in(context: Context) -> None:
    first = create_token(context, SYSTEM, "gold")
    second = create_token(context, SYSTEM, "feed")
    items = list_tokens(context, SYSTEM)["items"]
    assert [item["id"] for item in items] == [second["id"], first["id"]]
    assert all({"token", "sha256"}.isdisjoint(item) for item in items)


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"role": "system"}, "role"),
        ({"role": "king", "name": "K"}, "role"),
        ({"role": "gold", "name": " "}, "name"),
        ({"role": "gold", "name": "G\x00"}, "name"),
        ({"role": "gold", "name": "G" * 201}, "name"),
        ({"role": "gold", "expires_in_days": 0}, "expires_in_days"),
        ({"role": "gold", "expires_in_days": 10_000}, "expires_in_days"),
        ({"role": "station_manager", "premises": ["alder", "nowhere"]}, "premises"),
    ],
)
def test_a_token_that_makes_no_sense_is_refused_by_field(context: Context, asked: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        create_token(context, SYSTEM, **asked)
    assert [fault.field for fault in refused.value.fields] == [field]
    assert list_tokens(context, SYSTEM)["items"] == []


def test_a_principal_sees_the_restricted_premises_that_name_them_or_their_token(context: Context) -> None:
    def sight(role: str, name: str, *own: str) -> Any:
        return authenticate(context, create_token(context, SYSTEM, role, name, own)["token"]).sight

    assert sight("gold", "Greta").restricted == frozenset()
    assert sight("gold", "Mia").restricted == {"quiet"}
    assert sight("gold", "Mia", "still").restricted == {"quiet", "still"}
    assert sight("station_manager", "Sid", "alder").only == {"alder"}
    assert sight("staff", "Sue").only is None
    assert sight("auditor", "Ann") == EVERYTHING


def test_signing_in_takes_one_query(context: Context) -> None:
    secret = create_token(context, SYSTEM, "gold", "Mia")["token"]
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if statement.startswith("SELECT"):
            seen.append(statement)

    event.listen(context.store.engine, "before_cursor_execute", note)
    authenticate(context, secret)
    assert len(seen) == 1
