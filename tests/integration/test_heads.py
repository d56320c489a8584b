"""The heads of the record, noted outside the database: an older copy that is put back is told."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from service.operations import audit, backup, health
from service.operations.context import Context
from service.operations.people import SYSTEM
from service.operations.watching import check_record
from service.store import heads
from service.store.migrate import upgrade
from tests.builders import KEY, NOON, context_on, lead

HEAD = (3, "a" * 64)


@pytest.fixture
def context(migrated_url: str) -> Iterator[Context]:
    with context_on(migrated_url) as context:
        yield context


def faults(context: Context) -> list[str]:
    answer = audit.verify(context, SYSTEM)
    assert answer["valid"] is not bool(answer["faults"])
    return list(answer["faults"])


def test_the_worker_notes_each_head_once(context: Context) -> None:
    check_record(context)
    check_record(context)
    lead(context)
    check_record(context)
    noted = context.settings.heads_file.read_text().splitlines()
    assert [line.split()[1] for line in noted] == ["1", "2"]
    assert noted[-1].split()[2] == audit.verify(context, SYSTEM)["head"]
    assert faults(context) == []


def test_an_older_copy_with_its_own_head_is_told_by_the_heads_that_it_lacks(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'opq.db'}"
    upgrade(url, KEY)
    with context_on(url, data_dir=tmp_path / "data") as context:
        backup.back_up(context, SYSTEM, tmp_path / "older")
        lead(context)
        check_record(context)
        newer = audit.verify(context, SYSTEM)
    backup.restore(url, tmp_path / "older", KEY, context.store.clock, force=True)
    with context_on(url, data_dir=tmp_path / "data") as context:
        assert context.store.verify().valid
        assert faults(context) == [f"head 2:{newer['head']}: was seen, and is not in this record"]
        check_record(context)
        assert health.figures(context)["record_faults"] == 1
        context.settings.heads_file.rename(tmp_path / "heads-before-the-restore.log")
        assert faults(context) == []


def test_a_head_that_somebody_kept_is_asked_for(context: Context) -> None:
    lead(context)
    then = audit.verify(context, SYSTEM)
    lead(context)
    assert audit.verify(context, SYSTEM, [(then["entries"], then["head"])])["valid"]
    assert audit.verify(context, SYSTEM, [HEAD])["faults"] == [f"head 3:{HEAD[1]}: was seen, and is not in this record"]


def test_a_record_with_faults_leaves_no_head_behind(context: Context) -> None:
    heads.note(context.settings.heads_file, NOON, HEAD, KEY)
    check_record(context)
    assert len(context.settings.heads_file.read_text().splitlines()) == 1


@pytest.mark.parametrize(
    "line",
    [
        "",
        "nothing of the kind",
        f"2026-11-21T12:00:00Z 3 {'a' * 64} {'b' * 64}",
        f"2026-11-21T12:00:00Z {'9' * 5000} {'a' * 64} {'b' * 64}",
        f"2026-11-21T12:00:00Z 3 {'a' * 64} \u00e9",
    ],
)
def test_a_line_that_the_key_did_not_seal_is_a_fault(tmp_path: Path, line: str) -> None:
    file = tmp_path / "heads.log"
    heads.note(file, NOON, HEAD, KEY)
    with file.open("a", encoding="utf-8") as noted:
        noted.write(f"{line}\n")
    found = heads.read(file, KEY)
    assert found.heads == {HEAD}
    assert found.faults == (f"{file}, line 2: was not noted with this installation's key",)


def test_a_file_that_cannot_be_read_is_a_fault(tmp_path: Path) -> None:
    os.mkdir(tmp_path / "heads.log")
    (fault,) = heads.read(tmp_path / "heads.log", KEY).faults
    assert fault.endswith("the heads noted there cannot be read (IsADirectoryError)")
