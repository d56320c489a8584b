"""Backup, restore and the move to another store, as somebody does them at a terminal."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.opq import ROOT, Opq

ESTATE = str(ROOT / "service" / "examples" / "estate.csv")


@pytest.fixture
def opq(tmp_path: Path) -> Opq:
    opq = Opq(tmp_path / "var", engine="reference")
    opq("init")
    opq("premises", "import", ESTATE, token=opq.token("admin", "Ada"))
    return opq


def test_the_drill(opq: Opq, tmp_path: Path) -> None:
    file = tmp_path / "backup"
    said = opq("backup", str(file)).stdout
    assert "Keep the audit key elsewhere" in said
    token = opq.token("auditor", "Later")
    assert "--force puts the backup in its place" in opq("restore", str(file), code=1).stderr
    assert "the record is whole" in opq("restore", str(file), "--force").stdout
    assert opq.json("audit", "verify")["valid"]
    assert "token" in opq("premises", "list", token=token, code=1).stderr


def test_a_new_machine_needs_the_backup_and_the_key_alone(opq: Opq, tmp_path: Path) -> None:
    opq("backup", str(tmp_path / "backup"))
    key = (tmp_path / "var" / "audit.key").read_bytes()
    (tmp_path / "new").mkdir()
    new = Opq(tmp_path / "new", engine="reference")
    assert "OPQ_AUDIT_KEY_FILE" in new("restore", str(tmp_path / "backup"), code=1).stderr
    (tmp_path / "new" / "audit.key").write_bytes(key)
    new("restore", str(tmp_path / "backup"))
    assert len(new.json("premises", "list", token=new.token("auditor", "Ann"))["items"]) == 40


def test_a_store_moves_with_all_that_it_holds(opq: Opq, tmp_path: Path) -> None:
    source, target = (f"sqlite:///{tmp_path / name}" for name in ("var/opq.db", "moved.db"))
    said = opq("store", "copy", source, target).stdout
    assert "each compared" in said
    assert "Set OPQ_DATABASE_URL" in said
    assert "not empty" in opq("store", "copy", source, target, code=1).stderr
    moved = Opq(tmp_path / "var", database_url=target, engine="reference")
    assert moved.json("audit", "verify") == opq.json("audit", "verify")


def test_an_address_of_no_store_is_wrong_usage(opq: Opq) -> None:
    assert "must begin with sqlite:///" in opq("store", "copy", "mysql://x", "sqlite:///y", code=2).stderr
