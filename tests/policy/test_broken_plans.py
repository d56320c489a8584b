"""One file per mistake; its first line says on which line the loader must find it and what it must say."""

import re
from pathlib import Path

import pytest

from contingency_plans.plan import load_plan
from rules.source import PolicyError

BROKEN = sorted((Path(__file__).parent / "broken_plans").glob("*.yaml"))
EXPECTED = re.compile(r"# expected at line (\d+): (.+)")


def test_there_are_broken_plans_to_try() -> None:
    assert len(BROKEN) > 60


@pytest.mark.parametrize("path", BROKEN, ids=lambda path: path.stem)
def test_a_broken_plan_is_refused_with_file_line_and_mistake(path: Path) -> None:
    expected = EXPECTED.fullmatch(path.read_text().splitlines()[0])
    assert expected
    with pytest.raises(PolicyError) as refused:
        load_plan(path)
    assert str(refused.value) == f"{path.name}:{expected[1]}: {expected[2]}"
