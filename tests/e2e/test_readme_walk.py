"""The README tells what really happens, on the store of a newcomer, a SQLite file."""

from __future__ import annotations

from tests.readme_walk import README, lasting, walked


def test_the_walk_of_the_readme_prints_what_the_readme_says() -> None:
    text = README.read_text()
    assert lasting(walked(text)) == lasting(text)
