"""Reading policy files: YAML 1.2 in, plain mappings out, every mistake told with its file and line."""

from __future__ import annotations

import re
from pathlib import Path

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedBase, CommentedMap
from ruamel.yaml.constructor import DuplicateKeyError, RoundTripConstructor
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    CollectionEndEvent,
    CollectionStartEvent,
    DocumentStartEvent,
    Event,
    NodeEvent,
)
from ruamel.yaml.parser import RoundTripParser
from ruamel.yaml.reader import ReaderError

MAX_CHARACTERS = 250_000
MAX_DEPTH = 12
_REPEATED_KEY = re.compile(r'found duplicate key "(.*?)" with value', re.DOTALL)


class PolicyError(Exception):
    """A mistake in a policy file: ``file``, ``line`` (from 1; None for the whole file) and ``message``."""

    def __init__(self, file: str, line: int | None, message: str) -> None:
        super().__init__(f"{file}:{line}: {message}" if line else f"{file}: {message}")
        self.file = file
        self.line = line
        self.message = message


class _NotPlainError(MarkedYAMLError):
    """YAML that is right, and more than a policy file needs."""


class _Parser(RoundTripParser):
    """Refuses, as it reads, what a policy file does not need and an attacker could use."""

    depth = 0

    def get_event(self) -> Event:
        """The next event. Raises _NotPlainError."""
        event: Event = super().get_event()
        self.depth += isinstance(event, CollectionStartEvent) - isinstance(event, CollectionEndEvent)
        reason = _not_plain(event, self.depth)
        if reason:
            raise _NotPlainError(problem=reason, problem_mark=event.start_mark)
        return event


def _not_plain(event: Event, depth: int) -> str | None:
    if isinstance(event, AliasEvent) or (isinstance(event, NodeEvent) and event.anchor is not None):
        return "anchors (&) and aliases (*) are not used here; write the value out"
    tag = getattr(event, "tag", None)
    if tag is not None:
        return f"tags are not used here; remove {tag}"
    if isinstance(event, DocumentStartEvent) and (event.version or event.tags):
        return "directives (%) are not used here; remove them"
    if depth > MAX_DEPTH:
        return f"more than {MAX_DEPTH} levels are nested here"
    return None


class _Constructor(RoundTripConstructor):
    """Leaves dates as text, so that a wrong one is refused here, with its line."""


_Constructor.add_constructor("tag:yaml.org,2002:timestamp", RoundTripConstructor.construct_yaml_str)


def read_text(path: Path) -> str:
    """The text of a policy file, byte for byte. Raises PolicyError when it cannot be read or is not UTF-8."""
    try:
        return path.read_bytes().decode()
    except (OSError, UnicodeDecodeError) as error:
        raise PolicyError(path.name, None, f"the file cannot be read: {error}") from error


def read_yaml(text: str, file: str) -> CommentedMap:
    """The mapping that ``text`` holds; ``file`` is the name for messages.

    Dates stay text (see ``Fields.date``). Raises PolicyError for anything that is not one plain YAML mapping:
    repeated keys, anchors, aliases, tags, nesting past MAX_DEPTH levels, more than MAX_CHARACTERS characters.
    """
    if len(text) > MAX_CHARACTERS:
        raise PolicyError(file, None, f"the file is longer than {MAX_CHARACTERS} characters; split it")
    yaml = YAML(typ="rt", pure=True)
    yaml.Parser = _Parser
    yaml.Constructor = _Constructor
    try:
        document = yaml.load(text)
    except MarkedYAMLError as error:
        raise PolicyError(file, _line(error), _reason(error)) from error
    except ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        raise PolicyError(file, line, f"the character {chr(error.character)!r} is not allowed here") from error
    except (YAMLError, ValueError) as error:
        raise PolicyError(file, None, f"this is not YAML: {' '.join(str(error).split())}") from error
    if not isinstance(document, CommentedMap):
        raise PolicyError(file, 1, "a policy file is a mapping of keys to values")
    return document


def _line(error: MarkedYAMLError) -> int | None:
    mark = error.problem_mark or error.context_mark
    return mark.line + 1 if mark else None


def _reason(error: MarkedYAMLError) -> str:
    if isinstance(error, _NotPlainError):
        return str(error.problem)
    repeated = _REPEATED_KEY.match(error.problem or "") if isinstance(error, DuplicateKeyError) else None
    if repeated:
        return f"{repeated[1]!r} is given twice"
    return f"this is not YAML: {error.problem or error.context}"


def line_of(node: object, key: object) -> int | None:
    """The line (from 1) of ``key`` in a mapping, or of a position in a list; the node's own for other keys.

    None when the node did not come from a file.
    """
    if not isinstance(node, CommentedBase):
        return None
    places = node.lc.data or {}
    line = places[key][0] if key in places else node.lc.line
    return None if line is None else int(line) + 1
