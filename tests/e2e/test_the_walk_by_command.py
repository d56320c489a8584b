"""A newcomer's walk with real ``opq`` processes: an estate, CRITICAL, a checklist, the fall by two, the record."""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path

import pytest

from service.store.connect import connect
from tests.opq import ROOT, Opq

ESTATE = str(ROOT / "service" / "examples" / "estate.csv")
SITE = "gullwick-station"


@pytest.fixture
def opq(tmp_path: Path, database_url: str) -> Opq:
    opq = Opq(tmp_path / "var", database_url=database_url, engine="reference")
    opq("init")
    return opq


def test_from_an_empty_folder_to_a_verified_record(opq: Opq) -> None:
    lead, gold, admin = (
        opq.token(role, name)
        for role, name in [("op_quantity_lead", "Lena Lead"), ("gold", "Greta Gold"), ("admin", "Ada Admin")]
    )
    assert opq.json("premises", "import", ESTATE, token=admin)["added"] == 40

    change = opq.json("threat", "set", "national", "CRITICAL", "--reason", "JTAC said so", token=lead)
    assert change["status"] == "accepted"
    assert change["effect"]["raised"] == change["effect"]["premises"]
    level = opq.json("level", "show", SITE, token=lead)
    assert (level["response_level"], level["decision"]["winner"]) == ("EXCEPTIONAL", "EST-110")

    shown = opq("checklist", "show", SITE, token=lead).stdout
    assert "EXAMPLE" in shown.splitlines()[0]
    assert "OFFICIAL-SENSITIVE" in shown.splitlines()[0]
    items = opq.json("checklist", "show", SITE, token=lead)["items"]
    option = next(item["option_id"] for item in items if item["new"] and item["reverse"])
    assert f"{option} is done" in opq("checklist", "tick", SITE, option, token=lead).stdout
    assert f"[x] {option}" in opq("checklist", "print", SITE, token=lead).stdout

    fall = opq.json("threat", "set", "national", "MODERATE", "--reason", "It is over", token=lead)
    assert fall["status"] == "awaiting_second_person"
    assert "another" in opq("threat", "approve", str(fall["id"]), token=lead, code=1).stderr
    assert opq.json("threat", "approve", str(fall["id"]), token=gold)["status"] == "accepted"
    assert opq.json("level", "show", SITE, token=lead)["response_level"] == "NORMAL"
    standing_down = opq.json("checklist", "show", SITE, "--stand-down", token=lead)
    assert [item["option_id"] for item in standing_down["items"]] == [option]

    assert opq.json("audit", "verify")["valid"]
    entries = [json.loads(line) for line in opq("audit", "export", token=lead).stdout.splitlines()]
    assert [entry["sequence"] for entry in entries] == list(range(1, len(entries) + 1))
    assert all(after["previous_hash"] == before["hash"] for before, after in pairwise(entries))
    assert {"threat_change.accepted", "item.ticked", "premises.imported"} <= {entry["action"] for entry in entries}


def test_a_record_that_was_cut_short_is_found(opq: Opq, database_url: str) -> None:
    opq.token("gold", "Greta Gold")
    engine = connect(database_url)
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE head SET seal = 'forged'")
    engine.dispose()
    done = opq("audit", "verify", code=1)
    assert "seal" in done.stdout
    assert "tell the auditor" in done.stderr
