"""Importing the register: all or nothing, counts, and what lowers waits."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import func, select, update

from service.errors import Conflict, Forbidden
from service.operations import register
from service.operations.approvals import approve_request, list_requests, withdraw_request
from service.operations.context import Context
from service.operations.example import load_example
from service.operations.importing import import_premises
from service.operations.people import Principal, Role
from service.store.tables import checklists, requests
from tests import builders


@pytest.fixture
def context(adopted_url: str) -> Iterator[Context]:
    with builders.context_on(adopted_url) as context:
        yield context


@pytest.fixture
def admin(context: Context) -> Principal:
    return builders.person(context, "Ada Admin", Role.ADMIN)


def counts(answer: dict[str, Any]) -> tuple[str, int, int, int, int]:
    return tuple(answer[name] for name in ("status", "rows", "added", "changed", "unchanged"))  # type: ignore[return-value]


def test_an_import_counts_what_it_adds_changes_and_leaves(context: Context, admin: Principal) -> None:
    first = import_premises(context, admin, "id,name,district\na,A,East\nb,B,East\n")
    assert counts(first) == ("imported", 2, 2, 0, 0)
    assert first["effect"]["response_levels"] == {"NORMAL": 0, "HEIGHTENED": 2, "EXCEPTIONAL": 0}
    second = import_premises(context, admin, "id,name,district\na,A,West\nb,B,East\nc,C,\n")
    assert counts(second) == ("imported", 3, 1, 1, 1)


def test_an_absent_column_keeps_what_is_stored_and_an_empty_cell_means_the_default(
    context: Context, admin: Principal
) -> None:
    import_premises(context, admin, "id,name,district,headcount\na,A,East,9\n")
    import_premises(context, admin, "id,name,headcount\na,A,\n")
    row = register.get_premises(context, admin, "a")
    assert (row["district"], row["headcount"]) == ("East", 0)


def test_a_dry_run_counts_the_same_and_writes_nothing(context: Context, admin: Principal) -> None:
    answer = import_premises(context, admin, "id,name\na,A\n", dry_run=True)
    assert counts(answer) == ("dry_run", 1, 1, 0, 0)
    assert register.list_premises(context, admin)["items"] == []


def test_with_one_fault_nothing_is_written(context: Context, admin: Principal) -> None:
    answer = import_premises(context, admin, b"id,name\na,A\nB,B\n")
    assert counts(answer) == ("faulty", 2, 0, 0, 0)
    assert [(fault["row"], fault["column"]) for fault in answer["faults"]] == [(3, "id")]
    assert register.list_premises(context, admin)["items"] == []


def test_an_export_imported_again_changes_nothing(context: Context, admin: Principal) -> None:
    load_example(context)
    answer = import_premises(context, admin, register.export_premises(context, admin))
    assert answer["rows"] == answer["unchanged"] > 20


def test_an_import_that_lowers_any_premises_waits_whole_for_a_second_person(context: Context, admin: Principal) -> None:
    import_premises(context, admin, "id,name,minimum_response_level\na,A,EXCEPTIONAL\nb,B,EXCEPTIONAL\n")
    lowering = b"\xef\xbb\xbfid,name,minimum_response_level\na,A,NORMAL\nc,C,NORMAL\n"
    assert import_premises(context, admin, lowering, dry_run=True)["lowered"] == 1
    answer = import_premises(context, admin, lowering)
    assert (counts(answer), answer["lowered"]) == (("awaiting_second_person", 2, 1, 1, 0), 1)
    (waiting,) = list_requests(context, admin)["items"]
    assert waiting["about"]["counts"]["lowered"] == 1
    assert "csv" not in waiting["about"]
    assert len(register.list_premises(context, admin)["items"]) == 2
    with pytest.raises(Forbidden):
        approve_request(context, admin, answer["id"])
    approved = approve_request(context, builders.gold(context), answer["id"])
    assert (approved["status"], approved["effect"]["lowered"]) == ("imported", 1)
    assert len(register.list_premises(context, admin)["items"]) == 3


def test_every_premises_that_an_import_lowers_counts(context: Context, admin: Principal) -> None:
    import_premises(context, admin, "id,name,minimum_response_level\na,A,EXCEPTIONAL\nb,B,EXCEPTIONAL\n")
    lowering = "id,name,minimum_response_level\na,A,NORMAL\nb,B,NORMAL\n"
    assert import_premises(context, admin, lowering, dry_run=True)["lowered"] == 2


def test_an_import_that_waits_can_be_withdrawn(context: Context, admin: Principal) -> None:
    import_premises(context, admin, "id,name,minimum_response_level\na,A,EXCEPTIONAL\n")
    answer = import_premises(context, admin, "id,name,minimum_response_level\na,A,\n")
    assert withdraw_request(context, builders.lead(context), answer["id"])["status"] == "withdrawn"
    assert register.get_premises(context, admin, "a")["response_level"] == "EXCEPTIONAL"


def test_an_import_that_can_no_longer_be_read_is_refused_when_approved(context: Context, admin: Principal) -> None:
    import_premises(context, admin, "id,name,minimum_response_level\na,A,EXCEPTIONAL\n")
    answer = import_premises(context, admin, "id,name,minimum_response_level\na,A,\n")
    with context.store.write() as writer:
        writer.connection.execute(update(requests).values(payload={"csv": "id,former_column\n"}))
        writer.record("system", "test.upgraded", "requests", {})
    with pytest.raises(Conflict):
        approve_request(context, builders.gold(context), answer["id"])


def test_an_import_that_lowers_takes_effect_at_once_where_one_person_is_enough(adopted_url: str) -> None:
    with builders.context_on(adopted_url, falls_need_two=False) as context:
        admin = builders.person(context, "Ada Admin", Role.ADMIN)
        import_premises(context, admin, "id,name,minimum_response_level\na,A,EXCEPTIONAL\n")
        answer = import_premises(context, admin, "id,name,minimum_response_level\na,A,NORMAL\n")
        assert (answer["status"], answer["effect"]["lowered"]) == ("imported", 1)


def test_a_closed_premises_is_registered_anew(context: Context, admin: Principal) -> None:
    import_premises(context, admin, "id,name\na,A\n")
    register.close_premises(context, admin, "a")
    assert counts(import_premises(context, admin, "id,name\na,A\n")) == ("imported", 1, 1, 0, 0)
    assert register.get_premises(context, admin, "a")["response_level"] == "HEIGHTENED"


def test_an_import_that_registers_a_closed_premises_below_its_level_waits(context: Context, admin: Principal) -> None:
    import_premises(context, admin, "id,name,minimum_response_level\na,A,EXCEPTIONAL\nb,B,\n")
    for premises_id in ("a", "b"):
        register.close_premises(context, admin, premises_id)
    dry = import_premises(context, admin, "id,name\na,A\nb,B\n", dry_run=True)
    assert (dry["added"], dry["lowered"]) == (2, 1)
    waiting = import_premises(context, admin, "id,name\na,A\nb,B\n")
    assert (waiting["status"], waiting["lowered"]) == ("awaiting_second_person", 1)
    assert register.list_premises(context, admin)["items"] == []
    assert counts(approve_request(context, builders.gold(context), waiting["id"])) == ("imported", 2, 2, 0, 0)


def test_a_large_import_gives_every_premises_its_list(context: Context, admin: Principal) -> None:
    kinds = ("hq", "station", "custody", "office")
    rows = (f"p-{number},Premises {number},{kinds[number % 4]},{number % 300}" for number in range(3_000))
    text = "\n".join(("id,name,kinds,headcount", *rows))
    assert import_premises(context, admin, text)["effect"]["checklists_issued"] == 3_000
    with context.store.read() as reader:
        assert reader.connection.execute(select(func.count()).select_from(checklists)).scalar_one() == 3_001
    assert counts(import_premises(context, admin, text)) == ("imported", 3_000, 0, 0, 3_000)


def test_the_example_is_registered_once_and_never_over_a_force_s_own(context: Context, admin: Principal) -> None:
    first = load_example(context)
    assert first["loaded"]
    assert first["premises"] > 20
    assert load_example(context) == {"loaded": False, "premises": 0}
