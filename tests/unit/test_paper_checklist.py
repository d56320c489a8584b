"""The checklist on paper: marked at head and foot, never wider than the sheet, every item with its box."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from service.cli.paper import WIDTH, page

PRINTED_AT = datetime(2026, 11, 21, 4, 5, tzinfo=UTC)


def item(option_id: str, **more: Any) -> dict[str, Any]:
    return {
        "option_id": option_id,
        "category": "Access",
        "text": "Close what is not needed",
        "obligation": "required",
        "owner_role": "station_manager",
        "due_at": "2026-11-21T07:00:00Z",
        "caution": None,
        "status": "open",
        "note": "",
        **more,
    }


def checklist(*items: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "id": 7,
        "kind": "response",
        "premises_id": "alder",
        "response_level": "HEIGHTENED",
        "issued_at": "2026-11-21T03:00:00Z",
        "version": 3,
        "marking": "OFFICIAL-SENSITIVE",
        "plan": {"id": "op-quantity", "version": "2026-11", "example": True},
        "items": list(items),
        **more,
    }


def test_the_page_is_marked_and_called_an_example_at_head_and_foot() -> None:
    lines = list(page(checklist(), PRINTED_AT))
    for edge in (lines[:2], lines[-2:]):
        assert [line.strip() for line in edge] == [
            "OFFICIAL-SENSITIVE",
            "EXAMPLE: this plan is not any force's own",
        ]


def test_the_plan_of_a_force_is_not_called_an_example() -> None:
    plan = {"id": "op-quantity", "version": "2026-11", "example": False}
    assert not any("EXAMPLE" in line for line in page(checklist(plan=plan), PRINTED_AT))


def test_the_page_says_what_it_is_and_when_it_was_printed() -> None:
    lines = list(page(checklist(), PRINTED_AT))
    assert "CHECKLIST: alder" in lines
    assert "Response level: HEIGHTENED" in lines
    assert "Issued 2026-11-21 03:00 UTC   Printed 2026-11-21 04:05 UTC" in lines
    assert "List 7 version 3, plan op-quantity 2026-11" in lines


def test_the_lists_of_the_force_and_of_a_stand_down_are_named_so() -> None:
    assert "CHECKLIST: the force" in page(checklist(premises_id=None), PRINTED_AT)
    assert "STAND-DOWN LIST: alder" in page(checklist(kind="stand_down"), PRINTED_AT)


def test_each_item_has_a_box_that_shows_what_became_of_it() -> None:
    found = checklist(
        item("A01"),
        item("A02", status="done", due_at=None),
        item("A03", status="not_applicable", note="No gate here", category="Gates", caution="Fire exits"),
    )
    lines = list(page(found, PRINTED_AT))
    start, end = lines.index("ACCESS"), lines.index("GATES")
    assert lines[start + 1 : end - 1] == [
        "[ ] A01    Close what is not needed",
        "           required; station manager; by 2026-11-21 07:00 UTC",
        "[x] A02    Close what is not needed",
        "           required; station manager",
    ]
    assert lines[end + 1 : end + 5] == [
        "[-] A03    Close what is not needed",
        "           required; station manager; by 2026-11-21 07:00 UTC",
        "           CAUTION: Fire exits",
        "           not applicable: No gate here",
    ]


@given(st.lists(st.text("ab ", max_size=300), min_size=1, max_size=4))
def test_no_line_is_wider_than_the_sheet_unless_one_word_is(texts: list[str]) -> None:
    found = checklist(*(item("A01", text=text) for text in texts))
    lines = list(page(found, PRINTED_AT))
    assert all(len(line) <= WIDTH or max(map(len, line.split())) > WIDTH - 11 for line in lines)
