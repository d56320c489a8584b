"""Putting an installation together, on both databases: what is made, what is refused, and what is never overwritten."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from rules.source import PolicyError
from service import bootstrap
from service.config import Settings
from service.errors import Permanent, StoreFault
from service.operations import audit
from service.operations.people import SYSTEM
from service.operations.policy import load_policy
from service.store import migrate
from tests.builders import default_policy

POLICY = default_policy()


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    return Settings(data_dir=tmp_path / "data", database_url=database_url, engine="reference")


def verified(settings: Settings) -> bool:
    context = bootstrap.open_context(settings, POLICY)
    try:
        return bool(audit.verify(context, SYSTEM)["valid"])
    finally:
        context.store.close()


def test_init_makes_store_and_key_and_adopts_the_policy(settings: Settings) -> None:
    answer = bootstrap.init(settings, POLICY)
    assert (answer["upgraded"], answer["key_made"], answer["adopted"]) == (True, True, True)
    assert settings.database_url.startswith(answer["database"])
    key = settings.audit_key_file
    assert (len(key.read_bytes()), stat.S_IMODE(key.stat().st_mode)) == (32, 0o600)
    assert [path.name for path in key.parent.iterdir() if path.name.startswith("audit.key")] == ["audit.key"]
    assert verified(settings)


def test_init_again_changes_nothing(settings: Settings) -> None:
    bootstrap.init(settings, POLICY)
    key = settings.audit_key_file.read_bytes()
    again = bootstrap.init(settings, POLICY)
    assert (again["upgraded"], again["key_made"], again["adopted"]) == (False, False, False)
    assert settings.audit_key_file.read_bytes() == key


def test_a_key_that_is_there_before_the_store_is_used(settings: Settings) -> None:
    settings.data_dir.mkdir()
    settings.audit_key_file.write_bytes(b"k" * 40)
    assert not bootstrap.init(settings, POLICY)["key_made"]
    assert settings.audit_key_file.read_bytes() == b"k" * 40
    assert verified(settings)


def test_a_lost_key_is_never_replaced_by_a_new_one(settings: Settings) -> None:
    bootstrap.init(settings, POLICY)
    settings.audit_key_file.unlink()
    for start in (bootstrap.init, bootstrap.open_context):
        with pytest.raises(Permanent, match=r"OPQ_AUDIT_KEY_FILE.*put it back"):
            start(settings, POLICY)
    assert not settings.audit_key_file.exists()


def test_a_key_that_is_too_short_is_refused(settings: Settings) -> None:
    settings.data_dir.mkdir()
    settings.audit_key_file.write_bytes(b"short")
    with pytest.raises(Permanent, match="holds 5 bytes"):
        bootstrap.init(settings, POLICY)


def test_without_init_nothing_opens_and_nothing_is_made(settings: Settings) -> None:
    with pytest.raises(Permanent, match="run opq init"):
        bootstrap.open_context(settings, POLICY)
    assert not settings.data_dir.exists()


def test_a_store_of_another_version_does_not_open(settings: Settings) -> None:
    bootstrap.init(settings, POLICY)
    migrate.downgrade(settings.database_url)
    with pytest.raises(Permanent, match="run opq init"):
        bootstrap.open_context(settings, POLICY)


def test_a_data_folder_that_cannot_be_made_is_named(settings: Settings) -> None:
    settings.data_dir.write_text("a file stands where the folder should be")
    with pytest.raises(Permanent, match="OPQ_DATA_DIR"):
        bootstrap.init(settings, POLICY)


def test_a_key_that_cannot_be_written_is_named(settings: Settings, tmp_path: Path) -> None:
    settings = settings.model_copy(update={"audit_key_file": tmp_path / "no" / "such" / "folder" / "key"})
    with pytest.raises(Permanent, match=r"OPQ_AUDIT_KEY_FILE"):
        bootstrap.init(settings, POLICY)


def test_a_database_that_does_not_answer_is_a_fault_of_the_store(tmp_path: Path) -> None:
    nowhere = f"postgresql+psycopg://nobody@/none?host={tmp_path}"
    settings = Settings(data_dir=tmp_path / "data", database_url=nowhere)
    with pytest.raises(StoreFault):
        bootstrap.init(settings, POLICY)
    assert not settings.audit_key_file.exists()


def test_a_folder_of_plans_without_ours_is_named(tmp_path: Path) -> None:
    with pytest.raises(Permanent, match=r"OPQ_PLANS_DIR.*op-quantity"):
        load_policy(Settings(plans_dir=tmp_path))


def test_a_mistake_in_a_plan_is_told_by_file_and_line(tmp_path: Path) -> None:
    (tmp_path / "ours.yaml").write_text("plan: op-quantity\nnumber: many\n")
    with pytest.raises(PolicyError, match=r"ours\.yaml:\d+"):
        load_policy(Settings(plans_dir=tmp_path))


def test_keys_that_are_there_are_used_from_a_folder_that_cannot_be_written(settings: Settings, tmp_path: Path) -> None:
    secrets_folder = tmp_path / "secrets"
    secrets_folder.mkdir()
    keys = {name: secrets_folder / name for name in ("audit_key_file", "secret_key_file")}
    for path in keys.values():
        path.write_text("k" * 44)
    before = [path.stat().st_mtime_ns for path in (secrets_folder, *keys.values())]
    bootstrap.init(settings.model_copy(update=keys), POLICY)
    assert [path.stat().st_mtime_ns for path in (secrets_folder, *keys.values())] == before
