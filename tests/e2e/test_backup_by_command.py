"""Backup, restore and the move to another store, as somebody does them at a terminal."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.databases import Databases
from tests.installation import example_installation
from tests.opq import Opq

pytestmark = pytest.mark.usefixtures("tools_of_postgresql")


@pytest.fixture
def opq(tmp_path: Path, database_url: str) -> Opq:
    with example_installation(tmp_path / "var", database_url):
        return Opq(tmp_path / "var", database_url=database_url, engine="reference")


@pytest.fixture
def other_url(databases: Databases) -> Iterator[str]:
    """The address of a second, empty database."""
    with databases.empty() as url:
        yield url


def test_the_drill(opq: Opq, tmp_path: Path) -> None:
    file = tmp_path / "backup"
    said = opq("backup", str(file)).stdout
    assert "Keep the audit key elsewhere" in said
    token = opq.token("auditor", "Later")
    assert "--force puts the backup in its place" in opq("restore", str(file), code=1).stderr
    assert "the record is whole" in opq("restore", str(file), "--force").stdout
    assert opq.json("audit", "verify")["valid"]
    auditor = opq.token("auditor", "Ann")
    *_, restored, made = map(json.loads, opq("audit", "export", token=auditor).stdout.splitlines())
    assert (restored["action"], made["action"]) == ("store.restored", "token.created")
    assert restored["request_id"].startswith("restore-")
    assert made["request_id"].startswith("token-")
    assert "token" in opq("premises", "list", token=token, code=1).stderr


def test_a_new_machine_needs_the_backup_and_the_key_alone(opq: Opq, other_url: str, tmp_path: Path) -> None:
    opq("backup", str(tmp_path / "backup"))
    key = (tmp_path / "var" / "audit.key").read_bytes()
    (tmp_path / "new").mkdir()
    new = Opq(tmp_path / "new", database_url=other_url, engine="reference")
    assert "OPQ_AUDIT_KEY_FILE" in new("restore", str(tmp_path / "backup"), code=1).stderr
    (tmp_path / "new" / "audit.key").write_bytes(key)
    new("restore", str(tmp_path / "backup"))
    assert len(new.json("premises", "list", token=new.token("auditor", "Ann"))["items"]) == 40


def test_a_store_moves_with_all_that_it_holds(opq: Opq, database_url: str, other_url: str, tmp_path: Path) -> None:
    said = opq("store", "copy", database_url, other_url).stdout
    assert "each compared" in said
    assert "Set OPQ_DATABASE_URL" in said
    assert "not empty" in opq("store", "copy", database_url, other_url, code=1).stderr
    moved = Opq(tmp_path / "var", database_url=other_url, engine="reference")
    assert moved.json("audit", "verify") == opq.json("audit", "verify")


def test_an_address_of_no_store_is_wrong_usage(tmp_path: Path) -> None:
    assert "must begin with sqlite:///" in Opq(tmp_path)("store", "copy", "mysql://x", "sqlite:///y", code=2).stderr
