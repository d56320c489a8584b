"""Lists and posters as PDF: every sheet marked, every item with its code, in any language of Europe."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest

from service.paper.pdf import checklist_pdf, pack_pdf, poster_pdf
from tests.pdf_text import sheets_of
from tests.sheets import checklist, item, poster

EXAMPLE = "EXAMPLE: this plan is not any force's own"


def test_every_sheet_is_marked_and_called_an_example_at_head_and_foot() -> None:
    sheets = sheets_of(checklist_pdf(checklist(*(item(f"A{number:02}") for number in range(60)))))
    assert len(sheets) > 2
    for number, sheet in enumerate(sheets, 1):
        lines = sheet.split("\n")
        assert lines[:4] == ["OFFICIAL-SENSITIVE", EXAMPLE] * 2
        assert f"List 7 version 3, Checklist: Alder House.  Page {number} of" in lines[4]


def test_the_plan_of_a_force_is_not_called_an_example() -> None:
    plan = {"id": "op-quantity", "version": "2026-11", "example": False}
    assert EXAMPLE not in "".join(sheets_of(checklist_pdf(checklist(plan=plan))))


def test_each_item_stands_there_with_its_code_and_what_became_of_it() -> None:
    at = "2026-11-21T03:20:00Z"
    found = checklist(
        item("A01", code="AAAA", caution="Fire exits"),
        item("A02", code="BBBB", status="done", at=at, by="Bo"),
        item("A03", code="CCCC", status="declined", at=at, note="No staff", category="Gates"),
    )
    (sheet,) = sheets_of(checklist_pdf(found))
    lines = sheet.split("\n")
    assert [line for line in lines if line in ("AAAA", "BBBB", "CCCC", "Access", "Gates")] == [
        "Access", "AAAA", "BBBB", "Gates", "CCCC",
    ]  # fmt: skip
    assert {"CAUTION: Fire exits", "done 21 Nov 03:20, Bo", "declined 21 Nov 03:20: No staff"} <= set(lines)
    assert lines.count("time") == 2, "what is done needs no blank"


@pytest.mark.parametrize("name", ["Tŷ Glan-yr-afon Ŵyl", "Łódź House", "Αθήνα", "Київ"])
def test_names_are_written_in_the_letters_of_their_language(name: str) -> None:
    assert name in sheets_of(poster_pdf(poster(premises_name=name)))[0]


def test_a_text_longer_than_a_sheet_goes_on_on_the_next() -> None:
    text = " ".join(f"word{number}" for number in range(2_500))
    sheets = sheets_of(checklist_pdf(checklist(item("A01", text=text))))
    assert len(sheets) > 1
    assert "word2499" in sheets[-1]


def test_the_same_paper_is_the_same_file() -> None:
    one, two = (checklist_pdf(checklist(item("A01"))) for _ in range(2))
    assert one == two


@pytest.mark.parametrize("level", ["NORMAL", "HEIGHTENED", "EXCEPTIONAL"])
def test_the_poster_shows_level_duties_and_whom_to_ask_on_one_sheet(level: str) -> None:
    items = [item(f"B{number}", text=f"Do {number}", caution="Mind the step") for number in range(11)]
    (sheet,) = sheets_of(poster_pdf(poster(*items, response_level=level, contacts={"manager": "Mo"})))
    lines = sheet.split("\n")
    wanted = [level, "What all staff must do", "Do 0", "Do 10", "Questions", "Manager: Mo"]
    places = [lines.index(line) for line in wanted]
    assert all(earlier < later for earlier, later in pairwise(places))


def test_a_pack_holds_poster_and_lists_each_with_its_own_marking() -> None:
    found: dict[str, Any] = {"poster": poster(item("B01")), "lists": [checklist(), checklist(kind="stand_down")]}
    sheets = sheets_of(pack_pdf(found))
    assert [sheet.split("\n")[0] for sheet in sheets] == ["OFFICIAL", "OFFICIAL-SENSITIVE", "OFFICIAL-SENSITIVE"]
    assert "Stand-down list: Alder House" in sheets[2]
