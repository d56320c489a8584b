"""The checklist on paper: marked at head and foot, never wider than the sheet, every item with its box."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from service.paper.plain import WIDTH, checklist_text, pack_text, poster_text
from tests.sheets import checklist, item, poster

LOCAL = {"issued_at": "2026-07-01T02:00:00Z", "printed_at": "2026-07-01T03:05:00Z"}


def test_the_page_is_marked_and_called_an_example_at_head_and_foot() -> None:
    lines = list(checklist_text(checklist()))
    for edge in (lines[:2], lines[-2:]):
        assert [line.strip() for line in edge] == [
            "OFFICIAL-SENSITIVE",
            "EXAMPLE: this plan is not any force's own",
        ]


def test_the_plan_of_a_force_is_not_called_an_example() -> None:
    plan = {"id": "op-quantity", "version": "2026-11", "example": False}
    assert not any("EXAMPLE" in line for line in checklist_text(checklist(plan=plan)))


def test_the_page_says_what_it_is_and_when_it_was_printed() -> None:
    lines = list(checklist_text(checklist()))
    assert "CHECKLIST: ALDER HOUSE" in lines
    assert "Response level: HEIGHTENED" in lines
    assert "Issued 21 Nov 2026, 03:00. Printed 21 Nov 2026, 04:05." in lines
    assert "List 7 version 3. Plan op-quantity 2026-11." in lines


def test_times_on_paper_are_local_as_they_will_be_keyed_in() -> None:
    assert "Issued 1 Jul 2026, 03:00. Printed 1 Jul 2026, 04:05." in checklist_text(checklist(**LOCAL))


def test_the_lists_of_the_force_and_of_a_stand_down_are_named_so() -> None:
    assert "CHECKLIST: THE FORCE" in checklist_text(checklist(premises_name=None))
    assert "STAND-DOWN LIST: ALDER HOUSE" in checklist_text(checklist(kind="stand_down"))


def test_each_item_has_its_code_and_a_box_that_shows_what_became_of_it() -> None:
    at = "2026-11-21T03:20:00Z"
    stated = {"at": "2026-11-21T02:10:00Z", "by": "Al"}
    found = checklist(
        item("A01"),
        item("A02", status="done", due_at=None, at=at, by="Bo", repeat="every_day", retrospective=stated),
        item("A03", status="not_applicable", note="No gate", at=at, category="Gates", caution="Fire exits"),
        item("A04", status="open", note="Undone", at=at, by="Bo", category="Gates", due_at=None),
        item("A05", status="open", at=at, category="Gates", due_at=None),
    )
    lines = list(checklist_text(found))
    start, end = lines.index("ACCESS"), lines.index("GATES")
    assert lines[start + 1 : end - 1] == [
        "[ ] A01    7KQ4  Close what is not needed",
        "                 required; station manager; by 21 Nov 2026, 07:00",
        "[x] A02    7KQ4  Close what is not needed",
        "                 required; station manager; every day",
        "                 done 21 Nov 02:10, Al (keyed in later)",
    ]
    assert lines[end + 1 : end + 10] == [
        "[-] A03    7KQ4  Close what is not needed",
        "                 required; station manager; by 21 Nov 2026, 07:00",
        "                 CAUTION: Fire exits",
        "                 not applicable 21 Nov 03:20: No gate",
        "[ ] A04    7KQ4  Close what is not needed",
        "                 required; station manager",
        "                 open 21 Nov 03:20, Bo: Undone",
        "[ ] A05    7KQ4  Close what is not needed",
        "                 required; station manager",
    ]


@given(st.lists(st.text("ab ", max_size=300), min_size=1, max_size=4))
def test_no_line_is_wider_than_the_sheet_unless_one_word_is(texts: list[str]) -> None:
    found = checklist(*(item("A01", text=text) for text in texts))
    lines = list(checklist_text(found))
    assert all(len(line) <= WIDTH or max(map(len, line.split())) > WIDTH - 17 for line in lines)


def test_a_poster_says_the_level_what_to_do_and_whom_to_ask() -> None:
    lines = list(poster_text(poster(item("B01", caution="Fire exits"), contacts={"manager": "Mo", "deputy": "Di"})))
    assert "Response level: HEIGHTENED since 21 Nov 2026, 03:00" in lines
    assert lines[lines.index("WHAT ALL STAFF MUST DO") :][1:3] == [
        "- Close what is not needed",
        "  CAUTION: Fire exits",
    ]
    assert {"Manager: Mo", "Deputy: Di"} <= set(lines)


def test_a_poster_with_nothing_to_do_and_nobody_named_says_so() -> None:
    lines = list(poster_text(poster()))
    assert "There is nothing that all staff must do." in lines
    assert "Whom to ask: your supervisor or the control room" in lines


def test_each_part_of_a_pack_begins_on_a_page_of_its_own() -> None:
    text = "\n".join(pack_text({"poster": poster(), "lists": [checklist(), checklist(kind="stand_down")]}))
    assert ["CHECKLIST" in page for page in text.split("\f")] == [False, True, False]
