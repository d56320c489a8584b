"""The commands by which people work on a list and acknowledge a level: answers, words and exit codes."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from service.bootstrap import open_context
from service.clock import SystemClock, rfc3339
from service.config import Settings
from service.operations import checklists, items
from tests import builders
from tests.integration.test_commands import SITE, Commands, _logs_as_they_were, installation, opq, template

__all__ = ["_logs_as_they_were", "installation", "opq", "template"]


def items_of(opq: Commands, *which: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = opq.json("checklist", "show", *(which or (SITE,)))["items"]
    return found


def tick(opq: Commands, listed: list[dict[str, Any]]) -> None:
    """Say of many items that they are done, without a command for each."""
    folder, url = Path(opq.installation["OPQ_DATA_DIR"]), opq.installation["OPQ_DATABASE_URL"]
    context = open_context(Settings(data_dir=folder, database_url=url, engine="reference"), builders.default_policy())
    with closing(context.store):
        who = builders.lead(context)
        seen = checklists.present_checklist(context, who, SITE)
        for item in listed:
            items.tick(context, who, seen["id"], item["option_id"], "done", "", seen["version"])


def required(opq: Commands) -> str:
    return next(str(item["option_id"]) for item in items_of(opq) if item["obligation"] == "required")


def test_a_second_person_agrees_that_a_required_item_is_not_done(opq: Commands) -> None:
    option = required(opq)
    opq("checklist", "tick", SITE, option, "--status", "declined", "--note", "No staff")
    assert "another than the one who asked" in opq("checklist", "agree", SITE, option, code=1).stderr
    assert "may not do this" in opq("checklist", "agree", SITE, option, role="staff", code=1).stderr
    assert f"{option} is declined" in opq("checklist", "agree", SITE, option, role="gold").stdout
    assert "does not wait" in opq("checklist", "agree", SITE, option, role="gold", code=1).stderr


def test_an_item_of_one_s_own_is_added_with_its_deadline_and_its_reverse(opq: Commands) -> None:
    words = ("checklist", "add", SITE, "Move the bins", "--owner-role", "station_manager")
    item = opq.json(*words, "--due", "2099-01-01T06:00:00Z", "--reverse", "Put the bins back")["item"]
    assert (item["text"], item["due_at"], item["reverse"]) == (
        "Move the bins",
        "2099-01-01T06:00:00Z",
        "Put the bins back",
    )
    assert item["option_id"] in {listed["option_id"] for listed in items_of(opq)}
    assert "Check the doors" in opq(*words[:3], "Check the doors", *words[4:]).stdout
    assert "due_at" in opq(*words, "--due", "2001-01-01T06:00:00Z", code=1).stderr
    assert "--owner-role" in opq(*words[:4], code=2).stderr


def test_a_list_is_put_into_somebody_else_s_hands(opq: Commands) -> None:
    assert "in the hands of Nell Night" in opq("checklist", "hand-over", SITE, "Nell Night", "--note", "Quiet").stdout
    assert opq.json("checklist", "show", SITE)["holder"] == "Nell Night"
    assert opq.json("checklist", "hand-over", "--force", "Greta Gold")["premises_id"] is None
    assert "to" in opq("checklist", "hand-over", SITE, " ", code=1).stderr


def test_a_list_is_signed_off_once_every_item_is_decided(opq: Commands) -> None:
    assert "not decided" in opq("checklist", "sign-off", SITE, code=1).stderr
    last, *others = items_of(opq)
    tick(opq, others)
    opq("checklist", "tick", SITE, last["option_id"])
    version = opq.json("checklist", "show", SITE)["version"]
    opq("checklist", "sign-off", SITE, "--version", str(version - 1), code=1)
    assert f"signed off at version {version + 1}" in opq("checklist", "sign-off", SITE).stdout
    assert opq.json("checklist", "show", SITE)["state"] == "signed_off"


def test_a_level_is_acknowledged_by_the_decision_that_was_seen(opq: Commands) -> None:
    decision = opq.json("level", "show", SITE)["decision"]["id"]
    told = opq.json("level", "acknowledge", SITE, "--decision", str(decision), "--briefed", "14")
    assert (told["decision_id"], told["briefed"]) == (decision, 14)
    assert "14 others told" in opq("level", "acknowledge", SITE, "--briefed", "14").stdout
    assert "HEIGHTENED acknowledged" in opq("level", "acknowledge", SITE, role="staff").stdout
    opq("level", "acknowledge", SITE, "--decision", "448448", code=1)
    opq("level", "acknowledge", SITE, "--briefed", "3", role="staff", code=1)
    opq("level", "acknowledge", "nowhere", code=1)


def test_the_list_of_the_force_is_worked_on_without_naming_a_premises(opq: Commands) -> None:
    option = items_of(opq, "--force")[0]["option_id"]
    assert opq.json("checklist", "tick", "--force", option)["item"]["status"] == "done"
    assert "give a PREMISES and ITEM" in opq("checklist", "tick", SITE, "--force", option, code=2).stderr
    assert "give a PREMISES and ITEM" in opq("checklist", "agree", option, code=2).stderr
    assert "name a PREMISES" in opq("checklist", "sign-off", code=2).stderr


def test_the_paper_of_a_premises_is_written_as_pdf(opq: Commands, tmp_path: Path) -> None:
    out = tmp_path / "pack.pdf"
    assert str(out) in opq("pack", SITE, "--out", str(out)).stdout
    assert out.read_bytes().startswith(b"%PDF-")
    assert "cannot be written" in opq("pack", SITE, "--out", str(tmp_path), code=1).stderr


def test_a_printed_list_gives_each_item_its_code(opq: Commands) -> None:
    printed = opq.json("checklist", "print", SITE)
    text = opq("checklist", "print", SITE).stdout
    assert all(f"{item['option_id']:<6} {item['code']}  " in text for item in printed["items"])


def on_paper(opq: Commands, folder: Path, columns: str, *rows: str) -> tuple[str, Path]:
    """The number of a printed list, and a file of rows; ``{0}`` is the code of its first item."""
    printed = opq.json("checklist", "print", SITE)
    file = folder / "rows.csv"
    text = "\n".join((columns, *rows, "")).format(*(item["code"] for item in printed["items"]))
    file.write_text(text, encoding="utf-8-sig")
    return str(printed["id"]), file


def test_what_was_done_on_paper_is_keyed_in_from_a_file(opq: Commands, tmp_path: Path) -> None:
    now = rfc3339(SystemClock().now())
    rows = (f"{{0}},{now},Al Alder,,", "", f'{{1}},{now},Bo,declined,"No staff, no cones"')
    list_id, file = on_paper(opq, tmp_path, "code,at,by,status,note", *rows)
    assert f"2 items keyed in on list {list_id}" in opq("checklist", "key-in", list_id, str(file)).stdout
    first, second = items_of(opq)[:2]
    assert (first["status"], first["retrospective"]["by"]) == ("done", "Al Alder")
    assert (second["status"], second["note"]) == ("declined", "No staff, no cones")
    assert "recorded already" in opq("checklist", "key-in", list_id, str(file), code=1).stderr
    assert "may not do this" in opq("checklist", "key-in", list_id, str(file), role="staff", code=1).stderr


@pytest.mark.parametrize(
    ("columns", "row", "told"),
    [
        ("code,at,by", "{0},noon,Bo", "line 2, at: cannot be read"),
        ("code,at,by", "{0},02:10", "line 2: has not as many cells"),
        ("code,at,by", "{0},02:10,Bo,done", "line 2: has not as many cells"),
        ("code,at", "{0},02:10", "line 1, by: the column is missing"),
        ("code,at,by,weather", "{0},02:10,Bo,wet", "line 1, weather: there is no such column"),
        ("code,at,by", '"{0}', "FILE: is no CSV"),
        ("code,at,by", "", "at least one row"),
    ],
)
def test_a_file_with_a_fault_is_refused_with_its_line_and_column(
    opq: Commands, tmp_path: Path, columns: str, row: str, told: str
) -> None:
    list_id, file = on_paper(opq, tmp_path, columns, row)
    assert told in opq("checklist", "key-in", list_id, str(file), code=1).stderr
