"""Each file in ``broken/`` holds one mistake; its first line is what the loader must say."""

from pathlib import Path

import pytest

from rules.rulebook import load_rulebook
from rules.source import PolicyError

BROKEN = sorted((Path(__file__).parent / "broken").glob("*.yaml"))


@pytest.mark.parametrize("path", BROKEN, ids=lambda path: path.stem)
def test_a_broken_rulebook_is_refused_with_file_line_and_mistake(path):
    expected = path.read_text(encoding="utf-8").splitlines()[0].removeprefix("# ")
    with pytest.raises(PolicyError) as refused:
        load_rulebook(path)
    assert str(refused.value) == expected
    assert refused.value.file == path.name


def test_there_is_a_broken_file_for_many_mistakes():
    assert len(BROKEN) >= 60


def test_a_file_that_is_not_there_is_refused_by_name(tmp_path):
    with pytest.raises(PolicyError, match=r"^absent\.yaml: the file cannot be read"):
        load_rulebook(tmp_path / "absent.yaml")


def test_a_file_that_is_not_utf_8_is_refused_by_name(tmp_path):
    path = tmp_path / "latin.yaml"
    path.write_bytes("rulebook: café".encode("latin-1"))
    with pytest.raises(PolicyError, match=r"^latin\.yaml: the file cannot be read"):
        load_rulebook(path)
