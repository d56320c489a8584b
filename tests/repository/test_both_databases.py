"""Tests run on both databases: those that name one of them, or take the default store, stand here with the reason.

The fixtures of ``tests/conftest.py`` give a test its database, once of each kind. This looks for the ways around them.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from tests.repository.tree import Module, modules

KEEPS_NO_STORE = ("tests/unit/", "tests/repository/")
MAKES_THEM = ("tests/conftest.py", "tests/databases.py", "tests/postgres.py")
ADDRESSES = ("sqlite:///", "postgresql+psycopg://")
OF_ONE_KIND = {"postgres", "sqlite_databases", "postgresql_databases"}

ALONE = {
    "browser/site.py __init__": "what a browser shows does not hang on the database",
    "browser/site.py prepare": "likewise",
    "e2e/test_backup_by_command.py test_an_address_of_no_store_is_wrong_usage": "no store is opened",
    "e2e/test_topology.py url": "several machines share a PostgreSQL",
    "integration/test_backup.py test_a_damaged_file_of_sqlite_is_told": "SQLite says so of its own files",
    "integration/test_backup.py test_a_file_of_sqlite_of_another_program_is_no_backup": "a file of SQLite",
    "integration/test_backup.py test_a_store_of_sqlite_that_is_damaged_itself_is_moved_away_first": "files of SQLite",
    "integration/test_backup.py test_no_password_stands_on_the_command_line_of_a_tool": "SQLite has neither",
    "integration/test_backup.py test_the_tools_of_postgresql_are_asked_for": "SQLite needs none",
    "integration/test_backup.py test_what_a_restore_to_postgresql_cut_short_left_aside_is_never_overwritten":
        "SQLite leaves nothing aside",
    "integration/test_bootstrap.py test_a_database_that_does_not_answer_is_a_fault_of_the_store": "a file is made",
    "integration/test_readiness.py test_a_store_that_does_not_answer_is_a_failure": "an address that leads nowhere",
    "integration/test_store_copy.py test_a_source_that_is_no_store_is_refused_and_not_made": "a file might be made",
    "integration/test_store_copy.py test_a_row_that_the_target_cannot_hold_is_named_by_its_table_alone":
        "SQLite holds what PostgreSQL does not",
    "integration/test_heads.py test_an_older_copy_with_its_own_head_is_told_by_the_heads_that_it_lacks":
        "an older copy of a file is put back",
    "integration/test_statistics.py context": "SQLite goes by its indexes alone",
    "pages/conftest.py context": "pages show what operations and the API answer, which is tried on both",
    "pages/test_checklist_pages.py context": "likewise",
    "pages/test_coming_too_late.py context": "likewise",
    "pages/test_over_https.py visitors": "likewise",
    "pages/test_titles.py nothing_there": "likewise",
    "pages/test_who_may_open_what.py context": "likewise",
    "readme_walk.py _estate": "a newcomer's store is a file",
    "reliability/test_full_disk.py test_a_change_that_fills_the_disk_is_not_made_until_there_is_room":
        "SQLite can be told how far its file may grow",
    "reliability/test_full_disk.py test_reading_goes_on_while_the_disk_is_full": "likewise",
    "reliability/webhook_trials.py main": "an argument chooses the kind, and its test asks for both",
}  # fmt: skip
"""By file and function under ``tests``, why it is of one database alone."""


def alone(module: Module) -> Iterator[str]:
    """``file function`` of each test or helper that goes around the fixtures."""
    functions = [node for node in ast.walk(module.tree) if isinstance(node, ast.FunctionDef)]
    yield from (f"{module.name.removeprefix('tests/')} {node.name}" for node in functions if _of_one_kind(node))


def _of_one_kind(function: ast.FunctionDef) -> bool:
    parts = [*ast.walk(function), *(part for mark in function.decorator_list for part in ast.walk(mark))]
    return (
        any(argument.arg in OF_ONE_KIND for argument in function.args.args)
        or any(isinstance(part, ast.Constant) and str(part.value).startswith(ADDRESSES) for part in parts)
        or any(isinstance(part, ast.Call) and (_chooses(part) or _takes_the_default(part)) for part in parts)
    )


def _chooses(call: ast.Call) -> bool:
    return ast.unparse(call).startswith("pytest.mark.parametrize('databases'")


def _takes_the_default(call: ast.Call) -> bool:
    called, given = ast.unparse(call.func), {keyword.arg for keyword in call.keywords}
    starts = called == "Opq" or (called == "Settings" and "data_dir" in given)
    return starts and "database_url" not in given


def test_every_test_runs_on_both_databases_or_says_why_not() -> None:
    watched = [one for one in modules("tests") if not one.name.startswith((*KEEPS_NO_STORE, *MAKES_THEM))]
    assert {name for module in watched for name in alone(module)} == set(ALONE)


def test_the_search_sees_each_way_around() -> None:
    text = """
def by_address(): Store("sqlite:///x")
def by_fixture(postgres): pass
@pytest.mark.parametrize("databases", ["sqlite"], indirect=True)
def by_choice(migrated_url): pass
def by_default(): Opq(folder)
def by_settings(): Settings(data_dir=folder)
def on_both(migrated_url): Opq(folder, database_url=migrated_url)
"""
    found = [name.partition(" ")[2] for name in alone(Module("tests/made_up.py", text, ast.parse(text)))]
    assert found == ["by_address", "by_fixture", "by_choice", "by_default", "by_settings"]
