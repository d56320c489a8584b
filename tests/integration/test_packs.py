"""Packs: written when something changed and each night, whole or not at all, and taken away with their premises."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from service.operations import packs, printing, register
from service.operations.context import Context
from service.operations.packs import write_packs
from service.operations.people import Role
from tests import builders, lists
from tests.builders import NOON
from tests.fakes import FrozenClock

BOTH = {"alder.pdf", "alder.txt", "birch.pdf", "birch.txt", "manifest.json"}


@pytest.fixture
def clock() -> FrozenClock:
    return FrozenClock(NOON)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "packs"
    made.mkdir()
    return made


@pytest.fixture
def context(small_url: str, clock: FrozenClock, folder: Path) -> Iterator[Context]:
    policy = lists.small_policy()
    with builders.context_on(small_url, clock=clock, policy=policy, falls_need_two=False, packs_dir=folder) as context:
        builders.register(context, {"id": "alder"}, {"id": "birch", "restricted": True})
        lists.move(context, "SUBSTANTIAL")
        yield context


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def manifest(folder: Path) -> dict[str, Any]:
    return dict(json.loads((folder / "manifest.json").read_bytes()))


def test_every_open_premises_has_its_pack_and_its_digests(context: Context, folder: Path) -> None:
    assert write_packs(context) == 2
    assert names(folder) == BOTH
    for entry in manifest(folder).values():
        for name, digest in entry["files"].items():
            assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == digest
    text = (folder / "birch.txt").read_text(encoding="utf-8")
    printed = printing.printed_present(context, builders.SYSTEM_LIKE, "birch")
    assert all(item["code"] in text for item in printed["items"])
    assert (folder / "birch.pdf").read_bytes().startswith(b"%PDF-")


def test_only_what_changed_is_written_again(context: Context, folder: Path) -> None:
    write_packs(context)
    assert write_packs(context) == 0
    before = {path.name: path.stat().st_mtime_ns for path in folder.iterdir()}
    lists.tick(context, lists.manager(context), lists.present(context), "H1")
    assert write_packs(context) == 1
    changed = {path.name for path in folder.iterdir() if path.stat().st_mtime_ns != before[path.name]}
    assert changed == {"alder.pdf", "alder.txt", "manifest.json"}
    assert "[x] H1" in (folder / "alder.txt").read_text(encoding="utf-8")


def test_all_are_written_anew_after_midnight_what_changed_first(
    context: Context, folder: Path, clock: FrozenClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_packs(context)
    clock.tick(timedelta(hours=13))
    lists.tick(context, builders.lead(context), lists.present(context), "H1")
    monkeypatch.setattr(packs, "BATCH", 1)
    monkeypatch.setattr(packs, "SECONDS", 0)
    assert write_packs(context) == 1
    days = {premises: entry["day"] for premises, entry in manifest(folder).items()}
    assert days == {"alder": "2026-11-22", "birch": "2026-11-21"}
    assert [write_packs(context), write_packs(context)] == [1, 0]


def test_a_run_goes_on_until_all_that_is_due_is_written(
    context: Context, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(packs, "BATCH", 1)
    assert write_packs(context) == 2
    assert set(manifest(folder)) == {"alder", "birch"}


def test_the_stand_down_list_is_in_the_pack(context: Context, folder: Path) -> None:
    lists.tick(context, builders.lead(context), lists.present(context), "H1")
    lists.move(context, "LOW")
    write_packs(context)
    assert "STAND-DOWN LIST: ALDER" in (folder / "alder.txt").read_text(encoding="utf-8")


def test_the_pack_of_a_closed_premises_is_taken_away(context: Context, folder: Path) -> None:
    write_packs(context)
    (folder / "alder.txt").unlink()
    register.close_premises(context, builders.person(context, "Ada Admin", Role.ADMIN), "alder", "sold")
    assert write_packs(context) == 0
    assert names(folder) == {"birch.pdf", "birch.txt", "manifest.json"}
    assert set(manifest(folder)) == {"birch"}


@pytest.mark.parametrize("spoilt", [None, "{"])
def test_without_its_manifest_everything_is_made_again(context: Context, folder: Path, spoilt: str | None) -> None:
    write_packs(context)
    (folder / "manifest.json").unlink()
    if spoilt is not None:
        (folder / "manifest.json").write_text(spoilt, encoding="utf-8")
    assert write_packs(context) == 2


def test_a_pack_that_cannot_be_written_leaves_the_former_one_whole(
    context: Context, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_packs(context)
    before = (folder / "alder.pdf").read_bytes()
    lists.tick(context, lists.manager(context), lists.present(context), "H1")

    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as broken:
        broken.setattr("os.fsync", full)
        with pytest.raises(OSError, match="No space"):
            write_packs(context)
    assert (folder / "alder.pdf").read_bytes() == before
    assert write_packs(context) == 1
    assert names(folder) == BOTH


def test_without_a_folder_nothing_is_written(small_url: str) -> None:
    with lists.small_context(small_url) as context:
        assert write_packs(context) == 0
