"""Reading policy files: YAML in, with a line number for every key, so that each mistake can be pointed at."""

from __future__ import annotations

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.error import MarkedYAMLError, YAMLError


class PolicyError(ValueError):
    """A mistake in a policy file: its ``file``, its ``line`` (counted from 1), and what is wrong there."""

    def __init__(self, file: str, line: int, message: str) -> None:
        super().__init__(f"{file}:{line}: {message}")
        self.file = file
        self.line = line
        self.message = message


def read_yaml(text: str, file: str) -> CommentedMap:
    """The mapping that ``text`` holds; ``file`` is named in faults. Raises PolicyError for anything else."""
    try:
        node = YAML(typ="rt").load(text)
    except MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise PolicyError(file, line, f"not YAML: {error.problem}") from error
    except YAMLError as error:
        raise PolicyError(file, 1, f"not YAML: {str(error).splitlines()[0]}") from error
    if not isinstance(node, CommentedMap):
        raise PolicyError(file, 1, "the file must hold keys with their values")
    return node


def line_of(node: CommentedMap | CommentedSeq, key: object) -> int:
    """The line, counted from 1, of ``key`` in ``node``, or where ``node`` begins if the key is absent."""
    positions = node.lc.data or {}
    return int(positions[key][0] if key in positions else node.lc.line) + 1
